"""Counts what was compared and keeps each disagreement as a line."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Checks:
    count: int = 0
    disagreements: list[str] = field(default_factory=list)

    def agree(self, what: str, found: object, expected: object) -> None:
        self.count += 1
        if found != expected:
            self.disagreements.append(f"{what}: the papers say {found}, recomputed {expected}")

    def holds(self, what: str, *, truth: bool) -> None:
        """A sentence that must be true."""
        self.agree(what, found=truth, expected=True)
