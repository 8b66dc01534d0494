"""Step 1 ends: the officer takes off who does not belong, and the list goes to every member unit at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.access import audit
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Conflict, Denied, Fault, Invalid
from app.rounds.cases import cases_of
from app.rounds.drafts import draft_rows
from app.rounds.lists import freeze_list
from app.rounds.models import Case, Exclusion, ListVersion, Round
from app.rounds.rounds import get_round
from app.rounds.schemes import scheme_of


def exclude_cases(
    session: Session, actor: Actor, clock: Clock, round_id: int, exclusions: Sequence[Mapping[str, Any]]
) -> None:
    """Takes cases off the preliminary list, each {"case_id", "reason"}, before it is issued.

    Raises Denied, Conflict `list_already_issued`, Invalid with a fault a row.
    """
    if not actor.has_role("ybj_officer"):
        raise Denied
    record_exclusions(session, actor, clock, get_round(session, round_id), exclusions)
    session.commit()


def record_exclusions(
    session: Session, actor: Actor, clock: Clock, round_: Round, exclusions: Sequence[Mapping[str, Any]]
) -> None:
    """`exclude_cases` inside the completion of the review. Does not commit."""
    if round_.stage != "open":
        raise Conflict("初步名单已发出，不能再移出人员", code="list_already_issued", stage=round_.stage)
    by_id = {case.id: case for case in cases_of(session, round_.id, ["preliminary"])}
    _check(by_id, exclusions)
    for row in exclusions:
        case = by_id[row["case_id"]]
        case.stage, case.reason = "excluded", row["reason"].strip()
        case.version += 1
        session.add(
            Exclusion(
                round_id=round_.id,
                case_id=case.id,
                reason=case.reason,
                excluded_by=actor.user_id,
                excluded_at=clock(),
            )
        )
        subject = f"case:{case.id}"
        audit.record(session, actor, clock, "case_excluded", subject=subject, detail={"reason": case.reason})


def issue_list(session: Session, actor: Actor, clock: Clock, round_: Round) -> ListVersion:
    """Freezes the preliminary list. Does not commit. Raises Conflict `list_empty` when nobody is left."""
    cases = cases_of(session, round_.id, ["preliminary"])
    if not cases:
        raise Conflict("初步名单上没有人，请检查结算数据和初筛线", code="list_empty")
    rows = draft_rows(session, scheme_of(session, round_.id), cases)
    return freeze_list(session, actor, clock, round_, "preliminary", rows)


def _check(by_id: Mapping[int, Case], exclusions: Sequence[Mapping[str, Any]]) -> None:
    faults, seen = [], set()
    for n, row in enumerate(exclusions):
        if row["case_id"] not in by_id or row["case_id"] in seen:
            message = "此人不在初步名单上，或已移出"
            faults.append(Fault(f"/exclusions/{n}/case_id", "not_on_the_list", message))
        if not str(row.get("reason", "")).strip():
            faults.append(Fault(f"/exclusions/{n}/reason", "reason_missing", "请写明移出理由"))
        seen.add(row["case_id"])
    if faults:
        raise Invalid(faults)
