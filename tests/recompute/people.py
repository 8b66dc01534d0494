"""What each person bore and is due, worked out again from raw files by the rules in words (policy-facts §3.1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from tests.recompute.papers import IN_SETTLEMENT, PAYERS, Papers, yuan

FEN = Decimal("0.01")
EVIDENCED = ("临时救助", "商业健康保险", "红十字会", "慈善总会", "其他")


@dataclass
class Person:
    """One case: who pays what (yuan) at each step, the visit, the decision and what the fund gives."""

    number: str
    case_no: str
    name: str
    total: Decimal
    settled: Mapping[str, Decimal]
    consolidated: dict[str, Decimal]
    verified: dict[str, Decimal] = field(default_factory=dict)
    visit: str = ""
    decision: str = "approve"
    due: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)

    def self_paid(self, payments: Mapping[str, Decimal]) -> Decimal:
        return max(Decimal(0), self.total - sum(payments.values()))


class Reckoning:
    """Everybody of the round: `preliminary`, `verification` and `final` in the order of the printed lists."""

    def __init__(self, papers: Papers) -> None:
        self.papers = papers
        self.costs, self.settled = self._year_costs()
        self.conflicts: dict[tuple[str, str], tuple[Decimal, Decimal]] = {}
        people = self._consolidated()
        self.preliminary = sorted(people, key=lambda p: (-p.self_paid(p.settled), p.case_no))
        line = yuan(papers.round["verification_line"])
        self.verification = [p for p in self.preliminary if p.self_paid(p.consolidated) > line]
        self._visit()
        listed = [p for p in self.verification if p.self_paid(p.verified) > line]
        self.final = sorted(listed, key=lambda p: (p.visit == "unreachable", -p.self_paid(p.verified), p.case_no))
        self.wanted, self.money = self._allocate()

    def _year_costs(self) -> tuple[dict[str, Decimal], dict[str, dict[str, Decimal]]]:
        """By ID number; a bill counts in the year it was settled, what takes it back in the same year."""
        bills = self.papers.table("结算数据.csv")
        days = {bill["结算编号"]: bill["结算日期"] for bill in bills}
        cut_off = date.fromisoformat(self.papers.round["cut_off"])
        costs: dict[str, Decimal] = defaultdict(Decimal)
        settled: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for bill in bills:
            counted_on = date.fromisoformat(days.get(bill["冲销原编号"], bill["结算日期"]))
            known = date.fromisoformat(bill["结算日期"]) <= cut_off
            if known and counted_on.year == self.papers.round["cost_year"]:
                costs[bill["身份证号"]] += yuan(bill["医疗总费用"])
                for payer in IN_SETTLEMENT:
                    settled[bill["身份证号"]][payer] += yuan(bill[payer])
        return costs, settled

    def _consolidated(self) -> list[Person]:
        """One source a payer: where settlement and tally both say something, what the bureau chose; never the sum."""
        tallies, people = self.papers.tallies(), []
        chosen = {(c["case_no"], PAYERS[c["payer"]]): c["chosen"] for c in self.papers.json("冲突裁定.json")}
        for number, (case_no, name) in self.papers.people.items():
            settled = {payer: amount for payer, amount in self.settled[number].items() if amount}
            payments = dict(settled)
            for payer, amount in tallies[number].items():
                if payer in settled:
                    self.conflicts[case_no, payer] = (settled[payer], amount)
                if payer not in settled or chosen.get((case_no, payer)) == "tally":
                    payments[payer] = amount
            people.append(Person(number, case_no, name, self.costs[number], settled, payments))
        return people

    def _visit(self) -> None:
        """An evidenced visit prevails for charity and the like; settlement data for the insurers (A-SZ-4)."""
        told = self.papers.table("核实.csv")
        for person in self.verification:
            person.verified = dict(person.consolidated)
            for row in (row for row in told if row["身份证号"] == person.number):
                person.visit = row["结果"]
                if row["支付方"] and PAYERS[row["支付方"]] in EVIDENCED:
                    person.verified[PAYERS[row["支付方"]]] = yuan(row["核实金额（元）"])

    def _allocate(self) -> tuple[Decimal, Decimal]:
        """min(cap, (self-paid − threshold)⁺ × ratio) half up; fixed rows first, then the rule of the resolution."""
        resolution = self.papers.meeting["resolution"]
        decided = self._decisions()
        for person in self.final:
            person.due = due(resolution["standard"], person.self_paid(person.verified))
            person.decision, fixed = decided.get(person.case_no, ("approve", None))
            person.amount = fixed if fixed is not None else Decimal(0)
        money = yuan(resolution["available"]) - yuan(resolution["reserve_kept"])
        left = money - sum(person.amount for person in self.final)
        sharing = [person for person in self.final if person.decision == "approve"]
        wanted = sum((person.due for person in sharing), Decimal(0))
        if wanted > left and resolution["shortfall_rule"] != "list_order":
            raise ValueError(f"no recomputation for the rule {resolution['shortfall_rule']}")
        for person in sorted(sharing, key=lambda p: (-p.self_paid(p.verified), p.case_no)):
            person.amount = min(person.due, max(left, Decimal(0)))
            left -= person.amount
        return wanted, money

    def _decisions(self) -> dict[str, tuple[str, Decimal | None]]:
        numbers = {case["id"]: case["case_no"] for case in self.papers.cases}
        return {
            numbers[d["case_id"]]: (d["kind"], yuan(d["amount"]) if "amount" in d else None)
            for d in self.papers.meeting["decisions"]
        }


def due(standard: Mapping[str, str], self_paid: Decimal) -> Decimal:
    """The amount under a standard on the excess, rounded once, half up (A-SZ-1, A-GEN-1)."""
    if standard["base"] != "excess":
        raise ValueError(f"no recomputation for the base {standard['base']}")
    excess = max(Decimal(0), self_paid - yuan(standard["threshold"]))
    return min(excess * yuan(standard["ratio"]), yuan(standard["cap"])).quantize(FEN, ROUND_HALF_UP)
