"""The wrong cells of an import as a workbook, to work through beside the table."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.intake.imports import MAX_KEPT, list_import_faults
from app.intake.models import ImportRun
from app.intake.sheets import Column, Page, write_workbook

_SEVERITIES = {"fault": "错误", "warning": "提醒"}
_COLUMNS = [
    Column("性质", width=8), Column("工作表", width=16), Column("行", "int"), Column("列", width=16),
    Column("原因", width=80),
]  # fmt: skip


def write_fault_report(session: Session, run: ImportRun) -> bytes:
    """One line a fault, in the order found."""
    faults = list_import_faults(session, run.id, MAX_KEPT)
    rows = ((_SEVERITIES[f.severity], f.sheet, f.row, f.column, f.message) for f in faults)
    notes = [f"共{run.faults_total}项，涉及{run.rows_bad}行；本表列出前{len(faults)}项"]
    title = f"导入错误清单：{run.file_name}"
    return write_workbook([Page("错误清单", _COLUMNS, rows, title=title, notes=notes)])
