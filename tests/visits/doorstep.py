"""A round in its third step: people at home, grid workers on their way, townships and bureaus behind them."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.assembly import BULK_HANDLERS, JOB_HANDLERS, LISTENERS, OPERATORS
from app.demo.pictures import tiny_png
from app.engine.catalogue import deploy_scheme
from app.engine.engine import Engine
from app.engine.inbox import find_open_task
from app.engine.jobs import run_due_jobs
from app.engine.models import Definition, DefinitionBlob, Task
from app.engine.tasks import complete_task, send_back_task
from app.engine.views import get_task
from app.intake.files import store_file
from app.rounds.figures import figures_in_force, recompute_self_paid, record_figures
from app.rounds.models import Case
from app.rounds.rounds import get_round
from app.rounds.schemes import scheme_named
from app.visits.models import Difference, Visit
from app.visits.starting import start_case
from tests.rounds.place import NOW, ROOT, Place, id_number, make_place, make_round

_deployed: list[dict[str, Any]] = []  # rows of the first deployment: checking the diagrams each time would be slow


@dataclass
class Doorstep:
    """`who` is the index of a person; `worker(who)` lives next door."""

    database: Any
    place: Place
    clock: Any
    county: Any = None
    pictures: int = field(default=0)

    @property
    def round_id(self) -> int:
        return self.place.round_id

    def actor(self, login: str):
        return self.place.actor(login)

    def worker(self, who: int, area: str = "residence_area_id") -> str:
        return f"grid_worker_{self._grid(who, area) + 1}"

    def clerk(self, who: int, area: str = "area_id") -> str:
        return f"clerk_{self._grid(who, area) // 4 + 1}"

    def _grid(self, who: int, area: str) -> int:
        return [grid.id for grid in self.place.county.grids].index(getattr(self.case(who), area))

    def subject(self, who: int) -> str:
        return f"case:{self.place.cases[who]}"

    def begin(self, costs: dict[int, dict[str, str]], tallied: dict[int, dict[str, str]] | None = None) -> None:
        """A round at its third step with a case for each; `tallied` amounts were filed by 慈善总会."""
        with self.database.writing() as session:
            make_round(session, self.place, costs, stage="verifying")
            scheme = scheme_named(session, "shengzhou")
            unit_id = self.place.county.units["cszh"].id
            for case_id, who in zip(self.place.cases, costs, strict=True):
                case = session.get_one(Case, case_id)
                amounts = {payer: Decimal(a) for payer, a in (tallied or {}).get(who, {}).items()}
                actor = self.actor("liaison_cszh")
                record_figures(session, actor, self.clock, case, amounts, "tally", "tally_request:1", unit_id=unit_id)
                recompute_self_paid(session, case, scheme)
                case.stage = "to_verify"
                start_case(session, actor, self.clock, {"case_id": case_id}, {"round_id": self.round_id})
            session.commit()

    def upload(self, login: str) -> int:
        """A new photo; its id."""
        self.pictures += 1
        with self.database.writing() as session:
            stored = store_file(session, self.actor(login), self.clock, tiny_png(self.pictures), "照片.png")
            session.commit()
            return stored.id

    def form(self, login: str, who: int, result: str, **more: Any) -> dict[str, Any]:
        """What the phone sends; a person who was met shows the identity card and signs."""
        form: dict[str, Any] = {"result": result, "visited_at": NOW.isoformat()}
        if result in ("confirmed", "changed"):
            form["id_last4"] = id_number(who + 1)[-4:]
            form["signatures"] = {"visitor": self.upload(login), "household": self.upload(login)}
        if result in ("unreachable", "moved"):
            form["statement_file"] = self.upload(login)
        if result == "not_eligible":
            form["opinion"] = "不符合条件"
        return {name: value for name, value in {**form, **more}.items() if value is not None}

    def visit(self, who: int, result: str = "confirmed", *, by: str = "", **more: Any) -> None:
        login = by or self.worker(who)
        self.complete(login, who, "visit", self.form(login, who, result, **more))

    def found(self, who: int, by: str = "", **amounts: str) -> list[dict[str, Any]]:
        """Figures with a photo each."""
        login = by or self.worker(who)
        return [{"payer": p, "amount": a, "files": [self.upload(login)]} for p, a in amounts.items()]

    def check(self, who: int, *, by: str = "") -> None:
        self.complete(by or self.clerk(who), who, "township_check", {"accept": True})

    def task(self, who: int, element: str) -> Task:
        with self.database.reading() as session:
            task = find_open_task(session, self.subject(who), element)
        assert task is not None, f"{element} is not open: {self.open_elements(who)}"
        return task

    def open_elements(self, who: int) -> set[str]:
        with self.database.reading() as session:
            query = select(Task.element_id).where(Task.subject == self.subject(who), Task.state == "open")
            return set(session.scalars(query))

    def view(self, login: str, who: int, element: str):
        with self.database.reading() as session:
            return get_task(session, self.actor(login), self.task(who, element).id)

    def complete(self, login: str, who: int, element: str, form: dict[str, Any]) -> None:
        task_id = self.task(who, element).id
        with self.database.writing() as session:
            complete_task(session, self.actor(login), self.clock, task_id, form)

    def send_back(self, login: str, who: int, reason: str) -> None:
        task_id = self.task(who, "township_check").id
        with self.database.writing() as session:
            send_back_task(session, self.actor(login), self.clock, task_id, "visit", reason)

    def case(self, who: int) -> Case:
        with self.database.reading() as session:
            return session.get_one(Case, self.place.cases[who])

    def in_force(self, who: int) -> dict[str, tuple[str, str]]:
        """{payer: (amount, source)}."""
        with self.database.reading() as session:
            figures = figures_in_force(session, [self.place.cases[who]])[self.place.cases[who]]
            return {payer: (str(figure.amount), figure.source) for payer, figure in figures.items()}

    def visits(self, who: int) -> list[Visit]:
        with self.database.reading() as session:
            query = select(Visit).where(Visit.case_id == self.place.cases[who]).order_by(Visit.attempt)
            return list(session.scalars(query))

    def differences(self, who: int) -> list[tuple[str, str, str, str]]:
        """(payer, found, prevails, state), oldest first."""
        with self.database.reading() as session:
            query = select(Difference).where(Difference.case_id == self.place.cases[who]).order_by(Difference.id)
            return [(d.payer, str(d.found), d.prevails, d.state) for d in session.scalars(query)]

    def run_jobs(self) -> int:
        return run_due_jobs(self.database, self.database.info["engine"], self.clock)

    def set_round(self, **values: Any) -> None:
        with self.database.writing() as session:
            round_ = get_round(session, self.round_id)
            for name, value in values.items():
                setattr(round_, name, value)
            session.commit()


def make_doorstep(database, clock, people: int = 3) -> Doorstep:
    """A county with its scheme deployed and people in it; `begin` starts the third step."""
    database.info["engine"] = Engine(ROOT, OPERATORS, JOB_HANDLERS, BULK_HANDLERS, LISTENERS)
    with database.writing() as session:
        place = make_place(session, people)
        deploy_once(session, place, clock)
    return Doorstep(database, place, clock)


def deploy_once(session, place: Place, clock) -> None:
    """The real diagrams, checked the first time only."""
    if _deployed:
        session.add_all(row["class"](**row["values"]) for row in _deployed)
        session.commit()
        return
    deploy_scheme(session, place.actor("administrator"), clock, "shengzhou")
    for table in (Definition, DefinitionBlob):
        for found in session.scalars(select(table)):
            values = {name: getattr(found, name) for name in table.__table__.c.keys()}  # noqa: SIM118
            _deployed.append({"class": table, "values": values})
