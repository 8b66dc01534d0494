"""A DMN file as plain records: what exists, what it needs, where its logic stands. Not compiled yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from app.feel.dmn_xml import Element, child, children, extension, id_of, name_of, target, type_reference
from app.feel.errors import FeelEvaluationError
from app.feel.table_xml import Rule, TableText, table_text
from app.feel.temporal import parse_date
from app.feel.workshop import Spot, Workshop

LOGIC = (
    "literalExpression", "decisionTable", "context", "relation", "list", "invocation", "functionDefinition",
    "conditional", "filter", "for", "some", "every",
)  # fmt: skip


@dataclass(frozen=True)
class InputData:
    id: str
    name: str
    type: str | None


@dataclass(frozen=True)
class Decision:
    """A decision as written; `variable` is the name others read it by.

    `requires` and `knows` are ids; `names_read` are variables its own logic reads, functions left out.
    `rules` and `table` are empty for a decision that is no table. Effective dates are
    inclusive; None is unbounded.
    """

    id: str
    name: str
    type: str | None
    requires: tuple[str, ...]
    knows: tuple[str, ...]
    table: TableText | None
    effective_from: date | None
    effective_to: date | None
    element: Element = field(compare=False, repr=False, default=None)
    variable: str = ""
    names_read: frozenset[str] = frozenset()

    @property
    def rules(self) -> tuple[Rule, ...]:
        return self.table.rules if self.table else ()

    def in_force(self, day: date) -> bool:
        return (self.effective_from or day) <= day <= (self.effective_to or day)


@dataclass(frozen=True)
class Knowledge:
    """A business knowledge model: a function by name."""

    id: str
    name: str
    knows: tuple[str, ...]
    element: Element = field(compare=False, repr=False, default=None)


@dataclass(frozen=True)
class DecisionService:
    """A function whose parameters are its input data, then its input decisions."""

    id: str
    name: str
    outputs: tuple[str, ...]
    input_decisions: tuple[str, ...]
    input_data: tuple[str, ...]
    type: str | None


def _targets(element: Element, holder: str, *names: str) -> tuple[str, ...]:
    found = [child(requirement, *names) for requirement in children(element, holder)]
    return tuple(target(one) for one in found if one is not None)


def read_input(element: Element) -> InputData:
    variable = child(element, "variable")
    return InputData(id_of(element), name_of(variable, name_of(element)), type_reference(variable))


def read_decision(element: Element, workshop: Workshop) -> Decision:
    variable = child(element, "variable")
    table = child(element, "decisionTable")
    since, until = _effective(element, workshop)
    return Decision(
        id=id_of(element),
        name=name_of(element, name_of(variable)),
        type=type_reference(variable),
        requires=_targets(element, "informationRequirement", "requiredDecision", "requiredInput"),
        knows=_targets(element, "knowledgeRequirement", "requiredKnowledge"),
        table=None if table is None else table_text(table),
        effective_from=since,
        effective_to=until,
        element=element,
        variable=name_of(variable, name_of(element)),
    )


def _effective(element: Element, workshop: Workshop) -> tuple[date | None, date | None]:
    mark = extension(element, "effective")
    if mark is None:
        return None, None
    spot = Spot(element.get("id"), cell="effective")
    since, until = (_day(mark.get(end), workshop, spot) for end in ("from", "to"))
    if since and until and until < since:
        workshop.fault("effective_order", f"生效日期 {since} 晚于失效日期 {until}", spot)
    return since, until


def _day(text: str | None, workshop: Workshop, spot: Spot) -> date | None:
    if not text:
        return None
    try:
        return parse_date(text)
    except FeelEvaluationError as fault:
        workshop.fault("effective_date", fault.message, spot)
        return None


def read_knowledge(element: Element) -> Knowledge:
    name = name_of(child(element, "variable"), name_of(element))
    return Knowledge(id_of(element), name, _targets(element, "knowledgeRequirement", "requiredKnowledge"), element)


def read_service(element: Element) -> DecisionService:
    def ids(name: str) -> tuple[str, ...]:
        return tuple(target(part) for part in children(element, name))

    variable = child(element, "variable")
    return DecisionService(
        id_of(element),
        name_of(variable, name_of(element)),
        ids("outputDecision"),
        ids("inputDecision"),
        ids("inputData"),
        type_reference(variable),
    )
