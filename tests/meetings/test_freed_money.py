"""Money that the meeting frees by its own decisions is shared again, or the resolution says why it is kept."""

from decimal import Decimal

import pytest

from app.kernel.errors import Invalid
from app.meetings.decisions import share_again
from app.meetings.minutes import draft_minutes
from tests.meetings.test_meeting import amounts, approve_all, available

THREE = [("001", "32000.00"), ("002", "22000.00"), ("003", "16000.00")]  # due 13200.00, 7200.00, 3600.00


def short_of_money(make_round, rule):
    """12,000.00 for 24,000.00 that are due; the second row is put off after everything was shared."""
    council = make_round(THREE, fiscal="12000.00", charity="0.00")
    resolution_id = council.convene(shortfall_rule=rule)
    council.decide("002", "defer", reason="材料待核")
    approve_all(council, "001", "003")
    council.stamp(resolution_id)
    return council, resolution_id


@pytest.mark.parametrize(("rule", "freed"), [("fit_ratio", "3598.00"), ("pro_rata", "3600.00"), ("list_order", None)])
def test_a_seal_is_refused_while_freed_money_would_reach_rows_that_were_cut_short(make_round, rule, freed):
    council, resolution_id = short_of_money(make_round, rule)
    if freed is None:  # the first on the list had it all, nothing was freed
        council.seal(resolution_id)
        return
    with pytest.raises(Invalid) as refused:
        council.seal(resolution_id)
    [fault] = refused.value.faults
    assert (fault.code, fault.detail) == ("freed_money_not_shared", {"freed": freed})
    assert "重新分配" in fault.message
    council.use(share_again, "meeting_secretary", council.round_id)
    council.finish(resolution_id)
    assert available(council) < Decimal("3.00")


def test_the_resolution_may_keep_what_is_freed_and_says_why(make_round):
    council, resolution_id = short_of_money(make_round, "pro_rata")
    council.write(keep_freed_reason="留待下一轮补助暂缓人员")
    standard_id = council.resolution(resolution_id).standard_id
    assert amounts(council, standard_id) == {"001": "6600.00", "002": "3600.00", "003": "1800.00"}
    council.finish(resolution_id)
    assert available(council) == Decimal("3600.00")
    with council.database.reading() as session:
        assert "腾出的资金不再分配：留待下一轮补助暂缓人员。" in draft_minutes(session, resolution_id)


def test_sharing_again_takes_the_reason_back(make_round):
    council, resolution_id = short_of_money(make_round, "pro_rata")
    council.write(keep_freed_reason="留待下一轮")
    council.use(share_again, "meeting_secretary", council.round_id)
    resolution = council.resolution(resolution_id)
    assert resolution.keep_freed_reason is None
    assert amounts(council, resolution.standard_id)["001"] == "9428.57"


def test_freed_money_that_nobody_lacks_is_no_fault(make_round):
    council = make_round(THREE)
    resolution_id = council.convene()
    council.decide("001", "reject", reason="非本人费用")
    approve_all(council, "002", "003")
    council.finish(resolution_id)
    assert council.resolution(resolution_id).state == "sealed"
