"""What goes into a grid worker's pocket: everything the door needs, nothing of anybody else's."""

from __future__ import annotations

import hashlib
import re

from sqlalchemy import select, update

from app.access.models import Audit
from app.engine.holding import assign_task
from app.registry.models import Person
from tests.mobile.phone import Phone
from tests.rounds.place import id_number


def test_one_reply_holds_everything_that_the_door_needs(door, phone):
    with door.database.writing() as session:
        phone_enc = session.info["cipher"].encrypt("13912345678")
        session.execute(update(Person).where(Person.id == door.place.people[0]).values(phone_enc=phone_enc))
        session.commit()
    door.visit(0, "not_home", place={"lat": "29.58", "lng": "120.83"})
    sheet = phone.sheet()
    (visit,) = sheet["visits"]
    assert visit["name"] == "周001"
    assert visit["phone"] == "13912345678"
    assert visit["id_masked"].endswith("****")
    assert {row["payer"]: row["amount"] for row in visit["amounts"]} == {
        "basic_insurance": "40000.00", "charity": "3000.00",
    }  # fmt: skip
    assert [(a["result"], a["place"]) for a in visit["attempts"]] == [("not_home", {"lat": "29.58", "lng": "120.83"})]
    assert visit["area"].keys() == {"township", "village", "grid"}
    assert visit["address"] == visit["area"]["grid"], "whose name says township and village already"
    assert visit["due_at"] is not None
    assert sheet["forms"][visit["form"]["version"]]["$id"] == "visit"
    asked = sheet["schemes"]["shengzhou"]
    assert (asked["second_visitor"], asked["visit_signatures"], asked["identity_check"]) == (False, True, "last_four")
    assert sheet["server_time"]


def test_the_last_four_digits_are_checked_by_the_phone_and_found_nowhere_in_the_reply(door, town, phone):
    reply = town.person(door.worker(0)).get("/mobile/visits")
    (visit,) = reply.json["visits"]
    last_four = id_number(1)[-4:]
    assert last_four not in re.sub(r"[0-9a-f]{20,}|[0-9T:.+-]{20,}", "", reply.text)
    fits = [
        digits
        for digits in (*(f"{n:04}" for n in range(10_000)), *(f"{n:03}X" for n in range(1000)))
        if hashlib.sha256(f"{visit['ticket']}:{digits}".encode()).hexdigest()[:2] == visit["id_hint"]
    ]
    assert last_four in fits
    assert 10 < len(fits) < 100, "a guess is noticed, the digits are not to be found"


def test_nobody_elses_households_and_what_a_colleague_took_stay_at_home(door, town, phone):
    assert [visit["case_id"] for visit in phone.sheet()["visits"]] == [door.place.cases[0]]
    assert [v["case_id"] for v in Phone(town.person(door.worker(1))).sheet()["visits"]] == [door.place.cases[1]]
    assert Phone(town.person("clerk_1")).sheet()["visits"] == []
    assert town.person("ybj_officer").get("/mobile/visits").status_code == 403
    with door.database.writing() as session:
        task = door.task(0, "visit")
        task_holder = door.place.county.users[door.worker(0)].id
        assign_task(session, door.actor(door.worker(0)), door.clock, task.id, task_holder)
    assert len(phone.sheet()["visits"]) == 1


def test_nothing_new_is_not_sent_again_and_only_what_went_out_is_on_record(door, town, phone):
    first = town.person(door.worker(0)).get("/mobile/visits")
    etag = {"If-None-Match": first.headers["ETag"]}
    again = town.person(door.worker(0)).get("/mobile/visits", headers=etag)
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["X-Server-Time"]
    with door.database.reading() as session:
        told = session.scalars(select(Audit).where(Audit.kind == "visits_handed_out")).all()
    assert [row.detail for row in told] == [{"cases": [door.place.cases[0]]}]
    door.visit(0, "not_home")
    changed = town.person(door.worker(0)).get("/mobile/visits", headers=etag)
    assert changed.status_code == 200
    assert changed.json["visits"][0]["attempts"][0]["result"] == "not_home"


def test_the_sheet_of_paper_is_masked_and_leads_back_by_qr_code(door, town, phone):
    task = phone.visit()["task_id"]
    reply = town.person(door.worker(0)).get(f"/tasks/{task}/paper.html")
    assert reply.status_code == 200
    assert reply.mimetype == "text/html"
    assert "周001" in reply.text
    assert "3,000.00" in reply.text
    assert "<svg" in reply.text
    assert id_number(1)[-4:] not in reply.text
    assert "style-src 'sha256-" in reply.headers["Content-Security-Policy"]
    assert town.person(door.worker(1)).get(f"/tasks/{task}/paper.html").status_code == 404
