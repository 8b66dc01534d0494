"""Decision tables, compiled: a fast path that only decides, and a traced one that also says why."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from app.feel.compiler import Run, Scope
from app.feel.errors import FeelEvaluationError, ValueNotAllowed
from app.feel.hit_policies import COUNT, POLICIES, Hit, Policy
from app.feel.trace import KEY, Json, Tracer, jsonable
from app.feel.types import ANY, SCALARS, FeelType, coerce
from app.feel.unary import Test

MOST_REMEMBERED = 1000  # ways to answer, a table


@dataclass(frozen=True)
class Input:
    label: str
    text: str
    run: Run
    type: FeelType
    allowed: Test | None

    @cached_property
    def exact(self) -> object:
        """The Python type of values that need no conversion."""
        return SCALARS.get(self.type.kind)


@dataclass(frozen=True)
class Output:
    """`ranks` are the output values in order of priority; `default` is used when no row hits."""

    name: str
    type: FeelType
    allowed: Test | None
    ranks: tuple[Test, ...]
    default: Run | None

    @cached_property
    def exact(self) -> object:
        """The Python type of values that need no conversion."""
        return SCALARS.get(self.type.kind)


@dataclass(frozen=True)
class Row:
    number: int
    tests: tuple[tuple[int, Test], ...]
    outputs: tuple[Run, ...]
    annotations: dict[str, str]


class Index:
    """Rows by the value of a first column that lists texts or numbers: the others need not be asked."""

    def __init__(self, kind: type, wanted: Sequence[frozenset[object] | None], rows: Sequence[Row]) -> None:
        self._kind = kind
        self._all = rows
        values = {value for each in wanted if each is not None for value in each}
        self._by_value = {
            value: [row for row, each in zip(rows, wanted, strict=True) if each is None or value in each]
            for value in values
        }
        self._rest = [row for row, each in zip(rows, wanted, strict=True) if each is None]

    def rows(self, value: object) -> Sequence[Row]:
        """Those that can hit; all of them for a value of another kind, which is a fault to be told."""
        return self._by_value.get(value, self._rest) if type(value) is self._kind else self._all


class Table:
    """Calling it with a scope decides. Cells that say `-` are left out of a row's tests beforehand."""

    def __init__(
        self,
        name: str,
        policy: str,
        inputs: Sequence[Input],
        outputs: Sequence[Output],
        rows: Sequence[Row],
        *,
        strict: bool,
        index: Index | None = None,
        closed: bool = False,
    ) -> None:
        self.name = name
        self.policy = policy
        self._decide: Policy = POLICIES[policy]
        self._inputs = inputs
        self._outputs = outputs
        self._rows = rows
        self._strict = strict
        self._only_first = policy == "FIRST"
        self._index = index
        self._alone = outputs[0] if len(outputs) == 1 else None
        self._closed = closed  # cells ask of nothing but their own column
        self._tried: dict[Hashable, list[Any]] = {}
        self._plain = policy in {"UNIQUE", "ANY", "FIRST"}  # a single row that hits is the result

    def __call__(self, scope: Scope) -> object:
        tracer = scope.get(KEY)
        return self._traced(scope, tracer) if isinstance(tracer, Tracer) else self.decide(scope)

    def decide(self, scope: Scope) -> object:
        """The result, without a word about it."""
        rows = self._hit_rows([self._input(column, scope) for column in self._inputs], scope)
        if len(rows) == 1 and self._plain:
            return self._give(rows[0], scope)
        return self._result([Hit(row.number, self._give(row, scope)) for row in rows], scope)

    def _traced(self, scope: Scope, tracer: Tracer) -> object:
        values = [self._input(column, scope) for column in self._inputs]
        rows = self._hit_rows(values, scope)
        hits = [Hit(row.number, self._give(row, scope)) for row in rows]
        result = self._result(hits, scope)
        tracer.add(TableStep(self, values, scope, rows, hits, result))
        return result

    def _input(self, column: Input, scope: Scope) -> object:
        value = column.run(scope)
        if column.type is not ANY and not (type(value) is column.exact and column.type.allowed is None):
            value = coerce(value, column.type, f"输入“{column.label}”")
        if column.allowed is not None and value is not None and not column.allowed(value, scope):
            raise ValueNotAllowed(f"输入“{column.label}”的值 {jsonable(value)} 不在允许范围内")
        return value

    def _hit_rows(self, values: Sequence[object], scope: Scope) -> list[Row]:
        found: list[Row] = []
        for row in self._rows if self._index is None else self._index.rows(values[0]):
            for column, test in row.tests:
                if test(values[column], scope) is not True:
                    break
            else:
                found.append(row)
                if self._only_first:
                    break
        return found

    def _give(self, row: Row, scope: Scope) -> object:
        if self._alone is not None:
            return self._output(self._alone, row.outputs[0], scope)
        values = [self._output(output, run, scope) for output, run in zip(self._outputs, row.outputs, strict=True)]
        return {output.name: value for output, value in zip(self._outputs, values, strict=True)}

    def _output(self, output: Output, run: Run, scope: Scope) -> object:
        value = run(scope)
        if output.type is not ANY and not (type(value) is output.exact and output.type.allowed is None):
            value = coerce(value, output.type, f"输出“{output.name}”")
        if self._strict and output.allowed is not None and value is not None and not output.allowed(value, scope):
            raise ValueNotAllowed(f"输出“{output.name}”的值 {jsonable(value)} 不在允许范围内")
        return value

    def _result(self, hits: Sequence[Hit], scope: Scope) -> object:
        if not hits:
            return self._default(scope)
        result = self._decide(self.name, hits, lambda hit: self._ranking(hit, scope))
        return Decimal(result) if isinstance(result, int) and self.policy == COUNT else result

    def _default(self, scope: Scope) -> object:
        if not any(output.default for output in self._outputs):
            return Decimal(0) if self.policy == COUNT else None
        values = {output.name: output.default(scope) if output.default else None for output in self._outputs}
        return values if len(values) > 1 else next(iter(values.values()))

    def _ranking(self, hit: Hit, scope: Scope) -> list[int]:
        """Position of each output in its list of values; the first column weighs most."""
        values = list(hit.value.values()) if isinstance(hit.value, dict) and len(self._outputs) > 1 else [hit.value]
        return [
            next(
                (place for place, test in enumerate(output.ranks) if test(value, scope) is True),
                len(output.ranks),
            )
            for output, value in zip(self._outputs, values, strict=True)
            if output.ranks
        ]

    def tried(self, values: Sequence[object], scope: Scope, rows: Sequence[Row]) -> list[tuple[int, list[int]]]:
        """(row, columns that failed, 0-based) of every row up to the last one that was asked."""
        last = rows[0].number if self._only_first and rows else len(self._rows)
        return [(row.number, _failed(row, values, scope)) for row in self._rows[:last]]

    def numbers(self, values: Sequence[object], scope: Scope, rows: Sequence[Row]) -> list[Any]:
        """See TableStep. What is asked again and again, such as categories and forms, is told from memory."""
        key = _key(values) if self._closed else None
        known = self._tried.get(key) if key is not None else None
        if known is not None:
            return known
        told = [
            [jsonable(value) for value in values],
            [[row, *(column + 1 for column in failed)] for row, failed in self.tried(values, scope, rows)],
            [row.number for row in rows],
        ]
        if key is not None and len(self._tried) < MOST_REMEMBERED:
            self._tried[key] = told
        return told

    @property
    def labels(self) -> list[str]:
        return [column.label for column in self._inputs]

    def explain(self, values: Sequence[object]) -> list[Json]:
        return [
            {"label": column.label, "expression": column.text, "value": jsonable(value)}
            for column, value in zip(self._inputs, values, strict=True)
        ]

    def named(self, value: object) -> object:
        """What a row gives, by output."""
        return jsonable(value if len(self._outputs) > 1 else {self._outputs[0].name: value})


def _key(values: Sequence[object]) -> Hashable | None:
    """Values as a key that tells apart what is written differently; None for what cannot be one."""
    parts: list[Hashable] = []
    for value in values:
        if type(value) is list and all(type(item) is str for item in value):
            parts.append(tuple(value))
        elif value is None or type(value) in {str, bool}:
            parts.append((type(value), value))
        elif type(value) is Decimal:
            parts.append(str(value))
        else:
            return None
    return tuple(parts)


def _failed(row: Row, values: Sequence[object], scope: Scope) -> list[int]:
    return [column for column, test in row.tests if not _passes(test, values[column], scope)]


@dataclass(slots=True)  # made for every table of every case: frozen costs
class TableStep:
    """A table in the trace. The scope is the one it was decided in; names in it never change their value."""

    table: Table
    values: Sequence[object]
    scope: Scope
    rows: Sequence[Row]
    hits: Sequence[Hit]
    result: object

    def render(self) -> Json:
        labels = self.table.labels
        tried = self.table.tried(self.values, self.scope, self.rows)
        return {
            "table": self.table.name,
            "hit_policy": self.table.policy,
            "inputs": self.table.explain(self.values),
            "rows_tried": [{"row": row, "failed": [labels[column] for column in failed]} for row, failed in tried],
            "rows_hit": [
                {"row": row.number, "annotations": dict(row.annotations), "outputs": self.table.named(hit.value)}
                for row, hit in zip(self.rows, self.hits, strict=True)
            ],
            "result": jsonable(self.result),
        }

    def numbers(self) -> list[Any]:
        """The same in few words: values by column, rows as [number, failed columns from 1 …], numbers of rows hit."""
        return self.table.numbers(self.values, self.scope, self.rows)


def _passes(test: Test, value: object, scope: Scope) -> bool:
    """Only for the explanation: behind a failed cell, one that cannot be asked has failed as well."""
    try:
        return test(value, scope) is True
    except FeelEvaluationError:
        return False
