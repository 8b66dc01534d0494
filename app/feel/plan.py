"""The fast way to decide: all decisions that one needs, in order, over one scope, as closures prepared once.

Only for strict models that stand alone, whose names mean one thing each; `plan_for` gives None for others, which
app.feel.evaluation decides one requirement at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.feel.assembly import Assembly
from app.feel.boxed import Literal
from app.feel.compiler import Run, Scope
from app.feel.decisions import Decision
from app.feel.errors import UnknownName
from app.feel.functions import FUNCTIONS
from app.feel.tables import Table
from app.feel.trace import KEY, Recording, Told, Tracer, ids_below
from app.feel.types import ANY, SCALARS, FeelType, coerce
from app.feel.values import Function

Functions = Callable[[Tracer | None], Scope]


@dataclass(frozen=True)
class Step:
    """One decision. `quick` is its logic without a trace, `exact` the Python type that needs no conversion."""

    id: str
    variable: str
    run: Run
    quick: Run
    kind: FeelType
    exact: type | None
    what: str


@dataclass(frozen=True)
class Wanted:
    name: str
    kind: FeelType
    exact: type | None


class Plan:
    """What deciding one decision takes."""

    def __init__(
        self, steps: list[Step], inputs: list[Wanted], told: Mapping[str, Told], functions: Functions, *, open_: bool
    ) -> None:
        self._steps = steps
        self._inputs = inputs
        self._told = told
        self._below = tuple(ids_below(steps[-1].id, told))
        self._functions = functions
        self._known = functions(None)
        self._open = open_
        self._last = steps[-1].variable

    def decide(self, given: Scope) -> object:
        scope = self._scope(given, self._known)
        for step in self._steps:
            value = step.quick(scope)
            if step.exact is not None and type(value) is not step.exact:
                value = coerce(value, step.kind, step.what)
            scope[step.variable] = value
        return scope[self._last]

    def decide_traced(self, given: Scope) -> tuple[object, Recording]:
        tracer = Tracer()
        scope = self._scope(given, self._functions(tracer) if self._known else {})
        scope[KEY] = tracer
        recording = Recording(self._below)
        for step in self._steps:
            tracer.steps = []
            value = step.run(scope)
            if step.exact is not None and type(value) is not step.exact:
                value = coerce(value, step.kind, step.what)
            scope[step.variable] = value
            recording.add(self._told[step.id], scope, tracer.steps, value)
        return scope[self._last], recording

    def _scope(self, given: Scope, functions: Scope) -> Scope:
        scope = {**given, **functions} if self._open else dict(functions)
        for wanted in self._inputs:
            if wanted.name not in given:
                raise UnknownName(wanted.name)
            value = given[wanted.name]
            if wanted.exact is not None and type(value) is not wanted.exact:
                value = coerce(value, wanted.kind, f"输入“{wanted.name}”")
            scope[wanted.name] = value
        return scope


def plan_for(assembly: Assembly, id_: str) -> Plan | None:
    """None when decisions of other files, services, or one name for two things are in play."""
    parts = assembly.parts
    order = _order(assembly, id_)
    if order is None or assembly.imported or not assembly.strict:
        return None
    decisions = [parts.decisions[each] for each in order]
    inputs = list(dict.fromkeys(r for each in decisions for r in each.requires if r in parts.inputs))
    functions = _functions_needed(assembly, decisions)
    names = [each.variable for each in decisions] + [parts.inputs[each].name for each in inputs]
    if functions is None or not _distinct([*names, *(parts.knowledge[each].name for each in functions)]):
        return None
    steps = [_step(assembly, each) for each in decisions]
    wanted = [Wanted(parts.inputs[each].name, *_conversion(assembly.input_types[each])) for each in inputs]
    open_ = any(not each.requires and assembly.names_read.get(each.id) for each in decisions)
    return Plan(steps, wanted, _told(assembly, order), lambda t: _functions(assembly, functions, t), open_=open_)


def _distinct(names: list[str]) -> bool:
    """No name for two things, nor for what FEEL itself means by it: `date` is a function where nobody requires it."""
    return len(set(names)) == len(names) and FUNCTIONS.keys().isdisjoint(names)


def _order(assembly: Assembly, id_: str) -> list[str] | None:
    """Requirements first, each once; None for a circle or what is not of this file."""
    decisions, inputs = assembly.parts.decisions, assembly.parts.inputs
    done: list[str] = []

    def visit(one: str, trail: tuple[str, ...]) -> bool:
        if one in trail or (one not in decisions and one not in inputs):
            return False
        if one in done or one in inputs:
            return True
        fine = all(visit(required, (*trail, one)) for required in decisions[one].requires)
        done.append(one)
        return fine

    return done if visit(id_, ()) else None


def _functions_needed(assembly: Assembly, decisions: list[Decision]) -> list[str] | None:
    found: list[str] = []
    ahead = [id_ for decision in decisions for id_ in decision.knows]
    while ahead:
        id_ = ahead.pop()
        if id_ not in assembly.parts.knowledge:
            return None
        if id_ not in found:
            found.append(id_)
            ahead += assembly.parts.knowledge[id_].knows
    return found


def _functions(assembly: Assembly, ids: list[str], tracer: Tracer | None) -> Scope:
    """Knowledge models by name; each sees itself and those it knows."""
    knowledge = assembly.parts.knowledge
    scopes: dict[str, Scope] = {id_: {} if tracer is None else {KEY: tracer} for id_ in ids}
    made = {id_: assembly.functions[id_](scope) for id_, scope in scopes.items()}
    for id_, scope in scopes.items():
        scope |= {knowledge[other].name: made[other] for other in (id_, *knowledge[id_].knows)}
    return {knowledge[id_].name: function for id_, function in made.items()}


def _step(assembly: Assembly, decision: Decision) -> Step:
    run = assembly.bare_logic[decision.id]
    quick = run.decide if isinstance(run, Table) else run.run if isinstance(run, Literal) else run
    kind, exact = _conversion(assembly.variable_type(decision.id))
    return Step(decision.id, decision.variable, run, quick, kind, exact, f"“{decision.name}”")


def _conversion(kind: FeelType) -> tuple[FeelType, type | None]:
    """The type, and which values are of it already; None for a type that takes anything."""
    if kind is ANY:
        return kind, None
    return kind, SCALARS.get(kind.kind, Function) if kind.allowed is None else Function


def _told(assembly: Assembly, order: list[str]) -> dict[str, Told]:
    """Whose trace stands whole where: under the first decision to be finished that requires it."""
    parts, placed, found = assembly.parts, set[str](), {}
    for id_ in order:
        decision, required = parts.decisions[id_], []
        for each in decision.requires:
            if each in parts.decisions:
                required.append((each, each not in placed))
                placed.add(each)
        names = [assembly.name_of(reference) for reference in decision.requires]
        names = names or sorted(assembly.names_read.get(id_, ()))
        found[id_] = Told(decision.id, decision.name, tuple(names), tuple(required))
    return found
