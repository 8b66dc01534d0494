"""Three list versions in one round, and a database that refuses whoever would change one of them."""

from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from app.kernel.errors import Conflict, Invalid
from app.meetings.models import Decision
from app.rounds.lists import rows_of
from app.rounds.models import Case, ListVersion
from tests.meetings.council import add_cases, add_round
from tests.meetings.test_meeting import approve_all, available, yuan

EIGHT = [(f"00{n}", f"{10 + n * 2}000.00") for n in range(1, 9)]  # due 1200.00, 2400.00, … 9600.00


def versions(council):
    """[(n, total, {case id: (amount, decision)})] of the final list."""
    with council.database.reading() as session:
        query = select(ListVersion).where(ListVersion.stage == "final").order_by(ListVersion.n)
        return [
            (v.n, v.total, {r.case_id: (r.amount, r.decision) for r in rows_of(session, v)})
            for v in session.scalars(query)
        ]


@pytest.fixture
def three_versions(make_round):
    """1: five of eight rows deferred. 2: those five approved. 3: one of the first three corrected."""
    council = make_round(EIGHT)
    first = council.convene()
    for n in range(1, 6):
        council.decide(f"00{n}", "defer", reason="材料待补")
    approve_all(council, "006", "007", "008")
    council.finish(first)
    council.sit()
    second = council.resolve("嵊专班〔2026〕2号")
    approve_all(council, "001", "002", "003", "004", "005")
    council.finish(second)
    council.sit()
    third = council.resolve("嵊专班〔2026〕3号", corrections=[council.cases["008"]])
    council.decide("008", "lower", amount="9000.00", reason="复核后更正")
    council.finish(third)
    return council, (first, second, third)


def test_deferred_rows_come_back_and_a_correction_supersedes_one_row(three_versions):
    council, resolutions = three_versions
    one, two, three = versions(council)
    assert [(n, str(total)) for n, total, _ in (one, two, three)] == [
        (1, "25200.00"), (2, "43200.00"), (3, "42600.00"),
    ]  # fmt: skip
    assert [decision for _, decision in one[2].values()].count("defer") == 5
    changed = {case for case in three[2] if three[2][case] != two[2][case]}
    assert changed == {council.cases["008"]}
    assert council.case("008").approved_amount == yuan("9000.00")
    assert available(council) == yuan("2000000.00") - yuan("42600.00")
    assert [council.resolution(r).state for r in resolutions] == ["sealed"] * 3


def test_each_list_version_is_that_of_its_resolution(three_versions):
    council, resolutions = three_versions
    with council.database.reading() as session:
        query = select(ListVersion).where(ListVersion.stage == "final").order_by(ListVersion.n)
        assert [v.resolution_id for v in session.scalars(query)] == list(resolutions)


FIRST_LIST = "(SELECT min(id) FROM list_version WHERE stage = 'final')"
COLUMNS = "person_name, id_masked, category, township, total_cost, payments, self_paid, section"
ONE_ROW_MORE = f"""INSERT INTO list_row (list_version_id, no, case_id, {COLUMNS})
    SELECT list_version_id, 99, case_id + 1000, {COLUMNS} FROM list_row
    WHERE no = 1 AND list_version_id = {FIRST_LIST}"""


def execute(council, statement):
    with council.database.writing() as session:
        session.execute(text(statement))
        session.commit()


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE list_row SET amount = amount + 1 WHERE list_version_id = {FIRST_LIST}",
        f"DELETE FROM list_row WHERE list_version_id = {FIRST_LIST}",
        "UPDATE list_version SET total = total + 1 WHERE stage = 'final'",
        ONE_ROW_MORE,
        "UPDATE resolution SET total = total + 1 WHERE n = 1",
        "UPDATE resolution SET state = 'draft' WHERE n = 3",
        "DELETE FROM resolution WHERE n = 1",
        "UPDATE decision SET amount = amount + 1 WHERE resolution_id = (SELECT min(id) FROM resolution)",
        "UPDATE decision SET resolution_id = (SELECT max(id) FROM resolution)",
        "DELETE FROM decision",
        "UPDATE case_amount SET amount = amount + 1 WHERE state = 'approved'",
        "DELETE FROM case_amount WHERE state = 'approved'",
        "UPDATE standard SET ratio = '0.9' WHERE state = 'approved'",
        "DELETE FROM attendance",
        "UPDATE attendance SET present = NOT present",
        "UPDATE \"case\" SET approved_amount = approved_amount + 1 WHERE case_no = '008'",
        "UPDATE \"case\" SET approved_amount = NULL WHERE case_no = '001'",
    ],
)
def test_the_database_itself_refuses_to_change_what_was_sealed(three_versions, statement):
    council, _ = three_versions
    before = versions(council)
    with pytest.raises(DatabaseError, match=r"sealed|final|immutable|not what was resolved"):
        execute(council, statement)
    assert versions(council) == before


def test_an_approved_amount_follows_the_newest_resolution_only(three_versions):
    council, _ = three_versions
    with pytest.raises(DatabaseError, match="not what was resolved"):
        execute(council, "UPDATE \"case\" SET approved_amount = 960000 WHERE case_no = '008'")
    execute(council, "UPDATE \"case\" SET approved_amount = 900000 WHERE case_no = '008'")


def test_only_what_was_decided_before_can_be_corrected(make_round):
    council = make_round(EIGHT[:2])
    with pytest.raises(Invalid) as refused:
        council.convene(corrections=[council.cases["001"], 999])
    assert [fault.where for fault in refused.value.faults] == ["/corrections/0", "/corrections/1"]


def test_a_later_round_of_the_year_pays_the_difference_and_lists_the_overpaid(make_round, clock):
    council = make_round([("001", "32000.00"), ("002", "32000.00")])
    resolution_id = council.convene()
    approve_all(council)
    council.finish(resolution_id)
    with council.database.writing() as session:
        people = list(session.scalars(select(Case.person_id).order_by(Case.id)))
        council.round_id = add_round(session, clock, council, 2)
        council.cases.clear()
        add_cases(session, clock, council, [("201", "50000.00", {}), ("202", "30000.00", {})], person_ids=people)
        session.commit()
    second = council.convene_again("嵊专班〔2026〕9号")
    approve_all(council)
    council.finish(second)
    assert [council.case(no).approved_amount for no in council.cases] == [yuan("6800.00"), yuan("0.00")]
    with council.database.reading() as session:
        payable = session.scalars(select(Decision.payable).where(Decision.resolution_id == second)).all()
        assert sorted(payable) == [Decimal("0.00"), Decimal("6800.00")]
    assert available(council) == yuan("2000000.00") - yuan("33200.00")


def test_two_rounds_cannot_promise_the_same_fen(make_round, clock):
    council = make_round([("001", "32000.00")], fiscal="15000.00", charity="0.00")
    first = council.convene()
    approve_all(council)
    council.stamp(first)
    other = make_other_round(council, clock)
    council.seal(first)
    with pytest.raises(Conflict, match="quota_exceeded"):
        council.seal(other)


def make_other_round(council, clock):
    """A second round of other people, ready to be sealed while the first one is not."""
    first, cases = council.round_id, dict(council.cases)
    with council.database.writing() as session:
        council.round_id = add_round(session, clock, council, 2)
        council.cases.clear()
        add_cases(session, clock, council, [("201", "32000.00", {})])
        session.commit()
    other = council.convene_again("嵊专班〔2026〕9号")
    approve_all(council)
    council.stamp(other)
    council.round_id = first
    council.cases.update(cases)
    return other
