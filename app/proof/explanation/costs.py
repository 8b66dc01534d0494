"""Where the self-paid sum comes from: bills of the snapshot, figures by payer, conflicts and door differences."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.models import Unit
from app.costs.models import Snapshot
from app.costs.year_costs import YearCost, year_costs
from app.engine.schemes import Scheme
from app.kernel.errors import Conflict
from app.kernel.money import format_yuan
from app.rounds.models import Case, Figure, Round, TallyConflict
from app.rounds.rules import TOTAL_COST
from app.rounds.schemes import payer_name
from app.visits.models import Difference

SOURCES = {"settlement": "结算数据", "tally": "单位填报", "visit": "上门核实", "correction": "医保局更正"}
PREVAILS = {"data": "以数据为准，另行核查", "visit": "以上门凭证为准"}


def tell_bills(session: Session, scheme: Scheme, round_: Round, case: Case) -> dict[str, Any] | None:
    """Bills counted and sums by payer, from the frozen file by its hash; `damaged` when the file is not what it was."""
    if round_.settlement_snapshot_id is None:
        return None
    snapshot = session.get_one(Snapshot, round_.settlement_snapshot_id)
    told = {"name": snapshot.name, "hash": snapshot.hash, "cut_off": round_.cut_off.isoformat(), "damaged": False}
    payers = [payer for payer in scheme.payers if payer in snapshot.payers]
    try:
        found = year_costs(session, snapshot.id, round_.cost_year, round_.cut_off, payers, person_ids=[case.person_id])
    except Conflict:
        return told | {"damaged": True, "bills": None, "total": None, "payments": []}
    return told | _sums(scheme, found[0] if found else None)


def tell_figures(session: Session, scheme: Scheme, case: Case, payers: set[str] | None) -> list[dict[str, Any]]:
    """Every version of every figure, those in force first; only of `payers` when given."""
    units = _units(session)
    query = select(Figure).where(Figure.case_id == case.id)
    figures = session.scalars(query.order_by(Figure.in_force.desc(), Figure.payer, Figure.id.desc()))
    return [
        {
            "id": figure.id,
            "payer": figure.payer,
            "name": name_of(scheme, figure.payer),
            "amount": format_yuan(figure.amount),
            "source": SOURCES[figure.source],
            "version": figure.version,
            "in_force": figure.in_force,
            "unit": units.get(figure.unit_id or 0),
            "origin": figure.origin_ref,
            "recorded_at": figure.recorded_at.isoformat(),
            "note": figure.note,
        }
        for figure in figures
        if payers is None or figure.payer in payers
    ]


def tell_conflicts(session: Session, scheme: Scheme, case: Case, payers: set[str] | None) -> list[dict[str, Any]]:
    """Data and tally named different amounts: which one the bureau chose, and why."""
    query = select(TallyConflict).where(TallyConflict.case_id == case.id).order_by(TallyConflict.id)
    return [
        {
            "name": name_of(scheme, conflict.payer),
            "settlement": format_yuan(conflict.settlement_amount),
            "tally": format_yuan(conflict.tally_amount),
            "chosen": SOURCES.get(conflict.chosen or ""),
            "amount": None if conflict.amount is None else format_yuan(conflict.amount),
            "reason": conflict.reason,
        }
        for conflict in session.scalars(query)
        if payers is None or conflict.payer in payers
    ]


def tell_differences(session: Session, scheme: Scheme, case: Case, payers: set[str] | None) -> list[dict[str, Any]]:
    """What the door said otherwise, kept whatever was decided (A-SZ-4)."""
    query = select(Difference).where(Difference.case_id == case.id, Difference.state != "void")
    return [
        {
            "name": name_of(scheme, difference.payer),
            "before": format_yuan(difference.before),
            "found": format_yuan(difference.found),
            "prevails": PREVAILS[difference.prevails],
            "settled": None if difference.settled_amount is None else format_yuan(difference.settled_amount),
            "note": difference.note,
        }
        for difference in session.scalars(query.order_by(Difference.id))
        if payers is None or difference.payer in payers
    ]


def name_of(scheme: Scheme, payer: str) -> str:
    """A payer, or the year cost, in the officials' words."""
    return "年度医疗费用" if payer == TOTAL_COST else payer_name(scheme, payer)


def _sums(scheme: Scheme, cost: YearCost | None) -> dict[str, Any]:
    if cost is None:
        return {"bills": 0, "total": "0.00", "payments": []}
    paid = [
        {"payer": payer, "name": payer_name(scheme, payer), "amount": format_yuan(amount)}
        for payer, amount in cost.payments.items()
        if amount
    ]
    return {"bills": cost.bills, "total": format_yuan(cost.total), "payments": paid}


def _units(session: Session) -> dict[int, str]:
    return {unit.id: unit.name for unit in session.scalars(select(Unit))}
