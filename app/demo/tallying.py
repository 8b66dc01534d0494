"""Steps 0 to 2 as officers and liaisons do them: open, review, file in three ways, consolidate."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import openpyxl

from app.demo.accounts import liaison_login
from app.demo.plan import PersonPlan, Story
from app.demo.town import Town
from app.kernel.idnumbers import mask_id_number
from app.kernel.money import format_yuan, from_fen

OFFICER = "ybj1"


@dataclass
class Cast:
    """Whose story it is: found again by name and masked number, as any user finds people."""

    people: Sequence[PersonPlan]
    stories: Sequence[Story]
    by_person: dict[tuple[str, str], Story] = field(init=False)
    numbers: dict[tuple[str, str], str] = field(init=False)

    def __post_init__(self) -> None:
        keys = {p.no: (p.name, mask_id_number(p.id_number)) for p in self.people}
        self.by_person = {keys[story.person]: story for story in self.stories}
        self.numbers = {keys[p.no]: p.id_number for p in self.people}

    def story_of(self, row: Mapping[str, Any]) -> Story | None:
        """The story of a row that shows `name` and `id_masked`."""
        return self.by_person.get((row["name"], row["id_masked"]))


def open_round(town: Town, year: int, cut_off: date, snapshot_id: int) -> int:
    """A bureau officer opens the round; its id."""
    body = {
        "scheme": "shengzhou",
        "cost_year": year,
        "cut_off": cut_off.isoformat(),
        "settlement_snapshot_id": snapshot_id,
    }
    opened: dict[str, Any] = town.desk(OFFICER).post("/rounds", body)
    return int(opened["id"])


def review_list(town: Town, round_id: int) -> int:
    """Whoever no fund may pay is taken off with a reason, the rest goes to all member units; how many those are."""
    cases = town.desk(OFFICER).get_all(f"/rounds/{round_id}/cases", limit=200)
    reason = "因病致贫纳入临时救助对象不在基金补助范围（补助办法第二条）"
    exclusions = [{"case_id": case["id"], "reason": reason} for case in cases if not case["eligible"]]
    town.complete(OFFICER, round_id, "t1_review", {"exclusions": exclusions, "confirm": True})
    return len(cases) - len(exclusions)


def tally_requests(town: Town, round_id: int) -> list[dict[str, Any]]:
    """One request a member unit, waited for."""
    return list(
        town.wait_for("tally requests", lambda: town.desk(OFFICER).get(f"/rounds/{round_id}")["tally_requests"])
    )


def file_tallies(town: Town, round_id: int, cast: Cast, late: Sequence[str] = ()) -> dict[str, bytes]:
    """Each unit files in its own way; those in `late` do nothing. {file name: what was sent}."""
    ways = {"cszh": (_by_template, "xlsx"), "hszh": (_by_any_workbook, "xlsx")}
    papers: dict[str, bytes] = {}
    for request in tally_requests(town, round_id):
        unit = request["unit_code"]
        if unit in late:
            continue
        amounts = _amounts(town, request, cast)
        if amounts:
            way, ending = ways.get(unit, (_by_row, "csv"))
            papers[f"填报-{unit}.{ending}"] = way(town, request, amounts, cast)
        _hand_in(town, request, filed=bool(amounts))
        town.say(f"  {request['unit_name']}：{f'已填报 {len(amounts)} 人' if amounts else '均无发放'}")
    return papers


def say_nothing(town: Town, round_id: int, late: Sequence[str] = ()) -> None:
    """Every unit but those in `late` answers the small tally of somebody found at the door: nothing."""
    for request in tally_requests(town, round_id):
        if request["kind"] == "door" and request["unit_code"] not in late:
            _hand_in(town, request, filed=False)


def consolidate(town: Town, round_id: int) -> list[dict[str, Any]]:
    """The officer decides each conflict for the settlement data, and the verification list is made; the conflicts."""
    desk = town.desk(OFFICER)
    town.task(OFFICER, round_id, "t2_consolidate")
    open_conflicts = desk.get(f"/rounds/{round_id}/conflicts")["items"]
    resolutions = [
        {"conflict_id": c["conflict_id"], "chosen": "settlement", "reason": "以结算数据为准"} for c in open_conflicts
    ]
    town.complete(OFFICER, round_id, "t2_consolidate", {"resolutions": resolutions, "confirm": True})
    return [{**c, "chosen": "settlement"} for c in open_conflicts]


def _amounts(town: Town, request: Mapping[str, Any], cast: Cast) -> dict[int, tuple[dict[str, Any], str, str]]:
    """{case id: (row, payer, "123.45")} of what this unit has paid, by the stories."""
    rows = town.desk(liaison_login(request["unit_code"])).get_all(f"/tally-requests/{request['id']}/rows", limit=200)
    found = {}
    for row in rows:
        story = cast.story_of(row)
        for payer in request["payers"]:
            fen = story.tallies.get(payer, 0) if story else 0
            if fen:
                found[row["case_id"]] = (row, payer, format_yuan(from_fen(fen)))
    return found


def _by_row(town: Town, request: Mapping[str, Any], amounts: Mapping[int, Any], cast: Cast) -> bytes:
    """Each row over the API; the same rows as the unit has them in its own books (CSV)."""
    rows = [
        {"case_id": case_id, "amounts": {payer: amount}, "note": None}
        for case_id, (_, payer, amount) in amounts.items()
    ]
    body = {"version": request["version"], "rows": rows}
    town.desk(liaison_login(request["unit_code"])).send("PATCH", f"/tally-requests/{request['id']}/rows", body)
    own = [(cast.numbers[row["name"], row["id_masked"]], payer, amount) for row, payer, amount in amounts.values()]
    return to_csv(("身份证号", "支付方", "金额（元）"), own)


def to_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A table as CSV, UTF-8 with a byte order mark."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _by_template(town: Town, request: Mapping[str, Any], amounts: Mapping[int, Any], cast: Cast) -> bytes:
    """Download the template, type the amounts behind the ID numbers, send it back."""
    desk = town.desk(liaison_login(request["unit_code"]))
    book = openpyxl.load_workbook(io.BytesIO(desk.download(f"/tally-requests/{request['id']}/template.xlsx")))
    by_number = {cast.numbers[row["name"], row["id_masked"]]: amount for row, _payer, amount in amounts.values()}
    sheet = book.worksheets[0]
    number_column, amount_column, first = _find_columns(sheet)
    for line in range(first, sheet.max_row + 1):
        amount = by_number.get(str(sheet.cell(line, number_column).value))
        if amount is not None:
            sheet.cell(line, amount_column).value = float(amount)  # as a person types it into Excel
    return _send(town, request, book)


def _find_columns(sheet: Any) -> tuple[int, int, int]:
    """(ID column, first amount column, first data row) below the header that says 身份证."""
    for line in sheet.iter_rows(min_row=1, max_row=10):
        number = next((c.column for c in line if "身份证" in str(c.value or "")), None)
        amount = next((c.column for c in line if "元" in str(c.value or "")), None)
        if number is not None and amount is not None:
            return number, amount, line[0].row + 1
    raise RuntimeError("the template has no header")


def _by_any_workbook(town: Town, request: Mapping[str, Any], amounts: Mapping[int, Any], cast: Cast) -> bytes:
    """A list from the unit's own system: two payments to the same person stand in two rows."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["序号", "受助人", "身份证号码", "救助金额"])
    for n, (row, _payer, amount) in enumerate(amounts.values(), 1):
        number = cast.numbers[row["name"], row["id_masked"]]
        sheet.append([n, row["name"], number, float(amount) - 100])
        sheet.append([n, row["name"], number, 100])
    return _send(town, request, book)


def _send(town: Town, request: Mapping[str, Any], book: Any) -> bytes:
    paper = io.BytesIO()
    book.save(paper)
    desk = town.desk(liaison_login(request["unit_code"]))
    path = f"/tally-requests/{request['id']}"
    upload = desk.upload(f"{path}/upload", f"{request['unit_code']}.xlsx", paper.getvalue())
    desk.post(f"{path}/uploads/{upload['id']}/accept")
    return paper.getvalue()


def _hand_in(town: Town, request: Mapping[str, Any], *, filed: bool) -> None:
    desk = town.desk(liaison_login(request["unit_code"]))
    found = desk.get("/tasks", subject=f"tally_request:{request['id']}")["items"]
    form = {"answer": "filed", "blanks_are_zero": True} if filed else {"answer": "nothing"}
    desk.post(f"/tasks/{found[0]['id']}/complete", {"form": form})
