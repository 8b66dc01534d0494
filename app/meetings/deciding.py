"""One row decided: checked against what was computed, written in two statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import Table, and_, bindparam, exists, insert, select, update
from sqlalchemy.orm import Session

from app.access.models import User
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Conflict, Denied, Fault, Invalid, NotFound
from app.kernel.money import parse_yuan
from app.meetings.models import CaseAmount, Decision, Recusal, Resolution

KINDS = ("approve", "lower", "raise", "defer", "reject")
WITH_AMOUNT = ("lower", "raise")
WITH_REASON = ("lower", "raise", "defer", "reject")
_DECISION = cast("Table", Decision.__table__)
# built once: a bulk run asks and writes thousands of times
_FIND = (
    select(
        CaseAmount.amount, CaseAmount.self_paid, CaseAmount.already_paid,
        exists().where(
            Recusal.meeting_id == bindparam("meeting"),
            Recusal.case_id == CaseAmount.case_id,
            Recusal.user_id == bindparam("user"),
        ).label("recused"),
        Decision.id, Decision.kind, Decision.amount.label("said"), Decision.decided_by, Decision.decided_at,
    )
    .outerjoin(
        Decision,
        and_(Decision.case_id == CaseAmount.case_id, Decision.resolution_id == bindparam("resolution")),
    )
    .where(CaseAmount.standard_id == bindparam("standard"), CaseAmount.case_id == bindparam("case"))
)  # fmt: skip
_INSERT = insert(_DECISION).returning(_DECISION.c.id)
_UPDATE = update(_DECISION).where(_DECISION.c.id == bindparam("decision"))


@dataclass(frozen=True)
class Decided:
    """A decision as written."""

    id: int
    case_id: int
    kind: str


@dataclass(frozen=True)
class Computed:
    """One row as computed, yuan; `most` is what the person still bears."""

    amount: Decimal
    most: Decimal


def write_decision(
    session: Session, actor: Actor, clock: Clock, resolution: Resolution, row: Mapping[str, Any], *, replace: bool
) -> Decided:
    """Checks and writes one decision of an open resolution, in two statements. Does not commit."""
    if resolution.state == "sealed":
        raise Conflict("决议已封存，更正须另作决议", code="resolution_sealed")
    found = _find_row(session, actor, resolution, row.get("case_id"))
    said = _read(row, Computed(found.amount, found.self_paid - found.already_paid))
    if found.id is not None and not replace:
        return _must_agree(session, found, row, said)
    values = {
        "kind": row["kind"],
        "amount": said,
        "reason": row.get("reason"),
        "decided_by": actor.user_id,
        "decided_at": clock(),
    }
    connection = session.connection()
    if found.id is not None:
        connection.execute(_UPDATE.values(values), {"decision": found.id})
        return Decided(found.id, row["case_id"], row["kind"])
    ids = {"resolution_id": resolution.id, "case_id": row["case_id"]}
    return Decided(connection.execute(_INSERT, ids | values).scalar_one(), row["case_id"], row["kind"])


def _find_row(session: Session, actor: Actor, resolution: Resolution, case_id: object) -> Any:
    """The computed amount and the decision so far, in one statement. Raises NotFound, Denied (`recused`)."""
    wanted = {
        "meeting": resolution.meeting_id,
        "user": actor.user_id,
        "resolution": resolution.id,
        "standard": resolution.standard_id,
        "case": case_id,
    }
    found = session.connection().execute(_FIND, wanted).first()
    if found is None:
        raise NotFound("此人不在本决议的名单中", code="not_before_the_meeting")
    if found.recused:
        raise Denied("您已对此人回避，须由他人登记", code="recused")
    return found


def _read(row: Mapping[str, Any], amount: Computed) -> Decimal | None:
    """The amount said, in yuan, for lower and raise; every fault at once."""
    kind = row.get("kind")
    faults = []
    if kind not in KINDS:
        faults.append(Fault("/kind", "unknown_decision", "决定应为同意、核减、核增、暂缓或不予补助"))
    if kind in WITH_REASON and not (row.get("reason") or "").strip():
        faults.append(Fault("/reason", "reason_missing", "请填写理由"))
    said = None
    if kind in WITH_AMOUNT:
        try:
            said = row["amount"] if isinstance(row.get("amount"), Decimal) else parse_yuan(row.get("amount"), "/amount")
            faults += _check_amount(str(kind), said, amount)
        except Invalid as error:
            faults += error.faults
    elif row.get("amount") is not None:
        faults.append(Fault("/amount", "amount_not_wanted", "只有核减、核增需要填写金额"))
    if faults:
        raise Invalid(faults)
    return said


def _check_amount(kind: str, said: Decimal, amount: Computed) -> list[Fault]:
    """Lower is below the computed amount, raise above it and never beyond what the person bears."""
    if said < 0:
        return [Fault("/amount", "negative_amount", "金额不能为负")]
    if kind == "lower" and said >= amount.amount:
        return [Fault("/amount", "not_lower", f"核减后的金额应低于 {amount.amount:f} 元")]
    if kind == "raise" and said <= amount.amount:
        return [Fault("/amount", "not_higher", f"核增后的金额应高于 {amount.amount:f} 元")]
    if kind == "raise" and said > amount.most:
        return [Fault("/amount", "more_than_self_paid", f"补助不能超过个人负担 {amount.most:f} 元")]
    return []


def _must_agree(session: Session, found: Any, row: Mapping[str, Any], said: Decimal | None) -> Decided:
    if (found.kind, found.said) == (row["kind"], said):
        return Decided(found.id, row["case_id"], found.kind)
    who = session.get(User, found.decided_by) if found.decided_by else None
    raise Conflict(
        "此人已有不同的决定",
        code="already_decided",
        kind=found.kind,
        decided_by=who.name if who else None,
        decided_at=found.decided_at.isoformat(),
    )
