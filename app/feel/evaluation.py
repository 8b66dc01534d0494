"""One evaluation: each decision at most once, requirements first, in an order that the diagram gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.feel.assembly import Assembly
from app.feel.compiler import Scope
from app.feel.decisions import Decision, DecisionService
from app.feel.errors import DecisionNotFound, FeelEvaluationError, UnknownName
from app.feel.trace import KEY, Recording, Told, Tracer
from app.feel.types import ANY, coerce
from app.feel.values import Function


class Evaluation:
    """`recording` is complete after `decide`, and empty when no trace is wanted."""

    def __init__(self, assembly: Assembly, inputs: Scope, *, trace: bool) -> None:
        self._assembly = assembly
        self._inputs = inputs
        self._values: dict[str, object] = {}
        self._running: list[str] = []
        self._tracer = Tracer() if trace else None
        self._checked: dict[str, object] = {}
        self._foreign: dict[str, Evaluation] = {}
        self._functions: dict[str, tuple[str, object]] = {}
        self._told: set[str] = set()
        self.recording = Recording()

    def decide(self, id_: str) -> object:
        if id_ in self._values:
            return self._values[id_]
        if id_ in self._running:
            raise FeelEvaluationError("决策循环依赖")
        decision = self._assembly.parts.decisions.get(id_)
        if decision is None:
            raise DecisionNotFound(f"没有决策“{id_}”")
        self._running.append(id_)
        scope = self._scope(decision)
        value = self._assembly.logic[id_](scope) if self._tracer is None else self._traced(decision, scope)
        self._running.pop()
        self._values[id_] = value
        return value

    def supply(self, id_: str, value: object) -> None:
        """Give a decision's value instead of deciding it."""
        self._values[id_] = value

    def _scope(self, decision: Decision) -> Scope:
        scope = dict(self._inputs) if not decision.requires else {}
        for reference in decision.requires:
            home, id_, imported_as = self._assembly.locate(reference)
            run = self if imported_as is None else self._abroad(imported_as, home)
            if id_ in home.parts.decisions:
                _put(scope, imported_as, home.parts.decisions[id_].variable, run.decide(id_))
            elif id_ in home.parts.inputs:
                self._put_input(scope, run, id_, imported_as)
        for reference in decision.knows:
            self._put_function(scope, reference)
        if self._tracer is not None:
            scope[KEY] = self._tracer
        return scope

    def _abroad(self, name: str, home: Assembly) -> Evaluation:
        """The evaluation of an imported model: its inputs are our entries of the context with its name."""
        if name not in self._foreign:
            inputs = self._inputs.get(name)
            self._foreign[name] = Evaluation(home, inputs if isinstance(inputs, dict) else {}, trace=False)
        return self._foreign[name]

    def _put_input(self, scope: Scope, run: Evaluation, id_: str, imported_as: str | None) -> None:
        name = run._assembly.parts.inputs[id_].name  # an evaluation of the same class
        if name in run._inputs:
            _put(scope, imported_as, name, run.input_value(id_, name))
        elif not self._assembly.strict:
            _put(scope, imported_as, name, None)
        else:
            raise UnknownName(name)

    def input_value(self, id_: str, name: str) -> object:
        """An input as its declared type wants it. Raises ValueNotAllowed when strict, else null."""
        if id_ not in self._checked:
            kind = self._assembly.input_types[id_]
            value = self._inputs[name]
            try:
                self._checked[id_] = value if kind is ANY else coerce(value, kind, f"输入“{name}”")
            except FeelEvaluationError:
                if self._assembly.strict:
                    raise
                self._checked[id_] = None
        return self._checked[id_]

    def _put_function(self, scope: Scope, reference: str) -> None:
        home, id_, imported_as = self._assembly.locate(reference)
        run = self if imported_as is None else self._abroad(imported_as, home)
        function = run.function(id_)
        if function is not None:
            name, made = function
            _put(scope, imported_as, name, made)

    def function(self, id_: str) -> tuple[str, object] | None:
        """(name, function) of a knowledge model or decision service, made once, so that circles end."""
        if id_ in self._functions:
            return self._functions[id_]
        parts = self._assembly.parts
        if id_ in parts.knowledge:
            knowledge = parts.knowledge[id_]
            scope: Scope = {} if self._tracer is None else {KEY: self._tracer}
            made = self._assembly.functions[id_](scope)
            self._functions[id_] = knowledge.name, made
            scope[knowledge.name] = made  # it may call itself; its own scope is this very dictionary
            for reference in knowledge.knows:
                if reference != id_:
                    self._put_function(scope, reference)
            return knowledge.name, made
        if id_ in parts.services:
            return parts.services[id_].name, Service(self, parts.services[id_])
        return None

    def serve(self, service: DecisionService, arguments: Mapping[str, object]) -> object:
        """Decide a service's outputs with its parameters given by name."""
        parts = self._assembly.parts
        names = [parts.inputs[id_].name for id_ in service.input_data if id_ in parts.inputs]
        inputs = {name: arguments.get(name) for name in names}
        run = Evaluation(self._assembly, inputs, trace=False)
        for id_ in self._given(service):
            name = parts.decisions[id_].variable
            kind = self._assembly.variable_type(id_)
            run.supply(id_, coerce(arguments.get(name), kind, f"参数“{name}”"))
        values = {self._assembly.name_of(id_): run.decide(id_) for id_ in service.outputs}
        result = values if len(values) != 1 else next(iter(values.values()))
        return coerce(result, self._assembly.service_type(service.id), f"“{service.name}”")

    def _given(self, service: DecisionService) -> list[str]:
        """Ids of the decisions that a caller gives; those that do not exist were faults at loading."""
        return [id_ for id_ in service.input_decisions if id_ in self._assembly.parts.decisions]

    def parameters_of(self, service: DecisionService) -> tuple[str, ...]:
        parts = self._assembly.parts
        data = [parts.inputs[id_].name for id_ in service.input_data if id_ in parts.inputs]
        return (*data, *(parts.decisions[id_].variable for id_ in self._given(service)))

    def _traced(self, decision: Decision, scope: Scope) -> object:
        tracer = self._tracer or Tracer()
        outer = tracer.begin()
        value = self._assembly.logic[decision.id](scope)
        steps = tracer.resume(outer)
        required = [(one, self._told_once(one)) for one in decision.requires if one in self._values]
        names = tuple(name for name, given in scope.items() if name != KEY and not isinstance(given, Function))
        self.recording.add(Told(decision.id, decision.name, names, tuple(required)), scope, steps, value)
        return value

    def _told_once(self, id_: str) -> bool:
        """Whether a required decision is told here; where several need it, all but the first only point at it."""
        new = id_ not in self._told
        self._told.add(id_)
        return new


def _put(scope: Scope, imported_as: str | None, name: str, value: object) -> None:
    if imported_as is None:
        scope[name] = value
        return
    inner = scope.setdefault(imported_as, {})
    if isinstance(inner, dict):
        inner[name] = value


class Service(Function):
    """A decision service as a function of the scope."""

    def __init__(self, evaluation: Evaluation, service: DecisionService) -> None:
        self._evaluation = evaluation
        self._service = service
        self.parameters = evaluation.parameters_of(service)

    def call(self, arguments: Sequence[object]) -> object:
        if len(arguments) != len(self.parameters):
            raise FeelEvaluationError(f"决策服务 {self._service.name} 需要 {len(self.parameters)} 个参数")
        return self._evaluation.serve(self._service, dict(zip(self.parameters, arguments, strict=True)))
