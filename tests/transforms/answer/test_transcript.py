"""What another format says, in the template: the same content, the same findings, each at its new cell."""

from datetime import date, datetime, time
from pathlib import Path

import pytest

from schemas.answer import MARK_FILLS
from schemas.contract import tables
from schemas.findings import Severity
from schemas.place import Place, column_letters
from schemas.quarter import Quarter
from schemas.submission import NO_HISTORY, Submission
from schemas.workbook import CellKind, FileFormat, RawCell, RawSheet, RawWorkbook
from tests.builders import a_project
from tests.samples import SAMPLES
from tests.transforms.answer.answers import OWN_SHEET, a_finding, an_answer, the_answer_to, the_book
from tests.transforms.answer.test_own_sheet import rows_of
from transforms.answer.annotate import annotate
from transforms.answer.transcript import transcribe
from transforms.parsing.submission import parse_submission
from transforms.rules.engine import check_submission
from transforms.workbook.reading import read_workbook
from transforms.workbook.template_render import render

OTHER_FORMATS = sorted(path for path in SAMPLES.glob("*/*") if path.suffix in (".ods", ".xls", ".zip"))
QUARTER = Quarter(2026, 3)
TODAY = date(2026, 10, 9)


def a_read(path: Path) -> RawWorkbook:
    read = read_workbook(path.read_bytes(), path.name)
    assert isinstance(read, RawWorkbook)
    return read


def a_sheet(name: str, rows: list[list[RawCell | str]], top: int = 1) -> RawSheet:
    cells = [
        RawCell(row, column, CellKind.TEXT, cell) if isinstance(cell, str) else cell._replace(row=row, column=column)
        for row, line in enumerate(rows, start=top)
        for column, cell in enumerate(line, start=1)
    ]
    return RawSheet(name, tuple(cell for cell in cells if cell.kind is not CellKind.TEXT or cell.value))


def a_return(**sheets: RawSheet) -> RawWorkbook:
    """A small return as an ods might hold it: its own order of columns, headers in row 2, projects from row 3."""
    front = a_sheet(
        "Deckblatt",
        [
            ["Vorlagenversion", "1.0"],
            ["Gesellschaft", "KLI"],
            ["Berichtsquartal", "2026-Q3"],
            ["Stichtag", RawCell(0, 0, CellKind.DATE, date(2026, 9, 30))],
            ["Geldeinheit", "TEUR"],
        ],
    )
    return RawWorkbook(FileFormat.ODS, tuple({"Deckblatt": front, **sheets}.values()))


def cell_of(kind: CellKind, value: object, number_format: str = "", fill: str | None = None) -> RawCell:
    return RawCell(0, 0, kind, value, number_format, fill)  # type: ignore[arg-type]  # any value of a cell


def projects(**cells: RawCell | str) -> RawSheet:
    """The sheet Projekte with the columns of the contract backwards, then one of the sender's own; header in row 2."""
    row = a_project()
    names = list(tables()["project"].fields)[::-1]
    headings = [tables()["project"].fields[name].label for name in names]
    found = [cells.get(name, row.raw.get(name, "")) for name in names]
    return a_sheet("Projekte", [[*headings, "Sonstiges"], [*found, "geht verloren"]], top=2)


def ours(name: str) -> str:
    """The cell of a field in the first row of our own sheet Projekte."""
    return f"{column_letters(1 + list(tables()['project'].fields).index(name))}5"


def theirs(name: str) -> str:
    """Its cell in the sender's sheet."""
    return f"{column_letters(len(tables()['project'].fields) - list(tables()['project'].fields).index(name))}3"


def the_transcript(read: RawWorkbook) -> bytes:
    return render(transcribe(read, parse_submission(read, "x.ods"), QUARTER).plan)


@pytest.mark.parametrize("path", OTHER_FORMATS, ids=lambda path: path.name)
def test_a_transcript_that_is_handed_in_says_the_same_with_the_same_findings(path: Path) -> None:
    read = a_read(path)
    original = parse_submission(read, path.name)
    transcript = transcribe(read, original, QUARTER)

    again = read_workbook(render(transcript.plan), path.name)
    assert isinstance(again, RawWorkbook)
    copied = parse_submission(again, path.name)

    def values(submission: Submission) -> list[object]:
        return [row.values for row in submission.rows()]

    assert values(copied) == values(original)

    def told(submission: Submission) -> list[tuple[str, str]]:
        # What is said about headings and about the file itself is said about its layout, which is another one now.
        findings = check_submission(submission, NO_HISTORY, TODAY).findings
        in_cells = [found for found in findings if found.place and found.place.is_cell]
        return sorted((f.rule, str(f.value)) for f in in_cells if f.rule not in ("S04", "S05", "S09"))

    assert told(copied) == told(original)


@pytest.mark.parametrize("path", OTHER_FORMATS, ids=lambda path: path.name)
def test_findings_about_cells_stand_at_the_copied_cells(path: Path) -> None:
    read = a_read(path)
    submission = parse_submission(read, path.name)
    transcript = transcribe(read, submission, QUARTER)
    places = [row.place(name) for row in submission.rows() for name in row.raw if row.place(name).is_cell]
    assert places

    again = read_workbook(render(transcript.plan), path.name)
    assert isinstance(again, RawWorkbook)

    def shown(workbook: RawWorkbook, place: Place | None) -> str:
        assert place is not None
        return next(
            cell.text
            for sheet in workbook.sheets
            for cell in sheet.cells
            if (sheet.name, cell.row, cell.column) == (place.sheet, place.row, place.column)
        )

    assert [shown(again, transcript.place(place)) for place in places] == [shown(read, place) for place in places]


def test_each_kind_of_place_is_found_again() -> None:
    read = a_return(Projekte=projects())
    transcript = transcribe(read, parse_submission(read, "x.ods"), QUARTER)
    column = theirs("end_baseline").rstrip("3")
    beyond = column_letters(len(tables()["project"].fields) + 1)

    def found(place: str) -> str:
        return str(transcript.place(Place.of(place)))

    assert found(f"Projekte!{theirs('status_overall')}") == f"Projekte!{ours('status_overall')}"
    assert found(f"Projekte!{column}2") == f"Projekte!{ours('end_baseline').rstrip('5')}4"
    assert found(f"Projekte!{column}:{column}") == "Projekte!I:I"
    assert found("Projekte!3:3") == "Projekte!5:5"
    assert found("Projekte") == "Projekte"
    assert found("Deckblatt!B2") == "Deckblatt!B5"
    assert found(f"Projekte!{beyond}3") == found("Projekte!9:9") == found("Notizen!A1") == "None"


def test_cells_hold_what_the_sender_had_right_or_wrong() -> None:
    sheet = projects(
        title="=1+1",
        status_overall=cell_of(CellKind.BLANK, None, fill="FFC000"),
        progress_pct=cell_of(CellKind.NUMBER, 0.35, "0%"),
        end_baseline="30. September 2026",
        budget_total=cell_of(CellKind.ERROR, "#REF!"),
    )

    content = the_transcript(a_return(Projekte=sheet))

    copied = the_book(content)["Projekte"]
    assert copied[ours("project_id")].value == "KLI-001"
    title = copied[ours("title")]
    assert (title.value, title.data_type, title.quotePrefix) == ("=1+1", "s", True)
    assert (copied[ours("progress_pct")].value, copied[ours("progress_pct")].number_format) == (0.35, "0%")
    assert copied[ours("end_baseline")].value == "30. September 2026"
    assert str(copied[ours("status_overall")].fill.fgColor.rgb) == "FFFFC000"
    again = read_workbook(content, "x.xlsx")
    assert isinstance(again, RawWorkbook)
    [error] = [cell for found in again.sheets for cell in found.cells if cell.kind is CellKind.ERROR]
    assert (str(Place("", error.row, error.column)), error.value) == (f"!{ours('budget_total')}", "#REF!")
    assert "geht verloren" not in {cell.text for found in again.sheets for cell in found.cells}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (datetime(2026, 9, 30, 12, 30), datetime(2026, 9, 30, 12, 30)),  # noqa: DTZ001 - cells know no time zone
        (time(12, 30), "12:30"),
        (True, "WAHR"),
        (date(1850, 1, 1), "01.01.1850"),
        (float("inf"), "inf"),
        ("x" * 400, "x" * 400),
        ("", None),
    ],
)
def test_any_value_of_a_cell_finds_its_place(value: object, shown: object) -> None:
    cell = cell_of(CellKind.TEXT, value, "@" if isinstance(value, str) else "")

    content = the_transcript(a_return(Projekte=projects(next_step=cell)))

    assert the_book(content)["Projekte"][ours("next_step")].value == shown


def test_the_list_names_both_cells_and_says_that_this_is_a_transcript() -> None:
    read = a_return(Projekte=projects())
    transcript = transcribe(read, parse_submission(read, "x.ods"), QUARTER)
    beyond = f"Projekte!{column_letters(len(tables()['project'].fields) + 1)}3"
    light = theirs("status_overall")
    findings = [a_finding(f"Projekte!{light}"), a_finding(beyond, Severity.WARNING), a_finding("", Severity.INFO)]

    content = annotate(render(transcript.plan), an_answer(*findings), transcript.place)

    assert [(row[2], row[7]) for row in rows_of(content)] == [
        (f"Projekte {ours('status_overall')}", f"Projekte {light}"),
        ("nicht in der Abschrift", beyond.replace("!", " ")),
        ("ganze Datei", "ganze Datei"),
    ]
    book = the_book(content)
    assert "Abschrift" in "".join(str(cell.value) for row in book[OWN_SHEET].iter_rows(max_row=8) for cell in row)
    marked = book["Projekte"][ours("status_overall")]
    assert str(marked.fill.fgColor.rgb)[2:] == MARK_FILLS[Severity.ERROR]


def test_a_return_of_nobody_is_copied_all_the_same() -> None:
    read = RawWorkbook(FileFormat.ODS, (a_sheet("Deckblatt", [["Gesellschaft", "Wasserwerk"]]),))
    submission = parse_submission(read, "x.ods")
    assert submission.org_code is None

    content = render(transcribe(read, submission, QUARTER).plan)

    assert the_book(content)["Deckblatt"]["B5"].value == "Wasserwerk"


def test_a_file_without_a_deckblatt_gives_an_empty_form() -> None:
    read = RawWorkbook(FileFormat.ODS, (a_sheet("Tabelle1", [["irgendwas"]]),))
    submission = parse_submission(read, "x.ods")
    assert not submission.is_readable

    book = the_book(render(transcribe(read, submission, QUARTER).plan))

    assert book["Deckblatt"]["B5"].value is None
    assert book["Projekte"]["A4"].value == "Projekt-Nr."


def test_a_sample_is_answered_with_marks_at_its_new_cells() -> None:
    path = SAMPLES / "2026-Q3" / "D8_BIB_2026-Q3_v01.ods"
    read, answer = a_read(path), the_answer_to(path)
    transcript = transcribe(read, parse_submission(read, path.name), QUARTER)

    book = the_book(annotate(render(transcript.plan), answer, transcript.place))

    assert book.sheetnames[0] == OWN_SHEET
    for finding in answer.findings:
        place = transcript.place(finding.place) if finding.place else None
        if place is not None and place.is_cell:
            assert book[place.sheet].cell(place.row or 1, place.column or 1).comment is not None
