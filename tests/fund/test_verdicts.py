"""One line of the bank's answer against one transfer."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.fund.bank.verdicts import Known, Said, Verdict, judge

TEN, NINE = Decimal("10.00"), Decimal("9.00")
EARLY, LATE = "2026-03-02 10:00:00", "2026-03-02 11:00:00"

REPEATED = Verdict("repeated", "unknown", "processing")
DOUBTED = Verdict("conflict", "unknown", "wrong_amount")
PAID_TWICE = Verdict("conflict", "paid", "conflict")
FAILED_LATER = Verdict("conflict", "failed", "conflict")
LATE_SUCCESS = Verdict("late_success", "paid", None)


def known(state, doubt=None, serial=None, time=None):
    return Known(state, doubt, TEN, serial, time)


@pytest.mark.parametrize(
    ("before", "said", "verdict"),
    [
        (known("sent"), Said("success", TEN), Verdict("applied", "paid", None)),
        (known("sent"), Said("failure", TEN), Verdict("applied", "failed", None)),
        (known("sent"), Said("processing", TEN), Verdict("applied", "unknown", "processing")),
        (known("unknown", "processing"), Said("processing", TEN), REPEATED),
        (known("unknown", "processing"), Said("success", TEN), Verdict("applied", "paid", None)),
        (known("unknown", "processing"), Said("failure", TEN), Verdict("applied", "failed", None)),
        (known("unknown", "wrong_amount"), Said("success", TEN), DOUBTED),
        (known("sent"), Said("success", NINE), Verdict("wrong_amount", "unknown", "wrong_amount")),
        (known("paid"), Said("success", NINE), Verdict("wrong_amount", "paid", "wrong_amount")),
        (known("paid"), Said("success", TEN), Verdict("repeated", "paid", None)),
        (known("paid", serial="a"), Said("success", TEN, "b"), PAID_TWICE),
        (known("failed", serial="a"), Said("failure", TEN, "b"), Verdict("repeated", "failed", None)),
        (known("paid"), Said("failure", TEN), PAID_TWICE),
        (known("paid", time=LATE), Said("failure", TEN, None, EARLY), Verdict("stale", "paid", None)),
        (known("paid", time=EARLY), Said("failure", TEN, None, LATE), PAID_TWICE),
        (known("paid"), Said("processing", TEN), Verdict("stale", "paid", None)),
        (known("failed"), Said("success", TEN), LATE_SUCCESS),
        (known("failed", time=EARLY), Said("success", TEN, None, LATE), LATE_SUCCESS),
        (known("failed", time=LATE), Said("success", TEN, None, EARLY), FAILED_LATER),
        (known("prepared"), Said("success", TEN), Verdict("conflict", "prepared", "conflict")),
        (known("dropped"), Said("failure", TEN), Verdict("conflict", "dropped", "conflict")),
    ],
    ids=str,
)  # fmt: skip
def test_a_line_is_judged_by_what_is_known(before, said, verdict):
    assert judge(before, said) == verdict


def test_a_day_is_not_older_than_an_hour_of_it():
    said = Said("failure", TEN, None, "2026-03-02")
    assert judge(known("paid", time=EARLY), said).outcome == "conflict"
    assert judge(known("paid", time=EARLY), Said("failure", TEN, None, "2026-03-01")).outcome == "stale"


def test_a_file_that_contradicts_itself_is_not_believed():
    assert judge(known("sent"), Said("success", TEN), contradicted=True) == Verdict("conflict", "unknown", "conflict")
