"""All files of a report from one facts model, side by side where that saves time."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from schemas.editions import ENDINGS
from schemas.facts import ReportFacts
from transforms.report.pictures import Picture, draw_pictures, with_logo
from transforms.report.vega import ToSvg, to_svg


def make_outputs(
    facts: ReportFacts, endings: Sequence[str] = ENDINGS, draw_spec: ToSvg = to_svg, logo: str | None = None
) -> dict[str, bytes]:
    """Make the files of a report, by ending; equal facts give equal bytes.

    What has no charts is written while these are drawn (in another process, where ``draw_spec`` asks one) and while
    Typst sets the pages. ``logo`` is an SVG text for the head of page 1.
    """
    with ThreadPoolExecutor(max_workers=1) as aside:
        drawn = aside.submit(draw_pictures, facts, draw_spec) if {"pdf", "html"} & set(endings) else None
        pages = None
        if drawn and "pdf" in endings:
            inputs = _page_inputs(facts)
            pages = aside.submit(lambda: _pdf(facts, inputs, with_logo(drawn.result(), logo)))
        made = {ending: make(facts) for ending, make in _PLAIN.items() if ending in endings}
        if drawn and "html" in endings:
            made["html"] = _html(facts, drawn.result())
        if pages:
            made["pdf"] = pages.result()
    return {ending: made[ending] for ending in endings}


# Each library is imported by the output that needs it: a report as PDF alone is not to wait for the others.


def _page_inputs(facts: ReportFacts) -> Mapping[str, str]:
    from transforms.report.pages import page_inputs  # noqa: PLC0415

    return page_inputs(facts)


def _pdf(facts: ReportFacts, inputs: Mapping[str, str], pictures: Mapping[str, Picture]) -> bytes:
    from transforms.report.pages import set_pages  # noqa: PLC0415

    return set_pages(facts, inputs, pictures)


def _html(facts: ReportFacts, pictures: Mapping[str, Picture]) -> bytes:
    from transforms.report.outputs.page import render_html  # noqa: PLC0415

    return render_html(facts, pictures)


def _xlsx(facts: ReportFacts) -> bytes:
    from transforms.report.outputs.annex import render_annex  # noqa: PLC0415

    return render_annex(facts)


def _docx(facts: ReportFacts) -> bytes:
    from transforms.report.outputs.proposal import render_docx  # noqa: PLC0415

    return render_docx(facts)


def _json(facts: ReportFacts) -> bytes:
    from transforms.report.facts import facts_json  # noqa: PLC0415

    return facts_json(facts)


_PLAIN: Mapping[str, Callable[[ReportFacts], bytes]] = {"xlsx": _xlsx, "docx": _docx, "json": _json}
