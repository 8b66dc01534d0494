"""A DMN file, loaded and checked whole, and the evaluation of its decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.feel.assembly import Assembly, Parts, read_parts
from app.feel.decisions import Decision
from app.feel.errors import DecisionFaults, DecisionNotFound, Fault
from app.feel.evaluation import Evaluation
from app.feel.expressions import scope_of
from app.feel.plan import Plan, plan_for
from app.feel.trace import Recording


class DecisionResult:
    """`value` as FEEL gives it (numbers are Decimal); `recording` is None when no trace was asked for."""

    __slots__ = ("_decision", "recording", "value")

    def __init__(self, decision: Decision, value: Any, recording: Recording | None) -> None:
        self._decision = decision
        self.value = value
        self.recording = recording

    @property
    def outputs(self) -> Any:
        """By output name, a list for R, C and O."""
        return _outputs(self._decision, self.value)

    @property
    def trace(self) -> dict[str, Any] | None:
        """Plain JSON with numbers as strings, rendered anew; None when it was not asked for."""
        return None if self.recording is None else self.recording.render()


class DecisionModel:
    """Decisions by id; `get` also finds by name."""

    def __init__(self, source: str, parts: Parts, library: Mapping[str, bytes]) -> None:
        self.source = source
        self._parts = parts
        self._library = library
        self._assemblies: dict[bool, Assembly] = {}
        self._plans: dict[str, Plan | None] = {}
        strict = self.assembly(strict=True)
        self.faults: list[Fault] = [*parts.faults, *strict.faults]
        self.decisions: dict[str, Decision] = {
            id_: replace(decision, names_read=strict.names_read.get(id_, frozenset()))
            for id_, decision in parts.decisions.items()
        }

    def get(self, name: str) -> Decision:
        """By id or name. Raises DecisionNotFound."""
        if name in self.decisions:
            return self.decisions[name]
        for decision in self.decisions.values():
            if decision.name == name:
                return decision
        raise DecisionNotFound(f"{self.source} 中没有决策“{name}”")

    def inputs_needed(self, name: str) -> frozenset[str]:
        """Names of all inputs that this decision and those it requires read."""
        decision = self.get(name)
        needed: set[str] = set()
        produced: set[str] = set()
        for id_ in decision.requires:
            if id_ in self.decisions:
                produced.add(self.decisions[id_].variable)
                needed |= self.inputs_needed(id_)
            elif id_ in self._parts.inputs:
                needed.add(self._parts.inputs[id_].name)
        return frozenset(needed | (decision.names_read - produced - self.assembly(strict=True).function_names))

    def evaluate(
        self, decision_id: str, inputs: Mapping[str, object], *, strict: bool = True, trace: bool = True
    ) -> DecisionResult:
        """Decide. Inputs by name; numbers are Decimal or int, never float or text.

        Strict raises FeelEvaluationError (UnknownName, ValueNotAllowed, HitPolicyViolated) where the standard
        would give null. `trace=False` is the fast path: only the value.
        """
        decision = self.decisions.get(decision_id) or self.get(decision_id)
        plan, given = self._plan(decision.id) if strict else None, scope_of(inputs)
        if plan is None:
            run = Evaluation(self.assembly(strict=strict), given, trace=trace)
            return DecisionResult(decision, run.decide(decision.id), run.recording if trace else None)
        if trace:
            return DecisionResult(decision, *plan.decide_traced(given))
        return DecisionResult(decision, plan.decide(given), None)

    def _plan(self, id_: str) -> Plan | None:
        if id_ not in self._plans:
            self._plans[id_] = None if self.faults else plan_for(self.assembly(strict=True), id_)
        return self._plans[id_]

    def invoke(self, service: str, inputs: Mapping[str, object], *, strict: bool = True) -> object:
        """Invoke a decision service by id or name with its parameters by name. Raises DecisionNotFound."""
        run = Evaluation(self.assembly(strict=strict), scope_of(inputs), trace=False)
        for id_, found in self._parts.services.items():
            if service in {id_, found.name}:
                return run.serve(found, scope_of(inputs))
        raise DecisionNotFound(f"{self.source} 中没有决策服务“{service}”")

    def import_paths(self, namespace: str) -> list[tuple[str, ...]]:
        """The ways, import by import, in which a namespace can be reached."""
        return self.assembly(strict=True).paths_to(namespace)

    def assembly(self, *, strict: bool) -> Assembly:
        if strict not in self._assemblies:
            self._assemblies[strict] = Assembly(self._parts, self._imported(strict=strict), strict=strict)
        return self._assemblies[strict]

    def _imported(self, *, strict: bool) -> dict[str, Assembly]:
        return {
            name: read_model(self._library[space], space, self._library).assembly(strict=strict)
            for name, space in self._parts.imports.items()
            if space in self._library
        }


def _outputs(decision: Decision, value: object) -> object:
    names = decision.table.outputs if decision.table else ()
    if len(names) > 1:
        return value if value is not None else dict.fromkeys(names)
    name = (names[0] if names else "") or decision.name
    if decision.table and isinstance(value, list) and decision.table.hit_policy in {
        "COLLECT", "RULE ORDER", "OUTPUT ORDER"
    }:  # fmt: skip
        return [{name: item} for item in value]
    return {name: value}


def read_model(xml: bytes, source: str, library: Mapping[str, bytes] | None = None) -> DecisionModel:
    """Load without refusing: faults are in `model.faults`, faulty logic raises (or is null) when evaluated.

    `library` holds imported models' XML by namespace.
    """
    return DecisionModel(source, read_parts(xml, source), library or {})


def load_decisions(xml: bytes, *, source: str, library: Mapping[str, bytes] | None = None) -> DecisionModel:
    """Load a DMN file. Raises DecisionFaults with all faults at once; `source` names the file in them."""
    model = read_model(xml, source, library)
    if model.faults:
        raise DecisionFaults(model.faults)
    return model


__all__ = ["DecisionModel", "DecisionResult", "load_decisions", "read_model"]
