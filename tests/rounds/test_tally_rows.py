"""Filling in a tally by row: all faults at once, versions once filed, figures and conflicts at filing."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.kernel.errors import Conflict, Denied, Invalid, NotFound
from app.rounds.figures import figures_in_force
from app.rounds.models import Figure, TallyConflict, TallyRequest, TallyRow
from app.rounds.tallies.conflicts import open_conflicts, resolve_conflicts
from app.rounds.tallies.filing import file_request
from app.rounds.tallies.rows import Change, list_rows, patch_rows
from tests.rounds.place import make_request, make_round, yuan

COSTS = {
    0: {"total_cost": "80000.00", "basic_insurance": "40000.00", "commercial_insurance": "500.00"},
    1: {"total_cost": "20000.00", "basic_insurance": "1000.00"},
}


@pytest.fixture
def asked(database, place):
    """(charity's request, the insurer's request through the bureau)."""
    with database.writing() as session:
        make_round(session, place, COSTS)
        charity = make_request(session, place, "cszh", ["charity"])
        insurer = make_request(session, place, "ybj", ["commercial_insurance"])
        return charity.id, insurer.id


def change(place, n, amount, payer="charity", note=None):
    return Change(place.cases[n], payer, amount, f"/rows/{n}/amounts/{payer}", note)


def patch(session, place, clock, request_id, *changes, login="liaison_cszh", version=None):
    version = version or session.get_one(TallyRequest, request_id).version
    return patch_rows(session, place.actor(login), clock, request_id, list(changes), version)


def file(session, place, clock, request_id, login="liaison_cszh", **form):
    answer = {"answer": "filed", "blanks_are_zero": True} | form
    request = file_request(session, place.actor(login), clock, request_id, answer)
    session.commit()
    return request


def test_every_wrong_row_is_named_and_nothing_is_written(database, place, clock, asked):
    wrong = [
        change(place, 0, "12o"),
        change(place, 1, "20000.01"),
        change(place, 1, "5", payer="red_cross"),
        Change(999, "charity", "5", "/rows/3/amounts/charity"),
    ]
    with database.writing() as session, pytest.raises(Invalid) as refused:
        patch(session, place, clock, asked[0], change(place, 0, "10.00"), *wrong)
    codes = {fault.where: fault.code for fault in refused.value.faults}
    assert codes == {
        "/rows/0/amounts/charity": "twice",
        "/rows/1/amounts/charity": "amount_over_cost",
        "/rows/1/amounts/red_cross": "not_your_column",
        "/rows/3/amounts/charity": "not_on_the_list",
    }
    with database.reading() as session:
        assert set(session.scalars(select(TallyRow.amount))) == {None}


@pytest.mark.parametrize("text", ["12o", "1,000", "-5", "1.234", "１２", "1e3", "0x10"])
def test_what_is_no_amount_is_refused(database, place, clock, asked, text):
    with database.writing() as session, pytest.raises(Invalid):
        patch(session, place, clock, asked[0], change(place, 0, text))


def test_more_than_the_bill_is_accepted_with_a_remark(database, place, clock, asked):
    with database.writing() as session:
        patch(session, place, clock, asked[0], change(place, 1, "20000.01", note="两年合并发放"))
        row = list_rows(session, place.actor("liaison_cszh"), asked[0])[1]
        assert (row.amounts, row.note) == ({"charity": yuan("20000.01")}, "两年合并发放")


def test_a_stale_version_is_a_conflict(database, place, clock, asked):
    with database.writing() as session:
        patch(session, place, clock, asked[0], change(place, 0, "10.00"), version=1)
        with pytest.raises(Conflict) as refused:
            patch(session, place, clock, asked[0], change(place, 0, "11.00"), version=1)
        assert refused.value.code == "tally_changed"


def test_another_unit_does_not_find_the_request_and_the_bureau_may_not_fill_it(database, place, clock, asked):
    with database.writing() as session:
        with pytest.raises(NotFound):
            list_rows(session, place.actor("liaison_mzj"), asked[0])
        with pytest.raises(NotFound):
            patch(session, place, clock, asked[0], change(place, 0, "1.00"), login="liaison_mzj")
        with pytest.raises(Denied):
            patch(session, place, clock, asked[0], change(place, 0, "1.00"), login="ybj_officer")
        assert len(list_rows(session, place.actor("ybj_officer"), asked[0])) == 2


def test_rows_come_in_pages_by_case_number(database, place, clock, asked):
    with database.reading() as session:
        first = list_rows(session, place.actor("liaison_cszh"), asked[0], None, 1)
        rest = list_rows(session, place.actor("liaison_cszh"), asked[0], first[0].case_no, 5)
        assert [row.case_no for row in first + rest] == ["2025-1-0001", "2025-1-0002"]
        assert "*" in first[0].id_masked


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"blanks_are_zero": False}, "blanks_left"),
        ({"answer": "nothing"}, "amounts_beside_nothing"),
    ],
)
def test_blanks_and_nothing_must_be_said_explicitly(database, place, clock, asked, form, code):
    with database.writing() as session:
        patch(session, place, clock, asked[0], change(place, 0, "10.00"))
        with pytest.raises(Invalid) as refused:
            file(session, place, clock, asked[0], **form)
        assert refused.value.faults[0].code == code


def test_filing_nothing_without_saying_so_is_refused(database, place, clock, asked):
    with database.writing() as session:
        with pytest.raises(Invalid) as refused:
            file(session, place, clock, asked[0])
        assert refused.value.faults[0].code == "nothing_must_be_said"
        assert file(session, place, clock, asked[0], answer="nothing").state == "nil"


def test_a_correction_keeps_both_versions_and_counts_at_once(database, place, clock, asked):
    with database.writing() as session:
        patch(session, place, clock, asked[0], change(place, 0, "10.00"))
        patch(session, place, clock, asked[0], change(place, 0, "2000.00"))
        file(session, place, clock, asked[0])
        patch(session, place, clock, asked[0], change(place, 0, "3000.00"))
        rows = session.execute(
            select(TallyRow.version, TallyRow.amount, TallyRow.current)
            .where(TallyRow.request_id == asked[0], TallyRow.case_id == place.cases[0])
            .order_by(TallyRow.version)
        ).all()
        assert rows == [(1, yuan("2000.00"), False), (2, yuan("3000.00"), True)]
        figure = figures_in_force(session, place.cases)[place.cases[0]]["charity"]
        assert (figure.amount, figure.version, figure.origin_ref) == (
            yuan("3000.00"),
            2,
            f"tally_request:{asked[0]}",
        )
        assert figure.unit_id == place.county.units["cszh"].id


def test_settlement_and_tally_of_one_payer_are_a_conflict_and_never_a_sum(database, place, clock, asked):
    with database.writing() as session:
        patch(session, place, clock, asked[1], change(place, 0, "800.00", "commercial_insurance"), login="liaison_ybj")
        file(session, place, clock, asked[1], login="liaison_ybj")
        conflict = open_conflicts(session, place.round_id)[0]
        assert (conflict.settlement_amount, conflict.tally_amount) == (yuan("500.00"), yuan("800.00"))
        resolution = {"conflict_id": conflict.id, "chosen": "tally", "reason": "越惠保线下赔付，以单据为准"}
        assert resolve_conflicts(session, place.actor("ybj_officer"), clock, place.round_id, [resolution]) == 0
        figure = figures_in_force(session, place.cases)[place.cases[0]]["commercial_insurance"]
        assert (figure.source, figure.amount) == ("correction", yuan("800.00"))
        assert figure.origin_ref == f"tally_conflict:{conflict.id}"


def test_choosing_the_settlement_data_leaves_their_figure_in_force(database, place, clock, asked):
    with database.writing() as session:
        patch(session, place, clock, asked[1], change(place, 0, "800.00", "commercial_insurance"), login="liaison_ybj")
        file(session, place, clock, asked[1], login="liaison_ybj")
        conflict = open_conflicts(session, place.round_id)[0]
        resolution = {"conflict_id": conflict.id, "chosen": "settlement", "reason": "同一笔赔付"}
        resolve_conflicts(session, place.actor("ybj_officer"), clock, place.round_id, [resolution])
        figure = figures_in_force(session, place.cases)[place.cases[0]]["commercial_insurance"]
        assert (figure.source, figure.amount) == ("settlement", yuan("500.00"))
        assert not session.scalars(select(Figure).where(Figure.source == "correction")).all()


def test_a_decided_conflict_opens_again_when_the_tally_changes(database, place, clock, asked):
    with database.writing() as session:
        amount = change(place, 0, "800.00", "commercial_insurance")
        patch(session, place, clock, asked[1], amount, login="liaison_ybj")
        file(session, place, clock, asked[1], login="liaison_ybj")
        conflict = open_conflicts(session, place.round_id)[0]
        resolution = {"conflict_id": conflict.id, "chosen": "tally", "reason": "以单据为准"}
        resolve_conflicts(session, place.actor("ybj_officer"), clock, place.round_id, [resolution])
        amount = change(place, 0, "900.00", "commercial_insurance")
        patch(session, place, clock, asked[1], amount, login="liaison_ybj")
        assert [c.tally_amount for c in open_conflicts(session, place.round_id)] == [yuan("900.00")]


def test_an_undecided_conflict_is_dropped_when_the_tally_is_withdrawn(database, place, clock, asked):
    with database.writing() as session:
        amount = change(place, 0, "800.00", "commercial_insurance")
        patch(session, place, clock, asked[1], amount, login="liaison_ybj")
        file(session, place, clock, asked[1], login="liaison_ybj")
        amount = change(place, 0, "0", "commercial_insurance")
        patch(session, place, clock, asked[1], amount, login="liaison_ybj")
        assert session.scalars(select(TallyConflict)).all() == []


def test_resolutions_are_checked_all_at_once(database, place, clock, asked):
    resolutions = [
        {"conflict_id": 77, "chosen": "tally", "reason": "无此项"},
        {"conflict_id": 78, "chosen": "correction", "reason": "无金额"},
    ]
    with database.writing() as session, pytest.raises(Invalid) as refused:
        resolve_conflicts(session, place.actor("ybj_officer"), clock, place.round_id, resolutions)
    codes = [fault.code for fault in refused.value.faults]
    assert codes == ["no_such_conflict", "no_such_conflict", "amount_missing"]
