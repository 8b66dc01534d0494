"""Photos in parts: they resume, arrive once, and what is not what was announced is refused."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.demo.pictures import tiny_png
from app.intake.models import StoredFile
from app.kernel.dates import fixed_clock
from app.mobile.models import Upload
from app.mobile.uploads import sweep_uploads
from tests.mobile.phone import Phone
from tests.rounds.place import NOW

PICTURE = tiny_png(7)


def test_a_photo_in_parts_goes_on_where_it_broke_off_and_has_one_receipt(door, town, phone, tmp_path):
    begun = phone.announce(PICTURE).json
    assert (begun["received"], begun["state"], begun["received_at"]) == (0, "open", None)
    first = phone.part(begun["id"], 0, PICTURE[:20]).json
    assert first["received"] == 20
    assert phone.part(begun["id"], 0, PICTURE[:20]).json["received"] == 20, "the answer was lost, the part was not"
    ahead = phone.part(begun["id"], 40, PICTURE[40:])
    assert (ahead.status_code, ahead.json["code"]) == (409, "offset_wrong")
    parts = [path.read_bytes() for path in (tmp_path / "uploads" / str(begun["id"])).iterdir()]
    assert parts
    assert all(PICTURE[:20] not in part for part in parts), "parts lie encrypted"
    assert town.person(door.worker(0)).get(f"/mobile/uploads/{begun['id']}").json["received"] == 20
    done = phone.part(begun["id"], 20, PICTURE[20:]).json
    assert (done["state"], done["sha256"]) == ("done", hashlib.sha256(PICTURE).hexdigest())
    assert not (tmp_path / "uploads" / str(begun["id"])).exists()
    again = phone.announce(PICTURE).json
    assert again == done, "the same hash has the same receipt"
    assert town.person(door.worker(0)).get(f"/files/{done['sha256']}").data == PICTURE
    with door.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(StoredFile)) == 1


def test_an_upload_is_ones_own(door, town, phone):
    begun = phone.announce(PICTURE).json
    other = Phone(town.person(door.worker(1)))
    assert other.person.get(f"/mobile/uploads/{begun['id']}").status_code == 404
    assert other.part(begun["id"], 0, PICTURE).status_code == 404
    phone.part(begun["id"], 0, PICTURE)
    theirs = other.announce(PICTURE).json
    assert theirs["state"] == "open", "who only knows the hash has not shown the photo"


@pytest.mark.parametrize(
    ("content", "announced", "code"),
    [
        (PICTURE, {"sha256": "0" * 64}, "hash_differs"),
        (b"MZ\x00\x01program", {}, "file_type_refused"),
        (PICTURE, {"size": len(PICTURE) - 1}, "part_too_long"),
        (PICTURE, {"size": 100 * 2**20}, "file_too_large"),
    ],
)
def test_what_is_not_what_was_announced_is_refused(phone, content, announced, code):
    begun = phone.announce(content, **announced)
    if begun.status_code != 200:
        assert begun.json["code"] == code
        return
    reply = phone.part(begun.json["id"], 0, content)
    assert reply.status_code == 422
    assert [fault["code"] for fault in reply.json["faults"]] == [code]
    if code == "hash_differs":
        assert phone.part(begun.json["id"], 0, content).status_code == 404, "it has to be announced anew"


def test_a_part_is_of_limited_size_and_announcing_is_checked(phone):
    begun = phone.announce(PICTURE).json
    assert phone.part(begun["id"], 0, b"x" * (2**20 + 1)).status_code == 413
    assert phone.part(begun["id"], 0, b"").status_code == 422
    wrong = phone.person.post("/mobile/uploads", {"sha256": "x", "size": 0, "kind": "film"})
    assert {fault["where"] for fault in wrong.json["faults"]} == {"/sha256", "/size", "/kind"}
    assert phone.announce(PICTURE, size=len(PICTURE) + 1).json["code"] == "size_differs"


def test_parts_that_nobody_came_back_for_are_dropped(door, phone, tmp_path):
    begun = phone.announce(PICTURE).json
    phone.part(begun["id"], 0, PICTURE[:20])
    for later, left in ((timedelta(days=6), 1), (timedelta(days=8), 0)):
        with door.database.writing() as session:
            sweep_uploads(session, fixed_clock(NOW + later))
            session.commit()
            assert session.scalar(select(func.count()).select_from(Upload)) == left
        assert (tmp_path / "uploads" / str(begun["id"])).exists() is bool(left)
