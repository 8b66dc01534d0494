"""What must hold of Shaoxing's money whatever the amounts are, and of the list that it is printed on."""

import json
from decimal import Decimal
from functools import cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.specs import read_decisions
from app.fund.rules import charity_warnings
from app.meetings.examples import allocate_example

BPMN = Path(__file__).parents[2] / "bpmn"
SCHEME = json.loads((BPMN / "shaoxing" / "scheme.json").read_text(encoding="utf-8"))
HALF_A_MILLION, LINE, FEN = Decimal(500000), Decimal(50000), Decimal("0.01")
amounts = st.integers(0, 100_000_000).map(lambda fen: Decimal(fen) / 100)
examples = settings(max_examples=80, deadline=None)


@cache
def model(file):
    return read_decisions((BPMN / file).read_bytes(), file)


def decide(file, decision, **inputs):
    needed = dict.fromkeys(model(file).inputs_needed(decision))
    return model(file).evaluate(decision, {**needed, **inputs}, trace=False).value


def special(total, paid, **said):
    bill = {
        "class": "class_1", "in_city": True, "designated": True, "hospital_public": True,
        "settle_date": "2024-08-15", "total_cost": total, "self_priced": Decimal(0),
        "one_stop": {"basic_insurance": paid},
    }  # fmt: skip
    return decide("shaoxing/special_subsidy.dmn", "special_subsidy", **{**bill, **said})


def backstop(total, paid, special_subsidy=Decimal(0)):
    said = {"class": "class_1", "cost_year": 2025, "annual_total": total, "one_stop": {"basic_insurance": paid}}
    return decide("shaoxing/backstop_subsidy.dmn", "backstop_subsidy", special_subsidy=special_subsidy, **said)


@examples
@given(amounts, amounts)
def test_what_is_left_of_a_bill_in_the_city_is_at_most_a_tenth(total, paid):
    result = special(total, min(paid, total))
    assert result["patient_pays"] <= total / 10 + FEN / 2
    assert 0 <= result["special_subsidy"] <= total


@examples
@given(amounts, amounts)
def test_treatment_in_the_city_alone_reaches_the_backstop_only_above_half_a_million(total, paid):
    paid = min(paid, total)
    after = backstop(total, paid, special(total, paid)["special_subsidy"])
    assert after["self_paid_final"] <= LINE
    assert after["backstop_subsidy"] == 0 or total > HALF_A_MILLION


@examples
@given(amounts, amounts, amounts)
def test_paying_more_oneself_never_lowers_either_subsidy(total, paid, less):
    paid = min(paid, total)
    lower = max(paid - less, Decimal(0))
    assert special(total, lower)["special_subsidy"] >= special(total, paid)["special_subsidy"]
    assert backstop(total, lower)["backstop_subsidy"] >= backstop(total, paid)["backstop_subsidy"]


@examples
@given(amounts, amounts, amounts)
def test_an_empty_fund_pays_in_full_in_shaoxing_and_no_more_than_it_has_in_shengzhou(balance, due, arrival):
    said = {"balance": balance, "payments_due": due, "later_arrival": arrival}
    advanced = decide("shaoxing/fund_rules.dmn", "fiscal_advance", **said)
    assert balance + advanced["advance"] - advanced["balance_after_payment"] == due
    assert advanced["repaid"] + advanced["advance_outstanding"] == advanced["advance"]
    capped = allocate_example({
        "available": f"{balance:.2f}", "shortfall_policy": "list_order",
        "items": [{"case_no": "1", "self_paid": f"{due:.2f}", "subsidy": f"{due:.2f}"}],
    })  # fmt: skip
    assert Decimal(capped["paid"]["1"]) == min(balance, due)


@examples
@given(amounts, amounts)
def test_the_row_that_the_tables_compute_is_sound_and_a_fen_off_is_not(total, paid):
    counted = backstop(total, min(paid, total))
    row = dict.fromkeys(model("shaoxing/backstop_list.dmn").inputs_needed("backstop_row"), Decimal(0))
    row |= {"annual_total": total, "basic_insurance": min(paid, total), "id_number": None, "person_category": None}
    row |= {name: counted[name] for name in ("settlement_total", "resolution_total", "self_paid", "backstop_subsidy")}
    assert decide("shaoxing/backstop_list.dmn", "backstop_row", **row) == {"valid": True, "errors": []}
    row["backstop_subsidy"] += FEN
    off = decide("shaoxing/backstop_list.dmn", "backstop_row", **row)
    assert off == {"valid": False, "errors": ["backstop_subsidy_mismatch"]}


@examples
@given(amounts.map(lambda amount: amount + 500_000), st.none() | amounts)
def test_the_year_that_is_opened_is_warned_of_as_the_table_says(charity, prior):
    yearly = Decimal("1000000.00")
    said = {"fiscal": yearly, "carry_in": Decimal(0), "charity_floor": yearly, "fiscal_yearly": yearly}
    result = decide("shengzhou/fund_year.dmn", "fund_year", charity=charity, charity_prior=prior, **said)
    assert result.get("warnings", []) == charity_warnings(charity, prior, yearly, rises=True)


def test_the_list_has_the_columns_of_the_form_and_one_for_the_special_subsidy():
    columns = SCHEME["lists"]["backstop"]["columns"]
    added = [column["id"] for column in columns if column.get("added")]
    assert (len(columns) - len(added), added) == (22, ["special_subsidy"])
    assert SCHEME["lists"]["backstop"]["strict_form"] == {"left_out": added, "added_to": "other_resolution"}
    ids = [column["id"] for column in columns]
    assert ids.index("special_subsidy") + 1 == ids.index("settlement_total")
    counted = model("shaoxing/backstop_list.dmn").inputs_needed("backstop_row")
    money = set(ids) - {"no", "name", "annual_total_cost"} | {"annual_total"}
    assert counted == money


def test_who_belongs_to_the_first_class_is_said_alike_in_scheme_and_tables():
    first = SCHEME["parameters"]["classes"]["class_1"]["categories"]
    assert SCHEME["paying_categories"] == first
    assert decide("shaoxing/subsidy_class.dmn", "first_class") == first
    assert decide("shaoxing/backstop_list.dmn", "row_categories") == first
