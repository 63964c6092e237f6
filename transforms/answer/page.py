"""The receipt as a page: one file that needs nothing else, readable by everyone, in which no text can become markup."""

import html
from collections.abc import Iterable, Sequence

from schemas.answer import Answer, ToldFinding
from schemas.findings import Severity
from transforms.answer.differences import Change, ChangeKind
from transforms.answer.receipt import (
    about_sentence,
    message_of,
    quarter_changes,
    quarter_sentence,
    replaced_changes,
    replaced_sentence,
    workbook_sentence,
)
from transforms.answer.wording import counts, in_berlin, one_line, place_text, shortened, texts, to_do
from transforms.answer.xml_edit import clean
from transforms.wording import german_date

_STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 "Source Sans 3", "Segoe UI", Arial, sans-serif; max-width: 70rem; margin: 2rem auto;
  padding: 0 1rem; color: #1a1a1a; background: #fff; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
.result { border-left: .4rem solid #1f4e79; padding: .2rem 1rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: 600; padding: .5rem 0; }
th, td { border: 1px solid #767676; padding: .3rem .5rem; text-align: left; vertical-align: top;
  overflow-wrap: break-word; }
td { max-width: 24rem; } tbody th { min-width: 5.5rem; max-width: 12rem; }
thead th { background: #1f4e79; color: #fff; }
.word { font-weight: 600; white-space: nowrap; }
@media (max-width: 44rem) {
  table, caption, tbody, tr, th, td { display: block; max-width: none; }
  thead { position: absolute; left: -999rem; }
  tr { border: 1px solid #767676; margin-bottom: .8rem; padding: .3rem .6rem; }
  th, td { border: 0; padding: .1rem 0; } td:empty { display: none; }
  [data-label]::before { content: attr(data-label) ": "; font-weight: 600; }
}
@media (prefers-color-scheme: dark) { body { color: #eee; background: #1b1b1b; } }
@media print { body { margin: 0; max-width: none; } thead { display: table-header-group; } }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""Nothing is fetched and nothing runs, whatever stands in the page."""
_MOST_ROWS = 1_000


class Markup(str):
    """Text that is markup already; every other text is escaped where it is put in."""

    __slots__ = ()


def element(name: str, *children: str, **attributes: str) -> Markup:
    """Make an element. Children that are no `Markup` are text, and stay text; attributes likewise."""
    written = "".join(f' {key.rstrip("_").replace("_", "-")}="{_escaped(value)}"' for key, value in attributes.items())
    inside = "".join(child if isinstance(child, Markup) else _escaped(child) for child in children)
    return Markup(f"<{name}{written}>{inside}</{name}>")


def receipt_page(answer: Answer, workbook: str | None = None) -> str:
    """Write the receipt as a complete HTML page; arguments as for `transforms.answer.receipt.receipt_text`."""
    words = texts()
    title = words["subject"].format(datei=one_line(answer.file_name))
    received = in_berlin(answer.received_at)
    arrived = words["received"].format(
        datei=one_line(answer.file_name), tag=german_date(received.date()), uhrzeit=received.strftime("%H:%M")
    )
    main = element(
        "main",
        element("h1", title),
        element("p", arrived),
        element("p", about_sentence(answer)),
        element("h2", words["page_result"]),
        element("p", element("strong", counts(answer)), class_="result"),
        element("h2", words["page_todo"]),
        element("p", to_do(answer)),
        element("p", workbook_sentence(answer, workbook)),
        element("h2", words["page_findings"]),
        _findings(answer),
        *_changes(answer),
        element("p", words["closing"].format(kennung=answer.submission_id)),
    )
    head = "".join(
        (
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_escaped(_POLICY)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            element("title", title),
            f"<style>{_STYLE}</style>",
        )
    )
    return f'<!DOCTYPE html>\n<html lang="de"><head>{head}</head><body>{main}</body></html>\n'


def _escaped(text: str) -> str:
    return html.escape(clean(text))


def _findings(answer: Answer) -> Markup:
    words = texts()
    if not answer.findings:
        return element("p", words["page_no_findings"])
    ordered = [finding for severity in Severity for finding in answer.findings if finding.asks_for is severity]
    table = _table(words["page_findings_order"], words["page_columns"], map(_finding_row, ordered[:_MOST_ROWS]))
    if len(ordered) <= _MOST_ROWS:
        return table
    return Markup(table + element("p", words["more_findings"].format(anzahl=len(ordered) - _MOST_ROWS)))


def _finding_row(finding: ToldFinding) -> Markup:
    *_, found, expected, rule = texts()["page_columns"].split("|")
    return element(
        "tr",
        element("td", finding.asks_for.label, class_="word"),
        element("th", place_text(finding.place), scope="row"),
        element("td", message_of(finding)),
        element("td", shortened(finding.value), data_label=found),
        element("td", shortened(finding.expected), data_label=expected),
        element("td", finding.rule, data_label=rule),
    )


def _changes(answer: Answer) -> Iterable[Markup]:
    words = texts()
    replaced = replaced_changes(answer)
    if replaced is not None:
        yield element("h2", words["page_changed_replaced"])
        yield _change_table(replaced_sentence(answer, "replaced" if replaced else "replaced_same"), replaced)
    since = quarter_changes(answer)
    if since is not None:
        yield element("h2", words["page_changed_quarter"])
        yield _change_table(quarter_sentence(answer, "quarter_before" if since else "quarter_before_same"), since)


def _change_table(caption: str, changes: Sequence[Change]) -> Markup:
    if not changes:
        return element("p", caption)
    table = _table(caption, texts()["page_changes"], map(_change_row, changes[:_MOST_ROWS]))
    if len(changes) <= _MOST_ROWS:
        return table
    more = texts()["more_changes"].format(anzahl=len(changes) - _MOST_ROWS)
    return Markup(table + element("p", more.removeprefix("- ")))


def _change_row(change: Change) -> Markup:
    _, *labels = texts()["page_changes"].split("|")
    if change.kind is ChangeKind.CHANGED:
        before, after = change.texts
        cells = (change.label, before, after)
    else:
        cells = ("", "", texts()[f"page_{change.kind}"])
    row = (element("td", cell, data_label=label) for cell, label in zip(cells, labels, strict=True))
    return element("tr", element("th", change.where, scope="row"), *row)


def _table(caption: str, columns: str, rows: Iterable[Markup]) -> Markup:
    head = element("tr", *(element("th", column, scope="col") for column in columns.split("|")))
    table = element("table", element("caption", caption), element("thead", head), element("tbody", *rows))
    # Wide tables scroll in a box of their own, which the keyboard must be able to reach.
    return element("div", table, class_="scroll", tabindex="0", role="region", aria_label=caption)
