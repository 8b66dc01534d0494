"""Reads DMN's XML, of any version from 1.1 to 1.5, without trusting it: no entities, no network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from app.feel.errors import DecisionFaults, Fault

NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    },
)
FEEL_LANGUAGES = ("/FEEL/", "FEEL", "feel", "/FEEL")
Element = Any  # lxml ships no types


def parse_xml(xml: bytes, source: str) -> Element:
    """The root `definitions`. Raises DecisionFaults with one fault when it is no DMN."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as fault:
        raise DecisionFaults([Fault(source, "not_xml", f"不是 XML 文件：{fault.msg}", line=fault.lineno)]) from None
    if root.getroottree().docinfo.doctype:
        raise DecisionFaults([Fault(source, "doctype", "DMN 文件不得带有 DOCTYPE")])
    name = etree.QName(root)
    if name.localname != "definitions" or name.namespace not in NAMESPACES:
        raise DecisionFaults([Fault(source, "not_dmn", f"不是 DMN 1.1 至 1.5 文件（根元素 {root.tag}）")])
    return root


def local(element: Element) -> str:
    return str(etree.QName(element).localname)


def children(element: Element, *names: str) -> Iterator[Element]:
    """Child elements of DMN's namespace with one of these local names, in order."""
    space = etree.QName(element).namespace
    for child in element:
        if isinstance(child.tag, str):
            name = etree.QName(child)
            if name.namespace == space and (not names or name.localname in names):
                yield child


def child(element: Element | None, *names: str) -> Element | None:
    return None if element is None else next(children(element, *names), None)


def text_of(element: Element | None) -> str:
    """The content of the element's `text` child; "" without one."""
    inner = child(element, "text")
    return "" if inner is None else "".join(inner.itertext()).strip()


def name_of(element: Element | None, fallback: str = "") -> str:
    name = None if element is None else element.get("name")
    return " ".join(name.split()) if name else fallback


def id_of(element: Element) -> str:
    """The id, which older files leave out; then the name serves."""
    return element.get("id") or name_of(element)


def type_reference(element: Element | None) -> str | None:
    """A typeRef, as an attribute or (older) as a child."""
    if element is None:
        return None
    written = element.get("typeRef")
    if written is None:
        inner = child(element, "typeRef")
        written = None if inner is None else "".join(inner.itertext()).strip()
    return written or None


def target(element: Element | None) -> str:
    """The id an href points at; a namespace before # is kept for imported elements."""
    href = "" if element is None else element.get("href", "")
    return href.removeprefix("#")


def extension(element: Element, name: str) -> Element | None:
    """An extension element by its local name, whatever its namespace."""
    holder = child(element, "extensionElements")
    found = [] if holder is None else [e for e in holder if isinstance(e.tag, str) and local(e) == name]
    return found[0] if found else None
