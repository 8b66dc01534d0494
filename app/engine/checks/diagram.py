"""One diagram alone: the BPMN schema, elements we do not run, expressions, lanes, sources, drawing."""

from __future__ import annotations

import copy
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.spiff.parser.process import VALIDATOR

from app.engine.elements import BPMN, LANE_PREFIX, NS, read_documentation, read_properties, read_roles
from app.engine.script_engine import compiled
from app.feel import FeelSyntaxError
from app.kernel.errors import Fault
from app.kernel.roles import ROLES

RUN = frozenset(
    "startEvent endEvent userTask serviceTask exclusiveGateway parallelGateway eventBasedGateway callActivity "
    "subProcess boundaryEvent intermediateCatchEvent".split()
)
NODES = RUN | frozenset(
    "task manualTask scriptTask businessRuleTask sendTask receiveTask inclusiveGateway complexGateway transaction "
    "adHocSubProcess intermediateThrowEvent".split()
)
EVENTS = frozenset({"messageEventDefinition", "timerEventDefinition"})
_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"


def check_diagram(name: str, root: Any) -> list[Fault]:
    """Faults of one document; `name` is its file."""
    if root.tag != f"{{{BPMN}}}definitions":
        return [Fault(name, "not_bpmn", "不是 BPMN 2.0 文件")]
    return [
        *_schema_faults(name, root),
        *_unsupported(name, root),
        *_expressions(name, root),
        *_lanes(name, root),
        *_sources(name, root),
        *_drawing(name, root),
    ]


def flow_nodes(root: Any) -> list[Any]:
    """Every node of every process, in document order."""
    return [node for node in root.iter() if isinstance(node.tag, str) and _local(node) in NODES]


def _local(node: Any) -> str:
    return str(etree.QName(node).localname) if etree.QName(node).namespace == BPMN else ""


def _schema_faults(name: str, root: Any) -> list[Fault]:
    try:
        VALIDATOR.validate(etree.ElementTree(copy.deepcopy(root)), name)
    except ValidationException as broken:
        return [Fault(f"{name}:{broken.line_number}", "schema", f"不符合 BPMN 2.0 模式：{broken.args[0]}")]
    return []


def _unsupported(name: str, root: Any) -> list[Fault]:
    faults = []
    for node in root.iter():
        if not isinstance(node.tag, str):
            continue
        tag, where = _local(node), f"{name}#{node.get('id')}"
        if tag in NODES - RUN:
            faults.append(
                Fault(where, "element_unsupported", f"不支持 {tag}；请改用用户任务、服务任务或已支持的网关")
            )
        if tag.endswith("EventDefinition") and tag not in EVENTS:
            faults.append(Fault(where, "event_unsupported", f"不支持 {tag}"))
        if tag == "standardLoopCharacteristics":
            faults.append(Fault(where, "loop_unsupported", "不支持标准循环，请画出回退的连线"))
        if tag == "script" or (
            tag == "conditionExpression" and node.get("language", "").lower() not in ("", "feel")
        ):
            faults.append(Fault(where, "code_in_diagram", "流程图中不得有脚本或其他语言的表达式，只用 FEEL"))
    return faults


def _expressions(name: str, root: Any) -> list[Fault]:
    tags = ("conditionExpression", "timeDate", "timeDuration", "loopCardinality", "completionCondition")
    texts = [
        (node.getparent().get("id"), node.text) for tag in tags for node in root.iter(f"{{{BPMN}}}{tag}")
    ]
    for parameter in root.iterfind(".//spiff:parameter", NS):
        task = parameter.getparent().getparent().getparent().getparent()
        texts.append((f"{task.get('id')}/{parameter.get('id')}", parameter.get("value")))
    faults = []
    for where, text in texts:
        try:
            compiled((text or "").strip())
        except FeelSyntaxError as error:
            message = f"表达式第 {error.line} 行第 {error.column} 列有误：{error}"
            faults.append(Fault(f"{name}#{where}", "feel_syntax", message))
    return faults


def _lanes(name: str, root: Any) -> list[Fault]:
    faults = []
    for lane in root.iter(f"{{{BPMN}}}lane"):
        lane_id = lane.get("id", "")
        if not lane_id.startswith(LANE_PREFIX) or lane_id.removeprefix(LANE_PREFIX) not in ROLES:
            faults.append(
                Fault(f"{name}#{lane_id}", "role_unknown", f"泳道编号应为 {LANE_PREFIX}<角色>，没有这个角色")
            )
    roles = read_roles(root)
    for task in root.iter(f"{{{BPMN}}}userTask"):
        if task.get("id") not in roles and "unit" not in read_properties(task):
            faults.append(Fault(f"{name}#{task.get('id')}", "lane_missing", "用户任务不在任何泳道中"))
    return faults


def _sources(name: str, root: Any) -> list[Fault]:
    return [
        Fault(
            f"{name}#{node.get('id')}",
            "source_missing",
            "缺少依据：请在说明（documentation）中写明文件和条款",
        )
        for node in flow_nodes(root)
        if _local(node) in ("userTask", "serviceTask") and read_documentation(node) is None
    ]


def _drawing(name: str, root: Any) -> list[Fault]:
    drawn = {
        shape.get("bpmnElement") for tag in ("BPMNShape", "BPMNEdge") for shape in root.iter(f"{_DI}{tag}")
    }
    flows = [flow.get("id") for flow in root.iter(f"{{{BPMN}}}sequenceFlow")]
    missing = [i for i in [*(node.get("id") for node in flow_nodes(root)), *flows] if i not in drawn]
    if not missing:
        return []
    return [Fault(f"{name}#{missing[0]}", "not_drawn", f"有 {len(missing)} 个元素没有图形，建模工具打不开")]
