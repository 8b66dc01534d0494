"""A list as it stands on the screen becomes a workbook; that it was taken, and how many rows, is in the trail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from app.access import audit
from app.intake.sheets import Column, Page, write_workbook
from app.kernel.actors import Actor
from app.kernel.dates import Clock, local_date
from app.kernel.db import Database
from app.web.surroundings import Table


class _Counted:
    def __init__(self, rows: Any) -> None:
        self.rows, self.count = rows, 0

    def __iter__(self) -> Iterator[Sequence[Any]]:
        for row in self.rows:
            self.count += 1
            yield row


def write_table(database: Database, actor: Actor, clock: Clock, table: Table) -> bytes:
    """The bytes of an xlsx with every row; commits the row of the trail."""
    columns = [Column(h.title, "text" if h.kind == "instant" else h.kind, h.width) for h in table.headings]
    rows, mark = _Counted(table.rows), f"{actor.name} {local_date(clock())} 导出"
    content = write_workbook([Page("列表", columns, rows, title=table.title, watermark=mark)])
    with database.writing() as session:
        detail = {"rows": rows.count, "filters": list(table.narrowed)}
        audit.record(session, actor, clock, "list_exported", subject=table.subject, detail=detail)
        session.commit()
    return content
