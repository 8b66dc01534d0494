"""`nuanxin demo load`: the county with its history, lived through the API on a clock that we move."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import httpx
from flask import Flask
from sqlalchemy import select

from app import create_app
from app.access.actors import get_actor
from app.access.models import User
from app.access.tokens import create_token
from app.demo.bringing import bring_bills, bring_people
from app.demo.client import Desk
from app.demo.county import FIRST_CUT_OFF, RUNNING_CUT_OFF, plan_county
from app.demo.history import live_through
from app.demo.place import place_county
from app.demo.plan import CountyPlan
from app.demo.town import Say, Town
from app.engine.engine import Engine
from app.engine.jobs import enqueue, run_due_jobs
from app.engine.schemes import load_scheme
from app.fund.ledger import open_account
from app.kernel.actors import Actor
from app.kernel.dates import local_date
from app.kernel.db import Database
from app.kernel.settings import Settings
from app.registry.provision import Recorder

SCHEME = "shengzhou"
LAST_DAY_TOLD = date(2026, 11, 23)  # the stories know nothing later than this


class MovingClock:
    """A clock that is set by hand; a few seconds pass with every look, so that nothing happens at once."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        self.at += timedelta(milliseconds=50)
        return self.at

    def move_to(self, day: date, hour: int = 1) -> None:
        """09:00 in the county on that day (01:00 UTC), unless it is later already."""
        self.at = max(self.at, datetime(day.year, day.month, day.day, hour, tzinfo=UTC))


@dataclass
class World:
    """What the history is lived in."""

    flask: Flask
    database: Database
    engine: Engine
    clock: MovingClock
    plan: CountyPlan
    snapshots: dict[str, int]
    areas: dict[str, int]  # ids by code
    today: date
    say: Say

    def town(self) -> Town:
        """Everybody at their desks, without waiting for a worker: we do the jobs ourselves."""
        http = httpx.Client(transport=httpx.WSGITransport(self.flask), base_url="http://demo", timeout=None)  # noqa: S113 in process
        return Town(http, self.say, self._rest, seat=self._seat)

    def actor(self, login: str) -> Actor:
        """The person behind a login."""
        with self.database.reading() as session:
            user_id = session.scalars(select(User.id).where(User.login == login)).one()
            return get_actor(session, user_id, local_date(self.clock.at))

    def do_jobs(self) -> None:
        """Everything that is due by now: reminders, marks, messages."""
        with self.database.writing() as session:
            enqueue(session, "engine.sweep_due", {}, key="engine.sweep_due")
            session.commit()
        while run_due_jobs(self.database, self.engine, self.clock):
            pass

    def _rest(self) -> None:
        if not run_due_jobs(self.database, self.engine, self.clock):
            self.clock.at += timedelta(seconds=30)

    def _seat(self, http: httpx.Client, login: str) -> Desk:
        with self.database.writing() as session:
            _, secret = create_token(session, self.actor(login), self.clock, "demo")
        return Desk(http, login, secret)


def is_empty(database: Database) -> bool:
    """True while nobody has an account."""
    with database.reading() as session:
        return session.scalar(select(User.id).limit(1)) is None


def load_demo(settings: Settings, say: Say, people: int = 3000, settlements: int = 60000, seed: int = 1) -> None:
    """Fills an empty, migrated database; the same numbers give the same county (times depend on the day)."""
    say(f"示范县：{people} 人，{settlements} 笔结算，种子 {seed}")
    clock = MovingClock(datetime(2025, 1, 2, 1, tzinfo=UTC))
    flask = create_app(settings, clock=clock)
    database: Database = flask.extensions["nuanxin_database"]
    flask.extensions["nuanxin_deploy"]()
    today = max(local_date(datetime.now(UTC)), LAST_DAY_TOLD)
    plan = plan_county(people, settlements, seed)
    world = World(flask, database, flask.extensions["nuanxin_engine"], clock, plan, {}, {}, today, say)
    _bring(world, settings)
    live_through(world)
    database.dispose()
    say("示范县已就绪")


def _bring(world: World, settings: Settings) -> None:
    scheme = load_scheme(settings.resources, SCHEME)
    with world.database.writing() as session:
        areas = place_county(session, scheme)
        world.areas.update({code: area.id for code, area in areas.items()})
        open_account(session, SCHEME, scheme.fund["account"]["code"], scheme.fund["account"]["name"])
        session.commit()
    civil = (world.actor("minzheng"), world.actor("minzheng2"))
    with world.database.writing() as session:
        recorder = Recorder(world.clock(), civil[0].user_id, next(iter(civil[0].unit_ids)), civil[1].user_id)
        ids = bring_people(session, areas, world.plan, recorder, civil, world.clock)
        session.commit()
    officer = world.actor("ybj1")
    for name, last in _CUTS.items():
        with world.database.writing() as session:
            bills = [bill for bill in world.plan.bills if bill.settled_on <= last]
            label = f"截至{last.isoformat()}结算数据"
            world.snapshots[name] = bring_bills(session, officer, world.clock, bills, ids, label)
            session.commit()
    world.say(f"  已载入 {len(ids)} 人、{len(world.plan.bills)} 笔结算")


_CUTS = {
    "2024": date(2024, 12, 31),
    "2025-1": FIRST_CUT_OFF,
    "2025-2": date(2025, 12, 31),
    "2026-1": RUNNING_CUT_OFF,
}
