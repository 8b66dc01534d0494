"""A batch of cells read as a column at once; only cells that are not plain are looked at one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from app.costs.snapshots import YUAN
from app.intake.cells import Cell, CellFault, is_blank, read_amount
from app.kernel.money import ZERO

Read = TypeVar("Read")
Wrong = dict[int, CellFault]
_NOTHING = pa.scalar(ZERO, YUAN)
_PLAIN_AMOUNT = r"^-?(0|[1-9][0-9]{0,7})(\.[0-9]{1,2})?$"


def read_each(cells: Sequence[Cell], reader: Callable[[Cell], Read], wrong: Wrong) -> list[Read | None]:
    """Each different cell is read once; faults go to `wrong` by their place in the batch."""
    known: dict[Any, Read | CellFault] = {}
    values: list[Read | None] = []
    for place, cell in enumerate(cells):
        key = (type(cell), cell)
        if key not in known:
            known[key] = _read(cell, reader)
        found = known[key]
        if isinstance(found, CellFault):
            wrong[place] = found
            values.append(None)
        else:
            values.append(found)
    return values


def read_amounts(cells: Sequence[Cell], wrong: Wrong) -> Any:
    """An Arrow array of yuan (decimal128), null where blank or wrong."""
    texts = pa.array([None if is_blank(cell) else str(cell) for cell in cells], pa.string())
    texts = pc.utf8_trim_whitespace(texts)
    plain = pc.fill_null(pc.match_substring_regex(texts, _PLAIN_AMOUNT), True)  # noqa: FBT003 Arrow's signature
    amounts = pc.if_else(plain, texts, None).cast(YUAN)
    if pc.all(plain).as_py():
        return amounts
    values = amounts.to_pylist()
    for place, is_plain in enumerate(plain.to_pylist()):
        if is_plain:
            continue
        read = _read(cells[place], _any_amount)
        if isinstance(read, CellFault):
            wrong[place] = read
        else:
            values[place] = read
    return pa.array(values, YUAN)


def add_up(columns: Sequence[Any], length: int) -> Any:
    """The sum of columns of yuan, null counting as zero."""
    total = pa.repeat(_NOTHING, length)
    for column in columns:
        total = pc.add(total, or_zero(column)).cast(YUAN)
    return total


def or_zero(column: Any) -> Any:
    """Null becomes 0.00."""
    return pc.fill_null(column, _NOTHING)


def places(mask: Any) -> list[int]:
    """Where the mask is true."""
    return [int(place) for place in pc.indices_nonzero(pc.fill_null(mask, False)).to_pylist()]  # noqa: FBT003


def _any_amount(cell: Cell) -> Any:
    return read_amount(cell, negative=True)


def _read(cell: Cell, reader: Callable[[Cell], Read]) -> Read | CellFault:
    try:
        return reader(cell)
    except CellFault as wrong:
        return wrong
