"""The resolution while it is an editable document: standard, rule when money is short, number and text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.access import audit
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Conflict, Denied, Fault, Invalid, NotFound
from app.kernel.idempotency import remember
from app.kernel.money import ZERO, parse_yuan
from app.meetings.amounts import cases_of_resolution, decisions_of, resolve_amounts
from app.meetings.models import CaseAmount, Decision, Resolution, Standard
from app.meetings.rules import SHORTFALL_RULES, Terms
from app.meetings.sittings import SUBMITTERS, get_open_meeting, submissions_of
from app.meetings.standards import add_standard, get_proposal, set_terms, terms_of
from app.meetings.terms import read_terms
from app.meetings.unanswered import unanswered_units
from app.rounds.models import Case, Round
from app.rounds.rounds import get_round
from app.rounds.schemes import scheme_of

UNANSWERED_RULES = ("zero", "defer")
_STATED = (
    "no", "text", "held_on", "shortfall_rule", "reserve_kept", "keep_freed_reason", "unanswered_rule", "corrections",
)  # fmt: skip


def write_resolution(
    session: Session, actor: Actor, clock: Clock, round_id: int, form: Mapping[str, Any]
) -> Resolution:
    """Writes the round's open resolution, or begins it; every amount is computed again.

    form: no, text, held_on, standard (as in `read_terms`; else the proposal, later the last one sealed),
    resolution_line, shortfall_rule fit_ratio | pro_rata | list_order, reserve_kept, unanswered_rule
    zero (暂按0、后补抵扣) | defer (暂缓), corrections [case ids decided before], keep_freed_reason (why money
    that deferred, rejected or lowered rows free is not shared again). What is not named stays.
    Writing after the minutes were stamped takes the stamp off. Raises Denied, Conflict, Invalid.
    """
    must_be_secretary(actor)
    round_ = get_round(session, round_id)
    meeting = get_open_meeting(session, round_id)
    resolution = find_open_resolution(session, round_id)
    if resolution is None:
        _must_be_submitted(session, round_id)
        resolution = _begin(session, actor, clock, round_, meeting.id)
    _apply(session, round_, resolution, form)
    reopen_document(resolution)
    recompute(session, actor, clock, round_, resolution)
    detail = {"resolution_id": resolution.id, "shortfall_rule": resolution.shortfall_rule}
    audit.record(session, actor, clock, "resolution_written", subject=f"round:{round_id}", detail=detail)
    remember(session, f"resolution:{resolution.id}")
    session.commit()
    return resolution


def recompute(session: Session, actor: Actor, clock: Clock, round_: Round, resolution: Resolution) -> None:
    """Amounts of all its rows under what the resolution says now; 未反馈 rows are deferred where it says so.

    Does not commit.
    """
    session.flush()
    if resolution.unanswered_rule == "defer":
        _defer_unanswered(session, actor, clock, resolution)
    resolve_amounts(session, round_, session.get_one(Standard, resolution.standard_id), resolution)
    session.flush()


def get_resolution(session: Session, resolution_id: int) -> Resolution:
    """One resolution; NotFound (`resolution_not_found`)."""
    resolution = session.get(Resolution, resolution_id)
    if resolution is None:
        raise NotFound(code="resolution_not_found")
    return resolution


def list_resolutions(session: Session, round_id: int) -> list[Resolution]:
    """The round's resolutions in order."""
    return list(session.scalars(select(Resolution).where(Resolution.round_id == round_id).order_by(Resolution.n)))


def find_open_resolution(session: Session, round_id: int) -> Resolution | None:
    """The one resolution of the round that is not sealed, locked for this transaction."""
    query = select(Resolution).where(Resolution.round_id == round_id, Resolution.state != "sealed")
    return session.scalar(query.with_for_update())


def get_open_resolution(session: Session, round_id: int) -> Resolution:
    """As above; Conflict (`no_resolution_open`)."""
    resolution = find_open_resolution(session, round_id)
    if resolution is None:
        raise Conflict("请先拟写决议（标准和资金不足时的办法）", code="no_resolution_open")
    return resolution


def discard_open_resolution(session: Session, round_id: int) -> None:
    """A new proposal makes the unsealed resolution void. Does not commit."""
    resolution = find_open_resolution(session, round_id)
    if resolution is None:
        return
    session.execute(delete(Decision).where(Decision.resolution_id == resolution.id))
    session.execute(delete(CaseAmount).where(CaseAmount.standard_id == resolution.standard_id))
    session.delete(resolution)
    session.flush()
    session.execute(delete(Standard).where(Standard.id == resolution.standard_id))


def reopen_document(resolution: Resolution) -> None:
    """Minutes stamped before a change no longer say what was resolved."""
    resolution.state, resolution.minutes_file_id = "draft", None
    resolution.version += 1


def must_be_secretary(actor: Actor) -> None:
    """Denied unless the actor keeps the desk of the meeting."""
    if not actor.has_role("meeting_secretary"):
        raise Denied("只有会议秘书可以登记决议")


def _must_be_submitted(session: Session, round_id: int) -> None:
    proposal = get_proposal(session, round_id)
    roles = {s.role for s in submissions_of(session, proposal.id)}
    missing = [role for role in SUBMITTERS if role not in roles]
    if missing:
        raise Conflict("医保局和民政局尚未都提交名单", code="not_submitted", missing=missing)


def _begin(session: Session, actor: Actor, clock: Clock, round_: Round, meeting_id: int) -> Resolution:
    newest = session.scalar(select(func.max(Resolution.n)).where(Resolution.round_id == round_.id)) or 0
    terms, line = opening_terms(session, round_)
    standard = add_standard(session, actor, clock, round_, terms, "approved")
    standard.resolution_line = line
    parameters = scheme_of(session, round_.id).parameters
    resolution = Resolution(
        round_id=round_.id,
        meeting_id=meeting_id,
        n=newest + 1,
        standard_id=standard.id,
        shortfall_rule=str(parameters.get("shortfall_rule", SHORTFALL_RULES[0])),
        available=ZERO,
        reserve_kept=parse_yuan(parameters.get("reserve", "0.00")),
        corrections=[],
        total=ZERO,
        created_by=actor.user_id,
        created_at=clock(),
        version=0,
    )
    session.add(resolution)
    session.flush()
    standard.resolution_id = resolution.id
    return resolution


def opening_terms(session: Session, round_: Round) -> tuple[Terms, Decimal | None]:
    """What was proposed; after a sealed resolution, what that one came to with its fitted ratio."""
    sealed = [r for r in list_resolutions(session, round_.id) if r.state == "sealed"]
    if not sealed:
        proposal = get_proposal(session, round_.id)
        return terms_of(proposal), proposal.resolution_line
    last = session.get_one(Standard, sealed[-1].standard_id)
    terms, fitted = terms_of(last), sealed[-1].fitted_ratio
    return (terms if fitted is None else terms.scaled(fitted)), last.resolution_line


def _apply(session: Session, round_: Round, resolution: Resolution, form: Mapping[str, Any]) -> None:
    faults = _check(session, round_, resolution, form)
    standard = session.get_one(Standard, resolution.standard_id)
    if form.get("standard") is not None:
        try:
            set_terms(standard, read_terms(form["standard"], "/standard"))
        except Invalid as error:
            faults += error.faults
    if faults:
        raise Invalid(faults)
    for name in _STATED:
        if form.get(name) is not None:
            setattr(resolution, name, form[name])
    if form.get("resolution_line") is not None:
        standard.resolution_line = form["resolution_line"]


def _check(session: Session, round_: Round, resolution: Resolution, form: Mapping[str, Any]) -> list[Fault]:
    faults = []
    if form.get("shortfall_rule") not in (None, *SHORTFALL_RULES):
        faults.append(Fault("/shortfall_rule", "unknown_shortfall_rule", "资金不足时的办法不在三种之内"))
    if form.get("unanswered_rule") not in (None, *UNANSWERED_RULES):
        faults.append(Fault("/unanswered_rule", "unknown_unanswered_rule", "未反馈的处理应为暂按0或暂缓"))
    if (form.get("reserve_kept") or ZERO) < 0:
        faults.append(Fault("/reserve_kept", "negative_amount", "预留金额不能为负"))
    if form.get("no") and _is_taken(session, form["no"], resolution.id):
        faults.append(Fault("/no", "resolution_no_taken", "此决议文号已被使用"))
    return faults + _check_corrections(session, round_, form.get("corrections") or ())


def _check_corrections(session: Session, round_: Round, case_ids: Sequence[int]) -> list[Fault]:
    query = select(Case.id).where(Case.round_id == round_.id, Case.stage == "decided", Case.id.in_(case_ids))
    decided = set(session.scalars(query))
    return [
        Fault(f"/corrections/{n}", "not_decided_before", "此人在本轮尚无已封存的决定，不能更正")
        for n, case_id in enumerate(case_ids)
        if case_id not in decided
    ]


def _is_taken(session: Session, no: str, resolution_id: int) -> bool:
    query = select(Resolution.id).where(Resolution.no == no, Resolution.id != resolution_id)
    return session.scalar(query.limit(1)) is not None


def _defer_unanswered(session: Session, actor: Actor, clock: Clock, resolution: Resolution) -> None:
    """暂缓 for the rows concerned that nobody has decided otherwise."""
    missing = unanswered_units(session, resolution.round_id)
    decided = decisions_of(session, resolution.id)
    for case in cases_of_resolution(session, resolution):
        if case.id in missing and case.id not in decided:
            session.add(
                Decision(
                    resolution_id=resolution.id,
                    case_id=case.id,
                    kind="defer",
                    reason=f"{'、'.join(missing[case.id])}未反馈"[:500],
                    decided_by=actor.user_id,
                    decided_at=clock(),
                )
            )
    session.flush()
