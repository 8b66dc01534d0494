"""The phone in a browser: no network, bad moments, other hands; what was filled in is never lost and never twice."""

from __future__ import annotations

import gzip
import json
import shutil
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import delete, select

from app.access.models import UserSession
from app.engine.models import Task
from app.kernel.dates import system_clock
from app.mobile.models import PhoneSubmission, VisitNote
from app.visits.models import Visit
from tests.browser.ground import make_ground
from tests.browser.handset import Handset, noisy_png
from tests.rounds.place import ROOT, id_number

pytestmark = pytest.mark.browser
AXE = ROOT / "app/client/node_modules/axe-core/axe.min.js"
SERIOUS = ("serious", "critical")


def visits_of(ground, who: int) -> list[Visit]:
    return ground.door.visits(who - 1)


def receipt_of(ground, who: int) -> PhoneSubmission:
    with ground.door.database.reading() as session:
        query = select(PhoneSubmission).where(PhoneSubmission.case_id == ground.door.place.cases[who - 1])
        return session.scalars(query.order_by(PhoneSubmission.id)).all()[-1]


def test_a_visit_in_the_yard_with_no_signal_turns_from_grey_to_green_by_itself(handset, ground):
    handset.log_in()
    handset.context.set_offline(offline=True)
    handset.page.reload()
    expect(handset.page.locator(".chip.offline")).to_be_visible()
    handset.not_home("周001")
    handset.mark("周001", "waiting")
    handset.page.close()
    handset.open()
    handset.mark("周001", "waiting")
    assert visits_of(ground, 1) == []
    handset.context.set_offline(offline=False)
    handset.tab("待发送")
    handset.mark("周001", "sent")
    (visit,) = visits_of(ground, 1)
    assert (visit.result, visit.place) == ("not_home", {"lat": "29.581200", "lng": "120.831200"})


def test_a_whole_visit_is_filled_in_one_question_a_screen_and_every_keystroke_survives(handset, ground):
    page = handset.page
    handset.log_in()
    handset.begin("周002", "金额有出入")
    for digit in "9999":
        page.get_by_role("button", name=digit, exact=True).click()
    handset.next()
    expect(page.locator("main > .fault")).to_contain_text("与登记不符")
    page.locator(".four input").fill(id_number(2)[-4:])
    handset.next()
    page.locator(".amount-line", has_text="慈善总会").click()
    for key in "4321.50":
        page.locator(".keys").get_by_text(key, exact=True).click()
    handset.take(noisy_png(1))
    page.reload()
    page.locator(".amount-line", has_text="慈善总会").click()
    expect(page.locator(".money-line input")).to_have_value("4321.50")
    handset.next()
    for _ in ("paper", "payee", "opinion", "photos"):
        handset.next()
    for _ in range(2):
        box = page.locator("canvas").first.bounding_box()
        page.mouse.move(box["x"] + 30, box["y"] + 40)
        page.mouse.down()
        page.mouse.move(box["x"] + 200, box["y"] + 90, steps=4)
        page.mouse.up()
        page.get_by_role("button", name="签好了").first.click()
        page.wait_for_timeout(200)
    handset.next()
    expect(page.locator(".review")).to_contain_text("4,321.50")
    handset.next()
    handset.tab("待发送")
    handset.mark("周002", "sent")
    assert visits_of(ground, 2)[0].result == "changed"
    assert ("charity", "4321.50", "visit", "open") in ground.door.differences(1)


def test_an_expired_session_keeps_everything_and_goes_on_after_logging_in_again(handset, ground):
    handset.log_in()
    with ground.door.database.writing() as session:
        session.execute(delete(UserSession))
        session.commit()
    handset.not_eligible("周003", noisy_png(3))
    expect(handset.page.get_by_text("登录已过期。填好的都在手机上")).to_be_visible()
    assert visits_of(ground, 3) == []
    handset.page.get_by_role("button", name="重新登录").click()
    handset.page.locator("dialog input[type=password]").fill("a-good-password")
    handset.page.locator("dialog button[type=submit]").click()
    handset.tab("待发送")
    handset.mark("周003", "sent")
    assert len(visits_of(ground, 3)) == 1


def test_logging_out_with_unsent_work_says_so_and_the_work_waits_for_its_author(handset, ground):
    page = handset.page
    handset.log_in()
    handset.context.set_offline(offline=True)
    handset.not_home("周004")
    handset.tab("我的")
    page.get_by_text("退出登录").click()
    expect(page.locator("dialog")).to_contain_text("1 件没发出")
    page.get_by_role("button", name="退出，没发出的加密留在手机上").click()
    expect(page.get_by_text("这台手机上还有 1 件没发出的走访")).to_be_visible()
    left = page.evaluate(READ_STORE, ["keys", "visits"])
    assert [key for key in left["keys"] if key.endswith(":visits")] == []
    assert left["visits"] == []
    handset.context.set_offline(offline=False)
    handset.log_in("grid_worker_2")
    expect(page.get_by_text("没有派给您的走访")).to_be_visible()
    assert visits_of(ground, 4) == []
    handset.tab("我的")
    page.get_by_text("退出登录").click()
    page.locator("dialog .primary").click()
    handset.log_in()
    handset.tab("待发送")
    handset.mark("周004", "sent")
    assert len(visits_of(ground, 4)) == 1


READ_STORE = """(stores) => new Promise((resolve) => {
  const asked = indexedDB.open('nuanxin-phone')
  asked.onsuccess = () => {
    const found = {}
    const transaction = asked.result.transaction(stores)
    for (const store of stores) {
      transaction.objectStore(store).getAllKeys().onsuccess = (event) => { found[store] = event.target.result }
    }
    transaction.oncomplete = () => { asked.result.close(); resolve(found) }
  }
})"""


def test_a_full_phone_says_so_and_keeps_what_is_on_the_screen(handset):
    page = handset.page
    handset.log_in()
    handset.begin("周005", "不符合条件")
    page.evaluate("""() => { window.put = IDBObjectStore.prototype.put
        IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError') } }""")
    page.fill("textarea", "户内有两辆汽车")
    expect(page.get_by_text("手机存储已满")).to_be_visible()
    expect(page.locator("textarea")).to_have_value("户内有两辆汽车")
    page.evaluate("() => { IDBObjectStore.prototype.put = window.put }")
    page.fill("textarea", "户内有三辆汽车")
    handset.next()
    page.locator(".bar-back").click()
    page.locator(".bar-back").click()
    handset.mark("周005", "draft")
    handset.visit("周005")
    page.locator(".actions .primary").click()
    page.reload()
    handset.page.locator(".actions .secondary").click()
    expect(page.locator("textarea")).to_have_value("户内有三辆汽车")


SLOW_BY_FIVE_HOURS = """{ const real = Date; const behind = 5 * 3600000
  globalThis.Date = class extends real {
    constructor(...given) { if (given.length) super(...given); else super(real.now() - behind) }
    static now() { return real.now() - behind }
  } }"""


def test_a_wrong_clock_is_told_and_the_visit_gets_the_servers_time(chromium, ground):
    handset = Handset(chromium, ground.address, script=SLOW_BY_FIVE_HOURS)
    handset.log_in()
    expect(handset.page.get_by_text("手机时间慢了 300 分钟")).to_be_visible()
    handset.not_home("周006")
    handset.tab("待发送")
    handset.mark("周006", "sent")
    (visit,) = visits_of(ground, 6)
    assert abs(visit.visited_at - system_clock()) < timedelta(minutes=10)
    assert abs(receipt_of(ground, 6).measured["clock_offset_ms"] - 5 * 3_600_000) < 600_000
    handset.close()


def test_work_that_somebody_was_quicker_with_becomes_a_note_for_the_township(handset, ground):
    handset.log_in()
    handset.context.set_offline(offline=True)
    handset.not_eligible("周007", noisy_png(7))
    ground.door.visit(6, "not_home")
    handset.context.set_offline(offline=False)
    handset.tab("待发送")
    handset.mark("周007", "note")
    expect(handset.card("周007")).to_contain_text("办结")
    assert ground.count(VisitNote) == 1
    assert [visit.result for visit in visits_of(ground, 7)] == ["not_home"]


def test_a_refused_one_says_why_and_goes_back_into_the_form(handset, ground):
    page = handset.page
    handset.log_in()
    handset.context.set_offline(offline=True)
    handset.begin("周008", "属实")
    page.locator(".four input").fill(id_number(8)[-4:])
    for _ in ("id", "paper", "payee", "opinion", "photos"):
        handset.next()
    for _ in range(2):
        box = page.locator("canvas").first.bounding_box()
        page.mouse.move(box["x"] + 30, box["y"] + 40)
        page.mouse.down()
        page.mouse.move(box["x"] + 200, box["y"] + 90, steps=4)
        page.mouse.up()
        page.get_by_role("button", name="签好了").first.click()
        page.wait_for_timeout(200)
    handset.next()
    handset.next()
    change_figures(ground, 8)
    handset.context.set_offline(offline=False)
    handset.tab("待发送")
    handset.mark("周008", "refused")
    expect(handset.card("周008")).to_contain_text("县里的数据有变化")
    page.get_by_role("button", name="去改").click()
    expect(page.locator(".notice.late")).to_contain_text("县里的数据有变化")
    for _ in ("result", "id", "paper", "payee", "opinion", "photos", "signatures"):
        handset.next()
    handset.next()
    handset.tab("待发送")
    handset.mark("周008", "sent")
    assert [visit.result for visit in visits_of(ground, 8)] == ["confirmed"]


def change_figures(ground, who: int) -> None:
    from app.rounds.figures import record_figures  # noqa: PLC0415 only here
    from app.rounds.models import Case  # noqa: PLC0415 only here
    from tests.rounds.place import yuan  # noqa: PLC0415 only here

    door = ground.door
    with door.database.writing() as session:
        case = session.get_one(Case, door.place.cases[who - 1])
        amounts = {"charity": yuan("777.00")}
        record_figures(session, door.actor("liaison_cszh"), system_clock, case, amounts, "tally", "tally_request:9")
        session.commit()


def test_a_new_version_waits_for_the_person_and_the_draft_survives_it(chromium, client, ground, tmp_path):
    copy = tmp_path / "dist"
    shutil.copytree(client, copy)
    newer = make_ground(tmp_path / "newer", copy, people=2)
    newer.start()
    handset = Handset(chromium, newer.address)
    page = handset.page
    handset.log_in()
    handset.begin("周001", "不符合条件")
    page.fill("textarea", "写到一半")
    worker = copy / "m" / "sw.js"
    version = json.loads((copy / "m" / "assets.json").read_text())["version"]
    worker.write_text(worker.read_text().replace(version, "tomorrow"))
    page.evaluate("navigator.serviceWorker.getRegistration().then((found) => found.update()).then(() => true)")
    expect(page.get_by_text("有新版本")).to_be_visible()
    page.fill("textarea", "写到一半，又写了一句")
    with page.expect_navigation():
        page.get_by_role("button", name="现在更新").click()
    expect(page.locator("textarea")).to_have_value("写到一半，又写了一句")
    assert page.evaluate("caches.keys()") == ["nuanxin-phone-tomorrow"]
    handset.close()
    newer.stop()


def test_a_colleague_who_took_the_visit_over_has_it_and_the_first_one_no_longer(handset, ground):
    handset.log_in()
    expect(handset.card("周009")).to_be_visible()
    with ground.door.database.writing() as session:
        task = session.get_one(Task, ground.door.task(8, "visit").id)
        task.holder_unit_id = ground.door.place.county.units["g2"].id
        session.commit()
    handset.context.set_offline(offline=True)
    handset.context.set_offline(offline=False)
    handset.page.reload()
    handset.page.evaluate("new Promise((done) => setTimeout(done, 500))")
    handset.page.reload()
    expect(handset.card("周009")).to_have_count(0)


def test_no_page_of_the_phone_has_a_serious_fault_for_who_cannot_see(handset):
    handset.log_in()
    page = handset.page
    page.evaluate(AXE.read_text(encoding="utf-8"))
    handset.visit("周010")
    visit = page.url.split("#")[1]
    for path in ("/", visit, f"{visit}/fill", "/outbox", "/more"):
        page.evaluate(f"location.hash = '{path}'")
        page.wait_for_timeout(300)
        assert_no_fault(page, path)
    page.evaluate(f"location.hash = '{visit}/fill'")
    page.locator(".choice", has_text="金额有出入").click()
    for step in ("id_last4", "figures"):
        handset.next()
        if step == "id_last4":
            page.locator(".four input").fill(id_number(10)[-4:])
        else:
            page.locator(".amount-line").first.click()
        assert_no_fault(page, step)


def assert_no_fault(page, where: str) -> None:
    found = page.evaluate("axe.run().then((found) => found.violations)")
    bad = [(v["id"], v["impact"], [n["html"][:120] for n in v["nodes"][:3]]) for v in found if v["impact"] in SERIOUS]
    assert bad == [], where


def test_the_first_load_is_within_250_kilobytes_of_script(client):
    assets = json.loads((client / "m" / "assets.json").read_text())["assets"]
    scripts = [client / name.lstrip("/") for name in assets if name.endswith(".js")]
    assert scripts
    assert sum(len(gzip.compress(path.read_bytes())) for path in scripts) <= 250 * 1024
    heavy = ("bpmn", "dmn", "echarts", "antd")
    assert [path.name for path in scripts if any(word in path.name.lower() for word in heavy)] == []
