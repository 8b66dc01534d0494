"""Personal data stay where they belong: part of a round is played, then no file, table or log shows them in clear."""

from __future__ import annotations

import io
import logging
import shutil
import uuid
import zipfile

import pyarrow.parquet as pq
import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from app.engine.inbox import find_open_task
from app.engine.jobs import run_due_jobs
from app.kernel.dates import fixed_clock
from app.kernel.db import Database
from app.registry.models import Person
from tests.conftest import NOW
from tests.intake.tables import BILL_HEADERS, PEOPLE_HEADERS, bill, id_number, person, to_csv, to_xlsx
from tests.web.client import Town, make_town

WHO, ELSE, DOOR = 1, 2, 3  # on the list, beside it, found at the door
NAME = "独孤求败"
NUMBERS = [id_number(n) for n in (WHO, ELSE, DOOR)]
ACCOUNTS = ["6217000000000001", "6228480000007777", "6228480000008888"]
PHONE = "13912345678"
SECRETS = [*NUMBERS, *ACCOUNTS, PHONE]
PASSWORD = "another-good-password-77"
# where a person's name is shown or printed from; lists are frozen with the name on them
NAMED = {"person", "payee", "payment", "transfer", "list_row"}


def as_file(person_, path, content, name, **fields):
    data = {"file": (io.BytesIO(content), name), **fields}
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    return person_.send("POST", path, data=data, headers=headers, content_type="multipart/form-data")


def words_of(content: bytes) -> str:
    """The text of a reply, a workbook's parts unpacked."""
    if not content.startswith(b"PK"):
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return " ".join(archive.read(name).decode() for name in archive.namelist())


class Played:
    """The town, everything it said on the way, and everything it logged."""

    def __init__(self, town: Town, folder, database: Database) -> None:
        self.town, self.folder, self.database = town, folder, database
        self.replies: list[str] = []
        self.log = ""

    def say(self, reply, *statuses: int):
        assert reply.status_code in (statuses or (200, 201, 202, 204)), reply.text
        self.replies.append(f"{reply.headers} {words_of(reply.data)}")
        return reply.json if reply.is_json and reply.data else None

    def jobs(self) -> None:
        run_due_jobs(self.database, self.database.info["engine"], fixed_clock(NOW))


@pytest.fixture(scope="module")
def played(tmp_path_factory, sqlite_template, cipher):
    folder = tmp_path_factory.mktemp("leaks")
    shutil.copy(sqlite_template, folder / "nuanxin.db")
    database = Database(f"sqlite:///{folder / 'nuanxin.db'}", cipher)
    town = make_town(database, fixed_clock(NOW), folder)
    town.flask.extensions["nuanxin_deploy"]()
    played = Played(town, folder, database)
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    logging.getLogger().addHandler(handler)
    bring_people(played)
    look_around(played)
    play_round(played)
    go_wrong(played)
    logging.getLogger().removeHandler(handler)
    played.log = heard.getvalue()
    yield played
    database.dispose()


def bring_people(played: Played) -> None:
    civil, officer = played.town.person("civil_affairs_officer"), played.town.person("ybj_officer")
    row = person(WHO, 姓名=NAME, 一卡通账号=ACCOUNTS[0], 联系电话=PHONE)
    played.say(as_file(civil, "/imports", to_xlsx(PEOPLE_HEADERS, row), "名册.xlsx", kind="people"))
    wrong = person(ELSE, 姓名=NAME, 一卡通账号=ACCOUNTS[1], 性别="女", 认定地区代码="1", 联系电话=PHONE + "9")
    spoiled = person(ELSE, 身份证号=NUMBERS[1][:-1] + "?", 姓名=NAME)
    played.say(as_file(civil, "/imports", to_csv(PEOPLE_HEADERS, wrong, spoiled), "名册2.csv", kind="people"))
    bills = [bill(n, 医疗总费用="90000.00", 政策范围内费用="", 目录外自费="") for n in (1, 2)]
    unknown = bill(3, 身份证号=NUMBERS[2])
    for content in (to_csv(BILL_HEADERS, *bills), to_csv(BILL_HEADERS, *bills, unknown)):
        params = {"kind": "settlements", "params": '{"scheme": "shengzhou"}'}
        played.say(as_file(officer, "/imports", content, "结算.csv", **params), 202, 422)
    played.jobs()
    runs = played.say(officer.get("/imports"))["items"] + played.say(civil.get("/imports"))["items"]
    assert {run["state"] for run in runs} == {"done", "failed"}, runs
    for run in runs:
        played.say(played.town.person("auditor").get(f"/imports/{run['id']}/errors"))


def look_around(played: Played) -> None:
    officer, clerk = played.town.person("ybj_officer"), played.town.person("clerk_1")
    found = played.say(officer.post("/people/look-up", {"id_number": NUMBERS[0]}))["items"][0]
    played.say(officer.post("/people/look-up", {"id_number": NUMBERS[1]}))
    assert officer.post(f"/people/{found['id']}/unmask", {"reason": "核对来函"}).json["id_number"] == NUMBERS[0]
    account = {"kind": "self", "name": NAME, "account": ACCOUNTS[1], "bank": "农商银行"}
    payee = played.say(clerk.post(f"/people/{found['id']}/payees", account))
    played.say(clerk.post(f"/people/{found['id']}/payees", account | {"account": ACCOUNTS[1] + "x"}), 422)
    played.say(officer.post(f"/payees/{payee['id']}/confirm"))
    for path in ("", f"/{found['id']}", f"/{found['id']}/payees", f"/{found['id']}/categories"):
        played.say(officer.get(f"/people{path}"))
    admin = played.town.person("administrator")
    played.say(admin.post("/users", {"login": "fresh", "name": "新人", "password": PASSWORD}))


def play_round(played: Played) -> None:
    officer, liaison = played.town.person("ybj_officer"), played.town.person("liaison_cszh")
    snapshot = played.say(officer.get("/snapshots"))["items"][-1]["id"]
    body = {
        "scheme": "shengzhou", "cost_year": 2025, "cut_off": "2025-12-31", "settlement_snapshot_id": snapshot,
    }  # fmt: skip
    round_ = played.say(officer.post("/rounds", body))
    assert sum(round_["cases"].values()) == 1, round_
    played.jobs()
    with played.database.reading() as session:
        task = find_open_task(session, f"round:{round_['id']}", "t1_review").id
    played.say(officer.get(f"/tasks/{task}"))
    typed = {"confirm": True, "note": f"{NUMBERS[0]} {ACCOUNTS[0]}"}
    played.say(officer.send("PUT", f"/tasks/{task}/draft", json={"form": typed}))
    items = [{"task_id": task, "form": {"confirm": "no", "note": f"{NUMBERS[0]} {ACCOUNTS[1]}"}}]
    played.say(officer.post("/tasks/bulk-complete", {"items": items}))
    played.jobs()
    played.say(officer.get("/bulk/1/rows"))
    played.say(officer.post(f"/tasks/{task}/complete", {"form": {"confirm": True}}))
    played.jobs()
    shown = played.say(officer.get(f"/rounds/{round_['id']}"))
    request = next(r["id"] for r in shown["tally_requests"] if r["unit_code"] == "cszh")
    assert liaison.get(f"/tally-requests/{request}/template.xlsx").status_code == 200
    for amount in ("3000.00", "三千"):
        rows = [["身份证号", "姓名", "救助金额"], [NUMBERS[0], NAME, amount], [NUMBERS[1], NAME, "5.00"]]
        path = f"/tally-requests/{request}/upload"
        played.say(as_file(liaison, path, to_xlsx(*rows), "慈善.xlsx"), 201, 422)
    played.say(liaison.get(f"/tally-requests/{request}/rows"))
    played.say(officer.get(f"/rounds/{round_['id']}/cases"))
    find = {"name": NAME, "id_number": NUMBERS[2], "area_id": played.town.county.grids[0].id}
    worker = played.town.person("grid_worker_1")
    played.say(worker.post(f"/rounds/{round_['id']}/door-finds", find), 201, 409)
    played.say(worker.post(f"/rounds/{round_['id']}/door-finds", find | {"id_number": NUMBERS[2][:-1]}), 422)
    played.say(officer.get(f"/rounds/{round_['id']}/lists/preliminary.xlsx"))


def go_wrong(played: Played) -> None:
    """What the database refuses and what nobody foresaw is logged."""

    def refused() -> None:
        with played.database.writing() as session:
            session.execute(
                text("INSERT INTO person (name, id_hash) VALUES (:name, :number)"), {"name": NAME, "number": NUMBERS[0]}
            )

    for failing in (refused, lambda: Person(nothing=NUMBERS[0]) and None):
        try:
            failing()
        except (IntegrityError, TypeError):
            logging.getLogger("nuanxin.web").exception("incident")
    for path in ("/api/v1/openapi.json", "/api/v1/health"):
        played.say(played.town.flask.test_client().get(path))


def found_in(content: bytes) -> list[str]:
    return [secret for secret in SECRETS if secret.encode() in content or secret.encode("utf-16-le") in content]


def test_no_file_of_the_data_folder_shows_a_number_an_account_or_a_telephone(played):
    files = [path for path in played.folder.rglob("*") if path.is_file()]
    assert {"nuanxin.db", "nuanxin.db-wal"} <= {path.name for path in files}
    assert len([path for path in files if path.parent.parent.name == "files"]) >= 4
    assert {path.name: found for path in files if (found := found_in(path.read_bytes()))} == {}


def test_uploads_lie_encrypted(played):
    for path in (path for path in (played.folder / "files").rglob("*") if path.is_file()):
        assert not path.read_bytes().startswith((b"PK", b"\xef\xbb\xbf", "姓名".encode()))


def test_snapshots_know_people_by_their_id_only(played):
    snapshots = list((played.folder / "snapshots").rglob("*.parquet"))
    assert snapshots
    for path in snapshots:
        told = str(pq.read_table(path).to_pydict())
        assert [secret for secret in (*SECRETS, NAME) if secret in told] == []


def test_names_stand_where_people_are_shown_and_nowhere_else(played):
    named = set()
    with played.database.engine.connect() as connection:
        for table in inspect(played.database.engine).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{table}"')):
                said = " ".join(value if isinstance(value, str) else str(value) for value in row)
                assert [secret for secret in (*SECRETS, PASSWORD) if secret in said] == [], table
                named |= {table} if NAME in said else set()
    assert "person" in named
    assert named <= NAMED


def test_nothing_that_was_answered_shows_them(played):
    assert [secret for secret in SECRETS if any(secret in reply for reply in played.replies)] == []


def test_nothing_that_was_logged_shows_them(played):
    assert "incident" in played.log
    assert [secret for secret in (*SECRETS, NAME, PASSWORD) if secret in played.log] == []
