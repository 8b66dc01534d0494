"""Which values a column can have: by its allowed values, its types, and the decision that it reads."""

from __future__ import annotations

from collections.abc import Sequence

from app.feel import nodes as n
from app.feel.constants import Constants, constants_of
from app.feel.errors import FeelEvaluationError
from app.feel.sheets import Column, Sheet
from app.feel.surroundings import Surroundings
from app.feel.types import FeelType
from app.feel.values import kind_of


class Possible:
    """Of columns that read the same. `constants` are those of what is allowed."""

    def __init__(self, sheet: Sheet, columns: Sequence[Column], around: Surroundings) -> None:
        node, self._scope = columns[0].node, around.parameters(sheet)
        types = [column.type for column in columns] + around.types_of(node, sheet)
        self._kind = next((kind.kind for kind in types if kind.kind != "Any"), "Any")
        self._domain = around.domain(node, sheet)
        self._types: list[FeelType] = [kind for kind in types if kind.allowed is not None]
        cells = [column.allowed for column in columns if column.allowed is not None]
        self._cells = [cell for cell in cells if constants_of(cell.node, self._scope) is not None]
        written: list[object] = [cell.node for cell in self._cells] + [node for kind in types for node in kind.nodes]
        found = [constants_of(each, self._scope) for each in written if isinstance(each, n.Node)]
        self.constants = [each for each in found if each is not None]
        if self._domain.values is not None:
            self.constants.append(Constants(points=[value for value in self._domain.values if value is not None]))

    def kind_with(self, asked: Sequence[Constants]) -> str:
        """The kind of the values: as declared, or else as what the cells ask for."""
        if self._kind != "Any":
            return self._kind
        if any(each.members for each in asked):
            return "list"
        constants = [*asked, *self.constants]
        kinds = {kind_of(value) for each in constants for value in (*each.points, *each.bounds)}
        return next(iter(kinds)) if len(kinds) == 1 else "Any"

    def holds(self, value: object) -> bool:
        if value is None:
            return self._domain.holds(None)
        if not isinstance(value, list) and not self._domain.holds(value):
            return False
        return all(_passes(kind, value) for kind in self._types) and all(
            cell.test(value, dict(self._scope)) is True for cell in self._cells
        )


def _passes(kind: FeelType, value: object) -> bool:
    try:
        return kind.allowed is None or kind_of(value) != kind.kind or kind.allowed(value)
    except FeelEvaluationError:
        return False
