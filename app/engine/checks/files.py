"""Checks all files of a scheme together: each alone first, then what they say about each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lxml import etree

from app.engine.checks.diagram import check_diagram
from app.engine.checks.references import check_references
from app.engine.checks.structure import check_structure
from app.engine.specs import read_xml
from app.feel import DecisionFaults, load_decisions
from app.kernel.errors import Fault


def check_files(files: Mapping[str, bytes], operators: Mapping[str, Callable[..., Any]]) -> list[Fault]:
    """`files` as for `load_spec`; faults name "file#element" and what to do."""
    faults: list[Fault] = []
    roots: dict[str, Any] = {}
    for name, content in files.items():
        if name.startswith("bpmn/"):
            root = _parse(name, content, faults)
            if root is not None:
                roots[name] = root
    for name, root in roots.items():
        faults += check_diagram(name, root) + check_structure(name, root)
    return faults + check_references(files, roots, operators) + _check_decisions(files)


def _parse(name: str, content: bytes, faults: list[Fault]) -> Any | None:
    try:
        return read_xml(content)
    except etree.XMLSyntaxError as error:
        faults.append(Fault(name, "not_xml", f"不是有效的 XML：{error.msg}"))
        return None


def _check_decisions(files: Mapping[str, bytes]) -> list[Fault]:
    faults: list[Fault] = []
    homes: dict[str, str] = {}
    for name, content in files.items():
        if not name.startswith("dmn/"):
            continue
        try:
            model = load_decisions(content, source=name)
        except DecisionFaults as broken:
            faults += [Fault(f"{name}#{f.element}", f.code, f"{f.message}{_place(f)}") for f in broken.faults]
            continue
        for decision in model.decisions:
            if decision in homes:
                message = f"决策编号 {decision} 在 {homes[decision]} 中已有"
                faults.append(Fault(f"{name}#{decision}", "decision_twice", message))
            homes[decision] = name
    return faults


def _place(fault: Any) -> str:
    parts = [f"第 {fault.row} 行" if fault.row else "", str(fault.cell or "")]
    parts.append(f"表达式第 {fault.line} 行第 {fault.column} 列" if fault.line else "")
    shown = "，".join(part for part in parts if part)
    return f"（{shown}）" if shown else ""
