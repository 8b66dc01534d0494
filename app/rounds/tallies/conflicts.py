"""Settlement data and a tally name the same payer: the bureau decides for one of them, never for the sum."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import audit
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Denied, Fault, Invalid
from app.kernel.money import ZERO, parse_yuan
from app.rounds.cases import get_case
from app.rounds.figures import figures_in_force, recompute_self_paid, record_figures
from app.rounds.models import Figure, TallyConflict, TallyRequest
from app.rounds.schemes import scheme_of

_WORDS = {"settlement": "采用结算数据", "tally": "采用单位填报数", "correction": "经核对的数额"}


def note_conflicts(session: Session, request: TallyRequest, case_ids: Iterable[int]) -> None:
    """Opens a conflict where both sources are non-zero, reopens a decided one whose tally changed.

    Does not commit.
    """
    wanted = sorted(case_ids)
    known = {
        (conflict.case_id, conflict.payer): conflict
        for conflict in session.scalars(select(TallyConflict).where(TallyConflict.request_id == request.id))
    }
    amounts = _amounts(session, wanted, request.payers)
    for key in [(case_id, payer) for case_id in wanted for payer in request.payers]:
        settled, tallied = amounts.get((*key, "settlement"), ZERO), amounts.get((*key, "tally"), ZERO)
        conflict = known.get(key)
        if conflict is None and settled and tallied:
            session.add(_new(request, key, settled, tallied))
        elif conflict is not None and conflict.chosen is None and not tallied:
            session.delete(conflict)
        elif conflict is not None and conflict.tally_amount != tallied:
            conflict.tally_amount, conflict.chosen, conflict.amount = tallied, None, None


def open_conflicts(session: Session, round_id: int) -> list[TallyConflict]:
    """What the bureau has still to decide, by case."""
    query = select(TallyConflict).where(TallyConflict.round_id == round_id, TallyConflict.chosen.is_(None))
    return list(session.scalars(query.order_by(TallyConflict.case_id, TallyConflict.id)))


def resolve_conflicts(
    session: Session, actor: Actor, clock: Clock, round_id: int, resolutions: Sequence[Mapping[str, Any]]
) -> int:
    """Decides conflicts, each {"conflict_id", "chosen", "amount"?, "reason"}; how many stay open. Commits."""
    if not actor.has_role("ybj_officer"):
        raise Denied
    apply_resolutions(session, actor, clock, round_id, resolutions)
    left = len(open_conflicts(session, round_id))
    session.commit()
    return left


def apply_resolutions(
    session: Session, actor: Actor, clock: Clock, round_id: int, resolutions: Sequence[Mapping[str, Any]]
) -> None:
    """`resolve_conflicts` inside a completion: all faults at once. Does not commit.

    chosen `settlement` leaves the data in force; `tally` and `correction` are recorded as a figure of source
    correction that names the conflict as its origin.
    """
    known = {c.id: c for c in session.scalars(select(TallyConflict).where(TallyConflict.round_id == round_id))}
    faults = [fault for n, row in enumerate(resolutions) for fault in _find_faults(known, n, row)]
    if faults:
        raise Invalid(faults)
    for row in resolutions:
        _resolve(session, actor, clock, known[row["conflict_id"]], row)
    session.flush()


def _resolve(session: Session, actor: Actor, clock: Clock, conflict: TallyConflict, row: Mapping[str, Any]) -> None:
    given = {"settlement": conflict.settlement_amount, "tally": conflict.tally_amount}
    amount = given[row["chosen"]] if row["chosen"] in given else parse_yuan(row["amount"])
    conflict.chosen, conflict.amount, conflict.reason = row["chosen"], amount, row["reason"]
    conflict.resolved_by, conflict.resolved_at = actor.user_id, clock()
    _put_in_force(session, actor, clock, conflict, amount)
    detail = {"payer": conflict.payer, "chosen": conflict.chosen, "conflict": conflict.id}
    subject = f"case:{conflict.case_id}"
    audit.record(session, actor, clock, "tally_conflict_resolved", subject=subject, detail=detail)


def _put_in_force(session: Session, actor: Actor, clock: Clock, conflict: TallyConflict, amount: Decimal) -> None:
    case = get_case(session, conflict.case_id)
    now = figures_in_force(session, [case.id])[case.id][conflict.payer]
    if conflict.chosen != "settlement" or now.source != "settlement":
        note = f"{_WORDS[str(conflict.chosen)]}：{conflict.reason}"[:500]
        origin = f"tally_conflict:{conflict.id}"
        record_figures(session, actor, clock, case, {conflict.payer: amount}, "correction", origin, note=note)
    if case.self_paid is not None:
        recompute_self_paid(session, case, scheme_of(session, case.round_id))


def _find_faults(known: Mapping[int, TallyConflict], n: int, row: Mapping[str, Any]) -> list[Fault]:
    faults = []
    if row["conflict_id"] not in known:
        faults.append(Fault(f"/resolutions/{n}/conflict_id", "no_such_conflict", "没有这个重复项"))
    if row["chosen"] == "correction" and not row.get("amount"):
        faults.append(Fault(f"/resolutions/{n}/amount", "amount_missing", "请填写经核对的数额"))
    return faults


def _new(request: TallyRequest, key: tuple[int, str], settled: Decimal, tallied: Decimal) -> TallyConflict:
    return TallyConflict(
        round_id=request.round_id,
        case_id=key[0],
        request_id=request.id,
        payer=key[1],
        settlement_amount=settled,
        tally_amount=tallied,
    )


def _amounts(session: Session, case_ids: Sequence[int], payers: Sequence[str]) -> dict[tuple[int, str, str], Decimal]:
    """{(case, payer, source): amount of the newest version}."""
    query = select(Figure.case_id, Figure.payer, Figure.source, Figure.amount).where(
        Figure.case_id.in_(case_ids), Figure.payer.in_(payers), Figure.source.in_(["settlement", "tally"])
    )
    rows = session.execute(query.order_by(Figure.version))
    return {(case_id, payer, source): amount for case_id, payer, source, amount in rows}
