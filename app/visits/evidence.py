"""Photos, signatures and papers of a visit, opened by whoever owns or decides the case; every look is recorded."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.access import audit
from app.intake.files import get_file, read_file
from app.intake.models import StoredFile
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import NotFound
from app.rounds.models import Case
from app.rounds.scope import areas_of
from app.visits.models import Visit, VisitFile

OFFICERS = ("ybj_officer", "civil_affairs_officer", "meeting_secretary", "reviewer", "auditor")


def open_evidence(
    session: Session, actor: Actor, clock: Clock, visit_id: int, file_id: int
) -> tuple[StoredFile, bytes]:
    """A file of that visit and its content; commits the audit row.

    Open to the county's officers, the townships of recognition and residence, and the grid that visited. Raises
    NotFound `file_not_found` for everybody else, and for a file of another visit; Conflict `file_damaged`.
    """
    query = select(Visit).join(Case, Case.id == Visit.case_id).where(Visit.id == visit_id, _may_see(actor))
    visit = session.scalar(query)
    if visit is None or file_id not in {file["id"] for file in list_evidence(session, visit)}:
        raise NotFound("没有这个文件", code="file_not_found")
    content = read_file(session, file_id)
    detail = {"visit_id": visit.id, "file_id": file_id}
    audit.record(session, actor, clock, "evidence_opened", subject=f"case:{visit.case_id}", detail=detail)
    session.commit()
    return get_file(session, file_id), content


def list_evidence(session: Session, visit: Visit) -> list[dict[str, Any]]:
    """[{"id", "purpose"}] of its files: payer:…, signature:…, paper_cost, payee, photo or statement."""
    kept = select(VisitFile).where(VisitFile.visit_id == visit.id).order_by(VisitFile.id)
    files = [{"id": file.file_id, "purpose": file.purpose} for file in session.scalars(kept)]
    if visit.statement_file_id is not None:
        files.append({"id": visit.statement_file_id, "purpose": "statement"})
    return files + [{"id": file_id, "purpose": f"signature:{who}"} for who, file_id in sorted(visit.signatures.items())]


def _may_see(actor: Actor) -> ColumnElement[bool]:
    grids = [m.unit_id for m in actor.memberships if m.role == "grid_worker"]
    return or_(
        Case.area_id.in_(areas_of(actor, *OFFICERS, "township_clerk")),
        Case.residence_area_id.in_(areas_of(actor, "township_clerk")),
        Visit.unit_id.in_(grids),
    )
