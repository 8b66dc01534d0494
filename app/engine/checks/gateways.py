"""Where ways part: a gateway always finds a way on, and a way back leads to a task of a person."""

from __future__ import annotations

from typing import Any

from app.engine.checks.diagram import GATEWAYS, Diagram, tag_of
from app.engine.elements import NS, way_back
from app.kernel.errors import Fault


def check_gateways(diagram: Diagram) -> list[Fault]:
    """Faults of gateways, conditions and ways back."""
    faults = []
    for i, node in diagram.nodes.items():
        leaving, tag = diagram.leaving.get(i, []), tag_of(node)
        if tag == "exclusiveGateway" and len(leaving) > 1:
            faults += _choice_faults(diagram, node, leaving)
        elif tag == "eventBasedGateway":
            faults += _race_faults(diagram, node, leaving)
        elif tag not in GATEWAYS and len(leaving) > 1:
            faults.append(diagram.fault(node, "implicit_split", "一个节点只有一条出线；分支请用网关画出"))
    return faults + _ignored_conditions(diagram) + _ways_back(diagram)


def condition_of(flow: Any) -> str | None:
    """The flow's condition, or None."""
    condition = flow.find("bpmn:conditionExpression", NS)
    return None if condition is None else (condition.text or "")


def _choice_faults(diagram: Diagram, gateway: Any, leaving: list[Any]) -> list[Fault]:
    default = gateway.get("default")
    faults = []
    if default is None:
        faults.append(diagram.fault(gateway, "no_default", "排他网关没有默认出口，条件都不满足时流程会停住"))
    elif default not in {flow.get("id") for flow in leaving}:
        faults.append(diagram.fault(gateway, "default_unknown", f"默认出口 {default} 不是它的出线"))
    for flow in leaving:
        if flow.get("id") != default and condition_of(flow) is None:
            faults.append(diagram.fault(flow, "condition_missing", "出口没有条件"))
        if flow.get("id") == default and condition_of(flow) is not None:
            faults.append(diagram.fault(flow, "condition_ignored", "默认出口不应有条件"))
    return faults


def _race_faults(diagram: Diagram, gateway: Any, leaving: list[Any]) -> list[Fault]:
    targets = [diagram.nodes.get(flow.get("targetRef", "")) for flow in leaving]
    wrong = [t for t in targets if t is not None and tag_of(t) != "intermediateCatchEvent"]
    faults = [diagram.fault(t, "event_gateway_target", "事件网关之后只能是中间捕获事件") for t in wrong]
    if len(leaving) == 1:
        faults.append(diagram.fault(gateway, "event_gateway_single", "事件网关至少等待两件事"))
    return faults


def _ignored_conditions(diagram: Diagram) -> list[Fault]:
    """SpiffWorkflow looks at conditions after exclusive gateways only."""
    faults = []
    for flow in diagram.flows:
        source = diagram.nodes.get(flow.get("sourceRef", ""))
        if condition_of(flow) is not None and source is not None and tag_of(source) != "exclusiveGateway":
            faults.append(diagram.fault(flow, "condition_ignored", "只有排他网关的出线可以有条件"))
    return faults


def _ways_back(diagram: Diagram) -> list[Fault]:
    """A way back leads straight to the task that its condition names, from the gateway right after a task."""
    faults = []
    for flow in diagram.flows:
        target = way_back(flow)
        if target is None:
            continue
        task = diagram.nodes.get(target)
        if task is None or tag_of(task) != "userTask":
            faults.append(diagram.fault(flow, "way_back_unknown", f"退回的目标 {target} 不是本图中的用户任务"))
        elif flow.get("targetRef") != target:
            faults.append(diagram.fault(flow, "way_back_elsewhere", f"条件写着退回 {target}，连线却到别处"))
        entering = diagram.entering.get(flow.get("sourceRef", ""), [])
        before = [diagram.nodes.get(f.get("sourceRef", "")) for f in entering]
        if not any(node is not None and tag_of(node) == "userTask" for node in before):
            faults.append(diagram.fault(flow, "way_back_unoffered", "退回的网关须紧跟在用户任务之后，否则无人可以退回"))
    return faults
