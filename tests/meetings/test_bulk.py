"""Thousands of rows at once: a refused row is a result, what somebody else decided stays."""

from sqlalchemy import select

from app.engine.bulk import get_bulk
from app.engine.engine import Engine
from app.engine.handlers import JOB_HANDLERS
from app.engine.jobs import run_due_jobs
from app.engine.models import BulkRow
from app.meetings import operations
from app.meetings.decisions import decide_rows, decide_undecided
from app.meetings.models import Decision

PEOPLE = [(f"{n:03d}", f"{20000 + n}.00") for n in range(1, 31)]


def drain(council):
    given = council.database.info["engine"]
    engine = Engine(given.resources, given.operators, JOB_HANDLERS, operations.BULK_HANDLERS)
    council.database.info["engine"] = engine
    run_due_jobs(council.database, engine, council.clock)


def decided(council):
    with council.database.reading() as session:
        kinds = dict(session.execute(select(Decision.case_id, Decision.kind)).all())
    return {case_no: kinds.get(case_id) for case_no, case_id in council.cases.items()}


def results(council, bulk_id):
    with council.database.reading() as session:
        run = get_bulk(session, council.actor("meeting_secretary"), bulk_id)
        rows = session.scalars(select(BulkRow).where(BulkRow.bulk_id == bulk_id).order_by(BulkRow.n))
        return (run.done, run.refused), [row.result for row in rows if row.state == "refused"]


def test_many_rows_are_decided_and_a_refused_one_says_why(make_round):
    council = make_round(PEOPLE)
    council.convene()
    council.decide("009", "defer", reason="材料待补")
    rows = [{"case_id": case_id, "kind": "approve"} for case_id in council.cases.values()]
    rows[6] = {"case_id": council.cases["007"], "kind": "lower", "reason": "核"}
    rows.append({"case_id": 99999, "kind": "approve"})
    bulk_id = council.use(decide_rows, "meeting_secretary", council.round_id, rows)
    drain(council)
    counts, refused = results(council, bulk_id)
    assert counts == (28, 3)
    assert [result["code"] for result in refused] == ["invalid", "already_decided", "not_before_the_meeting"]
    found = decided(council)
    assert (found.pop("007"), found.pop("009")) == (None, "defer")
    assert set(found.values()) == {"approve"}


def test_the_rest_is_approved_with_one_word(make_round):
    council = make_round(PEOPLE)
    resolution_id = council.convene()
    council.decide("005", "reject", reason="已不符合条件")
    council.use(decide_undecided, "meeting_secretary", council.round_id, "approve")
    drain(council)
    council.finish(resolution_id)
    assert council.resolution(resolution_id).row_count == 30
    assert [no for no in council.cases if council.case(no).outcome == "rejected"] == ["005"]


def test_a_bulk_run_that_comes_after_the_seal_changes_nothing(make_round):
    council = make_round(PEOPLE[:2])
    resolution_id = council.convene()
    rows = [{"case_id": council.cases["001"], "kind": "reject", "reason": "改判"}]
    bulk_id = council.use(decide_rows, "meeting_secretary", council.round_id, rows)
    for case_no in council.cases:
        council.decide(case_no, "approve")
    council.finish(resolution_id)
    drain(council)
    counts, refused = results(council, bulk_id)
    assert counts == (0, 1)
    assert refused[0]["code"] == "resolution_sealed"
    assert set(decided(council).values()) == {"approve"}
