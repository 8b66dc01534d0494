"""Counts what was compared and keeps each disagreement as a line."""

from __future__ import annotations

from dataclasses import dataclass, field

LONGEST = 200  # characters of a value in a line


@dataclass
class Checks:
    """Agreements are counted; a list that disagrees is told by what only one side has, or as in another order."""

    count: int = 0
    disagreements: list[str] = field(default_factory=list)

    def agree(self, what: str, found: object, expected: object) -> None:
        self.count += 1
        if found != expected:
            if isinstance(found, list) and isinstance(expected, list):
                found, expected = _apart(found, expected)
            self.disagreements.append(f"{what}: the papers say {_short(found)}, recomputed {_short(expected)}")

    def holds(self, what: str, *, truth: bool) -> None:
        """A sentence that must be true."""
        self.agree(what, found=truth, expected=True)


def _apart(found: list[object], expected: list[object]) -> tuple[object, object]:
    """What only one of the lists has; their first difference when they have the same in another order."""
    only = [x for x in found if x not in expected], [x for x in expected if x not in found]
    if any(only):
        return only
    return next((pair for pair in zip(found, expected, strict=False) if pair[0] != pair[1]), (found, expected))


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
