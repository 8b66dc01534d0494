"""Photos and papers that a form names must have been handed in."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.intake.files import missing_files
from app.kernel.errors import Fault


def file_faults(session: Session, file_ids: Sequence[int], where: str) -> list[Fault]:
    """One for each id that names no file; `where` is the pointer of the list."""
    missing = missing_files(session, file_ids)
    message = "没有这个文件，请重新上传"
    return [Fault(f"{where}/{n}", "file_not_found", message) for n, one in enumerate(file_ids) if one in missing]
