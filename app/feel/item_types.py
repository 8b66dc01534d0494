"""A model's own types (itemDefinition), with the values they allow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from app.feel.dmn_xml import Element, child, children, name_of, text_of, type_reference
from app.feel.nodes import Node
from app.feel.types import ANY, BUILT_IN, FeelType
from app.feel.unary import Test, each_test
from app.feel.workshop import Spot, Workshop

Check = Callable[[object], bool]


class ItemTypes:
    """Builds types on demand, since a definition may name one that stands further down."""

    def __init__(self, root: Element, workshop: Workshop, imported: dict[str, FeelType]) -> None:
        self._elements = {name_of(element): element for element in children(root, "itemDefinition")}
        self._workshop = workshop
        self._building: list[str] = []
        self.types: dict[str, FeelType] = dict(imported)

    def build(self) -> dict[str, FeelType]:
        for name in self._elements:
            self._named(name)
        return self.types

    def _named(self, name: str) -> FeelType:
        if name in self.types:
            return self.types[name]
        if name in self._building:
            self._workshop.fault("cyclic_type", f"类型“{name}”循环引用自己", Spot(name))
            return ANY
        self._building.append(name)
        self.types[name] = found = self._build(self._elements[name], name)
        self._building.pop()
        return found

    def _build(self, element: Element, name: str) -> FeelType:
        found = self._base(element, name)
        item_test, ranks, nodes = self._allowed(child(element, "allowedValues"), name)
        if item_test is not None:
            found = replace(found, name=name, allowed=_both(found.allowed, item_test), ranks=ranks, nodes=nodes)
        if element.get("isCollection") == "true":
            found = FeelType("list", name, element=found)
        whole_test, _, _ = self._allowed(child(element, "typeConstraint"), name)
        if whole_test is not None:
            found = replace(found, allowed=_both(found.allowed, whole_test))
        return found

    def _base(self, element: Element, name: str) -> FeelType:
        components = list(children(element, "itemComponent"))
        if components:
            fields = {name_of(part): self._build(part, f"{name}.{name_of(part)}") for part in components}
            return FeelType("context", name, fields=fields)
        function = child(element, "functionItem")
        if function is not None:
            parameters = tuple(self._reference(type_reference(p), name) for p in children(function, "parameters"))
            return FeelType("function", name, parameters=parameters)
        return self._reference(type_reference(element), name)

    def _reference(self, reference: str | None, name: str) -> FeelType:
        plain = " ".join((reference or "Any").split())
        if plain in self._elements:
            return self._named(plain)
        found = self.types.get(plain) or BUILT_IN.get(plain.rpartition(":")[2].lower())
        if found is None:
            self._workshop.fault("unknown_type", f"没有名为“{plain}”的类型", Spot(name))
        return found or ANY

    def _allowed(self, element: Element | None, name: str) -> tuple[Check | None, tuple[Check, ...], tuple[Node, ...]]:
        """The check of all allowed values together, one for each in order, and how they are written."""
        text = text_of(element)
        if not text:
            return None, (), ()
        test, node = self._workshop.tests(text, Spot(name, cell="allowedValues"))
        return _passes(test), tuple(_passes(each) for each in each_test(text, node)), (node,)


def _passes(test: Test) -> Check:
    return lambda value: value is None or test(value, {}) is True


def _both(first: Check | None, second: Check) -> Check:
    if first is None:
        return second
    return lambda value: first(value) and second(value)


def member_names(root: Element) -> frozenset[str]:
    """Names of all components, which may stand after a dot or in a filter."""
    space = root.tag.removesuffix("definitions")
    return frozenset(
        name_of(part) for part in root.iter(f"{space}itemComponent", f"{space}contextEntry") if name_of(part)
    )
