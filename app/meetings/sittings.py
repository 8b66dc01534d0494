"""The sitting of the joint meeting: who was there, who left which row, what both bureaus put before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.access import audit
from app.kernel.actors import Actor
from app.kernel.dates import Clock, local_date
from app.kernel.errors import Conflict, Denied, Fault, Invalid, NotFound
from app.meetings.models import Attendance, Meeting, Recusal, Standard, Submission
from app.rounds.models import Case, Round
from app.rounds.rounds import get_round
from app.rounds.schemes import scheme_of

SUBMITTERS = ("ybj_officer", "civil_affairs_officer")


def add_submission(session: Session, actor: Actor, clock: Clock, standard: Standard, note: str | None) -> Submission:
    """One bureau puts list and drafts before the meeting; the other must be another person. Does not commit.

    『医保局和民政局将需补助名单和金额提交因病致贫返贫防范长效机制跨部门专班会议审核』[S0 附件3 三 4].
    """
    made = submissions_of(session, standard.id)
    free = [role for role in SUBMITTERS if actor.has_role(role) and role not in {s.role for s in made}]
    if not free:
        raise Denied("只有医保局和民政局经办可以提交名单，每局一次", code="not_a_submitter")
    if actor.user_id in {s.user_id for s in made}:
        raise Denied("两局须由不同的人提交", code="same_person")
    submission = Submission(
        standard_id=standard.id,
        role=free[0],
        user_id=actor.user_id,
        user_name=actor.name,
        note=note,
        at=clock(),
    )
    session.add(submission)
    session.flush()
    return submission


def submissions_of(session: Session, standard_id: int) -> list[Submission]:
    """Who has submitted under that proposal, in order."""
    query = select(Submission).where(Submission.standard_id == standard_id).order_by(Submission.id)
    return list(session.scalars(query))


def find_meeting(session: Session, round_id: int) -> Meeting | None:
    """The newest sitting over that round."""
    query = select(Meeting).where(Meeting.round_id == round_id).order_by(Meeting.n.desc())
    return session.scalar(query.limit(1))


def get_open_meeting(session: Session, round_id: int) -> Meeting:
    """The sitting that is open; Conflict (`no_meeting_open`)."""
    meeting = find_meeting(session, round_id)
    if meeting is None or meeting.state != "open":
        raise Conflict("请先登记专班会议", code="no_meeting_open")
    return meeting


def record_meeting(session: Session, actor: Actor, clock: Clock, round_id: int, form: Mapping[str, Any]) -> Meeting:
    """Opens the next sitting or writes the open one: place, chair, attendance, recusals; all of it replaced.

    form: held_on (date), place, chair, attendance [{unit_code, member_name, present, note}],
    recusals [{case_id, member_name, user_id, reason}]. A-SZ-8: recorded, no quorum enforced.
    """
    _must_be_secretary(actor)
    round_ = get_round(session, round_id)
    if round_.stage == "closed":
        raise Conflict("本轮已结束", code="round_closed")
    meeting = find_meeting(session, round_id)
    if meeting is None or meeting.state != "open":
        meeting = _next_meeting(session, actor, clock, round_)
    _check(session, clock, round_, form)
    meeting.held_on, meeting.place, meeting.chair = form.get("held_on"), form.get("place"), form.get("chair")
    meeting.version += 1
    _replace_rows(session, round_, meeting, form)
    detail = {"meeting_id": meeting.id, "recusals": len(form.get("recusals", ()))}
    audit.record(session, actor, clock, "meeting_recorded", subject=f"round:{round_id}", detail=detail)
    session.commit()
    return meeting


def get_meeting(session: Session, meeting_id: int) -> Meeting:
    """One sitting; NotFound (`meeting_not_found`)."""
    meeting = session.get(Meeting, meeting_id)
    if meeting is None:
        raise NotFound(code="meeting_not_found")
    return meeting


def attendance_of(session: Session, meeting_id: int) -> list[Attendance]:
    """Who sat there, in the order written."""
    query = select(Attendance).where(Attendance.meeting_id == meeting_id).order_by(Attendance.id)
    return list(session.scalars(query))


def recusals_of(session: Session, meeting_id: int) -> list[Recusal]:
    """Who left which row."""
    query = select(Recusal).where(Recusal.meeting_id == meeting_id).order_by(Recusal.id)
    return list(session.scalars(query))


def _must_be_secretary(actor: Actor) -> None:
    if not actor.has_role("meeting_secretary"):
        raise Denied("只有会议秘书可以登记会议")


def _next_meeting(session: Session, actor: Actor, clock: Clock, round_: Round) -> Meeting:
    newest = session.scalar(select(func.max(Meeting.n)).where(Meeting.round_id == round_.id)) or 0
    meeting = Meeting(round_id=round_.id, n=newest + 1, opened_by=actor.user_id, opened_at=clock())
    session.add(meeting)
    session.flush()
    return meeting


def _check(session: Session, clock: Clock, round_: Round, form: Mapping[str, Any]) -> None:
    faults = []
    held_on: date | None = form.get("held_on")
    if held_on is not None and held_on > local_date(clock()):
        faults.append(Fault("/held_on", "in_the_future", "会议日期不能晚于今天"))
    units = scheme_of(session, round_.id).units
    for n, row in enumerate(form.get("attendance", ())):
        if row["unit_code"] not in units:
            faults.append(Fault(f"/attendance/{n}/unit_code", "unknown_unit", "没有这个成员单位"))
    faults += _repeated(form.get("attendance", ()), ("unit_code", "member_name"), "/attendance")
    faults += _check_recusals(session, round_, form)
    if faults:
        raise Invalid(faults)


def _check_recusals(session: Session, round_: Round, form: Mapping[str, Any]) -> list[Fault]:
    rows = form.get("recusals", ())
    present = {row["member_name"] for row in form.get("attendance", ()) if row["present"]}
    ids = {row["case_id"] for row in rows}
    known = set(session.scalars(select(Case.id).where(Case.round_id == round_.id, Case.id.in_(ids))))
    faults = _repeated(rows, ("case_id", "member_name"), "/recusals")
    for n, row in enumerate(rows):
        if row["case_id"] not in known:
            faults.append(Fault(f"/recusals/{n}/case_id", "case_not_found", "名单中没有此人"))
        if row["member_name"] not in present:
            message = "回避的成员应在到会人员之中"
            faults.append(Fault(f"/recusals/{n}/member_name", "member_not_present", message))
    return faults


def _repeated(rows: Sequence[Mapping[str, Any]], keys: Sequence[str], where: str) -> list[Fault]:
    seen: set[tuple[Any, ...]] = set()
    faults = []
    for n, row in enumerate(rows):
        key = tuple(row[k] for k in keys)
        if key in seen:
            faults.append(Fault(f"{where}/{n}", "repeated", "同一行重复登记"))
        seen.add(key)
    return faults


def _replace_rows(session: Session, round_: Round, meeting: Meeting, form: Mapping[str, Any]) -> None:
    units = scheme_of(session, round_.id).units
    session.execute(delete(Attendance).where(Attendance.meeting_id == meeting.id))
    session.execute(delete(Recusal).where(Recusal.meeting_id == meeting.id))
    for row in form.get("attendance", ()):
        session.add(Attendance(meeting_id=meeting.id, unit_name=units[row["unit_code"]]["name"], **row))
    for row in form.get("recusals", ()):
        session.add(Recusal(meeting_id=meeting.id, **row))
    session.flush()
