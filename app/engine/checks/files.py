"""Checks all files of a scheme together: each alone first, then what they say about each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lxml import etree
from SpiffWorkflow.exceptions import SpiffWorkflowException

from app.engine.checks.decisions import check_decisions
from app.engine.checks.diagram import Diagram
from app.engine.checks.drawing import check_drawing
from app.engine.checks.expressions import check_expressions
from app.engine.checks.forms import check_forms
from app.engine.checks.gateways import check_gateways
from app.engine.checks.language import check_language
from app.engine.checks.people import check_people
from app.engine.checks.references import check_references
from app.engine.checks.scheme import check_scheme_file
from app.engine.checks.structure import check_structure
from app.engine.elements import BPMN, read_elements
from app.engine.specs import parse_processes, read_xml
from app.kernel.errors import Fault


def check_files(
    files: Mapping[str, bytes],
    operators: Mapping[str, Callable[..., Any]],
    scheme: str = "",
    scheme_file: bytes | None = None,
) -> list[Fault]:
    """`files` as for `load_spec`; `where` is "file#element" or "file#/json/pointer". Empty when all is sound."""
    diagrams, faults = _read_diagrams(files)
    decision_faults, decisions = check_decisions(files)
    scheme_faults, filled = ([], None) if scheme_file is None else check_scheme_file(scheme_file, scheme, decisions)
    faults += scheme_faults
    for diagram in diagrams:
        faults += check_language(diagram) + check_structure(diagram) + check_gateways(diagram)
        faults += check_expressions(diagram) + check_people(diagram, filled) + check_drawing(diagram)
    configs = [config for diagram in diagrams for config in read_elements(diagram.root).values()]
    faults += check_references(diagrams, files, operators, decisions) + check_forms(files, configs) + decision_faults
    return faults or _parse_faults(files)


def _read_diagrams(files: Mapping[str, bytes]) -> tuple[list[Diagram], list[Fault]]:
    diagrams: list[Diagram] = []
    faults: list[Fault] = []
    for name, content in files.items():
        if not name.startswith("bpmn/"):
            continue
        try:
            root = read_xml(content)
        except etree.XMLSyntaxError as error:
            faults.append(Fault(name, "not_xml", f"不是有效的 XML：{error.msg}"))
            continue
        if root.getroottree().docinfo.doctype:
            faults.append(Fault(name, "doctype", "文件不得有 DOCTYPE"))
        elif root.tag != f"{{{BPMN}}}definitions":
            faults.append(Fault(name, "not_bpmn", "不是 BPMN 2.0 文件：最外层不是 BPMN 2.0 命名空间中的 definitions"))
        else:
            diagrams.append(Diagram(name, root))
    return diagrams, faults


def _parse_faults(files: Mapping[str, bytes]) -> list[Fault]:
    """The last word is SpiffWorkflow's own: what it cannot compile is not deployed."""
    try:
        parse_processes(files)
    except (SpiffWorkflowException, ValueError, KeyError, AttributeError, TypeError) as error:
        name, element = getattr(error, "file_name", None) or "bpmn", getattr(error, "id", None)
        where = f"{name}#{element}" if element else str(name)
        return [Fault(where, "not_runnable", f"流程引擎无法编译：{error}")]
    return []
