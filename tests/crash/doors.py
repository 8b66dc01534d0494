"""Eight people at their desks complete the tasks of many verification cases, whatever happens to the server."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update

from app.access import audit
from app.access.models import Audit
from app.engine.models import ProcessInstance, Task
from app.kernel.dates import system_clock
from app.rounds.models import Case
from app.visits.models import Visit
from app.visits.starting import start_case
from tests.access.people import County, make_county
from tests.crash.asking import Asker
from tests.crash.meeting import add_county_people, add_round
from tests.crash.processes import House

CLIENTS = 8
STEPS = ("not_home", "not_home", "not_eligible", "township_check")


@dataclass(frozen=True)
class Answer:
    """A completion that was acknowledged."""

    task_id: int
    login: str
    key: str
    form: dict[str, Any]
    etag: str
    body: bytes


@dataclass
class Doors:
    """The cases of a round in its third step, the people who work on them, and what they were told."""

    house: House
    county: County
    cases: list[int]
    tokens: dict[str, str]
    answers: list[Answer] = field(default_factory=list)
    seen: Counter[Any] = field(default_factory=Counter)
    failures: list[BaseException] = field(default_factory=list)

    def worker(self, place: int) -> str:
        return f"grid_worker_{place % 12 + 1}"

    def clerk(self, place: int) -> str:
        return f"clerk_{place % 12 // 4 + 1}"

    def work(self, hasty: float, disturb: Callable[[threading.Event], None]) -> None:
        """All cases to their end, while `disturb(done)` runs."""
        done = threading.Event()
        threads = [threading.Thread(target=self._work_on, args=(n, hasty)) for n in range(CLIENTS)]
        for thread in threads:
            thread.start()
        trouble = threading.Thread(target=self._guarded, args=(disturb, done))
        trouble.start()
        for thread in threads:
            thread.join()
        done.set()
        trouble.join()
        assert self.failures == []

    def _work_on(self, client: int, hasty: float) -> None:
        self._guarded(self._work_share, client, hasty)

    def _guarded(self, function: Callable[..., None], *arguments: Any) -> None:
        try:
            function(*arguments)
        except BaseException as failure:  # noqa: BLE001 told by the assertion in work()
            self.failures.append(failure)

    def _work_share(self, client: int, hasty: float) -> None:
        dice = random.Random(client)  # noqa: S311 moments, not secrets
        with Asker(self.house.url, dice, hasty) as asker:
            for place in range(client, len(self.cases), CLIENTS):
                for n, step in enumerate(STEPS):
                    self._complete(asker, dice, place, n, step)
            self.seen.update(asker.seen)

    def _complete(self, asker: Asker, dice: random.Random, place: int, n: int, step: str) -> None:
        login = self.clerk(place) if step == "township_check" else self.worker(place)
        token = self.tokens[login]
        inbox = asker.get(token, f"/tasks?subject=case:{self.cases[place]}")
        assert inbox.status_code == 200, inbox.text
        [task] = inbox.json()["items"]
        etag = asker.get(token, f"/tasks/{task['id']}").headers["ETag"]
        form = form_of(step)
        answer = Answer(task["id"], login, f"{self.cases[place]}-{n}", form, etag, b"")
        body = self.send(asker, answer)
        self.answers.append(Answer(**{**vars(answer), "body": body}))
        if dice.random() < 0.2:
            assert self.send(asker, answer) == body

    def send(self, asker: Asker, answer: Answer) -> bytes:
        """Send that completion; the reply's body."""
        path, body = f"/tasks/{answer.task_id}/complete", {"form": answer.form}
        reply = asker.post(self.tokens[answer.login], path, body, answer.key, **{"If-Match": answer.etag})
        assert reply.status_code == 200, reply.text
        assert reply.json()["state"] == "completed"
        return reply.content

    def must_be_whole(self) -> None:
        """Each acknowledged completion is there, once; nothing else is; every repeated key is answered as before."""
        count = len(self.cases) * len(STEPS)
        acknowledged = {answer.task_id for answer in self.answers}
        assert (len(self.answers), len(acknowledged)) == (count, count)
        with self.house.database.reading() as session:
            tasks = {task.id: task for task in session.scalars(select(Task))}
            assert tasks.keys() == acknowledged
            assert {task.state for task in tasks.values()} == {"completed"}
            trail = select(Audit.detail, Audit.actor_id).where(Audit.kind == "task_completed")
            history = [(detail["task_id"], actor) for detail, actor in session.execute(trail)]
            users = self.county.users
            assert sorted(history) == sorted((answer.task_id, users[answer.login].id) for answer in self.answers)
            visits = session.execute(select(Visit.case_id, Visit.attempt, Visit.result)).all()
            expected = [(case, n + 1, step) for case in self.cases for n, step in enumerate(STEPS[:3])]
            assert sorted(map(tuple, visits)) == sorted(expected)
            assert set(session.scalars(select(Case.stage))) == {"excluded"}
            assert set(session.scalars(select(ProcessInstance.state))) == {"ended"}
            assert audit.verify_chain(session) == []

    def must_answer_alike(self) -> None:
        """Every key once more, of a server that is left alone."""
        with Asker(self.house.url) as asker:
            for answer in self.answers:
                assert self.send(asker, answer) == answer.body


def form_of(step: str) -> dict[str, Any]:
    if step == "township_check":
        return {"accept": True, "note": "属实"}
    form = {"result": step, "visited_at": system_clock().isoformat()}
    return form | ({"opinion": "已不符合条件"} if step == "not_eligible" else {})


def open_doors(database, count: int) -> tuple[County, list[int]]:
    """A county with `count` cases, each waiting for its first visit."""
    with database.writing() as session:
        county = make_county(session, commit=False)
        people = add_county_people(session, county, count)
        round_id, cases = add_round(session, county, 1, people, ["30000.00"] * count, stage="verifying")
        session.execute(update(Case).values(stage="to_verify"))
        for case_id in cases:
            start_case(session, county.actor("ybj_officer"), system_clock, {"case_id": case_id}, {"round_id": round_id})
        session.commit()
    return county, cases
