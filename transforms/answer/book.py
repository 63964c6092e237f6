"""The workbook part: which sheets there are, and our own sheet put in front of them."""

from msgspec import Struct

from transforms.answer.package import CannotAnnotateError, Package
from transforms.answer.properties import generator, tell_properties
from transforms.answer.wording import texts
from transforms.answer.xml_edit import Edits, all_at, as_bytes, attribute_text, element_text, find_tags, first, prefixed
from transforms.workbook.xml_parts import unescape

WORKBOOK = "xl/workbook.xml"
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
WORKSHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
OWN_NAME = "D8_RUECKMELDUNG"
"""Hidden name by which our sheet is known when the file comes back."""
PRINT_TITLES = "_xlnm.Print_Titles"

_LONGEST_NAME = 31
_BEFORE_NAMES = ("workbook/sheets", "workbook/functionGroups", "workbook/externalReferences")
"""What stands before the list of names, where it has to be made (ISO 29500-1, 18.2.27)."""
_USUAL = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_USUAL_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"


class Dialect(Struct, frozen=True):
    """The namespaces of a package: the usual ones, or those of the strict form of the format."""

    main: str
    relations: str


class Sheet(Struct, frozen=True):
    """One sheet of the workbook; ``part`` is empty for one that has no cells, such as a chart."""

    name: str
    part: str
    is_hidden: bool


class Book:
    """The workbook of a package. `show_first` writes it, with our sheet in front of all others."""

    def __init__(self, package: Package) -> None:
        xml = package.read(WORKBOOK)
        if xml is None:
            msg = "the package has no workbook"
            raise CannotAnnotateError(msg)
        self._package = package
        self._xml = xml
        self._tags = find_tags(
            xml,
            "workbook",
            "workbook/bookViews/workbookView",
            "workbook/sheets/sheet",
            *_BEFORE_NAMES,
            "workbook/definedNames",
            "workbook/definedNames/definedName",
        )
        is_strict = _STRICT.encode() in xml[:2000]
        self.dialect = Dialect(_STRICT, _STRICT_RELATIONS) if is_strict else Dialect(_USUAL, _USUAL_RELATIONS)
        if any(name.startswith("xl/revisions/") for name in package.names):
            msg = "the workbook keeps a log of its changes, which one more sheet would contradict"
            raise CannotAnnotateError(msg)
        relations = package.relations(WORKBOOK)
        parts = {link.id: link.target for link in relations if link.kind == "worksheet"}
        self._charts = [link.target for link in relations if link.kind in ("chartsheet", "dialogsheet")]
        self.styles_part = next((link.target for link in relations if link.kind == "styles"), "xl/styles.xml")
        self.sheets = tuple(
            Sheet(tag.value("name"), parts.get(tag.value("id"), ""), tag.value("state") not in ("", "visible"))
            for tag in all_at(self._tags, "workbook/sheets/sheet")
        )
        if not self.sheets:
            msg = "the workbook has no sheets"
            raise CannotAnnotateError(msg)
        self.own_sheet = self._find_own_sheet()

    @property
    def keeps_hidden_colours(self) -> bool:
        """Whether the program that saved the file last leaves alone what does not show; LibreOffice writes it anew."""
        return "LibreOffice" not in generator(self._package)

    def has_comments(self, sheet: Sheet) -> bool:
        """Whether a sheet has comments, be they the sender's or ours."""
        return any(link.kind == "comments" for link in self._package.relations(sheet.part))

    def show_first(self, sheet_xml: bytes, heading_row: int) -> None:
        """Put our sheet in front and open the workbook on it; ``heading_row`` is printed on each of its pages.

        A sheet of an earlier answer is written anew where it stands. Every count of sheets follows: names that belong
        to a sheet, the sheet that is shown, the list of titles in the document's properties.
        """
        # Without macros it is a plain workbook, and our answers are called .xlsx: Excel opens no other type under it.
        self._package.change_type(WORKBOOK, WORKBOOK_TYPE)
        edits = Edits(self._xml)
        if self.own_sheet is not None:
            self._package.write(self.own_sheet.part, sheet_xml)
            self._select(edits, self.sheets.index(self.own_sheet))
            self._package.write(WORKBOOK, edits.result())
            return
        part = self._package.free_name("xl/worksheets/die8Rueckmeldung{}.xml")
        self._package.write(part, sheet_xml)
        self._package.declare(part, WORKSHEET_TYPE)
        relation = self._package.relate(WORKBOOK, f"{self.dialect.relations}/worksheet", part)
        name = self.free_sheet_name()
        sheets = all_at(self._tags, "workbook/sheets/sheet")
        number = max(tag.number("sheetId") for tag in sheets) + 1
        prefix = sheets[0].prefix
        element = (
            f'<{prefix}sheet xmlns:r="{self.dialect.relations}" name="{attribute_text(name)}" sheetId="{number}" '
            f'r:id="{relation}"/>'
        )
        edits.insert(sheets[0].start, as_bytes(element))
        self._name(edits, name, heading_row)
        self._select(edits, 0)
        self._package.write(WORKBOOK, edits.result())
        tell_properties(self._package, name, [sheet.name for sheet in self.sheets if sheet.part])

    def free_sheet_name(self) -> str:
        """Give the name of our sheet, with a number when the sender has a sheet of that name."""
        wanted = texts()["sheet_name"]
        taken = {sheet.name.casefold() for sheet in self.sheets}
        names = (wanted, *(f"{wanted[: _LONGEST_NAME - 6]} ({number})" for number in range(2, len(taken) + 3)))
        return next(name for name in names if name.casefold() not in taken)

    def _find_own_sheet(self) -> Sheet | None:
        for tag in all_at(self._tags, "workbook/definedNames/definedName"):
            if tag.value("name") == OWN_NAME:
                reference = unescape(self._xml[tag.content : tag.close])
                name = reference.rpartition("!")[0].strip("'").replace("''", "'")
                return next((sheet for sheet in self.sheets if sheet.name == name and sheet.part), None)
        return None

    def _select(self, edits: Edits, position: int) -> None:
        """Show one sheet; charts that are sheets must not stay selected beside it, as little as the others."""
        for part in self._charts:
            xml = self._package.read(part)
            views = find_tags(xml, "chartsheet/sheetViews/sheetView", "dialogsheet/sheetViews/sheetView") if xml else []
            if xml and any("tabSelected" in view.attributes for view in views):
                deselected = Edits(xml)
                for view in views:
                    deselected.set(view, {"tabSelected": None})
                self._package.write(part, deselected.result())
        for view in all_at(self._tags, "workbook/bookViews/workbookView"):
            shown = str(position) if position else None
            edits.set(view, {"activeTab": shown, "firstSheet": None})

    def _name(self, edits: Edits, sheet: str, heading_row: int) -> None:
        """Name our sheet for its return and for printing; names that belong to a sheet now belong to the next one."""
        quoted = "'" + sheet.replace("'", "''") + "'"
        printed = (
            f'<definedName name="{PRINT_TITLES}" localSheetId="0">{element_text(quoted)}!${heading_row}:${heading_row}'
            "</definedName>"
        )
        known = f'<definedName name="{OWN_NAME}" hidden="1">{element_text(quoted)}!$A$1</definedName>'
        there = all_at(self._tags, "workbook/definedNames/definedName")
        for tag in there:
            if "localSheetId" in tag.attributes:
                edits.set(tag, {"localSheetId": str(tag.number("localSheetId") + 1)})
            if tag.value("name") == OWN_NAME:
                # Left behind by a sheet that was deleted; the same name twice would damage the file.
                edits.replace(tag.content, tag.close, as_bytes(element_text(f"{quoted}!$A$1")))
                known = ""
        prefix = self._tags[0].prefix
        names = first(self._tags, "workbook/definedNames")
        if there:
            # In front: whoever keeps one print title for each name of a sheet keeps that of the sender's.
            edits.insert(there[0].start, as_bytes(prefixed(known + printed, prefix)))
        elif names is not None:
            edits.append(names, known + printed)
        else:
            ends = [tag.end for tag in self._tags if tag.path in _BEFORE_NAMES]
            edits.insert(max(ends), as_bytes(prefixed(f"<definedNames>{known}{printed}</definedNames>", prefix)))
