"""Who sees what: every reading route, asked by everybody about one township's person while another's stand beside."""

from __future__ import annotations

import re
import shutil

import pytest
from sqlalchemy import select

from app.access.provision import add_user
from app.engine.models import Task
from app.engine.rights import may_see
from app.intake.models import StoredFile
from app.kernel.dates import fixed_clock
from app.kernel.db import Database
from app.kernel.settings import Settings
from app.registry.models import Payee
from app.registry.provision import Recorder, add_accounts
from app.rounds.models import Case
from app.visits.models import VisitFile
from tests.access.people import password_hash
from tests.conftest import NOW
from tests.rounds.place import ROOT, id_number, make_request
from tests.visits.doorstep import Doorstep, make_doorstep
from tests.web.client import Town, make_app

# the person asked about lives in grid 4 of township 1; a second one in grid 7 of township 2
COSTS = {n: {"total_cost": "100000.00", "basic_insurance": "40000.00"} for n in range(2)}
COUNTY = ("ybj_officer", "civil_affairs_officer", "reviewer", "auditor")
BESIDE = ("clerk_2", "clerk_3", "grid_worker_1", "grid_worker_7", "liaison_cl", "bystander")
OWN_AREA = ("clerk_1", "grid_worker_4")
VISITORS = ("clerk_1", "clerk_2", "clerk_3", "grid_worker_1", "grid_worker_4", "grid_worker_7")
EVERYBODY = (*COUNTY, *OWN_AREA, "liaison_cszh", "administrator", *BESIDE)

ANYBODY = {  # nobody's data, or the caller's own
    "/health", "/openapi.json", "/me", "/tokens", "/schemes", "/schemes/<scheme_id>", "/definitions", "/areas",
    "/definitions/<definition_id>", "/calendar/<year>", "/units",
    "/home", "/definitions/<definition_id>/decisions", "/me/filters", "/me/substitutes", "/tasks", "/tasks/count",
    "/subjects",  # none asked for; whom a name is told to is tested in tests/rounds/test_subjects.py
}  # fmt: skip
# reading route: who gets 200 when asked about the person of township 1; everybody else gets 403 or 404
SEEN_BY: dict[str, tuple[str, ...]] = {
    "/cases/<case_id>": (*COUNTY, *OWN_AREA, "liaison_cszh", "administrator"),
    "/cases/<case_id>/explanation": (*COUNTY, *OWN_AREA, "liaison_cszh", "administrator"),
    "/cases/<case_id>/explanation.html": (*COUNTY, *OWN_AREA, "liaison_cszh", "administrator"),
    "/cases/<case_id>/ladder": (*COUNTY, *OWN_AREA, "administrator"),
    "/units/<unit_id>/members": ("clerk_1", "auditor", "administrator"),
    "/users/<user_id>/substitutes": ("auditor", "administrator"),
    "/people/<person_id>/history": (*COUNTY, *OWN_AREA),
    "/rounds/<round_id>/board": (*COUNTY, "administrator"),
    "/rounds/<round_id>/tasks": (*COUNTY, "administrator"),
    "/rounds/<round_id>/unanswered": (*COUNTY, "liaison_cszh", "liaison_cl", "administrator"),
    "/cases/<case_id>/visits": (*COUNTY, *OWN_AREA, "liaison_cszh", "administrator"),
    "/people": (*COUNTY, "clerk_1", "clerk_2", "clerk_3", "grid_worker_1", "grid_worker_4", "grid_worker_7"),
    "/people/<person_id>": (*COUNTY, *OWN_AREA),
    "/people/<person_id>/payees": (*COUNTY, *OWN_AREA),
    "/people/<person_id>/categories": (*COUNTY, "clerk_1"),
    "/tasks/<task_id>": ("clerk_1", "auditor", "administrator"),
    "/instances/<instance_id>": ("clerk_1", "grid_worker_4", "liaison_cszh", "auditor", "administrator"),
    "/instances/<instance_id>/history": ("clerk_1", "grid_worker_4", "liaison_cszh", "auditor", "administrator"),
    "/files/<digest>": (*COUNTY, *OWN_AREA),
    "/visits/<visit_id>/files/<file_id>": (*COUNTY, *OWN_AREA),
    "/bulk/<bulk_id>": ("clerk_1", "auditor", "administrator"),
    "/bulk/<bulk_id>/rows": ("clerk_1", "auditor", "administrator"),
    "/tally-requests/<request_id>": (*COUNTY, "liaison_cszh", "administrator"),
    "/tally-requests/<request_id>/rows": (*COUNTY, "liaison_cszh", "administrator"),
    "/tally-requests/<request_id>/template.xlsx": ("liaison_cszh",),
    "/rounds": (*COUNTY, "clerk_1", "clerk_2", "clerk_3", "liaison_cszh", "liaison_cl", "administrator"),
    "/rounds/<round_id>": (*COUNTY, "clerk_1", "clerk_2", "clerk_3", "liaison_cszh", "liaison_cl", "administrator"),
    "/rounds/<round_id>/cases": tuple(login for login in EVERYBODY if login != "bystander"),
    "/rounds/<round_id>/differences": EVERYBODY,
    "/rounds/<round_id>/visits": (
        *COUNTY,
        "clerk_1",
        "clerk_2",
        "clerk_3",
        "grid_worker_1",
        "grid_worker_4",
        "grid_worker_7",
        "administrator",
    ),
    "/rounds/<round_id>/conflicts": ("ybj_officer", "auditor"),
    "/rounds/<round_id>/lists": (*COUNTY, "administrator"),
    "/rounds/<round_id>/resolutions": (*COUNTY, "administrator"),
    "/audit": ("auditor", "administrator"),
    "/users": ("auditor", "administrator"),
    "/users/<user_id>": ("auditor", "administrator"),
    "/incidents": ("ybj_officer", "auditor", "administrator"),
    "/imports": ("ybj_officer", "civil_affairs_officer", "auditor"),
    "/snapshots": ("ybj_officer", "reviewer", "auditor"),
    "/mobile/visits": VISITORS,
    "/visit-notes": ("ybj_officer", "civil_affairs_officer", "auditor", "clerk_1", "clerk_2", "clerk_3"),
    "/fund/accounts": COUNTY,
    "/payment-batches": COUNTY,
    "/payments": COUNTY,
    "/alerts": (*COUNTY, "clerk_1", "clerk_2", "clerk_3", "grid_worker_1", "grid_worker_4", "grid_worker_7"),
}
# nothing of the kind is there in this round: whoever may ask is told so, the others are refused
NOT_THERE: dict[str, tuple[str, ...]] = {
    "/rounds/<round_id>/lists/<stage>.xlsx": (*COUNTY, "administrator"),
    "/rounds/<round_id>/agenda": (*COUNTY, "administrator"),
    "/rounds/<round_id>/amounts": (*COUNTY, "administrator"),
    "/rounds/<round_id>/meeting": (*COUNTY, "administrator"),
    "/rounds/<round_id>/payout": (*COUNTY, "administrator"),
    "/rounds/<round_id>/preview": (*COUNTY, "administrator"),
    "/rounds/<round_id>/summary": (*COUNTY, "administrator"),
    "/resolutions/<resolution_id>": (*COUNTY, "administrator"),
    "/resolutions/<resolution_id>/minutes.docx": (*COUNTY, "administrator"),
    "/rounds/<round_id>/agenda.docx": (*COUNTY, "administrator"),
    "/rounds/<round_id>/handout.xlsx": (*COUNTY, "administrator"),
    "/resolutions/<resolution_id>/minutes": (*COUNTY, "administrator"),
    "/tally-requests/<request_id>/uploads/<upload_id>": (*COUNTY, "administrator", "liaison_cszh", "liaison_cl"),
    "/tally-requests/<request_id>/uploads/<upload_id>/marked.xlsx": ("liaison_cszh", "liaison_cl"),
    "/mobile/uploads/<upload_id>": VISITORS,
    "/alerts/<alert_id>": (*COUNTY, *VISITORS),
    "/alerts/board": (*COUNTY, *VISITORS),
    "/tasks/<task_id>/paper.html": VISITORS,
    "/imports/<import_id>": ("ybj_officer", "civil_affairs_officer", "auditor"),
    "/imports/<import_id>/errors": ("ybj_officer", "civil_affairs_officer", "auditor"),
    "/imports/<import_id>/errors.xlsx": ("ybj_officer", "civil_affairs_officer", "auditor"),
    "/snapshots/<snapshot_id>": ("ybj_officer", "reviewer", "auditor"),
    "/fund/accounts/<account_id>/entries": COUNTY,
    "/fund/accounts/<account_id>/quota": COUNTY,
    "/payment-batches/<batch_id>": COUNTY,
    "/payment-batches/<batch_id>/rows": COUNTY,
    "/payment-batches/<batch_id>/file.<file_format>": ("ybj_officer",),
}


class World:
    """A round at its third step: the first person was visited and waits for the township's check."""

    def __init__(self, door: Doorstep, town: Town) -> None:
        self.door, self.town = door, town
        self.ids: dict[str, object] = {}

    def ask(self, login: str, route: str):
        path = re.sub(r"<(\w+)>", lambda part: str(self.ids[part[1]]), route)
        return self.town.person(login).get(path)


@pytest.fixture(scope="module")
def world(tmp_path_factory, sqlite_template, cipher):
    folder, clock = tmp_path_factory.mktemp("scope"), fixed_clock(NOW)
    shutil.copy(sqlite_template, folder / "scope.db")
    database = Database(f"sqlite:///{folder / 'scope.db'}", cipher)
    database.info.update(settings=Settings("", folder, ROOT, b"a secret for tests only"), clock=clock)
    door = make_doorstep(database, clock)
    door.begin(COSTS, {0: {"charity": "3000.00"}, 1: {"charity": "2000.00"}})
    request_id, other_id = prepare(door)
    door.visit(0, "changed", figures=door.found(0, charity="5000.00", crowd_funding="10.00"))
    world = World(door, Town(make_app(database, clock, folder), door.county or door.place.county))
    started = world.town.person("clerk_1").post("/tasks/bulk-complete", {"items": [{"task_id": 1}]})
    world.ids = {"bulk_id": started.json["id"], "request_id": request_id, "other_request": other_id, **of_person(door)}
    yield world
    database.dispose()


def prepare(door: Doorstep) -> tuple[int, int]:
    with door.database.writing() as session:
        add_user(session, "bystander", "旁人", password_hash=password_hash())
        asked = make_request(session, door.place, "cszh", ["charity"])
        other = make_request(session, door.place, "hszh", ["red_cross"])
        accounts = [(door.place.people[0], "周001", "6217000012345678", "嵊州农商银行")]
        add_accounts(session, accounts, Recorder(NOW), state="pending")
        session.commit()
        return asked.id, other.id


def of_person(door: Doorstep) -> dict[str, object]:
    with door.database.reading() as session:
        case = session.get_one(Case, door.place.cases[0])
        photo = session.scalars(select(StoredFile).order_by(StoredFile.id)).first()
        visit = session.scalars(select(VisitFile).where(VisitFile.file_id == photo.id)).one()
        payee = session.scalars(select(Payee.id)).one()
    task = door.task(0, "township_check")
    missing = ("alert_id", "resolution_id", "upload_id", "import_id", "snapshot_id", "account_id", "batch_id")
    return {
        "case_id": case.id, "person_id": case.person_id, "task_id": task.id, "instance_id": task.instance_id,
        "digest": photo.hash, "file_id": photo.id, "visit_id": visit.visit_id, "round_id": door.round_id,
        "user_id": 1, "unit_id": door.place.county.units["t1"].id, "payee_id": payee, "stage": "final",
        "file_format": "csv", **dict.fromkeys(missing, 999),
    }  # fmt: skip


def test_every_reading_route_is_in_one_of_the_tables(world):
    routes = {
        re.sub(r"<\w+:", "<", rule.rule).removeprefix("/api/v1")
        for rule in world.town.flask.url_map.iter_rules()
        if "GET" in rule.methods and rule.rule.startswith("/api/v1/")  # the pages hold nothing of their own
    }
    assert routes == ANYBODY | SEEN_BY.keys() | NOT_THERE.keys()


@pytest.mark.parametrize("route", SEEN_BY)
def test_a_route_answers_those_whom_it_concerns_and_nobody_else(world, route):
    statuses = {login: world.ask(login, route).status_code for login in EVERYBODY}
    assert {login for login, status in statuses.items() if status == 200} == set(SEEN_BY[route])
    assert set(statuses.values()) <= {200, 403, 404}


@pytest.mark.parametrize("route", NOT_THERE)
def test_who_may_not_ask_is_refused_before_anything_is_looked_for(world, route):
    refused = {login for login in EVERYBODY if world.ask(login, route).status_code == 403}
    assert refused == set(EVERYBODY) - set(NOT_THERE[route])


SEES = {"ybj_officer": {0, 1}, "auditor": {0, 1}, "clerk_1": {0}, "clerk_2": {1}, "clerk_3": set(),
        "grid_worker_4": {0}, "grid_worker_7": {1}, "grid_worker_1": set(),
        "liaison_cszh": {0, 1}, "liaison_cl": set()}  # fmt: skip


@pytest.mark.parametrize("login", SEES)
def test_lists_and_counts_hold_the_callers_own_people_only(world, login):
    wanted = {world.door.place.cases[who] for who in SEES[login]}
    listed = world.ask(login, "/rounds/<round_id>/cases").json["items"]
    assert {line["id"] for line in listed} == wanted
    shown = world.ask(login, "/rounds/<round_id>")
    if shown.status_code == 200:
        assert sum(shown.json["cases"].values()) == len(wanted)
    people = world.ask(login, "/people")
    if people.status_code == 200 and login not in ("ybj_officer", "auditor"):
        theirs = {world.door.place.people[who] for who in {*SEES[login], *({2} if login == "clerk_3" else ())}}
        assert {person["id"] for person in people.json["items"]} == theirs


def test_the_inbox_holds_the_callers_own_desk_only(world):
    found = {login: {task["subject"] for task in world.ask(login, "/tasks").json["items"]} for login in EVERYBODY}
    first, second = (f"case:{case_id}" for case_id in world.door.place.cases)
    assert found["clerk_1"] == {first}
    assert found["grid_worker_7"] == {second}
    assert all(found[login] == set() for login in set(EVERYBODY) - {"clerk_1", "grid_worker_7"})
    counts = {login: world.ask(login, "/tasks/count").json["count"] for login in EVERYBODY}
    assert counts == {login: len(subjects) for login, subjects in found.items()}


def test_home_and_what_is_unanswered_hold_the_callers_own_only(world):
    homes = {login: world.ask(login, "/home").json for login in EVERYBODY}
    waiting = {login: home["totals"][0]["count"] for login, home in homes.items()}
    assert waiting == {login: int(login in ("clerk_1", "grid_worker_7")) for login in EVERYBODY}
    assert homes["bystander"]["rounds"] == []
    people = {
        login: home["rounds"][0]["steps"][0]["figures"][0]["count"] for login, home in homes.items() if home["rounds"]
    }
    assert people == {login: len(SEES[login]) if login in SEES else 2 for login in people}
    assert homes["clerk_1"]["incidents"] is None
    assert [step["figures"] for step in homes["clerk_1"]["rounds"][0]["steps"][3:]] == [[], []]
    owing = world.ask("liaison_cl", "/rounds/<round_id>/unanswered").json["items"]
    assert [row["unit_id"] for row in owing if row["unit_id"] != world.door.place.county.units["cl"].id] == []


def test_the_visits_of_a_round_are_those_of_the_callers_own_people(world):
    seen = {login: world.ask(login, "/rounds/<round_id>/visits") for login in EVERYBODY}
    ids = {login: {v["case_id"] for v in r.json["items"]} for login, r in seen.items() if r.status_code == 200}
    first = {world.door.place.cases[0]}
    assert {login for login, found in ids.items() if found == first} == {*COUNTY, *OWN_AREA, "administrator"}
    assert all(found <= first for found in ids.values())


def test_differences_are_the_countys_and_of_a_unit_its_own(world):
    seen = {
        login: {row["payer"] for row in world.ask(login, "/rounds/<round_id>/differences").json["items"]}
        for login in EVERYBODY
    }
    assert seen["ybj_officer"] == {"charity", "crowd_funding"}
    assert seen["liaison_cszh"] == {"charity"}
    assert all(seen[login] == set() for login in (*BESIDE, "grid_worker_1"))


def test_a_grid_worker_sees_amounts_by_payer_and_neither_a_diagnosis_nor_the_number(world):
    sheet = world.ask("grid_worker_4", "/cases/<case_id>")
    assert {figure["payer"] for figure in sheet.json["figures"]} >= {"basic_insurance", "charity"}
    assert sheet.json["line"]["categories"] == []
    visit = world.door.task(1, "visit")
    shown = [
        sheet,
        world.ask("grid_worker_4", "/people"),
        world.ask("grid_worker_4", "/people/<person_id>"),
        world.ask("grid_worker_4", "/rounds/<round_id>/cases"),
        world.town.person("grid_worker_7").get(f"/tasks/{visit.id}"),
        world.town.person("grid_worker_7").get("/people"),
    ]
    for reply in shown:
        assert reply.status_code == 200
        assert id_number(1)[-4:] not in reply.text
        assert id_number(2)[-4:] not in reply.text
    refused = world.town.person("grid_worker_4").get("/people?category=mental")
    assert (refused.status_code, refused.json["code"]) == (403, "role_missing")


def test_a_liaison_sees_the_own_column_and_no_amount_beside(world):
    sheet = world.ask("liaison_cszh", "/cases/<case_id>").json
    assert {figure["payer"] for figure in sheet["figures"]} == {"charity"}
    assert [answer["payers"] for answer in sheet["answers"]] == [["charity"]]
    line = sheet["line"]
    assert [line[name] for name in ("total_cost", "self_paid", "approved_amount", "reason")] == [None] * 4
    assert line["categories"] == []
    assert world.ask("liaison_cszh", "/cases/<case_id>/visits").json == {"items": []}
    assert world.ask("liaison_cszh", "/tally-requests/<other_request>").status_code == 404
    shown = world.ask("liaison_cszh", "/rounds/<round_id>").json
    assert [request["unit_code"] for request in shown["tally_requests"]] == ["cszh"]
    assert shown["lists"] == []


def test_a_bureaus_liaison_does_not_open_the_tasks_of_its_officers(world):
    """Such a task shows the whole case, a liaison sees the own column: the unit alone is not enough."""
    county = world.door.place.county
    checking = Task(holder_unit_id=county.units["ybj"].id, role="ybj_officer", state="open")
    filing = Task(holder_unit_id=county.units["ybj"].id, role="department_liaison", state="open")
    lent = Task(holder_unit_id=county.units["ybj"].id, role="ybj_officer", state="open")
    lent.assignee_id = county.actor("liaison_ybj").user_id
    assert [may_see(county.actor("liaison_ybj"), task) for task in (checking, filing, lent)] == [False, True, True]
    assert [may_see(county.actor("reviewer"), task) for task in (checking, filing, lent)] == [True, True, True]


ACCOUNT = {"kind": "self", "name": "x", "account": "12345678", "bank": "x"}
ROWS = {"rows": [{"case_id": 1, "amounts": {"charity": "1.00"}}]}
LATE = {"client_id": "12345678", "task_id": 1, "case_id": 1, "ticket": "x", "basis": "x", "form": {}}
WRITES = [  # (who, method, address, body): nothing of it is theirs
    ("clerk_2", "POST", "/people/<person_id>/unmask", {"reason": "核对来函"}),
    ("clerk_2", "POST", "/people/<person_id>/payees", ACCOUNT),
    ("grid_worker_1", "POST", "/people/<person_id>/payees", ACCOUNT),
    ("clerk_2", "POST", "/payees/<payee_id>/confirm", None),
    ("clerk_2", "POST", "/payees/<payee_id>/reject", {"reason": "不对"}),
    *((who, "POST", f"/tasks/<task_id>/{verb}", body) for who in ("clerk_2", "grid_worker_4", "liaison_cl")
      for verb, body in (("claim", None), ("release", None), ("complete", {"form": {"accept": True}}),
                         ("assign", {"user_id": 1}), ("delegate", {"user_id": 1}), ("return", None),
                         ("comments", {"text": "看看"}), ("send-back", {"target": "visit", "reason": "x"}))),
    ("clerk_2", "PUT", "/tasks/<task_id>/draft", {"form": {}}),
    ("clerk_2", "POST", "/visit-notes/1/settle", {"note": "x"}),
    ("grid_worker_1", "POST", "/mobile/submissions", LATE),
    ("liaison_cl", "PATCH", "/tally-requests/<request_id>/rows", ROWS),
    ("liaison_cl", "POST", "/tally-requests/<request_id>/nil", None),
    ("liaison_cl", "POST", "/tally-requests/<request_id>/uploads/1/accept", None),
]  # fmt: skip


@pytest.mark.parametrize("write", WRITES, ids=lambda write: " ".join(write[:3]))
def test_what_one_may_not_see_one_may_not_touch(world, write):
    login, method, address, body = write
    path = re.sub(r"<(\w+)>", lambda part: str(world.ids[part[1]]), address)
    headers = {"Idempotency-Key": f"{login} {address}", "If-Match": '"1"'}
    reply = world.town.person(login).send(method, path, json=body, headers=headers)
    assert reply.status_code in (403, 404), reply.text
    assert "周001" not in reply.text
    with world.door.database.reading() as session:
        assert session.get_one(Task, world.ids["task_id"]).state == "open"
        assert session.get_one(Payee, world.ids["payee_id"]).state == "pending"
