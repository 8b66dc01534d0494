"""The printed lists, row by row: who, in which order, with which figures and totals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from tests.recompute.checking import Checks
from tests.recompute.papers import PAYERS, Papers, Sheet, yuan
from tests.recompute.people import Person, Reckoning

TITLES = {"preliminary": "初步名单", "verification": "需核实名单", "subsidy": "需补助名单", "final": "最终补助名单"}
OPINIONS = {"approve": "同意", "lower": "核减", "raise": "核增", "defer": "暂缓", "reject": "不予补助"}
Payments = Callable[[Person], Mapping[str, Decimal]]


def check_lists(checks: Checks, papers: Papers, reckoning: Reckoning) -> None:
    """Preliminary, verification and final list, and what consolidation decided."""
    _check_statistics(checks, papers, reckoning)
    listed = {
        "preliminary": (reckoning.preliminary, lambda p: p.settled),
        "verification": (sorted(reckoning.verification, key=lambda p: p.case_no), lambda p: p.consolidated),
        "final": (reckoning.final, lambda p: p.verified),
    }
    for stage, (people, payments) in listed.items():
        _check_list(checks, papers, stage, people, payments)


def _check_statistics(checks: Checks, papers: Papers, reckoning: Reckoning) -> None:
    line = yuan(papers.round["screening_line"])
    costly = {n for n, total in reckoning.costs.items() if total - sum(reckoning.settled[n].values()) > line}
    excluded = papers.json("剔除.json")
    checks.agree("people above the screening line", len(papers.people) + len(excluded), len(costly))
    checks.agree("people of the template who are not above it", sorted(papers.people.keys() - costly), [])
    left = {f"{n[:6]}********{n[-4:]}" for n in costly - papers.people.keys()}
    checks.agree("who was taken off", {case["id_masked"] for case in excluded}, left)
    checks.agree("taken off without a reason", [case["case_no"] for case in excluded if not case["reason"]], [])
    told = {
        (c["case_no"], PAYERS[c["payer"]]): (yuan(c["settlement"]), yuan(c["tally"]))
        for c in papers.json("冲突裁定.json")
    }
    checks.agree("payers in settlement and tally", told, reckoning.conflicts)


def _check_list(checks: Checks, papers: Papers, stage: str, people: Sequence[Person], payments: Payments) -> None:
    pages = papers.pages(stage)
    parts = {"名单": [p for p in people if stage != "final" or p.visit != "unreachable"]}
    if len(parts["名单"]) < len(people):
        parts["联系不上人员"] = [p for p in people if p.visit == "unreachable"]
    checks.agree(f"{stage}: sections", [page.name for page in pages], list(parts))
    numbers = [row["编号"] for page in pages for row in page.rows]
    checks.agree(f"{stage}: numbering", sorted(numbers), list(range(1, len(people) + 1)))
    for page in pages:
        _check_page(checks, stage, page, parts.get(page.name, []), payments)
    version = next(v for v in papers.round["lists"] if v["stage"] == stage)
    total = sum((p.amount if stage == "final" else p.self_paid(payments(p)) for p in people), Decimal(0))
    checks.agree(f"{stage}: people of the version", version["row_count"], len(people))
    checks.agree(f"{stage}: sum of the version", yuan(version["total"]), total)


def _check_page(checks: Checks, stage: str, page: Sheet, people: Sequence[Person], payments: Payments) -> None:
    where = f"{stage} {page.name}"
    checks.holds(f"{where}: title", truth=TITLES[stage] in page.notes and "单位：元" in page.notes)
    checks.holds(f"{where}: heading", truth=f"共{len(people)}人" in page.notes)
    checks.agree(f"{where}: order", [_who(row) for row in page.rows], [_expected_who(p) for p in people])
    found = {_who(row): row for row in page.rows}
    for person in people:
        row = found.get(_expected_who(person))
        if row is not None:
            _check_row(checks, stage, page, row, person, payments(person))
    _check_totals(checks, where, page)


def _check_row(
    checks: Checks, stage: str, page: Sheet, row: dict[str, Any], person: Person, payments: Mapping[str, Decimal]
) -> None:
    where = f"{stage} {person.case_no} {person.name}"
    checks.agree(f"{where} 年度医疗总费用", yuan(row["年度医疗总费用"]), person.total)
    for payer in PAYERS.values():
        shown = yuan(row[payer]) if payer in page.header else Decimal(0)
        checks.agree(f"{where} {payer}", shown, payments.get(payer, Decimal(0)))
    checks.agree(f"{where} 自负医疗费用", yuan(row["自负医疗费用"]), person.self_paid(payments))
    if stage == "final":
        checks.agree(f"{where} 补助金额", yuan(row["补助金额"]), person.amount)
        checks.agree(f"{where} 会议意见", row["会议意见"], OPINIONS[person.decision])


def _check_totals(checks: Checks, where: str, page: Sheet) -> None:
    """The totals line sums its own column over all rows; what is stored for readers that do not count agrees."""
    money = page.header[page.header.index("年度医疗总费用") : page.header.index("备注")]
    last = page.first_line + len(page.rows) - 1
    for name in (n for n in money if n != "会议意见"):
        letter = chr(ord("A") + page.header.index(name))
        checks.agree(f"{where} 合计 {name}", page.totals[name], f"=SUM({letter}{page.first_line}:{letter}{last})")
        column = sum((yuan(row[name]) for row in page.rows), Decimal(0))
        checks.agree(f"{where} 合计 {name} as stored", yuan(page.cached_totals[name]), column)


def _who(row: dict[str, Any]) -> tuple[str, str]:
    return row["姓名"], row["身份证号"]


def _expected_who(person: Person) -> tuple[str, str]:
    return person.name, f"{person.number[:6]}********{person.number[-4:]}"
