"""Decision tables as app.feel finds them, each fault with file, decision, rows and place inside the expression."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from app.engine.specs import read_decisions
from app.feel import DecisionFaults, TableCheck, check_tables
from app.feel import Fault as DecisionFault
from app.kernel.errors import Fault


def check_decisions(files: Mapping[str, bytes]) -> tuple[list[Fault], dict[str, str] | None]:
    """Faults of all DMN files, and where each decision lives (id -> file; None when a file could not be read)."""
    faults: list[Fault] = []
    homes: dict[str, str] = {}
    unread = False
    for name, content in files.items():
        if not name.startswith("dmn/"):
            continue
        try:
            model = read_decisions(content, name)
        except DecisionFaults as broken:
            faults += [_fault(name, fault) for fault in broken.faults]
            unread = True
            continue
        faults += [_fault(name, fault) for fault in _checked(content, name).faults]
        for decision in model.decisions:
            if decision in homes:
                message = f"决策编号 {decision} 在 {homes[decision]} 中已有"
                faults.append(Fault(f"{name}#{decision}", "decision_twice", message))
            homes.setdefault(decision, name)
    return faults, None if unread else homes


def note_decisions(files: Mapping[str, bytes]) -> list[Fault]:
    """Rows of readable tables of which nobody can tell beforehand whether they overlap or leave something out."""
    notes: list[Fault] = []
    for name, content in files.items():
        if name.startswith("dmn/"):
            try:
                notes += [_fault(name, note) for note in _checked(content, name).notes]
            except DecisionFaults:
                continue  # told as faults
    return notes


@lru_cache(maxsize=256)
def _checked(content: bytes, name: str) -> TableCheck:
    return check_tables(read_decisions(content, name))


def _fault(name: str, fault: DecisionFault) -> Fault:
    parts = [f"第 {fault.row} 行" if fault.row else "", fault.cell or ""]
    parts.append(f"表达式第 {fault.line} 行第 {fault.column} 列" if fault.line else "")
    shown = "，".join(part for part in parts if part)
    where = f"{name}#{fault.element}" if fault.element else name
    return Fault(where, fault.code, f"{fault.message}（{shown}）" if shown else fault.message)
