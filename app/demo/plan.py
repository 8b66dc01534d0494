"""Who lives in the demonstration county and what their bills are: plain data, the same for the same seed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

PAYERS = ("basic_insurance", "critical_illness", "medical_assistance", "commercial_insurance")


@dataclass
class PersonPlan:
    """One invented person; `special` marks those that the stories are about."""

    no: int
    name: str
    id_number: str
    born: date
    female: bool
    household: int
    head: bool
    grid: str  # area code where the person is recognised
    residence: str  # area code where the person lives
    categories: tuple[tuple[str, date, date | None], ...] = ()
    account: str | None = None
    special: str = ""


@dataclass(frozen=True)
class BillPlan:
    """One settled medical bill; amounts in fen, payments in the order of PAYERS."""

    number: str
    person: int
    hospital: str
    settled_on: date
    total: int
    payments: tuple[int, int, int, int]
    reverses: str | None = None

    @property
    def self_paid(self) -> int:
        return self.total - sum(self.payments)


@dataclass
class Story:
    """What a cohort person brings to a round, amounts in fen."""

    person: int
    self_paid: int  # by the settlement data, up to the cut-off of the round
    tallies: dict[str, int] = field(default_factory=dict)  # what member units will file
    found: dict[str, int] = field(default_factory=dict)  # what the visit will find instead
    result: str = "confirmed"


@dataclass
class CountyPlan:
    """Everything that `demo load` writes."""

    seed: int
    people: list[PersonPlan]
    bills: list[BillPlan]
    closed_round: list[Story]  # 2024
    first_round: list[Story]  # 2025 round 1
    second_round: list[Story]  # 2025 round 2
    running_round: list[Story]  # 2026 round 1
