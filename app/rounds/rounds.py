"""Step 0: a bureau officer opens a round over one cost year, and everybody finds it again."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access import audit
from app.costs.models import Snapshot
from app.engine.runtime import Start, start_instance
from app.engine.schemes import Scheme
from app.kernel.actors import Actor
from app.kernel.dates import Clock, local_date
from app.kernel.errors import Conflict, Denied, Fault, Invalid, NotFound
from app.kernel.idempotency import remember
from app.kernel.money import parse_yuan
from app.rounds.models import Round
from app.rounds.schemes import scheme_named

PROCESS = "subsidy_five_step"
RESOLVED = ("paying", "closed")  # a later round of the year may be opened once the list is final


@dataclass(frozen=True)
class RoundDraft:
    """What the officer says; a line that is None is the scheme's (A-SZ-9)."""

    scheme: str
    cost_year: int
    cut_off: date
    settlement_snapshot_id: int
    screening_line: Decimal | None = None
    verification_line: Decimal | None = None
    name: str | None = None


def get_round(session: Session, round_id: int) -> Round:
    """One round; `NotFound` (round_not_found)."""
    round_ = session.get(Round, round_id)
    if round_ is None:
        raise NotFound(code="round_not_found")
    return round_


def list_rounds(session: Session, scheme: str | None = None) -> list[Round]:
    """All rounds, the newest first; a county has a few a year."""
    query = select(Round).order_by(Round.id.desc())
    return list(session.scalars(query if scheme is None else query.where(Round.scheme == scheme)))


def open_round(session: Session, actor: Actor, clock: Clock, draft: RoundDraft) -> Round:
    """Opens the next round of the cost year and starts its process, whose first step is the statistics.

    『应根据需要及时召开…会议，核准补助人员信息，核发补助金额』[S0 附件3 三]. Raises Denied, Invalid with
    every fault, Conflict `round_already_open` while the year's last round has no final list.
    """
    area_id = _county_of(actor)
    scheme = scheme_named(session, draft.scheme)
    screening = _line(draft.screening_line, scheme, "screening_line")
    verification = _line(draft.verification_line, scheme, "verification_line")
    _check(session, clock, draft, scheme.payers, screening, verification)
    number = _next_number(session, draft)
    round_ = Round(
        scheme=draft.scheme,
        cost_year=draft.cost_year,
        number=number,
        name=draft.name or f"{scheme.name}{draft.cost_year}年度第{number}轮",
        cut_off=draft.cut_off,
        screening_line=screening,
        verification_line=verification,
        settlement_snapshot_id=draft.settlement_snapshot_id,
        area_id=area_id,
        opened_by=actor.user_id,
        opened_at=clock(),
    )
    _add(session, round_)
    _start(session, actor, clock, round_)
    remember(session, f"round:{round_.id}")
    session.commit()
    return round_


def _county_of(actor: Actor) -> int:
    path = next((m.area_path for m in actor.memberships if m.role == "ybj_officer"), None)
    if path is None:
        raise Denied("只有医保局经办可以开启一轮补助")
    return int(path.strip("/").rsplit("/", 1)[-1])


def _line(given: Decimal | None, scheme: Scheme, name: str) -> Decimal:
    return given if given is not None else parse_yuan(scheme.parameter(name), name)


def _check(
    session: Session,
    clock: Clock,
    draft: RoundDraft,
    payers: Container[str],
    screening: Decimal,
    verification: Decimal,
) -> None:
    today = local_date(clock())
    faults = []
    if not 2000 <= draft.cost_year <= today.year:  # noqa: PLR2004 no settlement data are older
        faults.append(Fault("/cost_year", "bad_cost_year", "费用年度应为2000年至今年"))
    if not draft.cost_year <= draft.cut_off.year or draft.cut_off > today:
        faults.append(Fault("/cut_off", "bad_cut_off", "截止日期应在费用年度开始之后，且不晚于今天"))
    if screening < 0:
        faults.append(Fault("/screening_line", "negative_line", "初筛线不能为负数"))
    if verification < screening:
        faults.append(Fault("/verification_line", "line_below_screening", "核实线不能低于初筛线"))
    faults += _find_snapshot_faults(session, draft, payers)
    if faults:
        raise Invalid(faults)


def _find_snapshot_faults(session: Session, draft: RoundDraft, payers: Container[str]) -> list[Fault]:
    snapshot = session.get(Snapshot, draft.settlement_snapshot_id)
    if snapshot is None or snapshot.kind != "settlements":
        return [Fault("/settlement_snapshot_id", "no_such_snapshot", "没有这份结算数据快照")]
    unknown = [payer for payer in snapshot.payers if payer not in payers]
    message = f"结算数据中有本方案没有的支付方：{'、'.join(unknown)}"
    return [Fault("/settlement_snapshot_id", "unknown_payers", message)] if unknown else []


def _next_number(session: Session, draft: RoundDraft) -> int:
    same_year = (Round.scheme == draft.scheme, Round.cost_year == draft.cost_year)
    unresolved = session.scalar(select(Round).where(*same_year, Round.stage.not_in(RESOLVED)))
    if unresolved is not None:
        message = f"{unresolved.name}尚未形成最终名单，不能再开启一轮"
        raise Conflict(message, code="round_already_open", round_id=unresolved.id)
    return (session.scalar(select(func.max(Round.number)).where(*same_year)) or 0) + 1


def _add(session: Session, round_: Round) -> None:
    session.add(round_)
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict("另一位经办刚刚开启了这一轮", code="round_already_open") from error


def _start(session: Session, actor: Actor, clock: Clock, round_: Round) -> None:
    subject = f"round:{round_.id}"
    detail = {
        "cost_year": round_.cost_year,
        "number": round_.number,
        "snapshot": round_.settlement_snapshot_id,
    }
    audit.record(session, actor, clock, "round_opened", subject=subject, detail=detail)
    data = {"round_id": round_.id, "send_back_to": ""}
    areas = {"recognising": round_.area_id, "residence": round_.area_id}
    start = Start(round_.scheme, PROCESS, subject, group=subject, areas=areas, data=data)
    round_.instance_id = start_instance(session, actor, clock, start)
