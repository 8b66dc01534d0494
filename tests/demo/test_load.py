"""The loaded county holds what issue 2 tells of it, asked over HTTP as its own people ask."""

from decimal import Decimal

import httpx
import pytest

from app import create_app
from app.demo.client import log_in
from app.demo.county import DECEASED, FOUND_AT_THE_DOOR, NOT_FOR_THE_FUND, plan_county
from app.demo.load import load_demo
from app.kernel.crypto import Cipher
from app.kernel.dates import system_clock
from app.kernel.db import Database
from app.kernel.idnumbers import mask_id_number
from app.kernel.settings import Settings
from app.registry.payees import active_payee
from app.registry.people import find_person_by_id_number
from app.schema import upgrade
from tests.web.client import ROOT

pytestmark = pytest.mark.crash
SIZE = (1_000, 5_000, 1)
LAST, SECOND, FIRST, CLOSED = range(4)  # GET /rounds, the newest first


class County:
    """The loaded database, the plan it was made by, and everybody at their desk."""

    def __init__(self, database, flask, said):
        self.database = database
        self.said = said
        self.plan = plan_county(*SIZE)
        self._http = httpx.Client(transport=httpx.WSGITransport(flask), base_url="http://demo")
        self._desks = {}
        self.rounds = [r["id"] for r in self.desk("ybj1").get("/rounds")["items"]]

    def desk(self, login):
        if login not in self._desks:
            self._desks[login] = log_in(self._http, login)
        return self._desks[login]

    def get(self, path, login="ybj1", **params):
        return self.desk(login).get(path, **params)

    def cases(self, nth):
        return self.desk("ybj1").get_all(f"/rounds/{self.rounds[nth]}/cases", limit=200)

    def case(self, nth, no):
        """The case in the nth round of the person with that number in the plan."""
        person = self.plan.people[no]
        who = (person.name, mask_id_number(person.id_number))
        (found,) = (case for case in self.cases(nth) if (case["name"], case["id_masked"]) == who)
        return found

    def amount(self, no):
        """What the meeting of 2025 round 2 sees of that person."""
        path = f"/rounds/{self.rounds[SECOND]}/amounts"
        case_id = self.case(SECOND, no)["id"]
        rows = self.desk("mishu").get_all(path, limit=200)
        (found,) = (row for row in rows if row["case_id"] == case_id)
        return found

    def versions(self, nth):
        lists = self.get(f"/rounds/{self.rounds[nth]}")["lists"]
        return {version["stage"]: (version["row_count"], version["total"]) for version in lists}

    def payee(self, no):
        with self.database.reading() as session:
            person = find_person_by_id_number(session, self.plan.people[no].id_number)
            return active_payee(session, person.id)

    def special(self, name):
        return [person.no for person in self.plan.people if person.special == name]


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    folder = tmp_path_factory.mktemp("county")
    secret = b"a secret for tests only"
    settings = Settings(f"sqlite:///{folder}/nuanxin.db", folder, ROOT, secret)
    database = Database(settings.database_url, Cipher(secret))
    upgrade(database.engine, settings.resources)
    said = []
    load_demo(settings, said.append, *SIZE)
    yield County(database, create_app(settings, clock=system_clock, database=database), said)
    database.dispose()


def test_there_are_four_rounds_and_where_they_stand(county):
    stages = [county.get(f"/rounds/{known}")["stage"] for known in county.rounds]
    assert stages == ["verifying", "meeting", "closed", "closed"]


def test_2024_is_closed_and_leaves_123456_78_for_2025(county):
    closed, running = (county.get("/fund/accounts/1/quota", year=year) for year in (2024, 2025))
    assert (closed["carried_out"], closed["available"]) == ("123456.78", "0.00")
    assert running["carry_over"] == "123456.78"


def test_the_first_round_of_2025_paid_600000_to_58_people(county):
    payout = county.get(f"/rounds/{county.rounds[FIRST]}/payout")
    assert (payout["listed"], payout["outcomes"], payout["resolved"]) == (58, {"paid": 58}, "600000.00")
    assert county.versions(FIRST)["final"] == (58, "600000.00")


def test_the_second_round_of_2025_stands_before_its_meeting_with_187_people(county):
    assert county.versions(SECOND)["subsidy"] == (187, "2517530.85")
    assert "final" not in county.versions(SECOND)
    tasks = county.get("/tasks", "mishu", group=f"round:{county.rounds[SECOND]}")["items"]
    assert [task["element"] for task in tasks] == ["t4_meeting_review"]


def test_the_money_of_the_second_round_is_short_by_far(county):
    quota = county.get("/fund/accounts/1/quota", year=2025)
    parts = ("carry_over", "fiscal", "committed_charity", "resolved", "available")
    assert [quota[part] for part in parts] == ["123456.78", "1000000.00", "1050000.00", "600000.00", "1573456.78"]
    assert quota["charity_received"] == "600000.00"  # 450,000.00 of it have not arrived
    assert quota["bank_balance"] == "1123456.78"  # so that the payments of this round will have to wait
    standard = {"base": "excess", "threshold": "10000.00", "ratio": "0.60", "cap": "20000.00"}
    preview = county.get(f"/rounds/{county.rounds[SECOND]}/preview", "mishu", **standard)
    assert (preview["wanted"], preview["people"], preview["short"]) == ("2517530.85", 187, True)
    assert Decimal(preview["wanted"]) > Decimal("1.59") * Decimal(quota["available"])


def test_the_round_of_2026_runs_with_412_names_and_open_visits(county):
    assert county.versions(LAST)["preliminary"][0] == 412
    stages = {case["stage"] for case in county.cases(LAST)}
    assert stages == {"verified", "verifying", "below_line"}


def test_one_unit_was_waived_and_is_overdue_again_for_somebody_found_at_the_door(county):
    requests = county.get(f"/rounds/{county.rounds[LAST]}")["tally_requests"]
    assert [r["unit_code"] for r in requests if (r["kind"], r["state"]) == ("round", "waived")] == ["cl"]
    assert [r["unit_code"] for r in requests if r["state"] == "open"] == ["cl"]
    (late,) = county.get("/tasks", "cl-lianluo", overdue="true")["items"]
    assert (late["element"], late["reminded"]) == ("file_tally", True)
    found = county.case(LAST, FOUND_AT_THE_DOOR)
    assert (found["origin"], found["self_paid"], found["stage"]) == ("door", "4650.00", "verifying")


def test_no_visit_and_no_township_check_is_overdue(county):
    overdue = [
        task
        for n in range(1, 13)
        for task in county.desk(f"xz{n}").get_all("/tasks", overdue="true", group=f"round:{county.rounds[LAST]}")
    ]
    assert overdue == []


def test_180000_of_cost_lead_to_13200_and_later_to_6800_more(county):
    (ladder,) = county.special("ladder")
    first = county.case(FIRST, ladder)
    assert (first["total_cost"], first["self_paid"]) == ("180000.00", "32000.00")
    assert (first["approved_amount"], first["outcome"]) == ("13200.00", "paid")
    row = county.amount(ladder)
    assert (row["due"], row["already_paid"], row["amount"]) == ("20000.00", "13200.00", "6800.00")


def test_a_visit_found_2000_of_charity(county):
    (person,) = county.special("charity_at_the_door")
    assert county.case(SECOND, person)["self_paid"] == "35000.00"
    figures = county.get(f"/cases/{county.case(SECOND, person)['id']}")["figures"]
    charity = [(f["amount"], f["source"]) for f in figures if f["payer"] == "charity" and f["in_force"]]
    assert charity == [("2000.00", "visit")]


def test_crowd_funding_of_68000_drops_one_out(county):
    (person,) = county.special("crowd_funding")
    case = county.case(SECOND, person)
    assert (case["stage"], case["self_paid"]) == ("below_line", "7000.00")
    assert "核实线" in case["reason"]


def test_a_bill_of_48000_reversed_later_shows_what_was_paid_too_much(county):
    (person,) = county.special("reversed")
    assert county.case(FIRST, person)["total_cost"] == "48000.00"
    row = county.amount(person)
    assert (row["due"], row["already_paid"], row["amount"], row["overpaid"]) == (
        "3600.00", "10800.00", "0.00", "7200.00",
    )  # fmt: skip
    shown = county.get(f"/rounds/{county.rounds[SECOND]}/amounts", "mishu", only="overpaid")["items"]
    assert [line["case_id"] for line in shown] == [row["case_id"]]


def test_a_child_s_aunt_and_a_home_receive_for_others(county):
    (child,), (resident,) = county.special("guardian"), county.special("institution")
    aunt, home = county.payee(child), county.payee(resident)
    assert (aunt.kind, aunt.relation) == ("guardian", "姑母")
    assert aunt.proof_file_id is not None
    assert (home.kind, home.name) == ("institution", "清溪镇敬老院")
    assert county.amount(resident)["categories"] == ["特困人员"]


def test_one_has_died_and_nobody_can_be_paid(county):
    case = county.case(SECOND, DECEASED)
    visits = county.get(f"/cases/{case['id']}/visits")["items"]
    assert (case["stage"], [visit["result"] for visit in visits]) == ("listed", ["deceased"])
    assert county.payee(DECEASED) is None


def test_one_is_visited_where_they_live_and_not_where_they_are_recognised(county):
    (away,) = county.special("away")
    person = county.plan.people[away]
    assert person.residence[:9] != person.grid[:9]
    visits = county.get(f"/cases/{county.case(SECOND, away)['id']}/visits")["items"]
    assert [visit["result"] for visit in visits] == ["confirmed"]
    townships = [int(place[6:9]) for place in (person.grid, person.residence)]
    for township in townships:
        seen = county.desk(f"xz{township}").get_all(f"/rounds/{county.rounds[SECOND]}/cases", limit=200)
        assert county.case(SECOND, away)["id"] in [case["id"] for case in seen]


def test_two_people_of_the_same_name_are_two(county):
    one, other = county.special("namesake")
    names = {county.case(SECOND, no)["name"] for no in (one, other)}
    assert len(names) == 1
    assert county.amount(one)["amount"] != county.amount(other)["amount"]


def test_somebody_with_120000_is_taken_off_with_a_reason(county):
    case = county.case(SECOND, NOT_FOR_THE_FUND)
    assert (case["stage"], case["eligible"]) == ("excluded", False)
    assert "临时救助" in case["reason"]
    bills = [bill for bill in county.plan.bills if bill.person == NOT_FOR_THE_FUND and bill.settled_on.year == 2025]
    assert sum(bill.self_paid for bill in bills) == 120_000_00


def test_the_bank_balance_is_what_all_entries_together_leave(county):
    entries = county.desk("ybj1").get_all("/fund/accounts/1/entries", limit=200)
    balance = sum(
        Decimal(line["amount"]) * ((line["debit"] == "bank") - (line["credit"] == "bank"))
        for entry in entries
        for line in entry["lines"]
    )
    assert str(balance) == county.get("/fund/accounts/1/quota", year=2026)["bank_balance"]
