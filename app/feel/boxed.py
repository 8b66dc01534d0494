"""Boxed expressions: the boxes DMN draws around FEEL, each compiled to a closure over the scope."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.feel.boxed_loops import compile_conditional, compile_filter, compile_for, compile_quantified
from app.feel.compiler import Run, Scope
from app.feel.dmn_xml import FEEL_LANGUAGES, Element, child, children, local, name_of, text_of, type_reference
from app.feel.errors import FeelEvaluationError
from app.feel.loops import Defined
from app.feel.sheets import Text
from app.feel.table_xml import TableBuilder
from app.feel.trace import KEY, Json, Tracer, jsonable
from app.feel.types import ANY, FeelType, coerce
from app.feel.values import Function, kind_of
from app.feel.workshop import Spot, Workshop

Box = Callable[[Element, Workshop, str, Spot], Run]


def compile_box(element: Element, workshop: Workshop, name: str, spot: Spot) -> Run:
    """Compile any boxed expression; `name` is what people call its result. Faults go to the workshop."""
    box = BOXES.get(local(element))
    if box is None:
        workshop.fault("unknown_box", f"不支持的表达式“{local(element)}”", spot)
        return lambda _: None
    run = box(element, workshop, name, Spot(element.get("id") or spot.element, spot.row, spot.cell))
    kind = ANY if local(element) == "decisionTable" else workshop.type_of(type_reference(element), spot)
    return run if kind is ANY else typed(run, kind, name, strict=workshop.strict)


def typed(run: Run, kind: FeelType, name: str, *, strict: bool) -> Run:
    """The same with its result converted to a type; lenient gives null for what does not fit."""

    def convert(scope: Scope) -> object:
        value = run(scope)
        try:
            return coerce(value, kind, f"“{name}”")
        except FeelEvaluationError:
            if strict:
                raise
            return None

    return convert


def returning(run: Run, kind: FeelType, name: str, *, strict: bool) -> Run:
    """A function whose result is converted to a type."""

    def build(scope: Scope) -> object:
        made = run(scope)
        if isinstance(made, Defined):
            made.body = typed(made.body, kind, name, strict=strict)
        return made

    return build


def expression_in(element: Element) -> Element | None:
    """The boxed expression that an element holds, if any."""
    return child(element, *BOXES)


class Literal:
    """A literal expression that tells the trace what it gave; `run` is the expression alone."""

    def __init__(self, name: str, text: str, run: Run) -> None:
        self.name = name
        self.text = text
        self.run = run

    def __call__(self, scope: Scope) -> object:
        value = self.run(scope)
        tracer = scope.get(KEY)
        if isinstance(tracer, Tracer) and not isinstance(value, Function):
            tracer.add(LiteralStep(self, value))
        return value


@dataclass(slots=True)
class LiteralStep:
    literal: Literal
    value: object

    def render(self) -> Json:
        return {"name": self.literal.name, "expression": self.literal.text, "value": jsonable(self.value)}

    def numbers(self) -> list[Any]:
        return []


def _literal(element: Element, workshop: Workshop, name: str, spot: Spot) -> Run:
    language = element.get("expressionLanguage")
    if language and not language.endswith(FEEL_LANGUAGES):
        workshop.fault("not_feel", f"表达式语言应为 FEEL，实为“{language}”", spot)
    text = text_of(element)
    run, node = workshop.parsed_expression(text, Spot(spot.element, spot.row, spot.cell or name))
    if node is not None:
        workshop.records.texts.append(Text(element.get("id"), workshop.owner, name, text, node))

    return Literal(name, text, run)


def _context(element: Element, workshop: Workshop, _: str, spot: Spot) -> Run:
    entries: list[tuple[str, Run]] = []
    result: Run | None = None
    for entry in children(element, "contextEntry"):
        variable = child(entry, "variable")
        key = name_of(variable)
        box = expression_in(entry)
        run = compile_box(box, workshop, key or spot.cell or "", spot) if box is not None else _nothing
        if variable is None:
            result = run
            continue
        kind = workshop.type_of(type_reference(variable), spot)
        run = run if kind is ANY else typed(run, kind, key, strict=workshop.strict)
        entries.append((key, run))
        workshop = workshop.knowing([key])

    def build(scope: Scope) -> object:
        inner, built = dict(scope), {}
        for key, run in entries:
            inner[key] = built[key] = run(inner)
        return result(inner) if result else built

    return build


def _nothing(_: Scope) -> object:
    return None


def _relation(element: Element, workshop: Workshop, _: str, spot: Spot) -> Run:
    names = [name_of(column) for column in children(element, "column")]
    rows: list[list[Run]] = []
    for number, row in enumerate(children(element, "row"), 1):
        cells = [child for child in children(row) if local(child) in BOXES]
        if len(cells) != len(names):
            workshop.fault("row_length", f"应有 {len(names)} 格，实有 {len(cells)}", Spot(spot.element, number))
            continue
        spots = [Spot(spot.element, number, name) for name in names]
        rows.append([compile_box(cell, workshop, at.cell or "", at) for cell, at in zip(cells, spots, strict=True)])
    return lambda scope: [dict(zip(names, [cell(scope) for cell in row], strict=True)) for row in rows]


def _list(element: Element, workshop: Workshop, name: str, spot: Spot) -> Run:
    items = [compile_box(child, workshop, name, spot) for child in children(element) if local(child) in BOXES]
    return lambda scope: [item(scope) for item in items]


def _invocation(element: Element, workshop: Workshop, name: str, spot: Spot) -> Run:
    callee = expression_in(element)
    if callee is None:
        workshop.fault("no_function", "调用没有写明函数", spot)
        return _nothing
    function = compile_box(callee, workshop, name, spot)
    bindings: list[tuple[str, Run]] = []
    for binding in children(element, "binding"):
        parameter, box = name_of(child(binding, "parameter")), expression_in(binding)
        bindings.append((parameter, compile_box(box, workshop, parameter, spot) if box is not None else _nothing))

    def invoke(scope: Scope) -> object:
        target = function(scope)
        if not isinstance(target, Function):
            raise FeelEvaluationError(f"{kind_of(target)} 不是函数")
        return target.call_named({parameter: run(scope) for parameter, run in bindings})

    return _lenient(invoke, workshop)


def _lenient(run: Run, workshop: Workshop) -> Run:
    def nulled(scope: Scope) -> object:
        try:
            return run(scope)
        except FeelEvaluationError:
            return None

    return run if workshop.strict else nulled


def _function(element: Element, workshop: Workshop, name: str, spot: Spot) -> Run:
    if element.get("kind", "FEEL") != "FEEL":
        workshop.fault("not_feel", "函数应以 FEEL 书写，不支持 Java 与 PMML", spot)
    parameters = [
        (name_of(parameter), workshop.type_of(type_reference(parameter), spot))
        for parameter in children(element, "formalParameter")
    ]
    box = expression_in(element)
    inner = workshop.knowing([parameter for parameter, _ in parameters])
    body = _nothing if box is None else compile_box(box, inner, name, spot)
    return lambda scope: Defined(parameters, body, scope, name)


BOXES: dict[str, Box] = {
    "literalExpression": _literal,
    "decisionTable": lambda element, workshop, name, spot: _lenient(
        TableBuilder(element, workshop, name, spot).build(), workshop
    ),
    "context": _context,
    "relation": _relation,
    "list": _list,
    "invocation": _invocation,
    "functionDefinition": _function,
    "encapsulatedLogic": _function,
    "conditional": lambda element, workshop, name, spot: compile_conditional(
        _parts(element, workshop, name, spot), workshop
    ),
    "filter": lambda element, workshop, name, spot: compile_filter(_parts(element, workshop, name, spot), workshop),
    "for": lambda element, workshop, name, spot: compile_for(_parts(element, workshop, name, spot), workshop, element),
    "some": lambda element, workshop, name, spot: compile_quantified(
        _parts(element, workshop, name, spot), workshop, element
    ),
    "every": lambda element, workshop, name, spot: compile_quantified(
        _parts(element, workshop, name, spot), workshop, element
    ),
}


def _parts(element: Element, workshop: Workshop, name: str, spot: Spot) -> dict[str, Run]:
    """The compiled children of a box with named parts: if/then/else, in/match, in/return, in/satisfies."""
    bound = [str(element.get("iteratorVariable"))] if element.get("iteratorVariable") else []
    bound += {"for": ["partial"], "filter": ["item", *workshop.members]}.get(local(element), [])
    parts: dict[str, Run] = {}
    for part in children(element, "if", "then", "else", "in", "match", "return", "satisfies"):
        box = expression_in(part)
        if box is None:
            continue
        inner = workshop if local(part) == "in" else workshop.knowing(bound)
        parts[local(part)] = compile_box(box, inner, name, spot)
    return parts
