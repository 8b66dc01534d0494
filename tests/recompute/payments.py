"""Bank files and answers: totals, hashes, nobody paid twice; and the equation of everybody on the list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tests.recompute.checking import Checks
from tests.recompute.papers import Papers, yuan
from tests.recompute.people import Person, Reckoning

OUTCOMES = ("paid", "zero", "held", "deferred", "unclaimed", "exhausted", "rejected")


def check_payments(checks: Checks, papers: Papers, reckoning: Reckoning) -> dict[str, Decimal]:
    """{case no: yuan} of what the bank says it paid."""
    amounts = {person.case_no: person for person in reckoning.final}
    cases = _cases_of_payments(papers)
    times: Counter[str] = Counter()
    paid: dict[str, Decimal] = {}
    seen: set[str] = set()
    for no in papers.batches():
        lines = _check_file(checks, papers, no)
        rows = {row["reference"]: row["payment_id"] for row in papers.json(f"付款明细-{no}.json")}
        checks.agree(f"{no}: references used before", seen & lines.keys(), set())
        seen |= lines.keys()
        sent = Counter(cases[rows[reference]] for reference in lines)
        checks.agree(f"{no}: cases that stand twice", [c for c, n in sent.items() if n > 1], [])
        for reference, line in lines.items():
            case_no = cases[rows[reference]]
            _check_line(checks, f"{no} {reference}", line, amounts.get(case_no))
            checks.holds(f"{no} {reference}: not paid before", truth=case_no not in paid)
        for reference, amount in _answers(checks, papers, no, lines).items():
            case_no = cases[rows[reference]]
            times[case_no] += 1
            paid[case_no] = paid.get(case_no, Decimal(0)) + amount
    checks.agree("cases paid more than once", [case_no for case_no, n in times.items() if n > 1], [])
    return paid


def check_outcomes(checks: Checks, papers: Papers, reckoning: Reckoning, paid: Mapping[str, Decimal]) -> None:
    """paid + zero + held + deferred + unclaimed + exhausted + rejected = the list, in people and in yuan."""
    shown = {case["case_no"]: case for case in papers.cases}
    held = {_case_id(p): p["state"] == "held" for p in papers.json("付款.json")}
    people: Counter[str] = Counter()
    money: Counter[str] = Counter()
    for person in reckoning.final:
        case = shown[person.case_no]
        expected = _outcome(person, paid, is_held=held.get(case["id"], False))
        checks.agree(f"{person.case_no} outcome", case["outcome"], expected)
        checks.agree(f"{person.case_no} approved", yuan(case["approved_amount"]), person.amount)
        people[case["outcome"]] += 1
        money[case["outcome"]] += yuan(case["approved_amount"])  # type: ignore[assignment]
        if expected == "paid":
            checks.agree(f"{person.case_no} paid", paid[person.case_no], person.amount)
    checks.agree("outcomes nobody knows", sorted(people.keys() - set(OUTCOMES)), [])
    on_list = [row for page in papers.pages("final") for row in page.rows]
    checks.agree("people on the list by outcome", sum(people[o] for o in OUTCOMES), len(on_list))
    total = sum((yuan(row["补助金额"]) for row in on_list), Decimal(0))
    checks.agree("yuan on the list by outcome", sum((money[o] for o in OUTCOMES), Decimal(0)), total)
    checks.agree("yuan of outcome paid", money["paid"], sum(paid.values(), Decimal(0)))
    result = papers.json("结果.json")
    checks.agree("counts of the closing", result["outcomes"], dict(people))
    checks.agree("sum of the closing", yuan(result["resolved"]), total)
    checks.agree("open people at the closing", (result["listed"], result["open_people"]), (len(on_list), 0))


def _outcome(person: Person, paid: Mapping[str, Decimal], *, is_held: bool) -> str:
    fixed = {"defer": "deferred", "reject": "rejected"}.get(person.decision)
    if fixed:
        return fixed
    if not person.amount:
        return "exhausted" if person.due else "zero"
    if person.case_no in paid:
        return "paid"
    return "held" if is_held else "unclaimed"


def _check_file(checks: Checks, papers: Papers, no: str) -> dict[str, dict[str, str]]:
    stated, lines, digest = papers.payment_csv(no)
    total = sum((yuan(line["金额（元）"]) for line in lines), Decimal(0))
    checks.agree(f"{no}: number", stated["批次号"], no)
    checks.agree(f"{no}: control count", int(stated["总笔数"]), len(lines))
    checks.agree(f"{no}: control total", yuan(stated["总金额"]), total)
    checks.agree(f"{no}: SHA-256", stated["SHA256"], digest)
    told, same = papers.payment_xlsx(no)
    checks.agree(f"{no}: heading of the workbook", told, stated)
    checks.agree(f"{no}: lines of the workbook", [_plain(line) for line in same], [_plain(line) for line in lines])
    return {line["付款编号"]: line for line in lines}


def _check_line(checks: Checks, where: str, line: Mapping[str, str], person: Person | None) -> None:
    checks.holds(f"{where}: is on the final list", truth=person is not None)
    if person is not None:
        checks.agree(f"{where}: amount", yuan(line["金额（元）"]), person.amount)
        checks.agree(f"{where}: payee", line["收款人"], person.name)


def _answers(checks: Checks, papers: Papers, no: str, lines: Mapping[str, dict[str, str]]) -> dict[str, Decimal]:
    """{reference: yuan} that the bank paid."""
    answers = papers.table(f"回盘-{no}.csv")
    checks.agree(f"{no}: lines answered once", sorted(a["付款编号"] for a in answers), sorted(lines))
    for answer in answers:
        sent = yuan(lines[answer["付款编号"]]["金额（元）"])
        checks.agree(f"{no} {answer['付款编号']}: answered amount", yuan(answer["金额"]), sent)
    return {answer["付款编号"]: yuan(answer["金额"]) for answer in answers if answer["结果"] == "成功"}


def _plain(line: Mapping[str, Any]) -> dict[str, object]:
    return {name: yuan(cell) if name == "金额（元）" else str(cell) for name, cell in line.items()}


def _cases_of_payments(papers: Papers) -> dict[int, str]:
    numbers = {case["id"]: case["case_no"] for case in papers.cases}
    return {p["id"]: numbers[_case_id(p)] for p in papers.json("付款.json") if _case_id(p) in numbers}


def _case_id(payment: Mapping[str, Any]) -> int:
    """A payment's reference reads case:12/res:3."""
    return int(payment["ref"].partition("/")[0].removeprefix("case:"))
