"""A what-if says what the meeting would get, row by row, whatever has been decided so far; and touches nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from app.engine.catalogue import current_definition, deploy_scheme
from app.kernel.actors import SYSTEM
from app.kernel.errors import Conflict, Invalid
from app.kernel.money import from_fen
from app.meetings.models import CaseAmount, Decision
from app.rounds.figures import record_figures
from app.rounds.models import Case, Round, TallyRequest, TallyRow
from app.scenarios.reports import report
from tests.meetings.council import STANDARD, add_round
from tests.meetings.test_meeting import approve_all

PEOPLE = [
    ("001", "32000.00"), ("002", "18000.01", {"categories": ["tk", "mental"]}), ("003", "90000.55"),
    ("004", "41234.56", {"categories": ["lsjz"]}), ("005", "10000.00"), ("006", "25555.55", {"categories": ["dib"]}),
    ("007", "61000.00"), ("008", "12345.67"), ("009", "28000.00"),
]  # fmt: skip
PLAIN = {"threshold": "10000.00", "ratio": "0.60", "cap": "20000.00"}


def given_by_the_meeting(council, resolution_id):
    """{case number: yuan} as the meeting sees it: computed amounts, with what was said of single rows."""
    with council.database.reading() as session:
        query = select(Decision).where(Decision.resolution_id == resolution_id)
        decided = {decision.case_id: decision for decision in session.scalars(query)}
        standard_id = council.resolution(resolution_id).standard_id
        rows = session.execute(
            select(CaseAmount, Case.case_no)
            .join(Case, Case.id == CaseAmount.case_id)
            .where(CaseAmount.standard_id == standard_id)
        )
        return {no: said(decided.get(amount.case_id), amount.amount) for amount, no in rows}


def said(decision, computed):
    if decision is None or decision.kind == "approve":
        return computed
    return Decimal(0) if decision.kind in ("defer", "reject") else decision.amount


def paid_before(council, round_id, person_id):
    grid = council.county.grids[0].id
    return Case(
        round_id=round_id, person_id=person_id, case_no=f"2-{person_id}", stage="decided", categories=["db"],
        total_cost=Decimal(200000), self_paid=Decimal(1), area_id=grid, residence_area_id=grid,
        approved_amount=Decimal("1500.25"),
    )  # fmt: skip


def given_by(comparison, trial):
    return {line.case_no: from_fen(fen) for line, fen in zip(comparison.sheet.lines, trial.given, strict=True)}


def test_a_candidate_is_computed_like_the_resolution_row_by_row(make_round, try_out):
    council = make_round(PEOPLE, fiscal="38000.00", charity="0.00")
    with council.database.writing() as session:
        people = list(session.scalars(select(Case.person_id).order_by(Case.case_no)))[6:8]
        earlier = add_round(session, council.clock, council, 2)
        session.add_all(paid_before(council, earlier, person) for person in people)
        session.commit()
    resolution_id = council.convene()
    council.decide("003", "lower", amount="15000.00", reason="另有赔付")
    council.decide("006", "raise", amount="9500.00", reason="家庭特别困难")
    council.decide("008", "defer", reason="材料待补")
    for rule in ("fit_ratio", "pro_rata", "list_order"):
        council.write(shortfall_rule=rule, reserve_kept=Decimal("1000.00"))
        found = try_out(council, {**PLAIN, "shortfall_rule": rule, "reserve": "1000.00"}, {**PLAIN, "ratio": "0.10"})
        meant = given_by_the_meeting(council, resolution_id)
        assert given_by(found, found.base) == meant
        assert given_by(found, found.trials[0]) == meant
        assert found.base.fitted_ratio == council.resolution(resolution_id).fitted_ratio
        assert from_fen(found.base.left) == Decimal("37000.00") - sum(meant.values())
        assert found.trials[1].rule == rule
        assert not found.base.by_table


def test_a_correction_stands_outside_and_a_sealed_list_is_tried_with_its_money_put_back(make_round, try_out):
    council = make_round(PEOPLE[:3], fiscal="30000.00", charity="0.00")
    first = council.convene()
    approve_all(council, "001", "002", "003")
    council.finish(first)
    sealed = try_out(council, PLAIN)
    assert from_fen(sealed.sheet.money.available) == Decimal("30000.00")
    assert given_by(sealed, sealed.base) == given_by_the_meeting(council, first)
    council.sit()
    second = council.resolve("嵊专班〔2026〕2号", corrections=[council.cases["001"]])
    council.decide("001", "raise", amount="12001.00", reason="复核后更正")
    found = try_out(council, PLAIN)
    assert given_by(found, found.base) == given_by_the_meeting(council, second) == {"001": Decimal("12001.00")}
    waiting = given_by_the_meeting(council, first)["001"]
    assert from_fen(found.base.spoken_for) == Decimal("12001.00") - waiting
    council.decide("001", "approve")
    with pytest.raises(Invalid) as refused:
        try_out(council, {"threshold": "10000.00", "cap": "20000.00", "solve": "ratio", "reserve": "29999.00"})
    assert [fault.code for fault in refused.value.faults] == ["money_already_spoken_for"]


def test_who_has_not_been_answered_for_may_be_put_off_to_see(make_round, try_out, clock):
    council = make_round(PEOPLE[:2])
    with council.database.writing() as session:
        request = TallyRequest(
            round_id=council.round_id, unit_id=council.county.units["hszh"].id, unit_code="hszh",
            unit_name="红十字会", payers=["red_cross"], state="waived", opened_at=clock(), waived_at=clock(),
        )  # fmt: skip
        session.add(request)
        session.flush()
        for case_id in council.cases.values():
            session.add(TallyRow(request_id=request.id, case_id=case_id, payer="red_cross", recorded_at=clock()))
        case = session.get_one(Case, council.cases["002"])
        record_figures(session, SYSTEM, clock, case, {"red_cross": Decimal("20.00")}, "visit", "visit:1")
        session.commit()
    zero, put_off = (try_out(council, PLAIN, unanswered_rule=rule) for rule in (None, "defer"))
    assert zero.base is None, "nothing has been proposed"
    assert given_by(zero, zero.trials[0])["001"] == Decimal("13200.00")
    assert given_by(put_off, put_off.trials[0]) == given_by(zero, zero.trials[0]) | {"001": Decimal("0.00")}
    [social] = [i for i in report(zero).candidates[0].indicators if i.no == 8]
    assert social.before.numerator == Decimal("20.00")


def test_a_round_without_a_list_and_candidates_that_are_none_are_refused(make_round, try_out):
    council = make_round([])
    with pytest.raises(Conflict) as refused:
        try_out(council, PLAIN)
    assert refused.value.code == "nothing_listed"
    with pytest.raises(Invalid) as invalid:
        try_out(council, *[PLAIN] * 13)
    assert [fault.where for fault in invalid.value.faults] == ["/candidates"]


def test_a_table_of_another_form_is_evaluated_itself(make_round, try_out):
    """Half of it over 20,000 of cost: nothing that base, threshold, ratio and cap could say."""
    council = make_round(PEOPLE, fiscal="40000.00", charity="0.00")
    council.propose()
    plain = try_out(council, PLAIN, {**PLAIN, "ratio": None, "solve": "ratio"})
    with council.database.writing() as session:
        file = session.info["engine"].resources / "bpmn/shengzhou/subsidy.dmn"
        usual = "round half up(counted, 2)"
        table = file.read_text()
        assert usual in table
        file.write_text(table.replace(usual, "round half up(counted / 2, 2)"))
        deploy_scheme(session, SYSTEM, council.clock, "shengzhou")
        definition = current_definition(session, "shengzhou", "subsidy_five_step")
        session.get_one(Round, council.round_id).definition_id = definition.id
        session.commit()
    halved = try_out(council, {**PLAIN, "shortfall_rule": "none"}, {**PLAIN, "ratio": None, "solve": "ratio"})
    assert [trial.by_table for trial in (*plain.trials, *halved.trials)] == [False, False, True, True]
    assert given_by(halved, halved.trials[0])["001"] == Decimal("6600.00")
    assert sum(halved.trials[1].given) <= halved.trials[1].free
    assert halved.trials[1].solved > plain.trials[1].solved


def test_the_report_adds_up(make_round, try_out):
    council = make_round(PEOPLE, fiscal="38000.00", charity="2000.00")
    council.propose()
    shown = report(try_out(council, {**PLAIN, "ratio": "0.30"}, {**PLAIN, "cap": None, "solve": "cap"}), rows=2)
    for trial in (shown.base, *shown.candidates):
        for groups in (trial.by_category, trial.by_township, trial.by_band):
            assert sum(group.amount for group in groups) == trial.fund.total
            assert sum(group.listed for group in groups) == len(PEOPLE)
        assert trial.fund.left == Decimal("40000.00") - trial.fund.total
        burden, covered = trial.indicators[:2]
        assert burden.after.numerator + covered.after.numerator == burden.after.denominator == Decimal(1_800_000)
        social, cleared = trial.indicators[2:]
        assert social.after.numerator == social.before.numerator + (trial.fund.total / 20).quantize(Decimal("0.01"))
        assert (cleared.before.numerator, cleared.before.denominator) == (0, 4)
        assert cleared.after.numerator == cleared.before.denominator - trial.above_line.people
        assert len(trial.above_line.rows) <= 2
    ratio, cap = shown.candidates
    against = ratio.against
    assert against.gain.amount - against.lose.amount == against.total == ratio.fund.total - shown.base.fund.total
    assert against.gain.people + against.lose.people + against.same == len(PEOPLE)
    assert (cap.solved.what, cap.solved.pro_rata_left) == ("cap", Decimal("0.00"))
    assert cap.solved.pro_rata_total == cap.fund.total + cap.solved.left
    assert STANDARD["threshold"] == shown.base.standard["threshold"]
    assert all(row.name.endswith("*") for row in against.gain.rows + against.lose.rows)
