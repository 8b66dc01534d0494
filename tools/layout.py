"""`python -m tools.layout FILE.bpmn…`: draws a hand-written diagram (BPMNDI), so that public modellers open it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from lxml import etree

from tools.labelling import find_label
from tools.placing import BAND, BPMN, EDGE, Box, Scope, Sheet, local, place, read_scope
from tools.routing import Router

DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DD = "http://www.omg.org/spec/DD/20100524/DI"
_PREFIXES = {"bpmndi": DI, "dc": DC, "di": DD}


def lay_out(path: Path) -> None:
    """Replaces the file's drawing; the process itself stays as it is. Subprocesses get a plane of their own."""
    tree = etree.parse(str(path), etree.XMLParser(remove_blank_text=False, resolve_entities=False))
    root = _with_prefixes(tree.getroot())
    for old in root.findall(f"{{{DI}}}BPMNDiagram"):
        root.remove(old)
    collaboration = root.find(f"{{{BPMN}}}collaboration")
    processes = root.findall(f"{{{BPMN}}}process")
    shown = collaboration if collaboration is not None else processes[0]
    planes = [(shown, [read_scope(process) for process in processes])]
    planes += [(inner, [read_scope(inner)]) for inner in root.iter(f"{{{BPMN}}}subProcess")]
    for number, (element, scopes) in enumerate(planes, start=1):
        root.append(_draw(number, element, scopes))
    etree.indent(root, "  ")
    etree.ElementTree(root).write(str(path), encoding="UTF-8", xml_declaration=True)


def _with_prefixes(root: Any) -> Any:
    """The same root, which knows the prefixes that modellers use for drawings."""
    if all(namespace in root.nsmap.values() for namespace in _PREFIXES.values()):
        return root
    known = etree.Element(root.tag, attrib=dict(root.attrib), nsmap={**_PREFIXES, **root.nsmap})
    known.text = root.text
    known.extend(list(root))
    return known


def _draw(number: int, element: Any, scopes: list[Scope]) -> Any:
    diagram = etree.Element(f"{{{DI}}}BPMNDiagram", id=f"BPMNDiagram_{number}")
    plane = etree.SubElement(diagram, f"{{{DI}}}BPMNPlane", id=f"BPMNPlane_{number}", bpmnElement=element.get("id"))
    sheet, pools = Sheet(), {}
    for scope in scopes:
        top = sheet.bottom
        place(scope, sheet)
        pools[scope.element.get("id")] = top, sheet.bottom
        sheet.bottom += 0 if scope is scopes[-1] else BAND
    for participant in element.iterfind(f"{{{BPMN}}}participant"):
        top, bottom = pools[participant.get("processRef")]
        pool = Box(EDGE[0], top, sheet.right - EDGE[0], bottom - top)
        _shape(plane, participant.get("id"), pool, isHorizontal="true")
    for lane, box in sheet.lanes.items():
        widened = box._replace(width=sheet.right - box.x)
        _shape(plane, lane, widened, isHorizontal="true")
    nodes = {i: node for scope in scopes for i, node in scope.nodes.items()}
    labels = {i: label for i, node in nodes.items() if (label := _label(node, sheet.boxes[i]))}
    for i, box in sheet.boxes.items():
        more = {"isExpanded": "false"} if local(nodes[i]) == "subProcess" else {}
        _shape(plane, i, box, labels.get(i), **more)
    hosts = {i: node.get("attachedToRef") for i, node in nodes.items() if node.get("attachedToRef")}
    router = Router(sheet, list(labels.values()), hosts)
    flows = sorted((flow for scope in scopes for flow in scope.flows), key=lambda flow: _reach(flow, sheet))
    routes = {flow.get("id"): router.route(flow.get("sourceRef"), flow.get("targetRef")) for flow in flows}
    occupied = [*sheet.boxes.values(), *labels.values()]
    for flow in flows:
        label = find_label(flow.get("name"), flow.get("id"), routes, occupied) if flow.get("name") else None
        _edge(plane, flow.get("id"), routes[flow.get("id")], label)
        occupied += [label] if label else []
    return diagram


def _reach(flow: Any, sheet: Sheet) -> int:
    """Short arrows are drawn first, the long ones find their way round them."""
    (x, y), (x2, y2) = (sheet.boxes[flow.get(end)].centre for end in ("sourceRef", "targetRef"))
    return abs(x - x2) + abs(y - y2)


def _label(node: Any, box: Box) -> Box | None:
    """Events and gateways carry their name below; tasks inside."""
    small = local(node).endswith(("Event", "Gateway"))
    return Box(box.centre[0] - 45, box.y + box.height + 4, 90, 27) if small and node.get("name") else None


def _shape(plane: Any, element: str, box: Box, label: Box | None = None, **more: str) -> None:
    shape = etree.SubElement(plane, f"{{{DI}}}BPMNShape", {"id": f"{element}_di", "bpmnElement": element, **more})
    _bounds(shape, box)
    if label:
        _bounds(etree.SubElement(shape, f"{{{DI}}}BPMNLabel"), label)


def _bounds(parent: Any, box: Box) -> None:
    x, y, width, height = (str(number) for number in box)
    etree.SubElement(parent, f"{{{DC}}}Bounds", x=x, y=y, width=width, height=height)


def _edge(plane: Any, flow: str, points: list[tuple[int, int]], label: Box | None) -> None:
    edge = etree.SubElement(plane, f"{{{DI}}}BPMNEdge", id=f"{flow}_di", bpmnElement=flow)
    for x, y in points:
        etree.SubElement(edge, f"{{{DD}}}waypoint", x=str(x), y=str(y))
    if label:
        _bounds(etree.SubElement(edge, f"{{{DI}}}BPMNLabel"), label)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        lay_out(Path(name))
