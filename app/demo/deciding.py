"""Step 4 as bureau, civil affairs and the secretary do it: proposal, submissions, sitting, resolution, seal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from app.demo.pictures import tiny_png
from app.demo.tallying import OFFICER
from app.demo.town import Town
from app.demo.visiting import CIVIL

SECRETARY = "mishu"
STANDARD = {"base": "excess", "threshold": "10000.00", "ratio": "0.60", "cap": "20000.00"}
PRESENT = (("ybj", "胡局长"), ("mzj", "裘科长"), ("czj", "过科长"), ("cszh", "史秘书长"), ("hszh", "童会长"))


def propose(town: Town, round_id: int, standard: Mapping[str, Any] = STANDARD) -> None:
    """The bureau proposes the standard: draft amounts of everybody appear."""
    form = {**standard, "low_income_standard": "15000.00", "resolution_line": "30000.00"}
    town.complete(OFFICER, round_id, "t4_propose_standard", form)


def submit(town: Town, round_id: int) -> None:
    """Both bureaus put the list before the meeting."""
    for login, element in ((OFFICER, "t4_submit_ybj"), (CIVIL, "t4_submit_mzj")):
        desk = town.desk(login)
        seen = desk.get(f"/tasks/{town.task(login, round_id, element)['id']}")
        town.complete(login, round_id, element, {"standard_id": seen["prefill"]["standard_id"], "agree": True})


def sit(town: Town, round_id: int, held_on: date, recusals: Sequence[Mapping[str, Any]] = ()) -> None:
    """The secretary records who was there and who left which row."""
    town.task(SECRETARY, round_id, "t4_meeting_review")
    attendance = [{"unit_code": unit, "member_name": name, "present": True} for unit, name in PRESENT]
    body = {"held_on": held_on.isoformat(), "place": "市政府 3 号会议室", "chair": "胡局长"}
    town.desk(SECRETARY).send(
        "PUT", f"/rounds/{round_id}/meeting", {**body, "attendance": attendance, "recusals": list(recusals)}
    )


def resolve(
    town: Town,
    round_id: int,
    no: str,
    held_on: date,
    decisions: Sequence[Mapping[str, Any]] = (),
    **terms: Any,
) -> dict[str, Any]:
    """Write the resolution, decide the named rows singly, share what they free, approve all others, stamp and seal."""
    desk = town.desk(SECRETARY)
    text = f"会议审议并通过本轮补助标准、名单和金额。（{no}）"
    body = {"no": no, "text": text, "held_on": held_on.isoformat(), **terms}
    written = desk.post(f"/rounds/{round_id}/resolutions", body)
    for decision in decisions:
        desk.post(f"/rounds/{round_id}/decisions", {"decision": decision})
    if decisions:
        desk.post(f"/rounds/{round_id}/share-again")  # what was freed goes to those further down the list
    rest = desk.post(f"/rounds/{round_id}/decisions", {"undecided": "approve"})
    town.finish_bulk(SECRETARY, rest["bulk_id"])
    stamped = desk.upload("/files", f"会议纪要{no}.png", tiny_png(written["id"] + 100_000))
    desk.post(f"/resolutions/{written['id']}/minutes", {"file_id": stamped["id"]})
    sealed: dict[str, Any] = desk.post(f"/resolutions/{written['id']}/seal")
    return sealed


def conclude(town: Town, round_id: int, resolution_id: int) -> None:
    """The sitting is over: the round goes on to paying."""
    town.complete(SECRETARY, round_id, "t4_meeting_review", {"resolution_id": resolution_id, "confirm": True})
