"""What the table check knows about the names in a file: their types, the logic behind them, the inputs they rest on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.feel import nodes as n
from app.feel.assembly import Assembly
from app.feel.constants import Unclear, constant
from app.feel.dmn_xml import child
from app.feel.domains import ANYTHING, Domain, Domains
from app.feel.functions import FUNCTIONS
from app.feel.sheets import Sheet, Text
from app.feel.types import FeelType

TOP = ("literalExpression", "decisionTable")


class Surroundings:
    """Of one file. A name that a box gives, or a function's parameter, is nobody's but the box's."""

    def __init__(self, assembly: Assembly) -> None:
        parts = assembly.parts
        self._types = {data.name: assembly.input_types[id_] for id_, data in parts.inputs.items()}
        self._types |= {each.variable: assembly.variable_type(id_) for id_, each in parts.decisions.items()}
        self._requires = {each.variable: self._needed(assembly, id_) for id_, each in parts.decisions.items()}
        self._decisions = frozenset(parts.decisions)
        self._functions = assembly.function_names
        self.logic = {each.variable: found for id_, each in parts.decisions.items() if (found := _top(assembly, id_))}
        self._domains = Domains(self.logic)
        self.constants = _parameters(self.logic)
        self.labels = {each.variable: each.element.get("label") or each.name for each in parts.decisions.values()}

    def _needed(self, assembly: Assembly, id_: str) -> frozenset[str]:
        """Names of the decisions and inputs that a decision requires, those further down too."""
        parts, found, ahead = assembly.parts, set[str](), [id_]
        while ahead:
            for reference in parts.decisions[ahead.pop()].requires:
                if reference in parts.inputs:
                    found.add(parts.inputs[reference].name)
                elif reference in parts.decisions and parts.decisions[reference].variable not in found:
                    found.add(parts.decisions[reference].variable)
                    ahead.append(reference)
        return frozenset(found)

    def owns(self, sheet: Sheet) -> bool:
        """Whether names in a table mean the file's, because it is a decision's and not a function's."""
        return sheet.owner in self._decisions

    def parameters(self, sheet: Sheet) -> dict[str, object]:
        """Decisions that are nothing but a constant, such as a line that people may change in the file."""
        if not self.owns(sheet):
            return {}
        return {name: value for name, value in self.constants.items() if name not in sheet.bound}

    def domain(self, node: n.Node | None, sheet: Sheet) -> Domain:
        if not self.owns(sheet) or sheet.bound & set(_roots(node)):
            return ANYTHING
        return self._domains.of(node)

    def types_of(self, node: n.Node | None, sheet: Sheet) -> list[FeelType]:
        """The declared type of what a column reads, where it reads one thing."""
        path = path_of(node)
        if path is None or not self.owns(sheet) or path[0] in sheet.bound:
            return []
        kind = self._types.get(path[0])
        for part in path[1:]:
            kind = (kind.fields or {}).get(part) if kind else None
        return [kind] if kind else []

    def leaves(self, node: n.Node | None, sheet: Sheet) -> frozenset[str]:
        """The inputs that an expression rests on, as paths ("standard.base"); what a decision needs counts."""
        found: set[str] = set()
        for path in paths_in(node):
            if path[0] in self._functions:
                continue
            below = self._requires.get(path[0]) if path[0] not in sheet.bound else None
            found |= {".".join(path)} if below is None else {path[0], *below}
        return frozenset(found)


def _top(assembly: Assembly, id_: str) -> Sheet | Text | None:
    """The one table or expression that a decision is; None for what is made of several."""
    if child(assembly.parts.decisions[id_].element, *TOP) is None:
        return None
    records = assembly.bench.records
    every: list[Sheet | Text] = [*records.sheets, *records.texts]
    found = [each for each in every if each.owner == id_]
    return found[0] if len(found) == 1 else None


def _parameters(logic: Mapping[str, Sheet | Text]) -> dict[str, object]:
    found = {}
    for name, behind in logic.items():
        if isinstance(behind, Text):
            try:
                found[name] = constant(behind.node, {})
            except Unclear:
                continue
    return found


def path_of(node: n.Node | None) -> tuple[str, ...] | None:
    """("standard", "base") for `standard.base`; None for anything but a name and what hangs from it by dots."""
    if isinstance(node, n.Name):
        return (node.name,)
    if isinstance(node, n.Path):
        inner = path_of(node.source)
        return None if inner is None else (*inner, node.name)
    return None


def paths_in(node: n.Node | None) -> Iterator[tuple[str, ...]]:
    """Every name with what hangs from it; functions of the standard left out."""
    if node is None:
        return
    path = path_of(node)
    if path is None:
        for inner in n.children(node):
            yield from paths_in(inner)
    elif path[0] not in FUNCTIONS:
        yield path


def _roots(node: n.Node | None) -> Iterator[str]:
    return (path[0] for path in paths_in(node))
