"""What diagrams refer to: forms, operators and what these take, called processes, messages."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from app.engine.checks.diagram import Diagram
from app.engine.elements import NS, ElementConfig, read_elements
from app.kernel.errors import Fault

Operators = Mapping[str, Callable[..., Any]]
_CONSTANT = re.compile(r'"[^"\\]*"')


def check_references(
    diagrams: list[Diagram], files: Mapping[str, bytes], operators: Operators, decisions: Mapping[str, str] | None
) -> list[Fault]:
    """Faults between the files of a scheme, and between diagrams and the operators of the product.

    `decisions` are the decisions of the scheme by id; None when a DMN file could not be read, and nobody can tell.
    """
    faults = []
    for diagram in diagrams:
        for config in read_elements(diagram.root).values():
            faults += _operator_faults(diagram, config, operators)
            missing = [form for form in (config.form, config.ui_form) if form and f"forms/{form}" not in files]
            faults += [diagram.fault(config.id, "form_missing", f"没有表单文件 {form}") for form in missing]
            if config.ui_form and not config.form:
                faults.append(diagram.fault(config.id, "form_missing", "有 formUiSchemaFilename 而没有表单"))
        faults += _message_faults(diagram)
        faults += [] if decisions is None else _decision_faults(diagram, decisions)
    return faults + _process_faults(diagrams)


def _operator_faults(diagram: Diagram, config: ElementConfig, operators: Operators) -> list[Fault]:
    if config.kind == "serviceTask":
        if not config.operator:
            return [diagram.fault(config.id, "operator_missing", "服务任务没有写明操作（serviceTaskOperator）")]
        return _signature_faults(diagram, config.id, config.operator, operators, (), config.parameters)
    faults = []
    if config.prefill_operator:
        faults += _signature_faults(diagram, config.id, config.prefill_operator, operators, (), {})
    if config.submit_operator:
        faults += _signature_faults(diagram, config.id, config.submit_operator, operators, ("form",), {})
    return faults


def _signature_faults(
    diagram: Diagram, element: str, name: str, operators: Operators, given: tuple[str, ...], named: Mapping[str, str]
) -> list[Fault]:
    """The operator exists and takes the call, what the engine gives besides, and the diagram's parameters."""
    operator = operators.get(name)
    if operator is None:
        return [diagram.fault(element, "operator_unknown", f"没有操作 {name}")]
    try:
        inspect.signature(operator).bind("call", *given, **named)
    except TypeError as error:
        return [diagram.fault(element, "parameters_wrong", f"操作 {name} 的参数不符：{error}")]
    return []


def _decision_faults(diagram: Diagram, decisions: Mapping[str, str]) -> list[Fault]:
    """A task names the decision that its operators ask for: property, or parameter with a constant text."""
    named = [
        (node, (node.get("value") or "").strip('"'))
        for node in diagram.root.iterfind(".//spiff:property[@name='calledDecisionId']", NS)
    ]
    named += [
        (node, (node.get("value") or "")[1:-1])
        for node in diagram.root.iterfind(".//spiff:parameter[@id='decision']", NS)
        if _CONSTANT.fullmatch(node.get("value") or "")
    ]
    return [
        diagram.fault(node, "decision_unknown", f"没有决策“{decision}”")
        for node, decision in named
        if decision not in decisions
    ]


def _message_faults(diagram: Diagram) -> list[Fault]:
    messages = diagram.every("message")
    known = {message.get("id") for message in messages}
    events = diagram.every("messageEventDefinition")
    used = {event.get("messageRef") for event in events}
    names = Counter(message.get("name") for message in messages)
    faults = [
        diagram.fault(event, "message_unknown", "事件所指的消息没有定义")
        for event in events
        if event.get("messageRef") not in known
    ]
    for message in messages:
        if not message.get("name"):
            faults.append(diagram.fault(message, "message_unnamed", "消息没有名称"))
        elif names[message.get("name")] > 1:
            faults.append(diagram.fault(message, "message_twice", f"消息 {message.get('name')} 定义了多次"))
        if message.get("id") not in used:
            faults.append(diagram.fault(message, "message_uncaught", "消息定义了，却没有事件等待它"))
    return faults


def _process_faults(diagrams: list[Diagram]) -> list[Fault]:
    """Process ids are unique in a scheme, calls lead somewhere and never back to themselves."""
    faults: list[Fault] = []
    homes: dict[str, str] = {}
    calls: dict[str, set[str]] = {}
    for diagram in diagrams:
        for process in diagram.every("process"):
            key = process.get("id", "")
            if homes.get(key, diagram.name) != diagram.name:
                faults.append(diagram.fault(process, "process_twice", f"流程编号 {key} 在 {homes[key]} 中已有"))
            homes.setdefault(key, diagram.name)
            called = process.iterfind(".//{*}callActivity")
            calls.setdefault(key, set()).update(call.get("calledElement", "") for call in called)
    for diagram in diagrams:
        for call in diagram.every("callActivity"):
            target = call.get("calledElement", "")
            if target not in homes:
                faults.append(diagram.fault(call, "process_unknown", f"没有流程“{target}”"))
            elif _reaches_itself(target, calls):
                faults.append(diagram.fault(call, "call_circular", f"流程 {target} 直接或间接调用自己"))
    return faults


def _reaches_itself(process: str, calls: Mapping[str, set[str]]) -> bool:
    seen: set[str] = set()
    ahead = list(calls[process])
    while ahead:
        here = ahead.pop()
        if here not in seen:
            seen.add(here)
            ahead += calls.get(here, ())
    return process in seen
