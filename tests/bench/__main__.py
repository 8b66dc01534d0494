"""`python -m tests.bench [--quick] [--only N]…`: measures, prints the table, keeps it under bench-results/."""

from __future__ import annotations

import argparse
import importlib
import logging
import sys
import time

from tests.bench.place import OUT
from tests.bench.report import Line, machine, save, to_markdown, to_table
from tests.bench.scale import FULL, QUICK

ROWS = {1: "completion", 2: "over_http", 3: "statements", 4: "growth", 5: "fan_out", 6: "footprint", 7: "what_if",
        8: "decisions", 9: "bundles"}  # fmt: skip


def measure(rows: list[int], *, quick: bool) -> list[Line]:
    """The lines of these rows, measured one after the other."""
    lines: list[Line] = []
    for row in rows:
        begun = time.monotonic()
        module = importlib.import_module(f"tests.bench.{ROWS[row]}")
        lines += module.measure(QUICK if quick else FULL)
        print(f"row {row}: {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small numbers, to see that everything works")
    parser.add_argument("--only", type=int, action="append", choices=sorted(ROWS), help="only this row")
    parser.add_argument("--markdown", action="store_true", help="also the table as Markdown")
    said = parser.parse_args()
    logging.disable(logging.WARNING)
    at_begin = machine()
    lines = measure(said.only or sorted(ROWS), quick=said.quick)
    print(f"\n{at_begin}{' (quick run: the figures mean little)' if said.quick else ''}\n\n{to_table(lines)}\n")
    if said.markdown:
        print(to_markdown(lines), "\n")
    print(f"kept in {save(lines, OUT, 'quick' if said.quick else 'full').relative_to(OUT.parent)}")


if __name__ == "__main__":
    main()
