"""Reads a Parquet table of a bureau's system as the same rows and cells that a workbook gives."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from app.intake.cells import Broken, Cell
from app.intake.containers import MAX_COLUMNS, refuse
from app.intake.tables import Row, Sheet, normalise_header, require_distinct

MAGIC = b"PAR1"
MAX_ROWS = 12_000_000
MAX_BYTES = 2 * 2**30  # unpacked, as the file says of itself; rows are read in pieces
_PIECE = 20_000
_FIRST_ROW = 2  # the names count as the first row, as they would in a workbook
_STRANGE = Broken("cell_type_unknown", "不是文字、数字或日期，请改为普通列后再导出")
_ERRORS = (pa.ArrowException, OSError, ValueError, UnicodeDecodeError, OverflowError)


def read_parquet(content: bytes, filename: str, wanted: Collection[str]) -> list[Sheet]:
    """The one sheet of the file, or none without a wanted column; raises Invalid when it cannot be read safely."""
    try:
        file = pq.ParquetFile(io.BytesIO(content))
        names, facts = file.schema_arrow.names, file.metadata
        unpacked = sum(facts.row_group(number).total_byte_size for number in range(facts.num_row_groups))
    except _ERRORS as error:
        raise _broken(filename) from error
    if len(names) > MAX_COLUMNS:
        raise refuse("too_many_columns", f"表格有{len(names)}列，最多{MAX_COLUMNS}列", filename)
    if facts.num_rows > MAX_ROWS or unpacked > MAX_BYTES:
        raise refuse("file_unpacks_too_large", "文件展开后过大，请拆分后分次上传", filename)
    require_distinct(filename, Row(1, names))
    columns = tuple(normalise_header(name) for name in names)
    if wanted and not set(columns) & set(wanted):
        return []
    return [Sheet(filename, 1, columns, _ParquetRows(content, filename))]


@dataclass(frozen=True)
class _ParquetRows(Iterable[Row]):
    """Rows in the order of the file, blank ones left out; each going-through reads it anew."""

    content: bytes
    filename: str

    def __iter__(self) -> Iterator[Row]:
        number = _FIRST_ROW
        for batch in self._batches():
            lists = [_cells(column) for column in batch.columns]
            for values in zip(*lists, strict=True):
                if any(value is not None for value in values):
                    yield Row(number, values)
                number += 1

    def _batches(self) -> Iterator[Any]:
        try:
            yield from pq.ParquetFile(io.BytesIO(self.content)).iter_batches(_PIECE)
        except _ERRORS as error:
            raise _broken(self.filename) from error


def _cells(column: Any) -> list[Cell]:
    return [_cell(value) for value in column.to_pylist()]


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, (bool, Decimal)):
        return value
    if isinstance(value, str):
        return value or None
    if isinstance(value, (int, float)):
        return Decimal(str(value))
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else _STRANGE


def _broken(filename: str) -> Exception:
    return refuse("parquet_broken", "Parquet文件已损坏或读不出来，请重新导出", filename)
