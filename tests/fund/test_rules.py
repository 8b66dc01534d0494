"""The year's money, by the cases that were copied from the policy's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.fund.rules import fund_year
from app.kernel.errors import Invalid

CASES = json.loads((Path(__file__).parent / "cases.json").read_text())["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['id']}-{case['edge']}")
def test_a_fund_year_comes_out_as_the_policy_says(case):
    assert fund_year(case["inputs"]) == case["expected"]


def test_charity_that_does_not_rise_is_a_warning_and_no_error():
    got = fund_year(
        {"fiscal": "1000000.00", "charity": "1000000.00", "charity_prior": "1000000.00", "carry_in": "0.00"}
    )
    assert got == {"errors": [], "available": "2000000.00", "warnings": ["charity_not_rising"]}


def test_charity_below_its_floor_is_a_warning():
    got = fund_year({"fiscal": "1000000.00", "charity": "999999.99", "charity_prior": None, "carry_in": "0.00"})
    assert got["warnings"] == ["charity_below_floor"]


def test_paying_more_than_the_year_has_is_an_error():
    got = fund_year({"fiscal": "10.00", "charity": "0.00", "carry_in": "0.00", "paid": "10.01"})
    assert got["errors"] == ["quota_exceeded"]
    assert got["carry_out"] == "0.00"


def test_an_amount_with_parts_of_a_fen_is_refused():
    with pytest.raises(Invalid):
        fund_year({"fiscal": "10.001", "charity": "0.00", "carry_in": "0.00"})
