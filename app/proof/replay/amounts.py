"""Step 4 again: every draft under a proposal and every amount under a resolution, the shortfall rule included."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from app.feel import DecisionModel
from app.kernel.money import ZERO, parse_yuan
from app.meetings.amounts import price_row
from app.meetings.assessing import Assessment, assess
from app.meetings.models import CaseAmount, Decision, Resolution, Standard
from app.meetings.rules import Item, list_order
from app.meetings.shortfall import Outcome, apply_shortfall
from app.meetings.standards import terms_of
from app.proof.replay.comparing import Comparison
from app.proof.replay.evidence import Evidence
from app.proof.replay.figures import left_to_pay
from app.rounds.models import Case, Round

FIELDS = {
    "self_paid": "年度自负", "due": "应补金额", "already_paid": "此前已补助", "overpaid": "多补金额",
    "amount": "补助金额", "status": "结果", "left_after": "补助后自负",
}  # fmt: skip


@dataclass(frozen=True)
class Given:
    """What the table reads of one case, as it is recomputed; `person_id` is the key of what was paid before."""

    person_id: int
    categories: Sequence[str]
    eligible: bool
    total_cost: Decimal
    self_paid: Decimal


def check_drafts(evidence: Evidence, model: DecisionModel, comparison: Comparison) -> None:
    """拟补助金额 under each proposal, as if the money reached."""
    for standard in evidence.standards.values():
        if standard.resolution_id is None:
            stored = evidence.amounts.get(standard.id, {})
            already = {evidence.cases[i].person_id: amount.already_paid for i, amount in stored.items()}
            found = _assess(evidence, model, standard, stored, already)
            for case_id, amount in stored.items():
                row = price_row(evidence.number(case_id), found[case_id], found[case_id], None)
                _compare(evidence, comparison, amount, row, f"（第{standard.n}次标准意见·拟）")


def check_resolution(
    evidence: Evidence, model: DecisionModel, resolution: Resolution, comparison: Comparison
) -> dict[int, Decimal]:
    """{case id: recomputed yuan} of the rows before this resolution."""
    standard = evidence.standards[resolution.standard_id]
    stored = evidence.amounts.get(standard.id, {})
    already = resolved_elsewhere(evidence, resolution)
    wanted = _assess(evidence, model, standard, stored, already)
    outcome = _share(evidence, resolution, stored, wanted)
    given = _assess(evidence, model, standard, stored, already, outcome)
    for said in {a.trace["shortfall"]["available"] for a in stored.values() if a.trace["shortfall"] is not None}:
        comparison.compare(f"决议 {resolution.no}", "可用额度", resolution.available, parse_yuan(said))
    comparison.compare(f"决议 {resolution.no}", "资金不足时的比例", resolution.fitted_ratio, outcome.ratio)
    found = {}
    for case_id, amount in stored.items():
        row = price_row(evidence.number(case_id), wanted[case_id], given[case_id], outcome)
        _compare(evidence, comparison, amount, row, f"（决议 {resolution.no}）")
        found[case_id] = row["amount"]
    return found


def resolved_elsewhere(evidence: Evidence, resolution: Resolution) -> dict[int, Decimal]:
    """{person: yuan that other rounds of the cost year had resolved when this one was sealed} (A-SZ-7)."""
    round_ = evidence.round_
    query = (
        select(Case.person_id, Decision.case_id, Decision.amount)
        .join(Case, Case.id == Decision.case_id)
        .join(Round, Round.id == Case.round_id)
        .join(Resolution, Resolution.id == Decision.resolution_id)
        .where(Round.scheme == round_.scheme, Round.cost_year == round_.cost_year, Round.id != round_.id)
        .where(Resolution.state == "sealed", Resolution.list_version_id < resolution.list_version_id)
        .order_by(Resolution.list_version_id)
    )
    newest = {case_id: (person_id, amount) for person_id, case_id, amount in evidence.session.execute(query)}
    found: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for person_id, amount in newest.values():
        found[person_id] += amount or ZERO
    return found


def _assess(
    evidence: Evidence,
    model: DecisionModel,
    standard: Standard,
    stored: Mapping[int, CaseAmount],
    already: Mapping[int, Decimal],
    outcome: Outcome | None = None,
) -> dict[int, Assessment]:
    terms = terms_of(standard) if outcome is None else outcome.terms
    cases = [_given(evidence, evidence.cases[case_id], amount) for case_id, amount in stored.items()]
    return dict(zip(stored, assess(model, evidence.round_.cost_year, terms, cases, already), strict=True))


def _given(evidence: Evidence, case: Case, amount: CaseAmount) -> Given:
    """Self-paid of the very figures that the amount says it rests on."""
    named = set(amount.trace["figures"])
    left = left_to_pay(figure for figure in evidence.figures.get(case.id, ()) if figure.id in named)
    return Given(case.person_id, case.categories, case.eligible, case.total_cost, left.amount)


def _share(
    evidence: Evidence,
    resolution: Resolution,
    stored: Mapping[int, CaseAmount],
    wanted: Mapping[int, Assessment],
) -> Outcome:
    outside = {i: parse_yuan(said) for i, a in stored.items() if (said := a.trace["outside"]) is not None}
    items = [
        Item(evidence.number(i), wanted[i].self_paid, wanted[i].already_paid, wanted[i].amount)
        for i in stored
        if i not in outside and wanted[i].eligible
    ]
    free = resolution.available - resolution.reserve_kept - sum(outside.values(), ZERO)
    terms = terms_of(evidence.standards[resolution.standard_id])
    return apply_shortfall(resolution.shortfall_rule, terms, list_order(items), free)


def _compare(
    evidence: Evidence, comparison: Comparison, amount: CaseAmount, row: Mapping[str, object], where: str
) -> None:
    number = evidence.number(amount.case_id)
    for name, label in FIELDS.items():
        comparison.compare(number, f"{label}{where}", getattr(amount, name), row[name])
