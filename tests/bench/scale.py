"""How much is measured: the figures of the quality table, or a small run that only shows that everything works."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Counts; `small` and `large` are open cases of the growth row, `measured` the cases completed there."""

    instances: int = 1000
    http_instances: int = 240
    small: int = 1000
    large: int = 200_000
    measured: int = 300
    fan_out: int = 5000
    finished: int = 500


FULL = Scale()
QUICK = Scale(instances=60, http_instances=24, small=200, large=4000, measured=30, fan_out=150, finished=60)
