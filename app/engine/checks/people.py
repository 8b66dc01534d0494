"""What people meet in a diagram: lanes that are roles, names, sources, and the properties of their tasks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from app.engine.checks.diagram import Diagram, tag_of
from app.engine.elements import LANE_PREFIX, read_documentation, read_properties, read_roles
from app.kernel.errors import Fault
from app.kernel.roles import ROLES

_KNOWN = frozenset(
    "formJsonSchemaFilename formUiSchemaFilename prefillOperator submitOperator area unit dueWorkingDays "
    "remindWorkingDays priority title differsFrom decisions calledDecisionId".split()
)
_AREAS = ("recognising", "residence")
_HIGHEST = {"dueWorkingDays": 366, "remindWorkingDays": 366, "priority": 100}


def check_people(diagram: Diagram, filled: AbstractSet[str] | None) -> list[Fault]:
    """`filled` are the roles that some unit of the scheme fills; None when the scheme names no units."""
    faults = _lane_faults(diagram, filled)
    for node in diagram.all_nodes:
        if tag_of(node) in ("userTask", "serviceTask") and read_documentation(node) is None:
            message = "缺少依据：请在说明（documentation）中写明文件和条款"
            faults.append(diagram.fault(node, "source_missing", message))
        if tag_of(node) == "userTask":
            faults += _task_faults(diagram, node)
        elif read_properties(node):
            faults.append(diagram.fault(node, "property_unknown", "只有用户任务可以有属性（spiffworkflow:properties）"))
    return faults


def _lane_faults(diagram: Diagram, filled: AbstractSet[str] | None) -> list[Fault]:
    faults, members = [], Counter[str]()
    for lane in diagram.every("lane"):
        lane_id = lane.get("id", "")
        role = lane_id.removeprefix(LANE_PREFIX)
        if not lane_id.startswith(LANE_PREFIX) or role not in ROLES:
            faults.append(diagram.fault(lane, "role_unknown", f"泳道编号应为 {LANE_PREFIX}<角色>，没有角色“{role}”"))
        elif filled is not None and role not in filled:
            faults.append(diagram.fault(lane, "role_unfilled", f"方案中没有单位担任{ROLES[role]}（{role}）"))
    for reference in diagram.every("flowNodeRef"):
        member = (reference.text or "").strip()
        members[member] += 1
        if member not in diagram.nodes:
            faults.append(diagram.fault(reference, "lane_member_unknown", f"泳道中的 {member} 不存在"))
        elif members[member] == 2:  # noqa: PLR2004 told once, however often
            faults.append(diagram.fault(diagram.nodes[member], "lane_twice", "同一节点在两个泳道中"))
    roles = read_roles(diagram.root)
    tasks = [task for task in diagram.every("userTask") if task.get("id") not in roles]
    return faults + [diagram.fault(task, "lane_missing", "用户任务不在任何泳道中") for task in tasks]


def _task_faults(diagram: Diagram, task: Any) -> list[Fault]:
    properties = read_properties(task)
    faults = [diagram.fault(task, "property_unknown", f"不认识的属性 {key}") for key in properties if key not in _KNOWN]
    if not task.get("name"):
        faults.append(diagram.fault(task, "name_missing", "用户任务没有名称"))
    faults += _number_faults(diagram, task, properties)
    if properties.get("area", _AREAS[0]) not in _AREAS:
        faults.append(diagram.fault(task, "area_unknown", f"area 应为 {' 或 '.join(_AREAS)}"))
    return faults + _difference_faults(diagram, task, properties.get("differsFrom", ""))


def _number_faults(diagram: Diagram, task: Any, properties: Mapping[str, str]) -> list[Fault]:
    faults = []
    for key, highest in _HIGHEST.items():
        text = properties.get(key, "0")
        if not (text.isascii() and text.isdigit()):
            faults.append(diagram.fault(task, "not_a_number", f"{key} 应为整数，不是“{text}”"))
        elif len(text) > len(str(highest)) or int(text) > highest:
            faults.append(diagram.fault(task, "number_too_high", f"{key} 最大为 {highest}"))
    return faults


def _difference_faults(diagram: Diagram, task: Any, differs_from: str) -> list[Fault]:
    faults = []
    for other in (name.strip() for name in differs_from.split(",") if name.strip()):
        if other not in diagram.nodes or tag_of(diagram.nodes[other]) != "userTask":
            faults.append(diagram.fault(task, "differs_from_unknown", f"differsFrom 中的用户任务 {other} 不存在"))
        elif other == task.get("id"):
            faults.append(diagram.fault(task, "differs_from_itself", "differsFrom 不能是任务自己"))
    return faults
