"""Seconds, taken the same way everywhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any


@dataclass
class Stopwatch:
    """Collects durations; all figures are milliseconds. `cpu` is what this thread computed, whoever else was busy."""

    seconds: list[float] = field(default_factory=list)
    cpu_seconds: float = 0.0

    def run(self, action: Callable[[], Any]) -> Any:
        with self.lap():
            return action()

    @contextmanager
    def lap(self) -> Iterator[None]:
        begun, computed = time.perf_counter(), time.thread_time()
        yield
        self.seconds.append(time.perf_counter() - begun)
        self.cpu_seconds += time.thread_time() - computed

    @property
    def mean(self) -> float:
        return fmean(self.seconds) * 1000

    @property
    def cpu(self) -> float:
        return self.cpu_seconds / len(self.seconds) * 1000

    def percentile(self, share: float) -> float:
        ordered = sorted(self.seconds)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000

    @property
    def p50(self) -> float:
        return self.percentile(0.5)

    @property
    def total(self) -> float:
        """Seconds."""
        return sum(self.seconds)
