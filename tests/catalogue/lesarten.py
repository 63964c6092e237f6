"""The page docs/lesarten.md: the catalogue as the project really reads it. ``make catalogue`` renews it."""

import sys
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby
from pathlib import Path

from schemas.contract import Field, FieldType, tables
from schemas.findings import Finding, Severity, Verdict
from schemas.submission import Value
from tests.catalogue.all_variants import outcome_in, variants
from tests.catalogue.outcomes import Outcome, is_about_format
from tests.catalogue.variants import Variant
from tests.catalogue.writing import FORMATS
from transforms.contract_texts import shown
from transforms.wording import german_date, german_number
from transforms.workbook.file_names import ignored_because

PAGE = Path(__file__).parents[2] / "docs" / "lesarten.md"

_INTRODUCTION = """# Lesarten

Wie das System liest, was in den Dateien der Häuser steht: zu jeder Nummer des Katalogs die Varianten, für die es einen
Test mit einer echten Datei gibt, und was aus ihnen wird. Diese Seite wird aus den Ergebnissen dieser Tests geschrieben
(`make catalogue`), und jeder Test prüft seine Zeile.

Der Grundsatz ist immer derselbe. Gibt es eine sichere Lesart, wird sie übernommen, und war sie nicht offensichtlich,
sagt ein Hinweis (C13), wie gelesen wurde. Gibt es zwei Lesarten, wird der Wert nicht übernommen, und ein Fehler nennt
die Zelle.

- **●** in der Spalte eines Formats: die Variante steht als Test in diesem Format und wird so gelesen.
- **–**: in diesem Format kann die Variante nicht vorkommen oder ist dort nicht zu erkennen.
- „csv“ ist ein ZIP-Archiv mit einer CSV-Datei je Tabellenblatt, so wie ein deutsches Excel sie speichert.
- Steht bei einem Befund keine Zelle, so nennt er genau die Zelle mit der Variante.
"""
_BLOCKS = (
    ("M01", "Datumsangaben"),
    ("M12", "Beträge und Zahlen"),
    ("M28", "Prozentangaben"),
    ("M33", "Ja und Nein, Ampeln, fehlende Angaben"),
    ("M47", "Fehlerwerte, Formeln, Kennungen"),
    ("M56", "Zeichen und Schreibweisen"),
    ("M64", "Kopfzeilen, Zeilen und Blätter"),
    ("M83", "Die Datei als Ganzes"),
    ("M91", "Quartal und Gesellschaft"),
    ("M96", "Personendaten und Texte"),
)
_IGNORED = ("~$Status.xlsx", ".~lock.Status.ods#", "Thumbs.db", "Status.xlsx.part", "Einladung.txt")
_HEAD = "| Nr. | In der Datei | " + " | ".join(FORMATS) + " | gelesen als | Befunde | Urteil |"
_RULE = "|---" * (len(FORMATS) + 5) + "|"
_MOST_PLACES = 4
_VERDICTS = {
    Verdict.ACCEPTED: "angenommen",
    Verdict.ACCEPTED_WITH_FINDINGS: "angenommen mit Befunden",
    Verdict.REJECTED: "zurückgewiesen",
    Verdict.UNASSIGNED: "nicht zuzuordnen",
}


def line_of(variant: Variant, outcome: Outcome) -> str:
    """Write the table row of a variant as one format's outcome has it."""
    formats = ("●" if name in variant.formats else "–" for name in FORMATS)
    cells = (
        variant.number,
        variant.shown,
        *formats,
        _reading(variant, outcome),
        _findings(variant, outcome) or "keine",
        _VERDICTS[outcome.verdict],
    )
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def documented() -> dict[str, str]:
    """The rows of the page as it lies in docs/, by the id of their variant."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| M")]
    return dict(zip(variants(), lines, strict=False))


def page(lines: Mapping[str, str]) -> str:
    """Put the page together from the rows by id."""
    blocks = dict(_BLOCKS)
    starts = sorted(blocks)
    parts = [_INTRODUCTION, f"- {_about_old_formats()}\n"]
    by_block = groupby(lines, key=lambda name: max(start for start in starts if start <= name.partition("-")[0]))
    for start, names in by_block:
        rows = [lines[name] for name in names]
        parts.append("\n".join((f"\n## {blocks[start]}\n", _HEAD, _RULE, *rows)) + "\n")
    parts.append(_about_ignored())
    return "".join(parts)


def _reading(variant: Variant, outcome: Outcome) -> str:
    if not outcome.verdict.is_loaded and not variant.watched:
        return "nichts"
    if not variant.watched or variant.watched.endswith(".title"):
        return f"{len(outcome.checked.tables['project'])} Projekte"
    table, _, name = variant.watched.partition(".")
    return in_german(tables()[table].fields[name], outcome.value(table, variant.row, name))


def in_german(field: Field, value: Value) -> str:
    """Write a loaded value the way people do."""
    match value:
        case None:
            return "kein Wert"
        case tuple():
            return "; ".join(value)
        case str() if field.code_list:
            return shown(field.code_list, value)
        case str() as text:
            return text if len(text) <= 60 else f"{text[:40]} … ({len(text)} Zeichen)"
        case int():
            return str(value)
        case date() as day:
            return german_date(day)
        case number if field.type is FieldType.MONEY:
            return f"{german_number(number, 2)} €"
        case number if field.type is FieldType.PERCENT:
            return f"{german_number(number)} %"
        case number:
            return german_number(number)


def _findings(variant: Variant, outcome: Outcome) -> str:
    place = variant.findings_place
    told = sorted(
        (finding for finding in outcome.findings if not is_about_format(finding)),
        key=lambda finding: ([*Severity].index(finding.severity), finding.rule),
    )
    groups = groupby(told, key=lambda finding: (finding.severity, finding.rule))
    return "; ".join(f"{severity.label} {rule}{_places([*findings], place)}" for (severity, rule), findings in groups)


def _places(findings: Iterable[Finding], watched: str) -> str:
    names = dict.fromkeys(str(finding.place) for finding in findings if finding.place)
    names.pop(watched, None)
    more = ["…"] if len(names) > _MOST_PLACES else []
    return f" ({', '.join([*names][:_MOST_PLACES] + more)})" if names else ""


def _about_old_formats() -> str:
    [plain] = [variant for variant in variants().values() if variant.shown == "ganze Meldung in diesem Format"]
    [message] = [one.message for one in outcome_in(plain, "xls").findings if is_about_format(one)]
    return f"Jede Datei im Format xls oder xlsb bekommt dazu den Hinweis C13: „{message}“"


def _about_ignored() -> str:
    rows = [f"| `{name}` | {ignored_because(name)} |" for name in _IGNORED]
    head = ["\n## M89: Dateien, die keine Meldung sind\n", "| Dateiname | nicht angenommen als |", "|---|---|"]
    return "\n".join((*head, *rows)) + "\n"


def main() -> None:
    """Write the page from what the project makes of every variant in the first of its formats."""
    lines = {name: line_of(variant, outcome_in(variant, variant.formats[0])) for name, variant in variants().items()}
    PAGE.write_text(page(lines), encoding="utf-8")
    sys.stdout.write(f"{PAGE.name}: {len(lines)} Varianten\n")


if __name__ == "__main__":
    main()
