"""The graph of a diagram: ids, reachability, ends, gateways that may find no way on, numbers and names."""

from __future__ import annotations

from collections import Counter
from typing import Any

from app.engine.checks.diagram import flow_nodes
from app.engine.elements import BPMN, NS, read_properties
from app.kernel.errors import Fault

_DAYS = ("dueWorkingDays", "remindWorkingDays", "priority")
_KNOWN = frozenset(
    "formJsonSchemaFilename formUiSchemaFilename prefillOperator submitOperator area unit dueWorkingDays "
    "remindWorkingDays priority title differsFrom decisions".split()
)


def check_structure(name: str, root: Any) -> list[Fault]:
    """Faults of one document's graph; `name` is its file."""
    nodes = {node.get("id"): node for node in flow_nodes(root)}
    flows = list(root.iter(f"{{{BPMN}}}sequenceFlow"))
    return [
        *_twice(name, root),
        *_loose_flows(name, nodes, flows),
        *_unreachable(name, nodes, flows),
        *_dead_ends(name, nodes, flows),
        *_gateways(name, nodes, flows),
        *_properties(name, nodes),
    ]


def _twice(name: str, root: Any) -> list[Fault]:
    ids = Counter(node.get("id") for node in root.iter(f"{{{BPMN}}}*") if node.get("id"))
    return [Fault(f"{name}#{i}", "id_twice", f"编号 {i} 用了 {n} 次") for i, n in ids.items() if n > 1]


def _loose_flows(name: str, nodes: dict[str, Any], flows: list[Any]) -> list[Fault]:
    return [
        Fault(f"{name}#{flow.get('id')}", "flow_loose", f"连线的{word}不存在")
        for flow in flows
        for end, word in (("sourceRef", "起点"), ("targetRef", "终点"))
        if flow.get(end) not in nodes
    ]


def _unreachable(name: str, nodes: dict[str, Any], flows: list[Any]) -> list[Fault]:
    ways: dict[str, list[str]] = {}
    for flow in flows:
        ways.setdefault(flow.get("sourceRef"), []).append(flow.get("targetRef"))
    for node in nodes.values():
        if node.get("attachedToRef"):
            ways.setdefault(node.get("attachedToRef"), []).append(node.get("id"))
        parent = node.getparent().get("id")
        if parent in nodes and node.tag == f"{{{BPMN}}}startEvent":
            ways.setdefault(parent, []).append(node.get("id"))
    starts = [
        i
        for i, n in nodes.items()
        if n.tag == f"{{{BPMN}}}startEvent" and n.getparent().get("id") not in nodes
    ]
    reached, ahead = set(), list(starts)
    while ahead:
        here = ahead.pop()
        if here not in reached:
            reached.add(here)
            ahead += ways.get(here, [])
    faults = [] if starts else [Fault(name, "no_start", "流程没有开始事件")]
    return faults + [
        Fault(f"{name}#{i}", "unreachable", "从开始事件走不到这里") for i in nodes if i not in reached
    ]


def _dead_ends(name: str, nodes: dict[str, Any], flows: list[Any]) -> list[Fault]:
    leaving = {flow.get("sourceRef") for flow in flows}
    return [
        Fault(f"{name}#{i}", "dead_end", "走到这里就出不去了：缺少连线或结束事件")
        for i, node in nodes.items()
        if i not in leaving and node.tag != f"{{{BPMN}}}endEvent"
    ]


def _gateways(name: str, nodes: dict[str, Any], flows: list[Any]) -> list[Fault]:
    faults = []
    for i, node in nodes.items():
        leaving = [flow for flow in flows if flow.get("sourceRef") == i]
        if node.tag == f"{{{BPMN}}}exclusiveGateway" and len(leaving) > 1:
            default = node.get("default")
            if default is None:
                faults.append(
                    Fault(f"{name}#{i}", "no_default", "排他网关没有默认出口，条件都不满足时流程会停住")
                )
            bare = [
                f
                for f in leaving
                if f.get("id") != default and f.find("bpmn:conditionExpression", NS) is None
            ]
            faults += [Fault(f"{name}#{f.get('id')}", "condition_missing", "出口没有条件") for f in bare]
    return faults


def _properties(name: str, nodes: dict[str, Any]) -> list[Fault]:
    faults = []
    for i, node in nodes.items():
        properties = read_properties(node)
        where = f"{name}#{i}"
        for key in _DAYS:
            if key in properties and not (properties[key].isascii() and properties[key].isdigit()):
                faults.append(Fault(where, "not_a_number", f"{key} 应为整数"))
        others = [x.strip() for x in properties.get("differsFrom", "").split(",") if x.strip()]
        faults += [
            Fault(where, "differs_from_unknown", f"differsFrom 中的 {x} 不存在")
            for x in others
            if x not in nodes
        ]
        faults += [
            Fault(where, "property_unknown", f"不认识的属性 {k}") for k in properties if k not in _KNOWN
        ]
    return faults
