"""The final list: all rows the meetings have decided so far, each as its newest resolution says."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.meetings.models import Decision, Resolution, Submission
from app.meetings.sittings import submissions_of
from app.meetings.standards import find_proposal, listed_cases
from app.rounds.drafts import Verdict, draft_rows
from app.rounds.lists import freeze_list, latest_list, rows_of
from app.rounds.models import Case, ListRow, ListVersion, Round
from app.rounds.schemes import scheme_of


def freeze_final_list(
    session: Session,
    actor: Actor,
    clock: Clock,
    round_: Round,
    resolution: Resolution,
    outcomes: Mapping[int, str | None],
) -> ListVersion:
    """The next version of the final list; rows of earlier resolutions stand unless decided anew.

    `outcomes` by case id for the rows of this resolution. 『审核后形成最终补助名单和金额』[S0 附件3 三 4].
    Does not commit.
    """
    decided = newest_decisions(session, round_.id, resolution.id)
    earlier = latest_list(session, round_.id, "final")
    printed = {} if earlier is None else {row.case_id: row for row in rows_of(session, earlier)}
    cases = [case for case in listed_cases(session, round_.id) if case.id in decided]
    cases.sort(key=lambda case: (_section(case) != "main", -(case.self_paid or Decimal(0)), case.case_no))
    verdicts = {case.id: _verdict(case, decided[case.id], outcomes, printed.get(case.id)) for case in cases}
    rows = draft_rows(session, scheme_of(session, round_.id), cases, verdicts)
    meta = _meta(session, actor, round_, resolution, earlier, sorted(outcomes))
    return freeze_list(session, actor, clock, round_, "final", rows, resolution.id, meta)


def newest_decisions(session: Session, round_id: int, resolution_id: int | None = None) -> dict[int, Decision]:
    """{case id: newest decision} of the round's sealed resolutions, and of `resolution_id` as if it were."""
    query = (
        select(Decision)
        .join(Resolution, Resolution.id == Decision.resolution_id)
        .where(Resolution.round_id == round_id)
        .where(or_(Resolution.state == "sealed", Resolution.id == resolution_id))
        .order_by(Resolution.n)
        .execution_options(populate_existing=True)
    )
    return {decision.case_id: decision for decision in session.scalars(query)}


def _verdict(case: Case, decision: Decision, outcomes: Mapping[int, str | None], printed: ListRow | None) -> Verdict:
    fresh = case.id in outcomes
    outcome = outcomes.get(case.id) if fresh else (printed.outcome if printed else None)
    return Verdict(decision.amount, _section(case), decision.kind, outcome, decision.reason)


def _section(case: Case) -> str:
    return "unreachable" if case.visit_result == "unreachable" else "main"


def _meta(
    session: Session,
    actor: Actor,
    round_: Round,
    resolution: Resolution,
    earlier: ListVersion | None,
    case_ids: list[int],
) -> dict[str, object]:
    """Who prepared, reviewed and approved, and what this version changes."""
    proposal = find_proposal(session, round_.id)
    by_role: dict[str, Submission] = {}
    if proposal is not None:
        by_role = {s.role: s for s in submissions_of(session, proposal.id)}
    names = {role: s.user_name for role, s in by_role.items()}
    return {
        "resolution_no": resolution.no,
        "prepared_by": names.get("ybj_officer"),
        "reviewed_by": names.get("civil_affairs_officer"),
        "approved_by": actor.name,
        "supersedes": None if earlier is None else earlier.id,
        "decided_here": case_ids if earlier is not None else len(case_ids),
    }
