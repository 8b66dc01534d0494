"""What the diagram says about each element, read from its XML: role, form, operators, due days, ways back."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
NS = {"bpmn": BPMN, "spiff": SPIFF}
LANE_PREFIX = "Lane_"
_WAY_BACK = re.compile(r'\s*send_back_to\s*=\s*"([^"]+)"\s*\Z')
TASK_TAGS = ("userTask", "serviceTask")


@dataclass(frozen=True)
class ElementConfig:
    """One task of a diagram; days are working days, `parameters` are FEEL texts by name."""

    id: str
    kind: str
    title: str
    role: str = ""
    documentation: str | None = None
    form: str | None = None
    ui_form: str | None = None
    prefill_operator: str | None = None
    submit_operator: str | None = None
    operator: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    area: str | None = None
    unit: str | None = None
    due_working_days: int | None = None
    remind_working_days: int | None = None
    priority: int = 50
    differs_from: tuple[str, ...] = ()
    send_back_targets: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()  # form fields that enter the data where there is no submit operator


def read_elements(root: Any) -> dict[str, ElementConfig]:
    """Every user and service task of a parsed BPMN document (lxml), by element id."""
    roles = read_roles(root)
    flows = root.findall(".//bpmn:sequenceFlow", NS)
    configs = {}
    for tag in TASK_TAGS:
        for node in root.iterfind(f".//bpmn:{tag}[@id]", NS):
            configs[node.get("id")] = _read_element(node, tag, roles.get(node.get("id"), ""), flows)
    return configs


def read_roles(root: Any) -> dict[str, str]:
    """{element id: role}; the lane `Lane_grid_worker` gives its elements the role `grid_worker`."""
    return {
        (reference.text or "").strip(): lane.get("id", "").removeprefix(LANE_PREFIX)
        for lane in root.iterfind(".//bpmn:lane", NS)
        for reference in lane.iterfind("bpmn:flowNodeRef", NS)
    }


def read_properties(node: Any) -> dict[str, str]:
    """The `spiffworkflow:property` values of an element."""
    path = "bpmn:extensionElements/spiff:properties/spiff:property"
    return {prop.get("name", ""): prop.get("value", "") for prop in node.iterfind(path, NS)}


def read_documentation(node: Any) -> str | None:
    """The text of the documentation element: document and clause."""
    found = node.find("bpmn:documentation", NS)
    return None if found is None else (found.text or "").strip() or None


def way_back(flow: Any) -> str | None:
    """The task that a drawn way back leads to: the flow's condition is `send_back_to = "<element id>"`."""
    condition = flow.find("bpmn:conditionExpression", NS)
    match = None if condition is None else _WAY_BACK.match(condition.text or "")
    return match.group(1) if match else None


def ways_back(task_id: str, flows: list[Any]) -> tuple[str, ...]:
    """Where the task may be sent back to: ways back that leave the gateway right after it."""
    gateways = {flow.get("targetRef") for flow in flows if flow.get("sourceRef") == task_id}
    return tuple(target for flow in flows if flow.get("sourceRef") in gateways and (target := way_back(flow)))


def _read_element(node: Any, tag: str, role: str, flows: list[Any]) -> ElementConfig:
    properties = read_properties(node)
    operator = node.find("bpmn:extensionElements/spiff:serviceTaskOperator", NS)
    element_id = node.get("id")
    return ElementConfig(
        id=element_id,
        kind=tag,
        title=properties.get("title") or node.get("name") or element_id,
        role=role,
        documentation=read_documentation(node),
        form=properties.get("formJsonSchemaFilename"),
        ui_form=properties.get("formUiSchemaFilename"),
        prefill_operator=properties.get("prefillOperator"),
        submit_operator=properties.get("submitOperator"),
        operator="" if operator is None else operator.get("id", ""),
        parameters=_parameters(operator),
        area=properties.get("area"),
        unit=properties.get("unit"),
        due_working_days=_number(properties.get("dueWorkingDays")),
        remind_working_days=_number(properties.get("remindWorkingDays")),
        priority=_number(properties.get("priority")) or 50,
        differs_from=_names(properties.get("differsFrom")),
        send_back_targets=ways_back(element_id, flows),
        decisions=_names(properties.get("decisions")),
    )


def _parameters(operator: Any) -> dict[str, str]:
    if operator is None:
        return {}
    parameters = operator.iterfind("spiff:parameters/spiff:parameter", NS)
    return {parameter.get("id", ""): parameter.get("value", "") for parameter in parameters}


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() else None


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (text or "").split(",") if name.strip())
