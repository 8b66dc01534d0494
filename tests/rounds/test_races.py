"""Two units answer about one person at the same moment: both figures count."""

from __future__ import annotations

import threading

import pytest

from app.rounds.cases import get_case
from app.rounds.figures import recompute_self_paid, record_figures
from app.rounds.schemes import scheme_named
from tests.rounds.place import make_round, yuan

PAYERS = ("charity", "red_cross", "women_aid", "veteran_subsidy", "disabled_federation", "union_mutual_aid")


@pytest.mark.parametrize("attempt", range(3))
def test_figures_of_units_that_file_at_once_are_all_taken_off(database, place, clock, attempt):
    with database.writing() as session:
        make_round(session, place, {0: {"total_cost": "80000.00", "basic_insurance": "40000.00"}})
    start = threading.Barrier(len(PAYERS))
    failed = []

    def file(payer):
        try:
            with database.writing() as session:
                start.wait()
                case = get_case(session, place.cases[0])
                amounts = {payer: yuan("1000.00")}
                record_figures(session, place.actor("ybj_officer"), clock, case, amounts, "tally", "tally_request:1")
                recompute_self_paid(session, case, scheme_named(session, "shengzhou"))
                session.commit()
        except Exception as error:  # noqa: BLE001 told by the assertion below
            failed.append(error)

    threads = [threading.Thread(target=file, args=(payer,)) for payer in PAYERS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with database.reading() as session:
        assert get_case(session, place.cases[0]).self_paid == yuan("34000.00")
