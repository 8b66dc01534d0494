"""Bills: those of the stories come out to the fen, the rest is heavy-tailed and stays below the lines."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from app.demo.plan import BillPlan

_HOSPITALS = (
    "嵊州市人民医院 嵊州市中医院 嵊州市妇幼保健院 清溪镇卫生院 长桥镇卫生院 绍兴市人民医院 省级综合医院".split()
)
_SHARES = ((70, 20, 10), (80, 10, 10), (60, 30, 10), (90, 0, 10))


class BillBook:
    """Writes bills one after the other, each with a number of its own."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.bills: list[BillPlan] = []

    def add(
        self,
        person: int,
        day: date,
        total: int,
        payments: tuple[int, int, int, int],
        reverses: str | None = None,
    ) -> BillPlan:
        """One bill as given, fen."""
        number = f"JS{len(self.bills) + 1:08d}"
        hospital = self._random.choice(_HOSPITALS)
        bill = BillPlan(number, person, hospital, day, total, payments, reverses)
        self.bills.append(bill)
        return bill

    def add_self_paid(self, person: int, self_paid: int, start: date, end: date, parts: int) -> None:
        """`parts` bills between the dates whose self-paid costs sum to `self_paid` fen."""
        cuts = sorted(self._random.randint(0, self_paid) for _ in range(parts - 1))
        pieces = [b - a for a, b in zip([0, *cuts], [*cuts, self_paid], strict=True)]
        for piece in pieces:
            if piece:
                self._add_piece(person, piece, self._day(start, end), self._random.uniform(0.2, 0.5))

    def add_small(self, person: int, start: date, end: date, *, poor: bool) -> int:
        """One everyday bill; its self-paid part in fen (a poor person's is small: assistance pays the rest)."""
        total = min(int(self._random.lognormvariate(9.6, 1.3)), 60_000_00) + 20_00
        share = self._random.uniform(0.0, 0.04) if poor else self._random.uniform(0.05, 0.35)
        return self._add_piece(person, max(1, int(total * share)), self._day(start, end), share or 0.04)

    def _add_piece(self, person: int, self_paid: int, day: date, share: float) -> int:
        paid = max(0, int(self_paid / max(share, 0.001)) - self_paid)
        _basic, critical, assistance = self._random.choice(_SHARES)
        second, third = paid * critical // 100, paid * assistance // 100
        self.add(person, day, self_paid + paid, (paid - second - third, second, third, 0))
        return self_paid

    def _day(self, start: date, end: date) -> date:
        return start + timedelta(days=self._random.randint(0, (end - start).days))
