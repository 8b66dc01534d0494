"""What was stored beside what is recomputed: how often they agree, and each place where they do not."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from app.kernel.money import FEN


@dataclass(frozen=True)
class Difference:
    """One disagreement; `subject` is a case number, or what else it is about, values as printed."""

    subject: str
    field: str
    stored: str
    recomputed: str

    def __str__(self) -> str:
        return f"{self.subject}  {self.field}：库中 {self.stored}，重算 {self.recomputed}"


@dataclass
class Comparison:
    """Counts agreements and keeps differences, in the order in which they were found."""

    agreed: int = 0
    differences: list[Difference] = field(default_factory=list)

    def compare(self, subject: str, name: str, stored: object, recomputed: object) -> bool:
        """True when both are the same value."""
        if stored == recomputed:
            self.agreed += 1
            return True
        self.differences.append(Difference(subject, name, _print(stored), _print(recomputed)))
        return False

    @property
    def summary(self) -> str:
        """The last line of a replay."""
        return f"{self.agreed} 笔核对一致，{len(self.differences)} 笔不一致"


def _print(value: object) -> str:
    if value is None:
        return "无"
    if isinstance(value, Decimal):
        return f"{value.quantize(FEN):f}" if value == value.quantize(FEN) else f"{value:f}"
    if isinstance(value, (list, tuple, set, frozenset)):
        return "、".join(sorted(_print(item) for item in value)) or "无"
    return str(value)
