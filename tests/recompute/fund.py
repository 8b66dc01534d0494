"""The ledger: every plane of books balances, and the bank moved by what was moved in and what was paid."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from tests.recompute.checking import Checks
from tests.recompute.papers import Papers, yuan
from tests.recompute.people import Reckoning

QUOTA = {
    "carry_over", "fiscal_quota", "charity_committed",
    "available", "reserved", "resolved", "in_transit", "spent", "carried_out",
}  # fmt: skip
CASH = {"opening", "fiscal_received", "charity_received", "bank", "paid"}
SOURCES = {"carry_over", "fiscal_quota", "charity_committed", "opening", "fiscal_received", "charity_received"}
Balances = dict[tuple[int | None, str], Decimal]


def check_fund(checks: Checks, papers: Papers, reckoning: Reckoning, paid: Decimal | int) -> None:
    """All entries; those of the round by when it was opened."""
    entries = papers.json("基金分录.json")
    _check_planes(checks, entries)
    resolution = papers.meeting["resolution"]
    ref, year = f"resolution:{resolution['id']}", papers.round["cost_year"]
    before = [e for e in entries if e["at"] < resolution["sealed_at"] and e["ref"] != ref]
    of_round = [e for e in entries if e["at"] >= papers.round["opened_at"]]
    total = sum((person.amount for person in reckoning.final), Decimal(0))
    reserved = sum((line for e in entries if e["ref"] == ref for line in _moved(e, "reserved")), Decimal(0))
    checks.agree("available before the resolution", yuan(resolution["available"]), _balances(before)[year, "available"])
    checks.agree("reserved by the resolution", reserved, total)
    checks.holds("no more promised than there was", truth=total <= reckoning.money)
    checks.agree("paid by the books", sum((x for e in of_round for x in _moved(e, "paid")), Decimal(0)), Decimal(paid))
    moved = yuan(papers.meeting["charity_moved"])
    checks.agree("bank since the opening", _balances(of_round)[None, "bank"], moved - paid)
    received = [line for e in of_round for line in e["lines"] if line["credit"] == "charity_received"]
    checks.agree("charity moved in", sum((yuan(line["amount"]) for line in received), Decimal(0)), moved)


def _check_planes(checks: Checks, entries: list[dict[str, Any]]) -> None:
    """Debits are credits within each plane, in the quota plane also year by year; no book falls below zero."""
    for entry in entries:
        for line in entry["lines"]:
            pair = {line["debit"], line["credit"]}
            checks.holds(f"entry {entry['id']}: one plane", truth=pair <= QUOTA or pair <= CASH)
            checks.holds(f"entry {entry['id']}: a sum above zero", truth=yuan(line["amount"]) > 0)
    balances = _balances(entries)
    for plane, years in ((QUOTA, sorted({e["year"] for e in entries})), (CASH, [None])):
        for year in years:
            sources = sum((-balances[year, book] for book in plane & SOURCES), Decimal(0))
            uses = sum((balances[year, book] for book in plane - SOURCES), Decimal(0))
            checks.agree(f"plane of {year or 'cash'}: sources and uses", uses, sources)
    signed = {key: -value if key[1] in SOURCES else value for key, value in balances.items()}
    checks.agree("books below zero", {key: value for key, value in signed.items() if value < 0}, {})


def _balances(entries: list[dict[str, Any]]) -> Balances:
    """Debits less credits by (year, book); cash knows no year."""
    balances: Balances = defaultdict(Decimal)
    for entry in entries:
        for line in entry["lines"]:
            for book, sign in ((line["debit"], 1), (line["credit"], -1)):
                balances[entry["year"] if book in QUOTA else None, book] += sign * yuan(line["amount"])
    return balances


def _moved(entry: dict[str, Any], book: str) -> list[Decimal]:
    return [yuan(line["amount"]) for line in entry["lines"] if line["debit"] == book]
