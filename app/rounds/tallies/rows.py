"""Rows of a tally: checked all at once, filled while open, kept in versions once the unit has filed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Fault, Invalid
from app.kernel.money import ZERO, parse_yuan
from app.registry.people import people_by_ids
from app.rounds.drafts import township_names
from app.rounds.models import Case, TallyRequest, TallyRow
from app.rounds.tallies.filing import record_tally
from app.rounds.tallies.requests import ANSWERED, get_own_request, get_request

Key = tuple[int, str]  # case id, payer


@dataclass(frozen=True)
class Change:
    """One amount as a person wrote it; None empties the cell. `where` names it in a fault."""

    case_id: int
    payer: str
    amount: str | Decimal | None
    where: str
    note: str | None = None


@dataclass(frozen=True)
class SheetRow:
    """One case as the liaison sees it: its own columns only, the ID number masked."""

    case_id: int
    case_no: str
    person_id: int
    name: str
    id_masked: str
    township: str
    amounts: dict[str, Decimal | None]
    note: str | None


def list_rows(
    session: Session, actor: Actor, request_id: int, after: str | None = None, limit: int = 200
) -> list[SheetRow]:
    """Rows in case number order, those after the case number `after`; at most `limit` cases."""
    return sheet_rows(session, get_request(session, actor, request_id), after, limit)


def sheet_rows(
    session: Session, request: TallyRequest, after: str | None = None, limit: int | None = None
) -> list[SheetRow]:
    """`list_rows` of a request that is already in hand; all rows without a limit."""
    asked = select(TallyRow.case_id).where(TallyRow.request_id == request.id, TallyRow.current)
    query = select(Case).where(Case.id.in_(asked)).order_by(Case.case_no)
    query = query if after is None else query.where(Case.case_no > after)
    cases = list(session.scalars(query if limit is None else query.limit(limit)))
    people = people_by_ids(session, [case.person_id for case in cases])
    rows = current_rows(session, request, [case.id for case in cases])
    townships = township_names(session)
    return [
        SheetRow(
            case_id=case.id,
            case_no=case.case_no,
            person_id=case.person_id,
            name=people[case.person_id].name,
            id_masked=people[case.person_id].id_masked,
            township=townships.get(case.area_id, ""),
            amounts={payer: rows[case.id, payer].amount for payer in request.payers},
            note=next((rows[case.id, p].note for p in request.payers if rows[case.id, p].note), None),
        )
        for case in cases
    ]


def patch_rows(
    session: Session, actor: Actor, clock: Clock, request_id: int, changes: Sequence[Change], version: int
) -> TallyRequest:
    """Writes the unit's amounts; all faults at once, and then nothing is written.

    Raises NotFound, Denied, Conflict `tally_changed` | `tally_closed`, Invalid.
    """
    request = get_own_request(session, actor, request_id, version)
    apply_changes(session, actor, clock, request, check_changes(session, request, changes))
    session.commit()
    return request


def check_changes(
    session: Session, request: TallyRequest, changes: Sequence[Change]
) -> dict[Key, tuple[Decimal | None, str | None]]:
    """{(case, payer): (amount in yuan, note)}; raises `Invalid` with every fault."""
    faults = find_change_faults(session, request, changes)
    if faults:
        raise Invalid(faults)
    return {(change.case_id, change.payer): (_amount(change), change.note) for change in changes}


def find_change_faults(session: Session, request: TallyRequest, changes: Sequence[Change]) -> list[Fault]:
    """Strangers, columns of others, cells given twice, what is no amount, and amounts above the year cost."""
    totals = _year_costs(session, request, {change.case_id for change in changes})
    seen: set[Key] = set()
    faults = []
    for change in changes:
        fault = _find_fault(request, change, totals, seen)
        if fault is not None:
            faults.append(fault)
        seen.add((change.case_id, change.payer))
    return faults


def apply_changes(
    session: Session,
    actor: Actor,
    clock: Clock,
    request: TallyRequest,
    changes: Mapping[Key, tuple[Decimal | None, str | None]],
) -> list[Key]:
    """Writes checked amounts: in place while never filed, as new versions afterwards. Does not commit.

    On a filed request the figures follow at once, because a correction needs no second filing.
    """
    rows = current_rows(session, request, {case_id for case_id, _ in changes})
    changed = []
    for key, (amount, note) in changes.items():
        row = rows[key]
        if (row.amount, row.note) == (amount, note):
            continue
        _write(session, actor, clock, request, row, amount, note)
        changed.append(key)
    if changed:
        session.flush()
        request.version += 1
        if request.state in ANSWERED:
            request.state, request.filings, request.filed_at = "filed", request.filings + 1, clock()
            record_tally(session, actor, clock, request, {case_id for case_id, _ in changed})
    return changed


def current_rows(session: Session, request: TallyRequest, case_ids: Iterable[int]) -> dict[Key, TallyRow]:
    """{(case, payer): the row's newest version} for these cases."""
    query = select(TallyRow).where(TallyRow.request_id == request.id, TallyRow.current)
    wanted = set(case_ids)
    rows = session.scalars(query if len(wanted) > 500 else query.where(TallyRow.case_id.in_(wanted)))  # noqa: PLR2004
    return {(row.case_id, row.payer): row for row in rows if row.case_id in wanted}


def _write(
    session: Session,
    actor: Actor,
    clock: Clock,
    request: TallyRequest,
    row: TallyRow,
    amount: Decimal | None,
    note: str | None,
) -> None:
    if request.filings == 0:
        row.amount, row.note = amount, note
        row.recorded_by, row.recorded_at = actor.user_id, clock()
        return
    row.current = False
    session.add(
        TallyRow(
            request_id=request.id,
            case_id=row.case_id,
            payer=row.payer,
            version=row.version + 1,
            amount=amount,
            note=note,
            recorded_by=actor.user_id,
            recorded_at=clock(),
        )
    )


def _find_fault(request: TallyRequest, change: Change, totals: Mapping[int, Decimal], seen: set[Key]) -> Fault | None:
    if change.case_id not in totals:
        return Fault(change.where, "not_on_the_list", "此人不在本次填报名单上")
    if change.payer not in request.payers:
        return Fault(change.where, "not_your_column", "不是本单位填报的项目")
    if (change.case_id, change.payer) in seen:
        return Fault(change.where, "twice", "同一人同一项目出现两次")
    return _find_amount_fault(change, totals[change.case_id])


def _find_amount_fault(change: Change, total_cost: Decimal) -> Fault | None:
    try:
        amount = _amount(change) or ZERO
    except Invalid as invalid:
        return invalid.faults[0]
    if amount < 0:
        return Fault(change.where, "negative_amount", "金额不能为负数")
    if amount > total_cost and not change.note:
        message = "金额大于该人年度医疗费用，请核对；确属实际发放的，请在备注中说明"
        return Fault(change.where, "amount_over_cost", message)
    return None


def _amount(change: Change) -> Decimal | None:
    if change.amount is None or isinstance(change.amount, Decimal):
        return None if change.amount is None else parse_yuan(f"{change.amount.normalize():f}", change.where)
    return parse_yuan(change.amount.strip(), change.where) if change.amount.strip() else None


def _year_costs(session: Session, request: TallyRequest, case_ids: Iterable[int]) -> dict[int, Decimal]:
    """{case id: total cost} of those cases that were asked about."""
    asked = select(TallyRow.case_id).where(TallyRow.request_id == request.id, TallyRow.current)
    query = select(Case.id, Case.total_cost).where(Case.id.in_(asked))
    wanted = set(case_ids)
    return {case_id: total for case_id, total in session.execute(query) if case_id in wanted}
