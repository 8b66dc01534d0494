"""Builds a compiled table from its XML, naming row and column of every fault; keeps its texts for people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from app.feel.cell_checks import kind_fault
from app.feel.compiler import Run, Scope
from app.feel.dmn_xml import Element, child, children, name_of, text_of, type_reference
from app.feel.functions import FUNCTIONS
from app.feel.hit_policies import COUNT, POLICIES, SHORT
from app.feel.nodes import Literal, Node, Tests, names_in
from app.feel.sheets import Cell, Column, Line, Sheet
from app.feel.tables import Index, Input, Output, Row, Table
from app.feel.types import FeelType
from app.feel.unary import Test, each_test
from app.feel.workshop import Spot, Workshop

WORTH_AN_INDEX = 4  # rows


@dataclass(frozen=True)
class Rule:
    """A row as written: `number` is 1-based, `annotations` by column name (source document, clause)."""

    number: int
    id: str | None
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    annotations: dict[str, str]


@dataclass(frozen=True)
class TableText:
    """A table as written, for checks and for showing."""

    hit_policy: str
    inputs: tuple[tuple[str, str], ...]
    outputs: tuple[str, ...]
    rules: tuple[Rule, ...] = field(default=())


def table_text(element: Element) -> TableText:
    """Labels and expressions of the inputs, names of the outputs, and all rows."""
    labels = [name_of(column, f"注释{at}") for at, column in enumerate(children(element, "annotation"), 1)]
    rules = tuple(_rule(rule, number, labels) for number, rule in enumerate(children(element, "rule"), 1))
    inputs = tuple((_label(column), text_of(child(column, "inputExpression"))) for column in children(element, "input"))
    outputs = tuple(_output_name(column) for column in children(element, "output"))
    return TableText(_policy(element), inputs, outputs, rules)


def _rule(element: Element, number: int, labels: list[str]) -> Rule:
    entries = [text_of(entry) for entry in children(element, "annotationEntry")]
    annotations = {label: text for label, text in zip(labels, entries, strict=False) if text}
    description = child(element, "description")
    if description is not None and description.text:
        annotations.setdefault("description", description.text.strip())
    inputs = tuple(text_of(entry) for entry in children(element, "inputEntry"))
    outputs = tuple(text_of(entry) for entry in children(element, "outputEntry"))
    return Rule(number, element.get("id"), inputs, outputs, annotations)


def _label(column: Element) -> str:
    return " ".join((column.get("label") or text_of(child(column, "inputExpression"))).split())


def _output_name(column: Element) -> str:
    return name_of(column, " ".join((column.get("label") or "").split()))


def _policy(element: Element) -> str:
    policy = element.get("hitPolicy", "UNIQUE")
    aggregation = element.get("aggregation")
    policy = SHORT.get(policy, policy)
    return f"COLLECT {aggregation}" if policy == "COLLECT" and aggregation else policy


def _matches_all(node: Tests, text: str) -> bool:
    """Whether a cell says `-`; one that did not parse has no tests either and must not pass for it."""
    return not node.tests and text in {"", "-"}


def ignoring_scope(check: Callable[[object], bool]) -> Test:
    def test(value: object, _: Scope) -> bool:
        return check(value)

    return test


def _index(lines: Sequence[Line], rows: Sequence[Row]) -> Index | None:
    """By the first column, where every cell says `-` or lists texts (or numbers): then only some rows can hit."""
    if len(rows) < WORTH_AN_INDEX or not all(line.cells for line in lines):
        return None
    wanted = [None if line.cells[0].whole else _listed(line.cells[0].node) for line in lines]
    if any(each is None and not line.cells[0].whole for each, line in zip(wanted, lines, strict=True)):
        return None
    kinds = {type(value) for each in wanted if each is not None for value in each}
    return Index(kinds.pop(), wanted, rows) if len(kinds) == 1 and kinds <= {str, Decimal} else None


def _listed(cell: Tests) -> frozenset[object] | None:
    """The values that a cell lists; None for any other cell."""
    if cell.negated or not all(isinstance(test, Literal) for test in cell.tests):
        return None
    return frozenset(test.value for test in cell.tests if isinstance(test, Literal))


class TableBuilder:
    def __init__(self, element: Element, workshop: Workshop, name: str, spot: Spot) -> None:
        self._element = element
        self._workshop = workshop
        self._name = name
        self._spot = spot
        self._text = table_text(element)
        self._columns: list[Column] = []
        self._lines: list[Line] = []
        self._defaults: list[Node | None] = []

    def build(self) -> Table:
        policy = self._text.hit_policy
        if policy not in POLICIES:
            self._workshop.fault("unknown_hit_policy", f"没有命中策略“{policy}”", self._spot)
            policy = "UNIQUE"
        inputs = [self._input(column) for column in children(self._element, "input")]
        outputs = [self._output(column) for column in children(self._element, "output")]
        if not outputs:
            self._workshop.fault("no_output", "决策表没有输出列", self._spot)
        self._check_policy(policy, outputs)
        kinds = [column.type for column in inputs]
        rows = [self._row(rule, kinds) for rule in self._text.rules if self._complete(rule)]
        self._record(policy, outputs)
        strict = self._workshop.strict
        index = _index(self._lines, rows) if strict else None
        cells = [cell.node for line in self._lines for cell in line.cells]
        closed = all(set(names_in(cell)) - FUNCTIONS.keys() <= {"?"} for cell in cells)
        return Table(self._name, policy, inputs, outputs, rows, strict=strict, index=index, closed=closed)

    def _record(self, policy: str, outputs: list[Output]) -> None:
        ranks, owner = tuple(output.ranks for output in outputs), self._workshop.owner
        columns, lines, defaults = tuple(self._columns), tuple(self._lines), tuple(self._defaults)
        bound = self._workshop.local
        sheet = Sheet(self._spot.element, owner, self._name, policy, columns, lines, ranks, defaults, bound)
        self._workshop.records.sheets.append(sheet)

    def _check_policy(self, policy: str, outputs: list[Output]) -> None:
        if policy in {"PRIORITY", "OUTPUT ORDER"} and not any(output.ranks for output in outputs):
            self._workshop.fault("no_priorities", f"{policy} 需要按先后列出输出的允许值", self._spot)
        if policy.startswith("COLLECT ") and len(outputs) > 1 and policy != COUNT:
            self._workshop.fault("aggregates_several", "有多个输出列的决策表不能汇总", self._spot)

    def _at(self, cell: str, row: int | None = None) -> Spot:
        return Spot(self._spot.element, row, cell)

    def _input(self, column: Element) -> Input:
        label, expression = _label(column), child(column, "inputExpression")
        text, spot = text_of(expression), self._at(label)
        run, node = self._workshop.parsed_expression(text, spot)
        kind = self._workshop.type_of(type_reference(expression), spot)
        values = text_of(child(column, "inputValues"))
        allowed = self._written(values, spot) if values else None
        self._columns.append(Column(label, text, node, kind, allowed))
        return Input(label, text, run, kind, allowed.test if allowed else None)

    def _written(self, text: str, spot: Spot) -> Cell:
        test, node = self._workshop.tests(text or "-", spot)
        return Cell(text, node, test, whole=_matches_all(node, text))

    def _output(self, column: Element) -> Output:
        name = _output_name(column)
        spot = self._at(name or self._name)
        kind = self._workshop.type_of(type_reference(column), spot)
        default = text_of(child(column, "defaultOutputEntry"))
        allowed, ranks = self._values(text_of(child(column, "outputValues")), spot)
        ranks = ranks or tuple(ignoring_scope(check) for check in kind.ranks)
        run, node = self._workshop.parsed_expression(default, spot) if default else (None, None)
        self._defaults.append(node)
        return Output(name or self._name, kind, allowed, ranks, run)

    def _values(self, text: str, spot: Spot) -> tuple[Test | None, tuple[Test, ...]]:
        if not text:
            return None, ()
        test, node = self._workshop.tests(text, spot)
        return test, tuple(each_test(text, node))

    def _complete(self, rule: Rule) -> bool:
        wanted = (len(self._text.inputs), len(self._text.outputs))
        if (len(rule.inputs), len(rule.outputs)) == wanted:
            return True
        found = f"实有 {len(rule.inputs)} 和 {len(rule.outputs)}"
        message = f"应有 {wanted[0]} 个输入格和 {wanted[1]} 个输出格，{found}"
        self._workshop.fault("row_length", message, Spot(self._spot.element, rule.number))
        return False

    def _row(self, rule: Rule, kinds: Sequence[FeelType]) -> Row:
        cells = tuple(
            self._input_cell(text, kind, self._at(label or expression, rule.number))
            for text, kind, (label, expression) in zip(rule.inputs, kinds, self._text.inputs, strict=True)
        )
        outputs = [
            self._output_cell(text, self._at(name or self._name, rule.number))
            for text, name in zip(rule.outputs, self._text.outputs, strict=True)
        ]
        self._lines.append(Line(rule.number, cells, tuple(node for _, node in outputs), rule.annotations))
        tests = tuple((at, cell.test) for at, cell in enumerate(cells) if not cell.whole)
        return Row(rule.number, tests, tuple(run for run, _ in outputs), rule.annotations)

    def _input_cell(self, text: str, kind: FeelType, spot: Spot) -> Cell:
        cell = self._written(text, spot)
        wrong = kind_fault(cell.node, kind) if self._workshop.strict else None
        if wrong:
            self._workshop.fault("cell_type", wrong, spot)
        return cell

    def _output_cell(self, text: str, spot: Spot) -> tuple[Run, Node | None]:
        if not text:
            if self._workshop.strict:
                self._workshop.fault("empty_output", "输出格为空（无值请写 null）", spot)
            return lambda _: None, None
        return self._workshop.parsed_expression(text, spot)
