"""Steps 2 and 3 again: which figure counts for each payer, what tallies and visits said, what was left to pay."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.proof.replay.comparing import Comparison
from app.proof.replay.evidence import Evidence
from app.rounds.models import Case, TallyRow
from app.rounds.rules import TOTAL_COST, Candidate, SelfPaid, self_paid, source_in_force
from app.rounds.schemes import payer_kind, payer_name
from app.visits.models import Difference


def check_figures(evidence: Evidence, comparison: Comparison) -> None:
    """The figures against their sources, the choice among them (A-SZ-4), and the sums of each case."""
    tallied, found = _tallied(evidence), _found_at_the_door(evidence)
    for case in evidence.cases.values():
        rows = evidence.figures.get(case.id, ())
        for figure in rows:
            source = {"tally": tallied, "visit": found}.get(figure.source, {})
            said = source.get((figure.origin_ref, case.id, figure.payer))
            if said is not None and _is_newest(figure, rows):
                name = f"{_payer(evidence, figure.payer)}（{figure.origin_ref}）"
                comparison.compare(case.case_no, name, figure.amount, said)
        _check_choice(evidence, comparison, case, rows)
        _check_sums(comparison, case, rows)


def left_to_pay(figures: Iterable[Any]) -> SelfPaid:
    """Year cost less payments, of the figures given."""
    amounts = {figure.payer: figure.amount for figure in figures}
    return self_paid(amounts.pop(TOTAL_COST, Decimal(0)), amounts.values())


def _payer(evidence: Evidence, payer: str) -> str:
    return "年度医疗费用" if payer == TOTAL_COST else payer_name(evidence.scheme, payer)


def _is_newest(figure: Any, rows: Sequence[Any]) -> bool:
    same = (f for f in rows if (f.payer, f.source) == (figure.payer, figure.source))
    return bool(figure.version == max(f.version for f in same))


def _check_choice(evidence: Evidence, comparison: Comparison, case: Case, rows: Sequence[Any]) -> None:
    newest = {(f.payer, f.source): f for f in rows}  # oldest version first, so that the newest stays
    for payer in sorted({f.payer for f in rows}):
        candidates = [Candidate(f.source, f.amount, f.id) for (of, _), f in newest.items() if of == payer]
        winner = source_in_force(payer_kind(evidence.scheme, payer), candidates)
        chosen = [f.source for f in rows if f.payer == payer and f.in_force]
        comparison.compare(
            case.case_no, f"{_payer(evidence, payer)}的采用来源", chosen, [winner.source] if winner else []
        )


def _check_sums(comparison: Comparison, case: Case, rows: Sequence[Any]) -> None:
    in_force = [figure for figure in rows if figure.in_force]
    totals = [figure.amount for figure in in_force if figure.payer == TOTAL_COST]
    if totals:
        comparison.compare(case.case_no, "年度医疗费用", case.total_cost, totals[0])
    if case.self_paid is not None:
        left = self_paid(case.total_cost, (f.amount for f in in_force if f.payer != TOTAL_COST))
        comparison.compare(case.case_no, "年度自负", case.self_paid, left.amount)
        comparison.compare(case.case_no, "支付超过费用", case.cost_over_paid, left.over_paid)


def _tallied(evidence: Evidence) -> dict[tuple[str, int, str], Decimal]:
    columns = (TallyRow.request_id, TallyRow.case_id, TallyRow.payer, TallyRow.amount)
    query = select(*columns).join(Case, Case.id == TallyRow.case_id)
    query = query.where(Case.round_id == evidence.round_.id, TallyRow.current, TallyRow.amount.is_not(None))
    return {(f"tally_request:{r.request_id}", r.case_id, r.payer): r.amount for r in evidence.session.execute(query)}


def _found_at_the_door(evidence: Evidence) -> dict[tuple[str, int, str], Decimal]:
    columns = (Difference.visit_id, Difference.case_id, Difference.payer, Difference.found)
    query = select(*columns).join(Case, Case.id == Difference.case_id)
    query = query.where(Case.round_id == evidence.round_.id, Difference.state != "void")
    return {(f"visit:{r.visit_id}", r.case_id, r.payer): r.found for r in evidence.session.execute(query)}
