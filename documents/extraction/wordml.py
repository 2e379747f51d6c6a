"""XML elements by their local names, since office formats have several namespaces for the same words."""

from collections.abc import Iterator

from lxml import etree

_OFF = frozenset(("0", "false", "off", "none"))


def local_name(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (child for child in element if local_name(child) == name)


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    return None if element is None else next(children(element, name), None)


def attribute(element: etree._Element | None, name: str) -> str:
    if element is None:
        return ""
    return next((str(text) for key, text in element.items() if key.rpartition("}")[2] == name), "")


def value(element: etree._Element | None, name: str, *, own: bool = False) -> str:
    """The `val` of a child, or the element's own attribute of that name."""
    return attribute(element, name) if own else attribute(child(element, name), "val")


def is_on(element: etree._Element | None, name: str) -> bool:
    """Whether a switch is set: `<w:vanish/>` is, `<w:vanish w:val="0"/>` is not."""
    switch = child(element, name)
    return switch is not None and attribute(switch, "val").lower() not in _OFF
