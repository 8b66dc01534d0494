"""The check of a file's tables before they are deployed: gaps, overlaps, dead rows, unused inputs, contradictions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.feel.assembly import Assembly
from app.feel.contradictions import Contradictions
from app.feel.coverage import Example, TooLarge, gaps, overlaps, unreachable
from app.feel.errors import Fault
from app.feel.grid import Axis, axes_of
from app.feel.model import DecisionModel
from app.feel.sheets import Sheet
from app.feel.surroundings import Surroundings
from app.feel.trace import jsonable


@dataclass(frozen=True)
class TableCheck:
    """`faults` are certain; `notes` name what nobody can tell without running it."""

    faults: list[Fault]
    notes: list[Fault]


def check_tables(model: DecisionModel) -> TableCheck:
    """Whatever is certainly wrong with the tables of a model that loaded without faults."""
    assembly = model.assembly(strict=True)
    checker = _Checker(model.source, assembly)
    faults = [*checker.unused_data()]
    for sheet in assembly.bench.records.sheets:
        faults += checker.of_sheet(sheet)
    for text in assembly.bench.records.texts:
        faults += checker.contradictions.in_text(text)
    return TableCheck(faults, checker.notes)


class _Checker:
    def __init__(self, source: str, assembly: Assembly) -> None:
        self._source = source
        self._assembly = assembly
        self._around = Surroundings(assembly)
        parts = assembly.parts
        elements = {id_: decision.element for id_, decision in parts.decisions.items()}
        elements |= {id_: knowledge.element for id_, knowledge in parts.knowledge.items()}
        self.contradictions = Contradictions(source, self._around, elements)
        self.notes: list[Fault] = []

    def unused_data(self) -> Iterator[Fault]:
        """Input data that no decision requires, or that no expression speaks of."""
        parts, mentioned = self._assembly.parts, self._assembly.bench.records.mentioned
        required = {id_ for decision in parts.decisions.values() for id_ in decision.requires}
        served = {id_ for service in parts.services.values() for id_ in service.input_data}
        for id_, data in parts.inputs.items():
            if id_ not in served | required:
                yield self._fault("unused_input", f"输入“{data.name}”没有一个决策需要它，请删去或连上", id_)
            elif id_ in required and data.name not in mentioned:
                yield self._fault("unused_input", f"输入“{data.name}”没有一个表达式用到，请删去", id_)

    def of_sheet(self, sheet: Sheet) -> Iterator[Fault]:
        axes = axes_of(sheet, self._around)
        yield from self._unused_columns(sheet)
        yield from self._overlaps(sheet, axes)
        try:
            yield from self._unreachable(sheet, axes)
            yield from self._gaps(sheet, axes)
        except TooLarge:
            message = f"决策表“{sheet.name}”组合太多，无法静态检查"
            self.notes.append(self._fault("table_too_large", message, sheet.element))
        yield from self.contradictions.in_sheet(sheet)
        for axis in axes:
            if axis.unclear:
                rows = _listed(axis.unclear)
                message = f"决策表“{sheet.name}”第 {rows} 行的“{axis.label}”取决于其他值，无法静态检查"
                self.notes.append(self._fault("not_checkable", message, sheet.element))

    def _unused_columns(self, sheet: Sheet) -> Iterator[Fault]:
        for at, column in enumerate(sheet.columns):
            if sheet.lines and all(line.cells[at].whole for line in sheet.lines):
                message = f"决策表“{sheet.name}”的输入列“{column.label}”每一行都是“-”，请删去或写上条件"
                yield self._fault("unused_input", message, sheet.element, None, column.label)

    def _overlaps(self, sheet: Sheet, axes: Sequence[Axis]) -> Iterator[Fault]:
        for first, second, example in overlaps(sheet, axes, self._around):
            how = "同时命中" if sheet.policy == "UNIQUE" else "同时命中而结果不同"
            message = f"决策表“{sheet.name}”（{sheet.policy}）：第 {first}、{second} 行{how}，例如 {shown(example)}"
            yield self._fault("rows_overlap", message, sheet.element)

    def _unreachable(self, sheet: Sheet, axes: Sequence[Axis]) -> Iterator[Fault]:
        for row, label in unreachable(sheet, axes):
            why = f"“{label}”没有一个值能满足它" if label is not None else _beaten(sheet.policy)
            message = f"决策表“{sheet.name}”（{sheet.policy}）：第 {row} 行永远不会起作用，{why}"
            yield self._fault("row_unreachable", message, sheet.element)

    def _gaps(self, sheet: Sheet, axes: Sequence[Axis]) -> Iterator[Fault]:
        for example in gaps(sheet, axes):
            message = f"决策表“{sheet.name}”：{shown(example)} 没有规则"
            yield self._fault("gap", message, sheet.element)

    def _fault(
        self, code: str, message: str, element: str | None, row: int | None = None, cell: str | None = None
    ) -> Fault:
        return Fault(self._source, code, message, element, row, cell)


def _beaten(policy: str) -> str:
    return "前面的行已经全部覆盖" if policy == "FIRST" else "更优先的行已经全部覆盖"


def shown(example: Example) -> str:
    """`self_paid = 50000 且 类别 = tk`."""
    return " 且 ".join(f"{label} = {_value(value)}" for label, value in example) or "任何输入"


def _value(value: object) -> str:
    if isinstance(value, list):
        return f"[{'、'.join(map(_value, value))}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(jsonable(value))


def _listed(rows: Sequence[int]) -> str:
    return "、".join(map(str, rows))
