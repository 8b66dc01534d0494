"""Step 3 as civil affairs, grid workers and townships do it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.demo.accounts import clerk_login, grid_login
from app.demo.areas import plan_areas
from app.demo.pictures import tiny_png
from app.demo.tallying import Cast
from app.demo.town import Town
from app.kernel.money import format_yuan, from_fen

CIVIL = "minzheng"
ATTEMPTS = 2  # before the village states that somebody cannot be reached


@dataclass(frozen=True)
class Door:
    """Who lives behind which case (by "case:12"): what a grid worker knows by heart."""

    cast: Cast
    who: dict[str, tuple[str, str]]

    def grids(self) -> list[int]:
        """The numbers of the grids where somebody is to be visited; grids count from 1 through the county."""
        codes = [area.code for area in plan_areas() if area.level == "grid"]
        homes = {self.cast.people[self.cast.by_person[who].person].residence for who in self.who.values()}
        return sorted(codes.index(home) + 1 for home in homes)


def dispatch(town: Town, round_id: int) -> None:
    """Civil affairs sends the visits to the grids; waits until every case has begun."""
    town.complete(CIVIL, round_id, "t3_dispatch", {"confirm": True})

    def begun() -> bool:
        counts = town.desk("ybj1").get(f"/rounds/{round_id}")["cases"]
        return counts.get("verifying", 0) > 0 and not counts.get("to_verify")

    town.wait_for("cases to begin", begun)


def visit_all(town: Town, round_id: int, cast: Cast, now: Callable[[], datetime], most: int | None = None) -> int:
    """Every grid worker with a visit makes it, at most `most` in all; how many were made."""
    cases = town.desk("ybj1").get_all(f"/rounds/{round_id}/cases", limit=200)
    known = ((f"case:{case['id']}", (case["name"], case["id_masked"])) for case in cases)
    door = Door(cast, {subject: who for subject, who in known if who in cast.by_person})
    made = 0
    for n in door.grids():
        desk = town.desk(grid_login(n))
        found = desk.get_all("/tasks", group=f"round:{round_id}", element="visit", limit=200)
        tasks = [task for task in found if task["subject"] in door.who]
        signatures: dict[str, int] = {}
        for task in tasks:
            if most is not None and made >= most:
                return made
            signatures = signatures or _sign(desk, n)
            _visit(desk, task, door, now, signatures)
            made += 1
            if made % 50 == 0:
                town.say(f"  已核实 {made} 户")
    return made


def check_all(town: Town, round_id: int, townships: int | None = None) -> int:
    """Townships (the first so many, or all) accept what was found, each all its cases at once; how many cases."""
    checked = 0
    there = sum(area.level == "township" for area in plan_areas())
    for n in range(1, (there if townships is None else townships) + 1):
        login = clerk_login(n)
        desk = town.desk(login)
        tasks = desk.get_all("/tasks", group=f"round:{round_id}", element="township_check", limit=200)
        if tasks:
            body = {"items": [{"task_id": task["id"]} for task in tasks], "form": {"accept": True}}
            town.finish_bulk(login, desk.post("/tasks/bulk-complete", body)["id"])
            checked += len(tasks)
    return checked


def merge(town: Town, round_id: int) -> None:
    """Civil affairs merges; nobody is left over."""
    town.complete(CIVIL, round_id, "t3_merge", {"unfinished": "none"})


def _visit(
    desk: Any, task: Mapping[str, Any], door: Door, now: Callable[[], datetime], signatures: dict[str, int]
) -> None:
    who = door.who[task["subject"]]
    story = door.cast.by_person[who]
    if story.result == "unreachable":
        _seek_in_vain(desk, task, now)
        return
    form: dict[str, Any] = {
        "result": story.result,
        "visited_at": now().isoformat(),
        "method": "door",
        "id_last4": door.cast.numbers[who][-4:],
        "signatures": signatures,
    }
    if story.found:
        receipt = desk.upload("/files", "收据.png", tiny_png(task["id"]))
        figures = [
            {"payer": payer, "amount": format_yuan(from_fen(fen)), "files": [receipt["id"]]}
            for payer, fen in story.found.items()
        ]
        form["figures"] = figures
    _hand_in(desk, task, form)


def _seek_in_vain(desk: Any, task: Mapping[str, Any], now: Callable[[], datetime]) -> None:
    """Twice nobody opens (上门未遇, two taps), then the village states that they cannot be reached."""
    for _ in range(ATTEMPTS):
        _hand_in(desk, task, {"result": "not_home", "visited_at": now().isoformat()})
        (task,) = desk.get_all("/tasks", subject=task["subject"], element="visit", limit=200)
    statement = desk.upload("/files", "村委会说明.png", tiny_png(task["id"] + 700_000))
    form = {"result": "unreachable", "visited_at": now().isoformat(), "statement_file": statement["id"]}
    _hand_in(desk, task, form)


def _hand_in(desk: Any, task: Mapping[str, Any], form: Mapping[str, Any]) -> None:
    desk.post(f"/tasks/{task['id']}/complete", {"form": form})


def _sign(desk: Any, worker: int) -> dict[str, int]:
    names = {"visitor": worker * 2, "household": worker * 2 + 1}
    return {who: desk.upload("/files", "签字.png", tiny_png(seed))["id"] for who, seed in names.items()}
