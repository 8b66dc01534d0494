"""The standard that bureau and civil affairs propose, with the three factors it must be weighed against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.fund.ledger import account_by_code
from app.fund.quota import Quota, available_quota
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import NotFound
from app.kernel.money import ZERO, format_yuan, parse_yuan
from app.meetings.models import Standard
from app.meetings.rules import Terms, Tier
from app.meetings.terms import print_tier, read_terms
from app.rounds.models import Case, Round
from app.rounds.schemes import scheme_of

LISTED = ("listed", "decided")


def add_proposal(
    session: Session,
    actor: Actor,
    clock: Clock,
    round_: Round,
    form: Mapping[str, Any],
    cases: Sequence[Case],
) -> Standard:
    """A new proposal; earlier ones of the round are superseded. Does not commit.

    『由医保部门和民政部门提出意见，提交因病致贫返贫防范长效机制跨部门专班会议审核确定』[S0 附件3 二].
    Raises `Invalid` with JSON pointers into the form.
    """
    terms = read_terms(form)
    session.execute(
        update(Standard).where(Standard.round_id == round_.id, Standard.state == "proposed").values(state="superseded")
    )
    line = form.get("resolution_line") or scheme_of(session, round_.id).parameter("resolution_line")
    standard = add_standard(session, actor, clock, round_, terms, "proposed")
    standard.resolution_line = parse_yuan(line, "/resolution_line")
    standard.factors = weigh_factors(session, round_, cases, form) | _warn(session, round_, standard.resolution_line)
    standard.note = form.get("note")
    session.flush()
    return standard


def add_standard(session: Session, actor: Actor, clock: Clock, round_: Round, terms: Terms, state: str) -> Standard:
    """The terms as a row of the round. Does not commit."""
    newest = session.scalar(select(func.max(Standard.n)).where(Standard.round_id == round_.id)) or 0
    standard = Standard(
        round_id=round_.id,
        n=newest + 1,
        state=state,
        proposed_by=actor.user_id,
        proposed_at=clock(),
        factors={},
    )
    set_terms(standard, terms)
    session.add(standard)
    session.flush()
    return standard


def set_terms(standard: Standard, terms: Terms) -> None:
    """Writes base, threshold, ratio, cap and tiers."""
    standard.base, standard.threshold, standard.ratio, standard.cap = (
        terms.base,
        terms.threshold,
        terms.ratio,
        terms.cap,
    )
    standard.tiers = [print_tier(tier) for tier in terms.tiers] or None


def terms_of(standard: Standard) -> Terms:
    """The terms of a stored standard."""
    tiers = tuple(
        Tier(
            parse_yuan(row["over"]),
            None if row["up_to"] is None else parse_yuan(row["up_to"]),
            Decimal(row["ratio"]),
        )
        for row in standard.tiers or ()
    )
    return Terms(standard.base, standard.threshold, standard.ratio, standard.cap, tiers)


def find_proposal(session: Session, round_id: int) -> Standard | None:
    """The proposal that stands, or None before there is one."""
    query = select(Standard).where(Standard.round_id == round_id, Standard.state == "proposed")
    return session.scalar(query.order_by(Standard.n.desc()).limit(1))


def get_proposal(session: Session, round_id: int) -> Standard:
    """The proposal that stands; NotFound (`standard_not_proposed`)."""
    standard = find_proposal(session, round_id)
    if standard is None:
        raise NotFound("本轮尚未提出补助标准", code="standard_not_proposed")
    return standard


def account_of(session: Session, round_: Round) -> int:
    """The fund account that pays this round, named in the scheme."""
    return account_by_code(session, scheme_of(session, round_.id).fund["account"]["code"]).id


def quota_of(session: Session, round_: Round) -> Quota:
    """The fund's quota of the cost year, 可用额度 in `available`."""
    return available_quota(session, account_of(session, round_), round_.cost_year)


def listed_cases(session: Session, round_id: int) -> list[Case]:
    """The cases before the meeting, or already decided by it, in case number order."""
    query = select(Case).where(Case.round_id == round_id, Case.stage.in_(LISTED)).order_by(Case.case_no)
    return list(session.scalars(query))


def weigh_factors(session: Session, round_: Round, cases: Sequence[Case], form: Mapping[str, Any]) -> dict[str, Any]:
    """Money raised, self-paid costs of the year, 低保/低边 standards; amounts as strings.

    『根据年度资金筹集情况、困难人员年度自负医疗费用发生情况和年度低保低边认定标准等因素确定』[S0 附件3 二].
    """
    quota = quota_of(session, round_)
    money = {
        name: format_yuan(getattr(quota, name))
        for name in ("carry_over", "fiscal", "committed_charity", "resolved", "reserved", "available")
    }
    costs = sorted((case.self_paid or ZERO for case in cases), reverse=True)
    spread = {
        "people": len(costs),
        "total": format_yuan(sum(costs, ZERO)),
        "highest": format_yuan(costs[0] if costs else ZERO),
        "middle": format_yuan(costs[len(costs) // 2] if costs else ZERO),
    }
    lines = {name: form.get(name) for name in ("low_income_standard", "margin_standard")}
    return {"money_raised": money, "self_paid": spread, "low_income": lines}


def _warn(session: Session, round_: Round, line: Decimal) -> dict[str, list[str]]:
    """A line not below last year's is warned: 『逐步降低困难群众高额医疗费用化解标准』[S0 附件2 12] (A-SZ-14)."""
    before = session.scalar(
        select(Standard.resolution_line)
        .join(Round, Round.id == Standard.round_id)
        .where(Round.scheme == round_.scheme, Round.cost_year == round_.cost_year - 1)
        .where(Standard.state == "approved", Standard.resolution_line.is_not(None))
        .order_by(Standard.id.desc())
        .limit(1)
    )
    return {"warnings": ["resolution_line_not_lowered"] if before is not None and line >= before else []}
