"""未反馈 is not zero: which units owe an answer about which cases when the meeting sits."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.rounds.models import Figure, TallyRequest, TallyRow


def unanswered_units(session: Session, round_id: int) -> dict[int, list[str]]:
    """{case id: names of units that were waived without an answer}, where nobody has said the amount since.

    The meeting resolves 暂按0、后补抵扣 or 暂缓 for these rows (policy-facts §4.1, practice).
    """
    answered = exists().where(Figure.case_id == TallyRow.case_id, Figure.payer == TallyRow.payer, Figure.in_force)
    query = (
        select(TallyRow.case_id, TallyRequest.unit_name)
        .join(TallyRequest, TallyRequest.id == TallyRow.request_id)
        .where(TallyRequest.round_id == round_id, TallyRequest.waived_at.is_not(None))
        .where(TallyRow.current, TallyRow.amount.is_(None), ~answered)
        .distinct()
        .order_by(TallyRow.case_id, TallyRequest.unit_name)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for case_id, unit_name in session.execute(query):
        found[case_id].append(unit_name)
    return found
