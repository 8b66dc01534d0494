"""Several candidate standards over the list of a round, computed at once and kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request

from app.meetings.reading import get_round_in_scope
from app.scenarios.api.schemas import WhatIfIn, WhatIfOut
from app.scenarios.candidates import read_candidates
from app.scenarios.reports import Report, report
from app.scenarios.trying import compare_candidates, note_trial
from app.web import current
from app.web.idempotency import replayable
from app.web.routes import Blueprint, allow

TRIERS = (
    "meeting_secretary", "ybj_officer", "civil_affairs_officer", "finance_officer", "fund_manager", "reviewer",
    "auditor",
)  # fmt: skip
trials = Blueprint("what-if", __name__, url_prefix="/rounds/<int:round_id>", description="测算：不同标准并排比较")


def render_report(_ref: str | None, round_id: int) -> Report:
    """The same question again, answered from the round as it is now."""
    body: dict[str, Any] = WhatIfIn().load(request.get_json())
    return try_out(body, round_id)


def try_out(body: Mapping[str, Any], round_id: int) -> Report:
    """The comparison; nothing is written."""
    with current.reading() as session:
        round_ = get_round_in_scope(session, current.actor(), round_id, *TRIERS)
        candidates = read_candidates(body["candidates"])
        return report(compare_candidates(session, round_, candidates, body["unanswered_rule"]), body["rows"])


@trials.route("/what-if", methods=["POST"])
@allow(*TRIERS)
@trials.arguments(WhatIfIn)
@trials.response(200, WhatIfOut)
@replayable(render_report)
def post_what_if(body: dict[str, Any], round_id: int) -> Report:
    """Lay up to twelve standards side by side over the round's list, or find the value that spends the fund.

    Each candidate is computed to the fen as the meeting would: total, people, who gains and loses, indicators,
    who stays above the 化解标准, what is left. The round is untouched; a panel may ask on every change of a slider.
    """
    found = try_out(body, round_id)
    with current.writing() as session:
        note_trial(session, round_id)
    return found
