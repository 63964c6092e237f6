"""XML for OpenDocument: elements as text, with what its paragraphs need."""

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

NAMESPACES: Mapping[str, str] = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "number": "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
    "config": "urn:oasis:names:tc:opendocument:xmlns:config:1.0",
    "of": "urn:oasis:names:tc:opendocument:xmlns:of:1.2",
    "manifest": "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0",
    "loext": "urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
    "dc": "http://purl.org/dc/elements/1.1/",
}
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPACES = re.compile(r"(?<=^)( +)|(?<= )( +)")


def element(name: str, attributes: Mapping[str, object] | None = None, *inside: str) -> str:
    """One element; attributes that are None are left out, ``inside`` is XML already."""
    told = "".join(f" {key}={_quoted(value)}" for key, value in (attributes or {}).items() if value is not None)
    content = "".join(inside)
    return f"<{name}{told}>{content}</{name}>" if content else f"<{name}{told}/>"


def document(name: str, *inside: str) -> bytes:
    """A whole part of the package, with all namespaces declared."""
    spaces = {f"xmlns:{prefix}": address for prefix, address in NAMESPACES.items()}
    root = element(name, {**spaces, "office:version": "1.3"}, *inside)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}'.encode()


def paragraphs(text: str) -> str:
    """Running text, a paragraph for each of its lines."""
    return "".join(element("text:p", None, inline(line)) for line in text.split("\n"))


def inline(text: str) -> str:
    """Text within a paragraph. Spaces that follow another, and tabs, are elements: else they would be one space."""
    told = _SPACES.sub(lambda found: f"\0{len(found[0])}\0", _UNPRINTABLE.sub("", text))
    told = escape(told).replace("\t", "<text:tab/>")
    return re.sub("\0(\\d+)\0", r'<text:s text:c="\1"/>', told)


def quoted(sheet: str) -> str:
    """The name of a sheet as addresses want it."""
    return f"'{sheet}'" if not sheet.isalnum() else sheet


def _quoted(value: object) -> str:
    if isinstance(value, bool):
        return '"true"' if value else '"false"'
    return quoteattr(_UNPRINTABLE.sub("", str(value)))
