"""Visits and photos from one phone while its network is cut, its page closed, the server killed: all arrive once."""

from __future__ import annotations

import random
import time

import pytest
from playwright.sync_api import Error, Route
from sqlalchemy import func, select

from app.intake.models import StoredFile
from app.mobile.models import PhoneSubmission, Upload
from app.visits.models import Visit, VisitFile
from tests.browser.ground import Ground, make_ground
from tests.browser.handset import Handset, noisy_png

pytestmark = pytest.mark.browser
PATIENCE = 300  # seconds for what is left when the weather has cleared
UNSENT = """() => new Promise((resolve) => {
  const asked = indexedDB.open('nuanxin-phone')
  asked.onsuccess = () => {
    const all = asked.result.transaction('items').objectStore('items').getAll()
    all.onsuccess = () => {
      asked.result.close()
      resolve(all.result.map((item) => [item.state, item.receipt?.sha256 ?? null]))
    }
  }
})"""


class Weather:
    """Cuts the line for a while, breaks single requests on the way there or back, kills the server now and then."""

    def __init__(self, handset: Handset, ground: Ground, seed: int) -> None:
        self.handset, self.ground, self.luck = handset, ground, random.Random(seed)  # noqa: S311 weather, not secrets
        self.bad, self.broken, self.cuts, self.kills = True, 0, 0, 0
        handset.context.route("**/api/v1/mobile/**", self.pass_on)

    def pass_on(self, route: Route) -> None:
        fate = self.luck.random() if self.bad else 1.0
        try:
            if fate < 0.08:
                self.broken += 1
                route.abort("connectionreset")
            elif fate < 0.16:
                self.broken += 1
                route.fetch()  # it arrives, and the answer is lost
                route.abort("connectionreset")
            else:
                route.continue_()
        except Error:
            self.broken += 1  # the server died, or the page was closed, while the request was under way

    def change(self) -> None:
        fate = self.luck.random()
        if fate < 0.3:
            self.cuts += 1
            self.handset.context.set_offline(offline=True)
        elif fate < 0.8:
            self.handset.context.set_offline(offline=False)
        elif fate < 0.85:
            self.kills += 1
            self.ground.kill()
            self.ground.start()
        elif fate < 0.9:
            self.handset.page.close()
            self.handset.open()

    def clear(self) -> None:
        self.bad = False
        self.handset.context.set_offline(offline=False)


@pytest.mark.parametrize(
    ("visits", "photos"), [pytest.param(10, 2, id="10"), pytest.param(200, 2, id="200", marks=pytest.mark.crash)]
)
def test_everything_arrives_exactly_once_whatever_happens_to_the_network(chromium, client, tmp_path, visits, photos):
    ground = make_ground(tmp_path / "ground", client, people=visits)
    ground.start()
    handset = Handset(chromium, ground.address)
    handset.log_in()
    weather = Weather(handset, ground, seed=visits)
    for who in range(1, visits + 1):
        weather.change()
        side = 420 if who % 10 == 0 else 40  # some photos need several parts
        handset.not_eligible(f"周{who:03}", *(noisy_png(who * 100 + n, side) for n in range(photos)))
    if not weather.kills:
        ground.kill()
        ground.start()
    weather.clear()
    states = wait_until_sent(handset)
    assert [state for state, _ in states] == ["sent"] * visits
    assert weather.broken + weather.cuts > 0
    handset.close()
    ground.stop()
    assert_once(ground, visits, photos, {receipt for _, receipt in states})
    ground.door.database.dispose()


def wait_until_sent(handset: Handset) -> list[tuple[str, str]]:
    handset.tab("待发送")
    end = time.monotonic() + PATIENCE
    while True:
        states = [tuple(state) for state in handset.page.evaluate(UNSENT)]
        if {state for state, _ in states} == {"sent"} or time.monotonic() > end:
            return states
        button = handset.page.get_by_role("button", name="现在发送")
        if button.is_visible() and button.is_enabled():
            button.click()
        handset.page.wait_for_timeout(500)


def assert_once(ground: Ground, visits: int, photos: int, receipts: set[str]) -> None:
    """One visit a home with its own photos, one receipt each with the hash the phone holds, nothing beside."""
    with ground.door.database.reading() as session:
        by_case = session.execute(select(Visit.case_id, func.count()).group_by(Visit.case_id)).all()
        assert sorted(count for _, count in by_case) == [1] * visits
        assert set(session.scalars(select(PhoneSubmission.sha256))) == receipts
        assert session.scalar(select(func.count()).select_from(PhoneSubmission)) == visits
        used = session.execute(select(VisitFile.visit_id, VisitFile.file_id)).all()
        assert len(used) == len({file_id for _, file_id in used}) == visits * photos
        assert session.scalar(select(func.count()).select_from(StoredFile)) == visits * photos
        assert set(session.scalars(select(Upload.state))) == {"done"}
    assert ground.counts()["notes"] == 0
