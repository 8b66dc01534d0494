"""A visit form from the outbox: carried out once, refused by pointer, and never lost when somebody was quicker."""

from __future__ import annotations

from sqlalchemy import func, select

from app.access.models import Audit
from app.engine.models import TaskComment
from app.mobile.models import PhoneSubmission, VisitNote
from app.rounds.figures import record_figures
from app.rounds.models import Case
from app.visits.models import Visit
from tests.mobile.phone import Phone
from tests.rounds.place import NOW, id_number, yuan


def met(phone: Phone, result: str = "confirmed", **more):
    signatures = {"visitor": phone.photo(), "household": phone.photo()}
    return phone.form(result, id_last4=id_number(1)[-4:], signatures=signatures, **more)


def count(door, table) -> int:
    with door.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_not_at_home_is_two_members_and_the_receipt_names_the_hash_of_what_was_sent(door, phone):
    body = phone.body(phone.visit(), phone.form(), measured={"phone_clock": "2026-03-02T09:05:00+08:00",
                                                             "clock_offset_ms": -300000})  # fmt: skip
    reply, digest = phone.send(body)
    assert reply.status_code == 200, reply.text
    assert (reply.json["outcome"], reply.json["sha256"], reply.json["note"]) == ("stored", digest, None)
    assert [visit.result for visit in door.visits(0)] == ["not_home"]
    assert door.open_elements(0) == {"visit"}, "to be visited again"
    with door.database.reading() as session:
        kept = session.scalars(select(PhoneSubmission)).one()
        assert kept.measured["clock_offset_ms"] == -300000


def test_a_submission_that_comes_again_gives_the_same_receipt_and_no_second_visit(door, phone):
    body = phone.body(phone.visit(), phone.form())
    first, _ = phone.send(body)
    again, _ = phone.send(body)
    assert first.json == again.json
    raw = phone.person.post("/mobile/submissions", body, key="another key, the same client id")
    assert raw.json["code"] == "submission_reused", "other bytes under the same id are another submission"
    assert count(door, Visit) == 1
    other, _ = phone.send(body | {"form": phone.form(opinion="x")})
    assert (other.status_code, other.json["code"]) == (409, "idempotency_key_reused")


def test_photos_are_named_by_their_hash_and_kept_as_evidence_with_their_own_place_apart(door, phone):
    visit = phone.visit()
    photo = phone.photo()
    form = met(phone, "changed", figures=[{"payer": "charity", "amount": "5000.00", "files": [photo]}],
               place={"lat": "29.5812", "lng": "120.8312"})  # fmt: skip
    exif = {"sha256": photo.removeprefix("sha256:"), "lat": "29.0", "lng": "120.0", "taken_at": None}
    reply, _ = phone.send(phone.body(visit, form, measured={"photos": [exif]}))
    assert reply.status_code == 200, reply.text
    assert door.differences(0) == [("charity", "5000.00", "visit", "open")]
    assert door.visits(0)[0].place == {"lat": "29.5812", "lng": "120.8312"}
    with door.database.reading() as session:
        assert session.scalars(select(PhoneSubmission)).one().measured["photos"] == [exif]


def test_bad_data_are_told_by_pointer_and_change_nothing(door, phone):
    visit = phone.visit()
    reply, _ = phone.send(phone.body(visit, phone.form("confirmed", id_last4="0000")))
    assert reply.status_code == 422
    assert {fault["where"] for fault in reply.json["faults"]} == {"/id_last4", "/signatures"}
    reply, _ = phone.send(phone.body(visit, phone.form("confirmed", photos=[f"sha256:{'0' * 64}"])))
    assert [(f["where"], f["code"]) for f in reply.json["faults"]] == [("/photos/0", "file_not_uploaded")]
    reply, _ = phone.send(phone.body(visit, {"result": "nonsense"}))
    assert {fault["where"] for fault in reply.json["faults"]} == {"/result", "/visited_at"}
    assert (count(door, Visit), count(door, PhoneSubmission)) == (0, 0)
    assert door.open_elements(0) == {"visit"}


def test_a_refused_submission_may_be_put_right_and_sent_again_under_its_own_id(door, phone):
    visit = phone.visit()
    body = phone.body(visit, phone.form("confirmed", id_last4="0000"))
    assert phone.send(body)[0].status_code == 422
    reply, _ = phone.send(body | {"form": met(phone)})
    assert (reply.status_code, reply.json["outcome"]) == (200, "stored")


def test_who_confirms_must_have_seen_the_amounts_that_count_now(door, phone):
    visit = phone.visit()
    form = met(phone)
    with door.database.writing() as session:
        case = session.get_one(Case, door.place.cases[0])
        record_figures(session, door.actor("liaison_cszh"), door.clock, case, {"charity": yuan("3500.00")}, "tally",
                       "tally_request:2")  # fmt: skip
        session.commit()
    reply, _ = phone.send(phone.body(visit, form))
    assert [(f["where"], f["code"]) for f in reply.json["faults"]] == [("/result", "figures_changed")]
    fresh = phone.visit()
    assert fresh["basis"] != visit["basis"]
    reply, _ = phone.send(phone.body(fresh, form))
    assert reply.json["outcome"] == "stored"


def test_work_that_came_too_late_becomes_a_note_for_the_township(door, town, phone):
    visit = phone.visit()
    photo = phone.photo()
    account = {"confirmed": False, "kind": "self", "name": "周001", "account": "6217000012345678", "bank": "农商行"}
    form = met(phone, payee=account, photos=[photo])
    body = phone.body(visit, form)
    door.visit(0)
    reply, digest = phone.send(body)
    assert (reply.status_code, reply.json["outcome"], reply.json["sha256"]) == (200, "kept_as_note", digest)
    assert reply.json["note"]["code"] == "task_already_completed"
    assert "办结" in reply.json["note"]["message"]
    assert phone.send(body)[0].json == reply.json
    assert count(door, VisitNote) == 1
    clerk = town.person(door.clerk(0))
    shown = clerk.get("/visit-notes").json["items"]
    assert [(n["name"], n["case_id"], n["form"]["result"]) for n in shown] == [
        ("周001", door.place.cases[0], "confirmed")
    ]
    assert shown[0]["form"]["payee"]["account"] == "****5678"
    assert "id_last4" not in shown[0]["form"]
    assert {file["purpose"] for file in shown[0]["files"]} == {"photo", "signature:visitor", "signature:household"}
    assert all(clerk.get(f"/files/{file['hash']}").status_code == 200 for file in shown[0]["files"])
    told = clerk.get(f"/tasks/{door.task(0, 'township_check').id}").json["comments"]
    assert any("情况说明" in comment["text"] for comment in told)
    with door.database.reading() as session:
        assert session.scalars(select(Audit).where(Audit.kind == "visit_kept_as_note")).one().detail["note_id"]
        assert "6217000012345678" not in session.scalars(select(VisitNote.content)).one()
        assert session.scalar(select(func.count()).select_from(TaskComment)) == 2


def test_a_visit_that_was_given_to_somebody_else_becomes_a_note_and_one_never_had_is_refused(door, town, phone):
    visit = phone.visit()
    with door.database.writing() as session:
        task = door.task(0, "visit")
        stored = session.get_one(type(task), task.id)
        stored.holder_unit_id = door.task(1, "visit").holder_unit_id
        session.commit()
    reply, _ = phone.send(phone.body(visit, phone.form()))
    assert (reply.json["outcome"], reply.json["note"]["code"]) == ("kept_as_note", "not_found")
    stranger = Phone(town.person(door.worker(1)))
    stolen, _ = stranger.send(stranger.body(visit, stranger.form()))
    assert (stolen.status_code, stolen.json["code"]) == (404, "visit_not_found")
    assert count(door, VisitNote) == 1


def test_a_note_is_read_in_its_area_and_settled_once_with_a_sentence(door, town, phone):
    visit = phone.visit()
    door.visit(0, "not_home")
    phone.send(phone.body(visit, phone.form()))
    clerk = town.person(door.clerk(0))
    note = clerk.get("/visit-notes").json["items"][0]["id"]
    assert town.person(door.clerk(1)).get("/visit-notes").json["items"] == []
    assert town.person(door.clerk(1)).post(f"/visit-notes/{note}/settle", {"note": "x"}).status_code == 404
    settled = clerk.post(f"/visit-notes/{note}/settle", {"note": "与同事结果一致，不再上门"})
    assert (settled.status_code, settled.json["state"]) == (200, "settled")
    assert clerk.post(f"/visit-notes/{note}/settle", {"note": "x"}).json["code"] == "note_settled"
    assert clerk.get("/visit-notes").json["items"] == []
    listed = town.person("civil_affairs_officer").get(f"/visit-notes?state=settled&round_id={door.round_id}")
    assert [n["settled_note"] for n in listed.json["items"]] == ["与同事结果一致，不再上门"]


def test_a_wrong_clock_is_told_and_the_visit_kept_on_the_phone(door, phone):
    visit = phone.visit()
    form = {"result": "not_home", "visited_at": NOW.replace(year=2027).isoformat()}
    reply, _ = phone.send(phone.body(visit, form))
    assert [(f["where"], f["code"]) for f in reply.json["faults"]] == [("/visited_at", "in_the_future")]
