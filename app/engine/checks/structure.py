"""The graph of a diagram: ids, loose ends, what cannot be reached and what cannot be left."""

from __future__ import annotations

from collections import Counter

from app.engine.checks.diagram import TASKS, Diagram, tag_of
from app.engine.elements import BPMN
from app.kernel.errors import Fault

_LONGEST_ID = 64  # the columns that hold element and process ids


def check_structure(diagram: Diagram) -> list[Fault]:
    """Faults of one document's graph."""
    return [
        *_id_faults(diagram),
        *_flow_faults(diagram),
        *_start_faults(diagram),
        *_boundary_faults(diagram),
        *_unreachable(diagram),
        *_dead_ends(diagram),
    ]


def _id_faults(diagram: Diagram) -> list[Fault]:
    named = [*diagram.all_nodes, *diagram.flows, *diagram.every("process")]
    faults = [diagram.fault(node, "id_missing", f"{tag_of(node)} 没有编号") for node in named if not node.get("id")]
    ids = Counter(node.get("id") for node in diagram.root.iter(f"{{{BPMN}}}*") if node.get("id"))
    faults += [diagram.fault(i, "id_twice", f"编号 {i} 用了 {times} 次") for i, times in ids.items() if times > 1]
    return faults + [
        diagram.fault(node, "id_too_long", f"编号超过 {_LONGEST_ID} 个字符")
        for node in named
        if len(node.get("id", "")) > _LONGEST_ID
    ]


def _flow_faults(diagram: Diagram) -> list[Fault]:
    faults = []
    for flow in diagram.flows:
        source, target = (diagram.nodes.get(flow.get(end, "")) for end in ("sourceRef", "targetRef"))
        if source is None or target is None:
            faults.append(diagram.fault(flow, "flow_loose", f"连线的{'起' if source is None else '终'}点不存在"))
        elif source.getparent() is not target.getparent():
            faults.append(diagram.fault(flow, "flow_crosses", "连线不能跨流程或子流程，请用消息或调用活动"))
        if target is not None and tag_of(target) in ("startEvent", "boundaryEvent"):
            faults.append(diagram.fault(flow, "flow_into_event", "连线不能进入开始事件或边界事件"))
    return faults


def _start_faults(diagram: Diagram) -> list[Fault]:
    """Each process and subprocess begins in one place."""
    faults = []
    for scope in [*diagram.every("process"), *diagram.every("subProcess")]:
        starts = [child for child in scope if tag_of(child) == "startEvent"]
        if not starts:
            faults.append(diagram.fault(scope, "no_start", "流程没有开始事件"))
        elif len(starts) > 1:
            faults.append(diagram.fault(scope, "start_twice", f"流程有 {len(starts)} 个开始事件，不知从何开始"))
        if tag_of(scope) == "process" and scope.get("isExecutable") != "true":
            faults.append(diagram.fault(scope, "not_executable", "流程没有标为可执行（isExecutable），不会被部署"))
    return faults


def _boundary_faults(diagram: Diagram) -> list[Fault]:
    hosts = {i for i, node in diagram.nodes.items() if tag_of(node) in TASKS}
    return [
        diagram.fault(event, "host_unknown", "边界事件没有附着在任务上")
        for event in diagram.every("boundaryEvent")
        if event.get("attachedToRef") not in hosts
    ]


def _unreachable(diagram: Diagram) -> list[Fault]:
    ways: dict[str, list[str]] = {i: [f.get("targetRef", "") for f in fs] for i, fs in diagram.leaving.items()}
    ahead = []
    for i, node in diagram.nodes.items():
        parent = node.getparent()
        if tag_of(node) == "startEvent" and tag_of(parent) == "process":
            ahead.append(i)
        elif tag_of(node) in ("startEvent", "boundaryEvent"):
            holder = node.get("attachedToRef") or parent.get("id", "")
            ways.setdefault(holder, []).append(i)
    reached: set[str] = set()
    while ahead:
        here = ahead.pop()
        if here not in reached:
            reached.add(here)
            ahead += ways.get(here, [])
    return [
        diagram.fault(node, "unreachable", "从开始事件走不到这里")
        for i, node in diagram.nodes.items()
        if i not in reached
    ]


def _dead_ends(diagram: Diagram) -> list[Fault]:
    faults = []
    for i, node in diagram.nodes.items():
        if tag_of(node) == "endEvent":
            if i in diagram.leaving:
                faults.append(diagram.fault(node, "end_left", "结束事件之后不能再有连线"))
        elif i not in diagram.leaving:
            faults.append(diagram.fault(node, "dead_end", "走到这里就出不去了：缺少连线或结束事件"))
    return faults
