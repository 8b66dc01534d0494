"""Puts a model together: reads its parts, checks that they fit, compiles each decision and function once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from app.feel.boxed import compile_box, expression_in, returning, typed
from app.feel.compiler import Run
from app.feel.decisions import (
    LOGIC,
    Decision,
    DecisionService,
    InputData,
    Knowledge,
    read_decision,
    read_input,
    read_knowledge,
    read_service,
)
from app.feel.dmn_xml import Element, child, children, id_of, parse_xml, type_reference
from app.feel.dmn_xml import name_of as written_name
from app.feel.errors import Fault
from app.feel.item_types import ItemTypes, member_names
from app.feel.types import ANY, FeelType
from app.feel.workshop import Spot, Workshop

T = TypeVar("T")


@dataclass
class Parts:
    """What one file holds, by id."""

    source: str
    root: Element
    inputs: dict[str, InputData] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    knowledge: dict[str, Knowledge] = field(default_factory=dict)
    services: dict[str, DecisionService] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def read_parts(xml: bytes, source: str) -> Parts:
    """Parse the XML into records. Raises DecisionFaults when it is no DMN at all; collects other faults."""
    root = parse_xml(xml, source)
    parts = Parts(source, root)
    workshop = Workshop(source, strict=True, faults=parts.faults)
    seen: set[str] = set()

    def collect(name: str, read: Callable[[Element], T], into: dict[str, T]) -> None:
        for element in children(root, name):
            id_ = id_of(element)
            if not id_:
                workshop.fault("no_id", f"{name} 没有编号（id）也没有名称", Spot())
            if id_ in seen:
                workshop.fault("duplicate_id", f"编号“{id_}”重复", Spot(id_))
            seen.add(id_)
            into[id_] = read(element)

    names: dict[str, str] = {}
    collect("inputData", read_input, parts.inputs)
    collect("decision", lambda element: read_decision(element, workshop), parts.decisions)
    for decision in parts.decisions.values():
        if names.setdefault(decision.name, decision.id) != decision.id:
            workshop.fault("duplicate_name", f"决策名称“{decision.name}”重复", Spot(decision.id))
    collect("businessKnowledgeModel", read_knowledge, parts.knowledge)
    collect("decisionService", read_service, parts.services)
    for service in parts.services.values():
        for href in (*service.outputs, *service.input_decisions, *service.input_data):
            if href not in parts.decisions and href not in parts.inputs:
                workshop.fault("unknown_reference", f"引用的“{href}”不存在", Spot(service.id))
    parts.imports = {written_name(e): e.get("namespace", "") for e in children(root, "import")}
    return parts


class Assembly:
    """All logic of a model compiled, strict or lenient; `faults` are those found on the way."""

    def __init__(self, parts: Parts, imported: Mapping[str, Assembly], *, strict: bool) -> None:
        self.parts = parts
        self.imported = imported
        self.strict = strict
        self.spaces = {space: name for name, space in parts.imports.items()}
        bench = Workshop(parts.source, strict=strict)
        foreign = {f"{name}.{kind}": made for name, other in imported.items() for kind, made in other.types.items()}
        self.types: dict[str, FeelType] = ItemTypes(parts.root, bench, foreign).build()
        self.bench = replace(bench, types=self.types, members=self._members())
        self.faults = bench.faults
        self.names_read: dict[str, frozenset[str]] = {}
        self.function_names = frozenset(self.name_of(id_) for id_ in [*parts.knowledge, *parts.services])
        self.input_types = {
            id_: self.bench.type_of(data.type, Spot(id_, cell=data.name)) for id_, data in parts.inputs.items()
        }
        self.bare_logic: dict[str, Run] = {}
        self._check_cycles()
        self.functions = {id_: self._function(knowledge) for id_, knowledge in parts.knowledge.items()}
        self.logic = {id_: self._decision(decision) for id_, decision in parts.decisions.items()}

    def paths_to(self, namespace: str) -> list[tuple[str, ...]]:
        """The ways, import by import, in which a namespace can be reached."""
        direct = [(name,) for space, name in self.spaces.items() if space == namespace]
        further = [(name, *path) for name, other in self.imported.items() for path in other.paths_to(namespace)]
        return direct + further

    def variable_type(self, decision_id: str) -> FeelType:
        return self.bench.type_of(self.parts.decisions[decision_id].type, Spot(decision_id))

    def service_type(self, service_id: str) -> FeelType:
        return self.bench.type_of(self.parts.services[service_id].type, Spot(service_id))

    def _members(self) -> frozenset[str]:
        own = member_names(self.parts.root)
        return own.union(*(other.bench.members | other.own_names() for other in self.imported.values()))

    def own_names(self) -> frozenset[str]:
        parts = self.parts
        return frozenset(
            self.name_of(id_) for id_ in (*parts.inputs, *parts.decisions, *parts.knowledge, *parts.services)
        )

    def name_of(self, id_: str) -> str:
        parts = self.parts
        holders: tuple[Mapping[str, Decision | InputData | Knowledge | DecisionService], ...] = (
            parts.decisions, parts.inputs, parts.knowledge, parts.services,
        )  # fmt: skip
        for holder in holders:
            if id_ in holder:
                found = holder[id_]
                return found.variable if isinstance(found, Decision) else found.name
        return ""

    def locate(self, href: str) -> tuple[Assembly, str, str | None]:
        """(assembly, id, name of the import or None) that a reference means."""
        space, mark, id_ = href.rpartition("#")
        if mark and space in self.spaces and self.spaces[space] in self.imported:
            name = self.spaces[space]
            return self.imported[name], id_, name
        return self, id_, None

    def _scope_names(self, references: Iterable[str], spot: Spot) -> set[str]:
        names = set(self.imported)
        for reference in references:
            home, id_, imported_as = self.locate(reference)
            name = home.name_of(id_)
            if not name:
                self.bench.fault("unknown_reference", f"引用的“{reference}”不存在", spot)
            elif imported_as is None:
                names.add(name)
        return names

    def _decision(self, decision: Decision) -> Run:
        spot = Spot(decision.id)
        names = self._scope_names((*decision.requires, *decision.knows), spot)
        bench = replace(
            self.bench, names=frozenset(names), open_scope=not decision.requires, read=set(), owner=decision.id
        )
        element = child(decision.element, *LOGIC)
        if element is None:
            if self.strict:
                bench.fault("no_logic", f"决策“{decision.name}”没有内容", spot)
            return lambda _: None
        run = compile_box(element, bench, decision.name, spot)
        self.bare_logic[decision.id] = run
        known = {self.name_of(id_) for id_ in decision.knows}
        self.names_read[decision.id] = frozenset(bench.read - known)
        kind = bench.type_of(decision.type, spot)
        return run if kind is ANY else typed(run, kind, decision.name, strict=self.strict)

    def _function(self, knowledge: Knowledge) -> Run:
        spot = Spot(knowledge.id)
        names = self._scope_names(knowledge.knows, spot) | {knowledge.name}
        bench = replace(self.bench, names=frozenset(names), read=set(), owner=knowledge.id)
        element = child(knowledge.element, "encapsulatedLogic")
        if element is None or expression_in(element) is None:
            if self.strict:
                bench.fault("no_logic", f"知识模型“{knowledge.name}”没有内容", spot)
            return lambda _: None
        run = compile_box(element, bench, knowledge.name, spot)
        variable = child(knowledge.element, "variable")
        kind = bench.type_of(type_reference(variable), spot)
        if kind is ANY or kind.kind == "function":
            return run
        return returning(run, kind, knowledge.name, strict=self.strict)

    def _check_cycles(self) -> None:
        done: set[str] = set()

        def visit(id_: str, trail: tuple[str, ...]) -> None:
            if id_ in trail:
                names = " → ".join(self.name_of(one) for one in (*trail[trail.index(id_) :], id_))
                self.bench.fault("cyclic_requirement", f"决策循环依赖：{names}", Spot(id_))
            elif id_ not in done and id_ in self.parts.decisions:
                for required in self.parts.decisions[id_].requires:
                    visit(required, (*trail, id_))
            done.add(id_)

        for id_ in self.parts.decisions:
            visit(id_, ())
