"""A diagram that people open: every node and flow has its shape."""

from __future__ import annotations

from app.engine.checks.diagram import Diagram
from app.kernel.errors import Fault

_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_SHOWN = 5


def check_drawing(diagram: Diagram) -> list[Fault]:
    """One fault for all that has no shape, naming the first few."""
    drawn = {s.get("bpmnElement") for tag in ("BPMNShape", "BPMNEdge") for s in diagram.root.iter(f"{_DI}{tag}")}
    needed = [*diagram.all_nodes, *diagram.flows, *diagram.every("lane"), *diagram.every("participant")]
    missing = [node.get("id") for node in needed if node.get("id") and node.get("id") not in drawn]
    if not missing:
        return []
    shown = "、".join(missing[:_SHOWN]) + ("等" if len(missing) > _SHOWN else "")
    message = f"{len(missing)} 个元素没有图形（{shown}）；可用 python -m tools.layout 补画"
    return [diagram.fault(missing[0], "not_drawn", message)]
