"""未反馈 is not zero: which units owe an answer, about how many people, and since when."""

from __future__ import annotations

from typing import Any

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.rounds.models import TallyRow
from app.rounds.schemes import payer_name, scheme_of
from app.rounds.tallies.requests import list_requests

OWING = ("open", "waived")
_SHOWN = ("unit_id", "unit_name", "kind", "state", "opened_at", "due_at", "waived_at", "note")


def list_unanswered(
    session: Session, actor: Actor, clock: Clock, round_id: int, state: str | None = None
) -> list[dict[str, Any]]:
    """Requests of the round that were never answered, those that the actor may see; `people` without an amount."""
    states = OWING if state is None else (state,)
    requests = [request for request in list_requests(session, actor, round_id) if request.state in states]
    empty = (
        select(TallyRow.request_id, func.count(distinct(TallyRow.case_id)))
        .where(TallyRow.request_id.in_([r.id for r in requests]), TallyRow.current, TallyRow.amount.is_(None))
        .group_by(TallyRow.request_id)
    )
    people: dict[int, int] = dict(session.execute(empty).all())
    scheme, now = scheme_of(session, round_id), clock()
    return [
        {
            **{name: getattr(request, name) for name in _SHOWN},
            "request_id": request.id,
            "payers": [payer_name(scheme, payer) for payer in request.payers],
            "people": people.get(request.id, 0),
            "late": request.state == "open" and request.due_at is not None and request.due_at < now,
        }
        for request in requests
    ]
