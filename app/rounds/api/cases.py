"""One case over HTTP: every figure with its source, within who may see what."""

from __future__ import annotations

from app.rounds.api.schemas import CaseSheetOut
from app.rounds.reading import CaseSheet, get_case_sheet
from app.web import current
from app.web.routes import Blueprint, allow_any

cases = Blueprint("cases", __name__, url_prefix="/cases", description="一人一案")


@cases.route("/<int:case_id>", methods=["GET"])
@allow_any
@cases.response(200, CaseSheetOut)
def get_case(case_id: int) -> CaseSheet:
    """One case: every amount with its source."""
    with current.reading() as session:
        return get_case_sheet(session, current.actor(), case_id)
