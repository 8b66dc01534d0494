"""One parsed diagram as the checks read it: nodes, flows, and how a fault names its place."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from lxml import etree

from app.engine.elements import BPMN
from app.kernel.errors import Fault

TASKS = frozenset({"userTask", "serviceTask", "callActivity", "subProcess"})
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "eventBasedGateway"})
EVENTS = frozenset({"startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent"})
RUN = TASKS | GATEWAYS | EVENTS
NODES = RUN | frozenset(
    "task manualTask scriptTask businessRuleTask sendTask receiveTask inclusiveGateway complexGateway transaction "
    "adHocSubProcess intermediateThrowEvent implicitThrowEvent".split()
)


def tag_of(node: Any) -> str:
    """The BPMN name of an XML element; empty for comments and other namespaces."""
    if not isinstance(node.tag, str) or etree.QName(node).namespace != BPMN:
        return ""
    return str(etree.QName(node).localname)


class Diagram:
    """A file's name and its root; everything is computed once, and nothing is changed."""

    def __init__(self, name: str, root: Any) -> None:
        self.name = name
        self.root = root

    def fault(self, place: Any, code: str, message: str) -> Fault:
        """`place` is an XML element (the nearest node, flow or lane upwards names it) or an id."""
        if isinstance(place, str):
            return Fault(f"{self.name}#{place}", code, message)
        owner: Any = place
        while owner is not None and not (tag_of(owner) and owner.get("id")):  # operators have ids of their own
            owner = owner.getparent()
        where = self.name if owner is None else f"{self.name}#{owner.get('id')}"
        return Fault(where, code, message, {"line": place.sourceline})

    def every(self, tag: str) -> list[Any]:
        """All BPMN elements of that name, in document order."""
        return list(self.root.iter(f"{{{BPMN}}}{tag}"))

    @cached_property
    def all_nodes(self) -> list[Any]:
        """Every flow node, also those that nobody runs, with an id or without."""
        return [node for node in self.root.iter() if tag_of(node) in NODES]

    @cached_property
    def nodes(self) -> dict[str, Any]:
        """Flow nodes by id; where an id was given twice, the first."""
        named: dict[str, Any] = {}
        for node in self.all_nodes:
            if node.get("id"):
                named.setdefault(node.get("id"), node)
        return named

    @cached_property
    def flows(self) -> list[Any]:
        """Sequence flows, in document order."""
        return self.every("sequenceFlow")

    @cached_property
    def leaving(self) -> dict[str, list[Any]]:
        """Flows by the id of the node they leave."""
        return self._flows_by("sourceRef")

    @cached_property
    def entering(self) -> dict[str, list[Any]]:
        """Flows by the id of the node they enter."""
        return self._flows_by("targetRef")

    def _flows_by(self, end: str) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for flow in self.flows:
            found.setdefault(flow.get(end, ""), []).append(flow)
        return found
