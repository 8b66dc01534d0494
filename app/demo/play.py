"""`nuanxin demo play`: a fresh round from opening to closing over HTTP, and every paper of it left in a folder."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx

from app.demo import deciding, paying, tallying, visiting
from app.demo.county import plan_county
from app.demo.fixing import fix_accounts
from app.demo.fresh import BILLS_HEADER, CUT_OFF, YEAR, fresh_round
from app.demo.town import Say, Town
from app.kernel.money import format_yuan, from_fen

LISTS = ("preliminary", "verification", "subsidy", "final")
STANDARD = {"base": "excess", "threshold": "15000.00", "ratio": "0.60", "cap": "20000.00"}
GIVEN_IN_LIST_ORDER = 8  # that many rows at the end of the list find the money used up


def play_round(url: str, out: Path, people: int, seed: int, say: Say) -> Path:
    """Plays with `people` persons of the county loaded with `seed`; the folder inside `out` that holds the papers."""
    began = time.monotonic()
    with httpx.Client(base_url=url, timeout=120) as http:
        town = Town(http, say)
        folder = _play(town, out, people, seed)
    say(f"本轮已结束，用时 {time.monotonic() - began:.0f} 秒；全部文件在 {folder.resolve()}")
    say(f"不经系统重算：python -m tests.recompute {folder}")
    return folder


def _play(town: Town, out: Path, people: int, seed: int) -> Path:
    persons = plan_county(1_000, 0, seed).people
    played, told = _played_before(town)
    stories, bills = fresh_round(people, seed, told)
    out /= f"{YEAR}-{played + 1}"
    out.mkdir(parents=True, exist_ok=True)
    cast = tallying.Cast(persons, stories)
    town.say("一、统计：导入结算数据，开启本轮")
    snapshot_id = _import_bills(town, out, persons, bills)
    round_id = tallying.open_round(town, YEAR, CUT_OFF, snapshot_id)
    listed = tallying.review_list(town, round_id)
    _save_exclusions(town, out, round_id)
    town.say(f"  初步名单 {listed} 人，已发全部成员单位")
    town.say("二、填报：各成员单位填报并汇总")
    _save_papers(out, tallying.file_tallies(town, round_id, cast))
    _save_json(out / "冲突裁定.json", tallying.consolidate(town, round_id))
    town.say("三、核实：派发到网格，逐户上门")
    visiting.dispatch(town, round_id)
    made = visiting.visit_all(town, round_id, cast, lambda: datetime.now(UTC))
    checked = visiting.check_all(town, round_id)
    visiting.merge(town, round_id)
    (out / "核实.csv").write_bytes(_visits_told(cast))
    town.say(f"  上门 {made} 户，乡镇审核 {checked} 户")
    _meet_and_pay(town, out, round_id)
    _save_round(town, out, round_id)
    return out


def _meet_and_pay(town: Town, out: Path, round_id: int) -> None:
    today = datetime.now(UTC).date()
    town.say("四、会议：两局提交，专班会议审核")
    deciding.propose(town, round_id, STANDARD)
    deciding.submit(town, round_id)
    deciding.sit(town, round_id, today)
    decisions = _decisions(town, round_id)
    terms = {"shortfall_rule": "list_order", "reserve_kept": _reserve(town, round_id)}
    no = f"嵊专班〔{today.year}〕示范{round_id}号"
    sealed = deciding.resolve(town, round_id, no, today, decisions, **terms)
    deciding.conclude(town, round_id, sealed["id"])
    town.say(f"  决议 {sealed['no']}：{sealed['row_count']} 人，{sealed['total']} 元")
    town.say("五、发放：划款、制单、复核、审批、银行回盘")
    moved = paying.move_charity(town, round_id, f"示范划款{round_id}")
    _save_json(out / "决议.json", {"resolution": sealed, "decisions": decisions, "charity_moved": moved})
    first = paying.pay(town, round_id, _some_fail, f"{today} 10:00:00", hold_one=True)
    town.say(f"  首批回盘后更正账户 {fix_accounts(town)} 个")
    second = paying.pay(town, round_id, paying.all_paid, f"{today} 15:00:00")
    _save_papers(out, {**first, **second})
    paying.finish(town, round_id)


def _import_bills(town: Town, out: Path, persons: list[Any], bills: list[Any]) -> int:
    rows = [bill.cells(persons[bill.person].id_number) for bill in bills]
    content = tallying.to_csv(BILLS_HEADER, rows)
    (out / "结算数据.csv").write_bytes(content)
    desk = town.desk(tallying.OFFICER)
    fields = {"kind": "settlements", "params": json.dumps({"scheme": "shengzhou"})}
    run = desk.upload("/imports", f"结算数据{YEAR}.csv", content, fields)

    def ended() -> Any:
        state = desk.get(f"/imports/{run['id']}")
        return state if state["state"] in ("done", "failed") else None

    done = town.wait_for("the import", ended)
    if done["state"] == "failed":
        faults = desk.get(f"/imports/{run['id']}/errors")["items"]
        raise RuntimeError(f"the import was refused: {faults[:5]}")
    return int(done["result"]["snapshot_id"])


def _decisions(town: Town, round_id: int) -> list[dict[str, Any]]:
    """Among those with the highest costs: one lowered, two put off, one rejected."""
    desk = town.desk(deciding.SECRETARY)
    rows = desk.get_all(f"/rounds/{round_id}/amounts", limit=200, sort="self_paid")
    kinds = (
        {"kind": "lower", "amount": "100.00", "reason": "已获其他帮扶"},
        {"kind": "defer", "reason": "病历待补"},
        {"kind": "defer", "reason": "家庭情况待核"},
        {"kind": "reject", "reason": "经查不符合条件"},
    )
    return [{"case_id": row["case_id"], **kind} for row, kind in zip(rows[:8:2], kinds, strict=True)]


def _reserve(town: Town, round_id: int) -> str:
    """Keep back so much that the money does not reach the end of the list (用完即止)."""
    desk = town.desk(deciding.SECRETARY)
    preview = desk.get(f"/rounds/{round_id}/preview", **STANDARD)
    wanted, available = (round(float(preview[name])) for name in ("wanted", "available"))
    people = max(1, int(preview["people"]))
    carried = wanted - GIVEN_IN_LIST_ORDER * wanted // people
    return f"{max(0, available - carried)}.00"


def _some_fail(line: Mapping[str, str]) -> tuple[str, str]:
    serial = int(line["序号"])
    return ("失败", "账户已销户") if serial % 6 == 2 else ("成功", "")


def _played_before(town: Town) -> tuple[int, int]:
    """How many rounds of the year were played, and how many people they have used up."""
    desk = town.desk(tallying.OFFICER)
    rounds = [known["id"] for known in desk.get("/rounds")["items"] if known["cost_year"] == YEAR]
    cases = [case for known in rounds for case in desk.get_all(f"/rounds/{known}/cases", limit=200)]
    return len(rounds), sum(case["eligible"] for case in cases)


def _save_papers(out: Path, papers: Mapping[str, bytes]) -> None:
    for name, content in papers.items():
        (out / name).write_bytes(content)


def _save_exclusions(town: Town, out: Path, round_id: int) -> None:
    cases = town.desk(tallying.OFFICER).get_all(f"/rounds/{round_id}/cases", limit=200)
    _save_json(out / "剔除.json", [case for case in cases if case["stage"] == "excluded"])


def _visits_told(cast: tallying.Cast) -> bytes:
    """What each visit brought home, one row an amount found (CSV); who stayed as known has one row without."""
    numbers = {person.no: person.id_number for person in cast.people}
    rows = [
        (numbers[story.person], story.result, payer, format_yuan(from_fen(fen)) if payer else "")
        for story in cast.stories
        for payer, fen in (story.found or {"": 0}).items()
    ]
    return tallying.to_csv(("身份证号", "结果", "支付方", "核实金额（元）"), rows)


def _save_round(town: Town, out: Path, round_id: int) -> None:
    desk = town.desk(tallying.OFFICER)
    for stage in LISTS:
        (out / f"名单-{stage}.xlsx").write_bytes(desk.download(f"/rounds/{round_id}/lists/{stage}.xlsx"))
    _save_json(out / "本轮.json", desk.get(f"/rounds/{round_id}"))
    _save_json(out / "结果.json", desk.get(f"/rounds/{round_id}/payout"))
    _save_json(out / "案件.json", desk.get_all(f"/rounds/{round_id}/cases", limit=200))
    account = desk.get("/fund/accounts")[0]["id"]
    _save_json(out / "付款.json", desk.get_all("/payments", year=YEAR, limit=200))
    _save_json(out / "基金分录.json", desk.get_all(f"/fund/accounts/{account}/entries", limit=200))


def _save_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1, default=str), encoding="utf-8")


assert date(YEAR, 12, 31) == CUT_OFF  # noqa: S101 the round counts the whole year
