"""The document's properties: who saved it, and the list of its sheets."""

from collections.abc import Sequence

from transforms.answer.package import Package
from transforms.answer.xml_edit import Edits, all_at, as_bytes, element_text, find_tags, first, prefixed
from transforms.workbook.xml_parts import unescape

_PART = "docProps/app.xml"
_TITLES = "Properties/TitlesOfParts/vector"
_HEADINGS = "Properties/HeadingPairs/vector/variant/i4"


def generator(package: Package) -> str:
    """Name the program that saved the package; empty when it does not say."""
    xml = package.read(_PART)
    tags = find_tags(xml, "Properties/Application") if xml else []
    return unescape(xml[tags[0].content : tags[0].close]) if xml and tags else ""


def tell_properties(package: Package, name: str, sheets: Sequence[str]) -> None:
    """Add a sheet in front of the titles that the properties list, where they list the sheets as they are.

    Programs only show this list. Where it is missing or tells something else it stays as it is.
    """
    xml = package.read(_PART)
    tags = find_tags(xml, _TITLES, f"{_TITLES}/lpstr", _HEADINGS) if xml else []
    titles = all_at(tags, f"{_TITLES}/lpstr")
    vector = first(tags, _TITLES)
    if not xml or vector is None:
        return
    names = [unescape(xml[tag.content : tag.close]) for tag in titles]
    if not sheets or sheets[0] not in names:
        return
    position = names.index(sheets[0])
    begin = 0
    for heading in all_at(tags, _HEADINGS):
        text = xml[heading.content : heading.close].strip()
        count = int(text) if text.isdigit() else 0
        if begin == position and names[begin : begin + count] == list(sheets):
            edits = Edits(xml)
            edits.replace(heading.content, heading.close, b"%d" % (count + 1))
            edits.set(vector, {"size": str(len(titles) + 1)})
            title = titles[position]
            edits.insert(title.start, as_bytes(prefixed(f"<lpstr>{element_text(name)}</lpstr>", title.prefix)))
            package.write(_PART, edits.result())
            return
        begin += count
