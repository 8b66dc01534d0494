"""The columns that the table reads of a case, without a database."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Person:
    """Somebody of 低保 with this self-paid sum; what was paid before is keyed by `person_id`."""

    person_id: int
    self_paid: Decimal
    categories: tuple[str, ...] = ("db",)
    eligible: bool = True
    total_cost: Decimal = Decimal("300000.00")
