"""A visit form is refused with every fault at once, and asks for evidence only where an amount changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app.kernel.errors import Invalid
from app.visits.reading import Known, find_faults, found_amounts, read_instant
from tests.rounds.place import id_number

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
KNOWN = Known(
    in_force={"charity": Decimal("3000.00")},
    payers=frozenset({"charity", "red_cross", "basic_insurance"}),
    id_last4="123X",
    earlier_visits=0,
    times_not_home=0,
    opened_at=NOW - timedelta(days=20),
    now=NOW,
    second_visitor_required=True,
    signatures_required=True,
)
SIGNED = {
    "id_last4": "123X",
    "second_visitor": "村干部",
    "signatures": {"visitor": 1, "household": 2},
    "visited_at": NOW.isoformat(),
}
ACCOUNT = {"confirmed": False, "kind": "self", "name": "周一", "account": "6222020000000000", "bank": "农商行"}
PAPER = {"amount": "100.00", "files": [1]}


def told(form) -> set[tuple[str, str]]:
    return {(fault.where, fault.code) for fault in find_faults({**SIGNED, **form}, KNOWN)}


def changed(*figures, **more):
    return {"result": "changed", "figures": list(figures), **more}


WRONG = {
    "amount without evidence": (changed({"payer": "charity", "amount": "1"}), ("/figures/0/files", "evidence_missing")),
    "unknown payer": (
        changed({"payer": "lottery", "amount": "1", "files": [1]}),
        ("/figures/0/payer", "unknown_payer"),
    ),
    "payer twice": (
        changed({"payer": "charity", "amount": "1", "files": [1]}, {"payer": "charity", "amount": "2", "files": [1]}),
        ("/figures/1/payer", "payer_twice"),
    ),
    "confirmed with changes": (
        {"result": "confirmed", "figures": [{"payer": "charity", "amount": "1", "files": [1]}]},
        ("/result", "confirmed_with_changes"),
    ),
    "changed without changes": (
        changed({"payer": "charity", "amount": "3000.00"}),
        ("/result", "changed_without_changes"),
    ),
    "amounts of nobody": (
        {"result": "not_home", "figures": [{"payer": "charity", "amount": "1", "files": [1]}]},
        ("/figures", "not_expected"),
    ),
    "paper of nobody": ({"result": "not_home", "paper_cost": PAPER}, ("/paper_cost", "not_expected")),
    "account of nobody": ({"result": "not_home", "payee": {"confirmed": True}}, ("/payee", "not_expected")),
    "paper worth nothing": (
        {"result": "confirmed", "paper_cost": {"amount": "0.00", "files": [1]}},
        ("/paper_cost/amount", "amount_zero"),
    ),
    "no opinion": ({"result": "not_eligible"}, ("/opinion", "opinion_missing")),
    "no statement": ({"result": "moved"}, ("/statement_file", "statement_missing")),
    "wrong last four": ({"result": "confirmed", "id_last4": "1234"}, ("/id_last4", "identity_not_confirmed")),
    "no last four": ({"result": "confirmed", "id_last4": None}, ("/id_last4", "identity_not_confirmed")),
    "alone": ({"result": "confirmed", "second_visitor": ""}, ("/second_visitor", "second_visitor_missing")),
    "signed by one": ({"result": "confirmed", "signatures": {"visitor": 1}}, ("/signatures", "signatures_missing")),
    "no time zone": (
        {"result": "not_home", "visited_at": "2026-03-02T09:00:00"},
        ("/visited_at", "not_an_instant"),
    ),
    "tomorrow": (
        {"result": "not_home", "visited_at": (NOW + timedelta(days=1)).isoformat()},
        ("/visited_at", "in_the_future"),
    ),
    "last year": (
        {"result": "not_home", "visited_at": (NOW - timedelta(days=90)).isoformat()},
        ("/visited_at", "before_the_round"),
    ),
    "no bank": ({"result": "confirmed", "payee": {**ACCOUNT, "bank": ""}}, ("/payee/bank", "payee_incomplete")),
    "guardian without proof": (
        {"result": "confirmed", "payee": {**ACCOUNT, "kind": "guardian", "relation": "父"}},
        ("/payee/proof_file", "proof_missing"),
    ),
    "heir without relation": (
        {"result": "deceased", "payee": {**ACCOUNT, "kind": "heir", "proof_file": 1}},
        ("/payee/relation", "relation_missing"),
    ),
    "account of the dead": ({"result": "deceased", "payee": ACCOUNT}, ("/payee/kind", "payee_deceased")),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_visit_is_told_where(kind):
    form, expected = WRONG[kind]
    assert told(form) == {expected}


@pytest.mark.parametrize(
    "form",
    [
        {"result": "confirmed"},
        {"result": "confirmed", "figures": [{"payer": "charity", "amount": "3000.00"}]},
        changed({"payer": "red_cross", "amount": "5", "files": [1]}, {"payer": "charity", "amount": "3000"}),
        changed({"payer": "charity", "amount": "0", "files": [1]}),
        changed(paper_cost=PAPER),
        {"result": "deceased", "payee": {**ACCOUNT, "kind": "heir", "relation": "子", "proof_file": 1}},
        {"result": "moved", "statement_file": 1, "figures": [{"payer": "red_cross", "amount": "5", "files": [1]}]},
        {"result": "not_home", "id_last4": None, "signatures": {}, "second_visitor": ""},
        {"result": "identity_doubtful", "id_last4": "9999", "signatures": {}},
    ],
)
def test_a_right_visit_is_taken(form):
    assert told(form) == set()


def test_times_are_instants_only():
    assert read_instant("2026-03-02T09:00:00+08:00") == NOW
    assert read_instant("yesterday") is None
    assert found_amounts({"result": "not_home"}) == {}


def test_every_fault_of_a_form_comes_at_once_and_nothing_is_recorded(doorstep):
    door = doorstep({0: {"total_cost": "100000.00", "charity": "10.00"}})
    payee = {**ACCOUNT, "name": "别人"}
    with pytest.raises(Invalid) as refused:
        door.visit(
            0,
            "changed",
            id_last4="0000",
            figures=[{"payer": "charity", "amount": "7.00"}, {"payer": "nobody", "amount": "1", "files": [999]}],
            paper_cost={"amount": "0", "files": [998]},
            photos=[997],
            payee=payee,
            visited_at="2027-01-01T00:00:00Z",
            signatures={},
        )
    places = [fault.where for fault in refused.value.faults]
    assert sorted(places) == [
        "/figures/0/files", "/figures/1/files/0", "/figures/1/payer", "/id_last4", "/paper_cost/amount",
        "/paper_cost/files/0", "/payee/name", "/photos/0", "/signatures", "/visited_at",
    ]  # fmt: skip
    assert door.visits(0) == []
    assert door.open_elements(0) == {"visit"}


def test_the_last_four_places_are_asked_and_not_shown(doorstep):
    door = doorstep()
    seen = door.view(door.worker(0), 0, "visit")
    number = id_number(1)
    shown = repr(seen.context)
    assert number not in shown
    assert number[-4:] not in shown
    assert seen.context["name"] == "周001"
    assert {row["payer"] for row in seen.context["amounts"]} == {"basic_insurance"}


@pytest.mark.parametrize(("check", "told"), [("last_four", {"identity_not_confirmed"}), ("none", set())])
def test_the_last_four_digits_are_asked_for_only_where_the_scheme_says_so(check, told):
    form = {"result": "confirmed", **SIGNED, "id_last4": None}
    faults = find_faults(form, replace(KNOWN, identity_check=check))
    assert {fault.code for fault in faults} == told
