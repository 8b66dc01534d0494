"""From the proposal to the sealed resolution: amounts, shortfall, decisions, and what is refused."""

import json
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.kernel.errors import Conflict, Denied, Invalid
from app.meetings.decisions import share_again
from app.meetings.models import CaseAmount, Decision
from app.meetings.standards import quota_of
from app.rounds.lists import latest_list, rows_of
from app.rounds.models import Case, ListVersion, Round
from tests.meetings.council import STANDARD, add_cases, add_round

TWO = [("001", "32000.00"), ("002", "18000.00")]


def yuan(text):
    return Decimal(text)


def amounts(council, standard_id=None):
    with council.database.reading() as session:
        query = select(Case.case_no, CaseAmount.amount).join(CaseAmount, CaseAmount.case_id == Case.id)
        if standard_id is not None:
            query = query.where(CaseAmount.standard_id == standard_id)
        return {case_no: str(amount) for case_no, amount in session.execute(query.order_by(CaseAmount.id))}


def available(council):
    with council.database.reading() as session:
        return quota_of(session, session.get_one(Round, council.round_id)).available


def final_rows(council):
    with council.database.reading() as session:
        version = latest_list(session, council.round_id, "final")
        return {row.case_id: row for row in rows_of(session, version)}


def approve_all(council, *case_nos):
    for case_no in case_nos or council.cases:
        council.decide(case_no, "approve")


def test_a_proposal_drafts_all_amounts_and_freezes_the_subsidy_list(make_round):
    council = make_round([*TWO, ("003", "10000.00"), ("004", "90000.00", {"categories": ["lsjz"]})])
    standard_id = council.propose()
    assert amounts(council, standard_id) == {
        "001": "13200.00", "002": "4800.00", "003": "0.00", "004": "0.00",
    }  # fmt: skip
    with council.database.reading() as session:
        drafts = {a.case_id: a for a in session.scalars(select(CaseAmount))}
        assert {a.state for a in drafts.values()} == {"draft"}
        assert drafts[council.cases["004"]].status == "not_eligible"
        assert latest_list(session, council.round_id, "subsidy").total == yuan("18000.00")


def test_the_proposal_is_shown_with_its_three_factors(make_round):
    council = make_round(TWO, carry_in="123456.78")
    context = council.run("prefill_standard", "ybj_officer")["context"]
    assert context["money_raised"]["available"] == "2123456.78"
    assert context["self_paid"] == {"people": 2, "total": "50000.00", "highest": "32000.00", "middle": "18000.00"}
    standard_id = council.propose(margin_standard="19500.00")
    again = council.run("prefill_standard", "ybj_officer")
    assert (again["ratio"], again["low_income_standard"], again["margin_standard"]) == ("0.6", "13000.00", "19500.00")
    assert council.run("prefill_submission", "ybj_officer")["standard_id"] == standard_id


def test_a_bad_standard_is_refused_with_every_fault_and_changes_nothing(make_round):
    council = make_round(TWO)
    with pytest.raises(Invalid) as refused:
        council.propose(threshold="-1.00", ratio="1.5", cap="x")
    assert {fault.where for fault in refused.value.faults} == {"/threshold", "/ratio", "/cap"}
    assert amounts(council) == {}


def test_both_bureaus_submit_and_they_are_two_people(make_round):
    council = make_round(TWO)
    standard_id = council.propose()
    form = {"standard_id": standard_id, "agree": True}
    council.run("submit_list", "ybj_officer", form)
    for login in ("ybj_officer", "ybj_officer_2", "meeting_secretary"):
        with pytest.raises(Denied):
            council.run("submit_list", login, form)
    council.sit()
    with pytest.raises(Conflict) as missing:
        council.write()
    assert missing.value.detail["missing"] == ["civil_affairs_officer"]
    council.run("submit_list", "civil_affairs_officer", form)
    council.write()


def test_a_list_proposed_anew_must_be_submitted_anew(make_round):
    council = make_round(TWO)
    old = council.propose()
    council.propose(ratio="0.50")
    with pytest.raises(Invalid) as refused:
        council.run("submit_list", "ybj_officer", {"standard_id": old, "agree": True})
    assert refused.value.faults[0].code == "proposal_changed"


def test_a_new_proposal_makes_the_unsealed_resolution_void(make_round):
    council = make_round(TWO)
    council.convene()
    council.decide("001", "approve")
    standard_id = council.propose(ratio="0.50")
    assert amounts(council, standard_id)["001"] == "11000.00"
    with pytest.raises(Conflict) as refused:
        council.decide("001", "approve")
    assert refused.value.code == "no_resolution_open"
    council.submit(standard_id)
    approve = council.resolve()
    approve_all(council)
    council.finish(approve)
    assert council.case("001").approved_amount == yuan("11000.00")


def test_a_resolution_line_that_is_not_lowered_is_warned(make_round, clock):
    council = make_round(TWO)
    resolution_id = council.convene(resolution_line=yuan("30000.00"))
    approve_all(council)
    council.finish(resolution_id)
    with council.database.writing() as session:
        session.get_one(Round, council.round_id).cost_year = 2024
        council.round_id = add_round(session, clock, council, 1)
        council.cases.clear()
        add_cases(session, clock, council, [("201", "32000.00", {})])
        session.commit()
    council.propose(resolution_line="30000.00")
    assert council.run("prefill_submission", "ybj_officer")["context"]["warnings"] == ["resolution_line_not_lowered"]
    council.propose(resolution_line="28000.00")
    assert council.run("prefill_submission", "ybj_officer")["context"]["warnings"] == []


def test_the_approved_standard_recomputes_everything(make_round):
    council = make_round(TWO)
    resolution_id = council.convene(standard={**STANDARD, "ratio": "0.50"})
    standard_id = council.resolution(resolution_id).standard_id
    assert amounts(council, standard_id) == {"001": "11000.00", "002": "4000.00"}


def test_money_that_is_short_fits_the_ratio(make_round):
    council = make_round(TWO, fiscal="13200.00", charity="0.00")
    resolution_id = council.convene()
    resolution = council.resolution(resolution_id)
    assert (resolution.fitted_ratio, resolution.available) == (yuan("0.4400"), yuan("13200.00"))
    assert amounts(council, resolution.standard_id) == {"001": "9680.00", "002": "3520.00"}


def test_money_that_is_short_can_be_shared_pro_rata_or_in_list_order(make_round):
    council = make_round(TWO, fiscal="13500.00", charity="0.00")
    standard_id = council.resolution(council.convene(shortfall_rule="pro_rata")).standard_id
    assert amounts(council, standard_id) == {"001": "9900.00", "002": "3600.00"}
    council.write(shortfall_rule="list_order")
    assert amounts(council, standard_id) == {"001": "13200.00", "002": "300.00"}


def test_a_reserve_is_kept_back_for_later_rounds(make_round):
    council = make_round(TWO, fiscal="13200.00", charity="0.00")
    resolution = council.resolution(council.convene(reserve_kept=yuan("1200.00")))
    assert sum(map(yuan, amounts(council, resolution.standard_id).values())) <= yuan("12000.00")
    approve_all(council)
    council.finish(resolution.id)
    assert available(council) >= yuan("1200.00")


def test_a_deferred_row_frees_its_money_when_it_is_shared_again(make_round):
    council = make_round(TWO, fiscal="13200.00", charity="0.00")
    resolution_id = council.convene()
    council.decide("002", "defer", reason="材料待核")
    council.use(share_again, "meeting_secretary", council.round_id)
    resolution = council.resolution(resolution_id)
    assert resolution.fitted_ratio is None
    assert amounts(council, resolution.standard_id)["001"] == "13200.00"


def test_a_raised_row_is_paid_before_the_rest_is_shared(make_round):
    council = make_round(TWO, fiscal="13200.00", charity="0.00")
    resolution_id = council.convene()
    council.decide("002", "raise", amount="5200.00", reason="特别困难")
    council.use(share_again, "meeting_secretary", council.round_id)
    standard_id = council.resolution(resolution_id).standard_id
    assert yuan(amounts(council, standard_id)["001"]) == yuan("7999.20")  # 22000 x 0.3636


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"kind": "lower", "amount": "13200.00", "reason": "核"}, "not_lower"),
        ({"kind": "lower", "amount": "1.00"}, "reason_missing"),
        ({"kind": "lower", "reason": "核"}, "not_an_amount"),
        ({"kind": "raise", "amount": "13200.00", "reason": "核"}, "not_higher"),
        ({"kind": "raise", "amount": "32000.01", "reason": "核"}, "more_than_self_paid"),
        ({"kind": "lower", "amount": "-1.00", "reason": "核"}, "negative_amount"),
        ({"kind": "approve", "amount": "1.00"}, "amount_not_wanted"),
        ({"kind": "defer"}, "reason_missing"),
        ({"kind": "reject", "reason": " "}, "reason_missing"),
        ({"kind": "perhaps"}, "unknown_decision"),
    ],
)
def test_a_wrong_decision_is_refused(make_round, row, code):
    council = make_round(TWO)
    council.convene()
    with pytest.raises(Invalid) as refused:
        council.decide("001", **row)
    assert refused.value.faults[0].code == code


def test_a_recused_member_may_not_decide_that_row(make_round):
    council = make_round(TWO)
    council.submit(council.propose())
    secretary = council.actor("meeting_secretary")
    attendance = [{"unit_code": "ybj", "member_name": "章秘书", "present": True, "note": None}]
    recusal = {"member_name": "章秘书", "user_id": secretary.user_id, "reason": "亲属"}
    council.sit(attendance=attendance, recusals=[{"case_id": council.cases["001"], **recusal}])
    council.write()
    with pytest.raises(Denied) as refused:
        council.decide("001", "approve")
    assert refused.value.code == "recused"
    council.decide("002", "approve")


def test_the_sitting_names_every_fault_at_once(make_round):
    council = make_round(TWO)
    with pytest.raises(Invalid) as refused:
        council.sit(
            attendance=[{"unit_code": "nobody", "member_name": "甲", "present": True, "note": None}] * 2,
            recusals=[{"case_id": 999, "member_name": "乙", "user_id": None, "reason": "亲属"}],
        )
    codes = [fault.code for fault in refused.value.faults]
    assert sorted(codes) == ["case_not_found", "member_not_present", "repeated", "unknown_unit", "unknown_unit"]


def test_sealing_says_everything_that_is_missing(make_round):
    council = make_round(TWO)
    council.submit(council.propose())
    council.sit(attendance=[])
    resolution_id = council.write()
    with pytest.raises(Invalid) as refused:
        council.seal(resolution_id)
    places = {fault.where for fault in refused.value.faults}
    assert places == {"/minutes", "/no", "/text", "/held_on", "/attendance", "/decisions"}


def test_sealing_reserves_the_money_freezes_the_list_and_names_the_outcomes(make_round):
    council = make_round([*TWO, ("003", "9000.00"), ("004", "50000.00")])
    resolution_id = council.convene()
    council.decide("001", "approve")
    council.decide("002", "lower", amount="4000.00", reason="家有存款")
    council.decide("003", "approve")
    council.decide("004", "reject", reason="已不符合条件")
    council.finish(resolution_id)
    assert available(council) == yuan("2000000.00") - yuan("17200.00")
    assert [council.case(no).approved_amount for no in council.cases] == [
        yuan("13200.00"), yuan("4000.00"), yuan("0.00"), yuan("0.00"),
    ]  # fmt: skip
    assert [council.case(no).outcome for no in council.cases] == [None, None, "zero", "rejected"]
    rows = final_rows(council)
    assert [row.amount for row in rows.values()] == [yuan("0.00"), yuan("13200.00"), yuan("4000.00"), yuan("0.00")]
    assert rows[council.cases["002"]].reason == "家有存款"
    with council.database.reading() as session:
        version = latest_list(session, council.round_id, "final")
        assert (version.total, version.meta["prepared_by"], version.meta["approved_by"]) == (
            yuan("17200.00"), "胡医保", "章秘书",
        )  # fmt: skip


def test_the_secretary_who_prepared_the_list_may_not_seal_it(make_round):
    council = make_round(TWO)
    resolution_id = council.convene()
    approve_all(council)
    council.stamp(resolution_id)
    both = council.actor("ybj_officer")
    secretary = council.actor("meeting_secretary")
    council.county.actors["both"] = type(both)(both.user_id, both.name, both.memberships + secretary.memberships)
    with pytest.raises(Denied) as refused:
        council.seal(resolution_id, "both")
    assert refused.value.code == "same_person"


def test_a_change_after_the_stamp_takes_the_stamp_off(make_round):
    council = make_round(TWO)
    resolution_id = council.convene()
    approve_all(council)
    council.stamp(resolution_id)
    assert council.resolution(resolution_id).state == "recorded"
    council.decide("001", "reject", reason="改判")
    assert council.resolution(resolution_id).state == "draft"
    with pytest.raises(Invalid):
        council.seal(resolution_id)


def test_costs_that_moved_after_the_computation_are_computed_again_first(make_round):
    council = make_round(TWO)
    resolution_id = council.convene()
    approve_all(council)
    council.stamp(resolution_id)
    with council.database.writing() as session:
        session.get_one(Case, council.cases["001"]).self_paid = yuan("30000.00")
        session.commit()
    with pytest.raises(Conflict) as refused:
        council.seal(resolution_id)
    assert (refused.value.code, refused.value.detail["cases"]) == ("amounts_stale", ["001"])
    assert available(council) == yuan("2000000.00")


def test_an_exhausted_row_is_told_from_a_zero(make_round):
    council = make_round([*TWO, ("003", "8000.00")], fiscal="13200.00", charity="0.00")
    resolution_id = council.convene(shortfall_rule="list_order")
    approve_all(council)
    council.finish(resolution_id)
    assert [council.case(no).outcome for no in council.cases] == [None, "exhausted", "zero"]


def test_a_resolution_number_is_used_once(make_round):
    council = make_round([*TWO, ("003", "50000.00")])
    resolution_id = council.convene()
    approve_all(council)
    council.decide("003", "defer", reason="待核")
    council.finish(resolution_id)
    council.sit()
    with pytest.raises(Invalid) as refused:
        council.resolve()
    assert refused.value.faults[0].code == "resolution_no_taken"


def test_every_amount_explains_itself(make_round):
    council = make_round(TWO, fiscal="13200.00", charity="0.00")
    standard_id = council.resolution(council.convene()).standard_id
    with council.database.reading() as session:
        query = select(CaseAmount).where(CaseAmount.standard_id == standard_id)
        trace = session.scalars(query.order_by(CaseAmount.id)).first().trace
    assert trace["steps"] == [
        "年度自负医疗费用 32,000.00 元。",
        "标准：年度自负超过 10,000.00 元的部分按 60% 补助，封顶 20,000.00 元。",
        "资金不足，按可用额度确定能够承担的最大比例；可用额度 13,200.00 元，比例调整为 44%。",
        "超过起付线的部分 22,000.00 元 × 44%，应补 9,680.00 元。",
        "本轮补助 9,680.00 元。",
    ]
    assert trace["result"]["amount"] == "9680.00"
    found = {decision: rest for decision, *rest in trace["decisions"]}
    assert found["eligible"] == [True, ["2025", ["db"]], [[1, 2], [2]], [2]]
    assert found["counted"][0] == "9680.000000"
    assert (found["counted"][1], found["counted"][3]) == (["excess", True], [1])
    assert (trace["exact"], len(trace["figures"]), trace["outside"]) == ("9680", 1, None)
    assert trace["shortfall"]["ratio"] == "0.4400"
    assert len(json.dumps(trace, ensure_ascii=False).encode()) < 2000


def test_nothing_of_a_refused_seal_stays(make_round):
    council = make_round(TWO, fiscal="13200.00", charity="0.00")
    resolution_id = council.convene()
    approve_all(council)
    council.decide("002", "raise", amount="18000.00", reason="特别困难")
    council.stamp(resolution_id)
    with pytest.raises(Conflict) as refused:
        council.seal(resolution_id)
    assert refused.value.code == "quota_exceeded"
    assert available(council) == yuan("13200.00")
    with council.database.reading() as session:
        assert session.scalars(select(ListVersion).where(ListVersion.stage == "final")).all() == []
        assert {d.payable for d in session.scalars(select(Decision))} == {None}
