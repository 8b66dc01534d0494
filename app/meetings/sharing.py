"""Which rows share the free money, and what the others have spoken for: the decisions of a resolution so far."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from app.kernel.money import ZERO
from app.meetings.models import Decision
from app.meetings.promises import Promise

OUT = ("defer", "reject")
FIXED = ("lower", "raise")
FREEING = ("lower", *OUT)


@dataclass(frozen=True)
class Standing:
    """How the rows stand when the money is shared; without a resolution nothing is decided and all share.

    `decided` are the rows of this resolution with a decision so far, `promises` those of its corrections.
    """

    corrections: Collection[int] = ()
    decided: Mapping[int, Decision] = field(default_factory=dict)
    promises: Mapping[int, Sequence[Promise]] = field(default_factory=dict)
    keeps_freed: bool = False  # the resolution says why freed money is not shared again

    def shares(self, case_id: int) -> bool:
        """Whether the row takes part; a corrected one stands outside."""
        return case_id not in self.corrections and self.kind(case_id) in (None, "approve")

    def kind(self, case_id: int) -> str | None:
        """How the row stands: one that keeps what it frees shares as if undecided."""
        decision = self.decided.get(case_id)
        if decision is None or (self.keeps_freed and decision.kind in FREEING):
            return None
        return decision.kind

    def said(self, case_id: int, wanted: Decimal) -> Decimal:
        """What a row outside the sharing gets: as decided, else what the table wants for it; yuan."""
        decision = self.decided.get(case_id)
        if decision is None or decision.kind == "approve":
            return wanted
        return decision.amount or ZERO if decision.kind in FIXED else ZERO

    def outside(self, wanted: Mapping[int, Decimal]) -> dict[int, Decimal]:
        """{case id: yuan it takes beforehand} of the rows that do not share, of {case id: yuan wanted}.

        A correction gives back what the bank has not got.
        """
        return {
            case_id: self._corrected(case_id, amount) if case_id in self.corrections else self.said(case_id, amount)
            for case_id, amount in wanted.items()
            if not self.shares(case_id)
        }

    def _corrected(self, case_id: int, wanted: Decimal) -> Decimal:
        promised = self.promises.get(case_id, ())
        waiting = sum((p.amount for p in promised if not p.is_gone), ZERO)
        gone = sum((p.amount for p in promised if p.is_gone), ZERO)
        return max(self.said(case_id, wanted) - gone, ZERO) - waiting
