"""Tally requests: one a unit, asked all at once; waived as 未反馈 when late, reopened for a correction."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.access import audit
from app.access.routing import unit_by_code
from app.engine.inbox import find_open_task
from app.engine.reminders import remind_task
from app.engine.runtime import Start, send_message, start_instances
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Conflict, Denied, NotFound
from app.rounds.models import Case, Round, TallyRequest, TallyRow
from app.rounds.progress import touch
from app.rounds.schemes import scheme_of

PROCESS = "member_tally"
WAITING = ("ybj_officer", "civil_affairs_officer")  # who may remind a unit
ANSWERED = ("filed", "nil")
COUNTY_ROLES = (
    "ybj_officer",
    "meeting_secretary",
    "reviewer",
    "auditor",
    "administrator",
    "civil_affairs_officer",
)


def start_requests(
    session: Session,
    actor: Actor,
    clock: Clock,
    round_: Round,
    case_ids: Sequence[int],
    kind: str = "round",
    units: Sequence[str] | None = None,
    note: str | None = None,
) -> list[TallyRequest]:
    """Asks every member unit of the scheme (or those of `units`) about these cases. Does not commit.

    kind: round | door (people found by a visit, one small tally) | sent_back (by the meeting).
    """
    scheme = scheme_of(session, round_.id)
    requests = [
        _new_request(session, clock, round_, member, kind, note)
        for member in scheme.member_units
        if units is None or member["unit"] in units
    ]
    session.add_all(requests)
    session.flush()
    for request in requests:
        _add_rows(session, clock, request, case_ids)
    _start_instances(session, actor, clock, round_, requests)
    return requests


def get_request(session: Session, actor: Actor, request_id: int) -> TallyRequest:
    """A request that the actor may see: the unit's own liaison, or the county's officers; else `NotFound`."""
    request = session.get(TallyRequest, request_id)
    if request is None or not (is_own(actor, request) or actor.has_role(*COUNTY_ROLES)):
        raise NotFound(code="tally_request_not_found")
    return request


def get_own_request(session: Session, actor: Actor, request_id: int, version: int | None = None) -> TallyRequest:
    """A request that the actor may fill in, locked for this transaction.

    Raises NotFound, Denied for officers of other units, Conflict `tally_closed` or `tally_changed`.
    """
    get_request(session, actor, request_id)
    request = _lock(session, request_id)
    if not is_own(actor, request):
        raise Denied("只能填报本单位的金额")
    if request.state in ("waived", "consolidated"):
        raise Conflict("医保局已汇总或已记为未反馈，不能再修改", code="tally_closed", state=request.state)
    if version is not None and version != request.version:
        message = "填报内容已被同事修改，请刷新后重试"
        raise Conflict(message, code="tally_changed", version=request.version)
    return request


def is_own(actor: Actor, request: TallyRequest) -> bool:
    """True for a liaison of the unit that was asked."""
    return any(m.unit_id == request.unit_id and m.role == "department_liaison" for m in actor.memberships)


def list_requests(session: Session, actor: Actor, round_id: int) -> list[TallyRequest]:
    """The round's requests that the actor may see, in the order they were made."""
    query = select(TallyRequest).where(TallyRequest.round_id == round_id).order_by(TallyRequest.id)
    sees_all = actor.has_role(*COUNTY_ROLES)
    return [request for request in session.scalars(query) if sees_all or is_own(actor, request)]


def waive_request(session: Session, actor: Actor, clock: Clock, request_id: int, reason: str) -> TallyRequest:
    """The bureau goes on without an answer: 未反馈, which is not zero, on record. Raises Denied, Conflict."""
    request = _get_for_bureau(session, actor, request_id)
    if request.state != "open":
        raise Conflict("该单位已反馈或已处理", code="tally_not_open", state=request.state)
    request.state, request.note = "waived", reason
    request.waived_by, request.waived_at = actor.user_id, clock()
    request.version += 1
    detail = {"reason": reason, "overdue": request.due_at is not None and request.due_at < clock()}
    audit.record(session, actor, clock, "tally_waived", subject=subject_of(request), detail=detail)
    send_message(session, clock, "tally_waived", subject_of(request), {}, f"tally_waived:{request.id}")
    _touch(session, clock, request)
    session.commit()
    return request


def reopen_request(session: Session, actor: Actor, clock: Clock, request_id: int, reason: str) -> TallyRequest:
    """The bureau asks a unit to look again; its task comes back. Raises Denied, Conflict."""
    request = _get_for_bureau(session, actor, request_id)
    if request.state not in ANSWERED:
        raise Conflict("只有已反馈且尚未汇总的填报可以退回更正", code="tally_not_filed", state=request.state)
    request.state = "open"
    request.version += 1
    audit.record(session, actor, clock, "tally_reopened", subject=subject_of(request), detail={"reason": reason})
    key = f"tally_reopened:{request.id}:{request.version}"
    send_message(session, clock, "tally_reopened", subject_of(request), {}, key)
    session.commit()
    return request


def remind_request(session: Session, actor: Actor, clock: Clock, request_id: int) -> None:
    """One of the two bureaus reminds a unit that has not answered. Commits.

    Raises Denied, NotFound, Conflict `tally_not_open` or `reminded_recently`.
    """
    if not actor.has_role(*WAITING):
        raise Denied
    request = get_request(session, actor, request_id)  # not locked: who files it holds the instance first
    task = find_open_task(session, subject_of(request), "file_tally")
    if request.state != "open" or task is None:
        raise Conflict("该单位已反馈或已处理", code="tally_not_open", state=request.state)
    remind_task(session, actor, clock, task.id)


def close_request(session: Session, clock: Clock, request: TallyRequest) -> None:
    """Consolidated: its rows are closed and its instance ends. Does not commit."""
    if request.state in ANSWERED:
        request.state = "consolidated"
        request.version += 1
        send_message(session, clock, "tally_consolidated", subject_of(request), {}, f"tally_consolidated:{request.id}")


def subject_of(request: TallyRequest) -> str:
    """How the engine names it: "tally_request:3"."""
    return f"tally_request:{request.id}"


def _get_for_bureau(session: Session, actor: Actor, request_id: int) -> TallyRequest:
    if not actor.has_role("ybj_officer"):
        raise Denied
    return _lock(session, request_id)


def _lock(session: Session, request_id: int) -> TallyRequest:
    """As it is in the database now; whoever fills, files, waives or consolidates it waits for the others."""
    query = select(TallyRequest).where(TallyRequest.id == request_id).with_for_update(key_share=True)
    request = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if request is None:
        raise NotFound(code="tally_request_not_found")
    return request


def _touch(session: Session, clock: Clock, request: TallyRequest) -> None:
    touch(session, clock, request.round_id, "cases_done" if request.kind == "door" else "tallies_done")


def _new_request(
    session: Session, clock: Clock, round_: Round, member: dict[str, object], kind: str, note: str | None
) -> TallyRequest:
    unit = unit_by_code(session, str(member["unit"]))
    return TallyRequest(
        round_id=round_.id,
        unit_id=unit.id,
        unit_code=unit.code,
        unit_name=unit.name,
        payers=member["payers"],
        kind=kind,
        opened_at=clock(),
        note=note,
    )


def _add_rows(session: Session, clock: Clock, request: TallyRequest, case_ids: Sequence[int]) -> None:
    rows = [
        {"request_id": request.id, "case_id": case_id, "payer": payer, "recorded_at": clock()}
        for case_id in case_ids
        for payer in request.payers
    ]
    if rows:
        session.execute(insert(TallyRow), rows)


def _start_instances(
    session: Session, actor: Actor, clock: Clock, round_: Round, requests: Sequence[TallyRequest]
) -> None:
    starts = [
        Start(
            scheme=round_.scheme,
            process_key=PROCESS,
            subject=subject_of(request),
            group=f"round:{round_.id}",
            unit_id=request.unit_id,
            data={"request_id": request.id, "unit_id": request.unit_id},
        )
        for request in requests
    ]
    for request, instance_id in zip(requests, start_instances(session, actor, clock, starts), strict=True):
        request.instance_id = instance_id
        task = find_open_task(session, subject_of(request), "file_tally")
        request.due_at = None if task is None else task.due_at


def cases_asked(session: Session, request: TallyRequest) -> list[Case]:
    """The cases of a request in case number order."""
    asked = select(TallyRow.case_id).where(TallyRow.request_id == request.id, TallyRow.current)
    return list(session.scalars(select(Case).where(Case.id.in_(asked)).order_by(Case.case_no)))
