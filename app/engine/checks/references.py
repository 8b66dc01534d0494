"""What diagrams refer to: forms, operators and their parameters, called processes, messages nobody throws."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from app.engine.elements import BPMN, NS, ElementConfig, read_elements
from app.engine.forms import compile_form
from app.kernel.errors import Fault

Operators = Mapping[str, Callable[..., Any]]


def check_references(
    files: Mapping[str, bytes], roots: Mapping[str, Any], operators: Operators
) -> list[Fault]:
    """Faults between the files of a scheme, and between diagrams and the operators of the product."""
    faults = []
    for name, root in roots.items():
        for config in read_elements(root).values():
            where = f"{name}#{config.id}"
            faults += _operator_faults(where, config, operators) + _form_faults(where, config, files)
        faults += _call_faults(name, root, roots) + _message_faults(name, root)
    return faults + _process_faults(roots)


def _operator_faults(where: str, config: ElementConfig, operators: Operators) -> list[Fault]:
    if config.kind == "serviceTask":
        if not config.operator:
            return [Fault(where, "operator_missing", "服务任务没有写明操作（serviceTaskOperator）")]
        return _signature_faults(where, config, operators)
    named = [name for name in (config.prefill_operator, config.submit_operator) if name]
    return [Fault(where, "operator_unknown", f"没有操作 {name}") for name in named if name not in operators]


def _signature_faults(where: str, config: ElementConfig, operators: Operators) -> list[Fault]:
    operator = operators.get(config.operator)
    if operator is None:
        return [Fault(where, "operator_unknown", f"没有操作 {config.operator}")]
    try:
        inspect.signature(operator).bind(None, **dict.fromkeys(config.parameters))
    except TypeError as error:
        return [Fault(where, "parameters_wrong", f"操作 {config.operator} 的参数不符：{error}")]
    return []


def _form_faults(where: str, config: ElementConfig, files: Mapping[str, bytes]) -> list[Fault]:
    missing = [form for form in (config.form, config.ui_form) if form and f"forms/{form}" not in files]
    if missing or not config.form:
        return [Fault(where, "form_missing", f"没有表单文件 {form}") for form in missing]
    try:
        ui = files[f"forms/{config.ui_form}"] if config.ui_form else None
        compile_form(files[f"forms/{config.form}"], ui)
    except ValueError as error:
        return [Fault(f"forms/{config.form}", "form_broken", f"表单无效：{str(error).splitlines()[0]}")]
    return []


def _call_faults(name: str, root: Any, roots: Mapping[str, Any]) -> list[Fault]:
    processes = {p.get("id") for r in roots.values() for p in r.iterfind(".//bpmn:process", NS)}
    return [
        Fault(f"{name}#{call.get('id')}", "process_unknown", f"没有流程 {call.get('calledElement')}")
        for call in root.iter(f"{{{BPMN}}}callActivity")
        if call.get("calledElement") not in processes
    ]


def _message_faults(name: str, root: Any) -> list[Fault]:
    known = {message.get("id") for message in root.iter(f"{{{BPMN}}}message")}
    return [
        Fault(f"{name}#{event.getparent().get('id')}", "message_unknown", "事件所指的消息没有定义")
        for event in root.iter(f"{{{BPMN}}}messageEventDefinition")
        if event.get("messageRef") not in known
    ]


def _process_faults(roots: Mapping[str, Any]) -> list[Fault]:
    faults: list[Fault] = []
    homes: dict[str, str] = {}
    for name, root in roots.items():
        for process in root.iterfind(".//bpmn:process", NS):
            key = process.get("id")
            if key in homes:
                faults.append(
                    Fault(f"{name}#{key}", "process_twice", f"流程编号 {key} 在 {homes[key]} 中已有")
                )
            homes[key] = name
    return faults
