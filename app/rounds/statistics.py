"""Step 1: year costs of everybody by payer, and who stands on the preliminary list.

『医保局统计困难人员医疗费用发生情况，形成初步名单』[S0 附件3 三.1].
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.costs.models import Snapshot
from app.costs.year_costs import YearCost, year_costs
from app.engine.schemes import Scheme
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.money import ZERO
from app.registry.categories import categories_in_year
from app.registry.people import people_by_ids
from app.rounds.cases import next_case_numbers
from app.rounds.figures import FigureDraft, record_many
from app.rounds.models import Case, Round
from app.rounds.rules import TOTAL_COST, is_over_line, is_paying
from app.rounds.schemes import scheme_of


def run_statistics(session: Session, actor: Actor, clock: Clock, round_: Round) -> int:
    """A case for each listed person above the 初筛线, highest self-paid first; how many. Does not commit.

    Listed are the scheme's `listed_categories` on any day of the cost year (A-SZ-13), and whomever the year's
    round before carried over; only the paying categories make a case eligible (A-CAT-1).
    """
    scheme = scheme_of(session, round_.id)
    categories = _listed(session, round_, scheme)
    costs = _costs_above_line(session, round_, scheme, categories)
    carried = _carried(session, round_) - {cost.person_id for cost in costs}
    if carried:
        held = categories_in_year(session, round_.cost_year, sorted(carried))
        categories |= {person_id: held.get(person_id, set()) for person_id in carried}
        costs = _highest_first([*costs, *_year_costs(session, round_, scheme, sorted(carried), None)])
    case_ids = _add_cases(session, round_, scheme, costs, categories)
    _record(session, actor, clock, round_, scheme, costs, case_ids)
    return len(costs)


def add_person(session: Session, actor: Actor, clock: Clock, round_: Round, person_id: int) -> Case:
    """One more case, found at the door: the same figures whatever their amount. Does not commit."""
    scheme = scheme_of(session, round_.id)
    held = categories_in_year(session, round_.cost_year, [person_id])
    cost = next(iter(_year_costs(session, round_, scheme, [person_id], None)), None)
    costs = [cost or YearCost(person_id, ZERO, {}, ZERO, 0)]
    categories = {person_id: held.get(person_id, set())}
    case_ids = _add_cases(session, round_, scheme, costs, categories, origin="door", stage="to_verify")
    _record(session, actor, clock, round_, scheme, costs, case_ids)
    return session.get_one(Case, case_ids[person_id])


def _listed(session: Session, round_: Round, scheme: Scheme) -> dict[int, set[str]]:
    wanted = set(scheme.parameter("listed_categories"))
    held = categories_in_year(session, round_.cost_year)
    return {person_id: ids for person_id, ids in held.items() if not wanted.isdisjoint(ids)}


def _costs_above_line(
    session: Session, round_: Round, scheme: Scheme, people: Mapping[int, set[str]]
) -> list[YearCost]:
    costs = _year_costs(session, round_, scheme, sorted(people), round_.screening_line)
    above = [cost for cost in costs if is_over_line(cost.self_paid, round_.screening_line)]
    return _highest_first(above)


def _highest_first(costs: Iterable[YearCost]) -> list[YearCost]:
    return sorted(costs, key=lambda cost: (-cost.self_paid, cost.person_id))


def _carried(session: Session, round_: Round) -> set[int]:
    """People whose case came to no end in the round before, whatever the line of this one."""
    query = (
        select(Case.person_id)
        .join(Round, Round.id == Case.round_id)
        .where(Round.scheme == round_.scheme, Round.cost_year == round_.cost_year, Round.number == round_.number - 1)
        .where(Case.stage == "carried")
    )
    return set(session.scalars(query))


def _year_costs(
    session: Session, round_: Round, scheme: Scheme, people: list[int], minimum: Decimal | None
) -> list[YearCost]:
    if round_.settlement_snapshot_id is None or not people:
        return []
    snapshot = session.get_one(Snapshot, round_.settlement_snapshot_id)
    payers = [payer for payer in scheme.payers if payer in snapshot.payers]
    return year_costs(session, snapshot.id, round_.cost_year, round_.cut_off, payers, minimum, person_ids=people)


def _add_cases(
    session: Session,
    round_: Round,
    scheme: Scheme,
    costs: Sequence[YearCost],
    categories: Mapping[int, set[str]],
    origin: str = "preliminary",
    stage: str = "preliminary",
) -> dict[int, int]:
    """{person_id: case_id} of the new cases."""
    people = people_by_ids(session, [cost.person_id for cost in costs])
    rows = [
        {
            "round_id": round_.id,
            "person_id": cost.person_id,
            "case_no": case_no,
            "origin": origin,
            "stage": stage,
            "categories": sorted(categories[cost.person_id]),
            "eligible": is_paying(categories[cost.person_id], scheme.paying_categories),
            "total_cost": cost.total,
            "area_id": people[cost.person_id].recognising_area_id,
            "residence_area_id": people[cost.person_id].residence_area_id,
        }
        for cost, case_no in zip(costs, next_case_numbers(session, round_, len(costs)), strict=True)
    ]
    if rows:
        session.execute(insert(Case), rows)
    found = session.execute(select(Case.person_id, Case.id).where(Case.round_id == round_.id))
    return dict(found.all())


def _record(
    session: Session,
    actor: Actor,
    clock: Clock,
    round_: Round,
    scheme: Scheme,
    costs: Sequence[YearCost],
    case_ids: Mapping[int, int],
) -> None:
    """The settlement figures of each case: its year cost, and each payer that paid anything."""
    origin = f"snapshot:{round_.settlement_snapshot_id}"
    drafts = []
    for cost in costs:
        amounts = {TOTAL_COST: cost.total, **{payer: paid for payer, paid in cost.payments.items() if paid}}
        case_id = case_ids[cost.person_id]
        drafts += [FigureDraft(case_id, payer, paid, "settlement", origin) for payer, paid in amounts.items()]
    record_many(session, actor, clock, scheme, drafts)
