"""What may be drawn at all: the BPMN schema, the elements we run, and no code anywhere."""

from __future__ import annotations

import copy
import re
from typing import Any

from lxml import etree
from SpiffWorkflow.spiff.parser.process import VALIDATOR

from app.engine.checks.diagram import EVENTS, NODES, RUN, Diagram, tag_of
from app.engine.elements import NS
from app.kernel.errors import Fault

_CODE = frozenset({"script", "preScript", "postScript", "payloadExpression", "unitTests"})
_EXTENSIONS = frozenset({"properties", "property", "serviceTaskOperator", "parameters", "parameter"})
_EVENT_USES = {
    "messageEventDefinition": frozenset({"boundaryEvent", "intermediateCatchEvent"}),
    "timerEventDefinition": frozenset({"boundaryEvent", "intermediateCatchEvent"}),
}
_REFUSED = {
    "standardLoopCharacteristics": ("loop_unsupported", "不支持标准循环，请画出回退的连线"),
    "loopCardinality": ("loop_unsupported", "多实例请用集合（loopDataInputRef），不用次数"),
    "timeCycle": ("timer_unsupported", "不支持循环定时，请用时长（timeDuration）或日期（timeDate）"),
    "ioSpecification": ("data_unsupported", "不支持数据输入输出：数据在业务表中，流程只带编号和结论"),
    "dataObject": ("data_unsupported", "不支持数据对象：数据在业务表中，流程只带编号和结论"),
    "dataStoreReference": ("data_unsupported", "不支持数据存储：数据在业务表中，流程只带编号和结论"),
    "correlationProperty": ("correlation_unsupported", "消息按办理对象（如 round:3）送达，不用关联属性"),
    "correlationKey": ("correlation_unsupported", "消息按办理对象（如 round:3）送达，不用关联键"),
}
_NAMESPACE = re.compile(r"\{[^}]*\}")


def check_language(diagram: Diagram) -> list[Fault]:
    """Everything that is not BPMN, or is BPMN that this engine does not run."""
    faults = _schema_faults(diagram)
    for node in diagram.root.iter():
        if isinstance(node.tag, str):
            faults += _element_faults(diagram, node)
    return faults


def _schema_faults(diagram: Diagram) -> list[Fault]:
    """Ids used twice are told by the check of the structure, in words."""
    document = etree.ElementTree(copy.deepcopy(diagram.root))
    VALIDATOR.preprocess(document)
    if VALIDATOR.validator.validate(document):
        return []
    return [
        Fault(diagram.name, "schema", _schema_words(e), {"line": e.line})
        for e in VALIDATOR.validator.error_log
        if "xs:ID'" not in e.message
    ]


def _schema_words(error: Any) -> str:
    return f"第 {error.line} 行不符合 BPMN 2.0：{_NAMESPACE.sub('', error.message)}"


def _refusal(tag: str, name: str, node: Any) -> tuple[str, str] | None:
    """(code, message) of an element that may not stand here at all."""
    if name in _CODE:
        return "code_in_diagram", f"流程图中不得有程序（{name}），请改用操作或 FEEL"
    if etree.QName(node).namespace == NS["spiff"] and name not in _EXTENSIONS:
        return "extension_unsupported", f"不支持扩展元素 {name}"
    if tag in NODES - RUN:
        return "element_unsupported", f"不支持 {tag}，请改用用户任务、服务任务或已支持的网关"
    if tag == "subProcess" and node.get("triggeredByEvent") == "true":
        return "element_unsupported", "不支持事件子流程，请用边界事件"
    if tag and node.get("language", "feel").lower() != "feel":
        return "code_in_diagram", f"表达式只用 FEEL，不用 {node.get('language')}"
    return _REFUSED.get(tag)


def _element_faults(diagram: Diagram, node: Any) -> list[Fault]:
    tag = tag_of(node)
    refused = _refusal(tag, etree.QName(node).localname, node)
    if refused is not None:
        return [diagram.fault(node, *refused)]
    return _event_faults(diagram, node, tag) if tag in EVENTS else []


def _event_faults(diagram: Diagram, node: Any, tag: str) -> list[Fault]:
    kinds = [tag_of(child) for child in node if tag_of(child).endswith("EventDefinition")]
    faults = [
        diagram.fault(node, "event_unsupported", f"{tag} 不支持 {kind}")
        for kind in kinds
        if tag not in _EVENT_USES.get(kind, ())
    ]
    if tag in ("boundaryEvent", "intermediateCatchEvent") and len(kinds) != 1:
        faults.append(diagram.fault(node, "event_undefined", "须且只能等待一件事：一个消息或一个定时"))
    return faults
