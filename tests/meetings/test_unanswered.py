"""未反馈 is not zero: the meeting must say what happens to the rows concerned."""

import pytest
from sqlalchemy import select

from app.kernel.actors import SYSTEM
from app.kernel.errors import Invalid
from app.meetings.models import CaseAmount, Decision
from app.rounds.figures import record_figures
from app.rounds.models import Case, TallyRequest, TallyRow
from tests.meetings.test_meeting import approve_all

TWO = [("001", "32000.00"), ("002", "18000.00")]


@pytest.fixture
def council(make_round, clock):
    """红十字会 was waived; for 002 the visit has found its amount since."""
    council = make_round(TWO)
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
        record_figures(session, SYSTEM, clock, case, {"red_cross": case.self_paid * 0}, "visit", "visit:1")
        session.commit()
    return council


def test_a_resolution_without_a_word_about_them_cannot_be_sealed(council):
    resolution_id = council.convene()
    approve_all(council)
    council.stamp(resolution_id)
    with pytest.raises(Invalid) as refused:
        council.seal(resolution_id)
    assert [fault.where for fault in refused.value.faults] == ["/unanswered_rule"]


def test_zero_for_now_is_written_into_the_amount(council):
    resolution_id = council.convene(unanswered_rule="zero")
    approve_all(council)
    council.finish(resolution_id)
    with council.database.reading() as session:
        query = select(CaseAmount).where(CaseAmount.resolution_id == resolution_id).order_by(CaseAmount.id)
        first, second = session.scalars(query)
    assert (first.unanswered, second.unanswered) == (["红十字会"], [])
    assert "红十字会未反馈，暂按 0 计算。" in first.trace["steps"]


def test_deferring_them_decides_those_rows_and_no_others(council):
    council.convene(unanswered_rule="defer")
    with council.database.reading() as session:
        (decision,) = session.scalars(select(Decision))
    assert (decision.case_id, decision.kind, decision.reason) == (council.cases["001"], "defer", "红十字会未反馈")
