"""`python -m tools.layout FILE.bpmn`: draws a hand-written diagram (BPMNDI), lanes as rows, left to right."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DD = "http://www.omg.org/spec/DD/20100524/DI"
NODES = frozenset(
    "startEvent endEvent userTask serviceTask callActivity subProcess exclusiveGateway parallelGateway "
    "eventBasedGateway intermediateCatchEvent boundaryEvent".split()
)
COLUMN, ROW, LEFT, LABEL = 170, 110, 90, 30


@dataclass
class Sheet:
    """Boxes (x, y, width, height) by element id, in the order they are drawn."""

    boxes: dict[str, tuple[int, int, int, int]] = field(default_factory=dict)
    lanes: dict[str, tuple[int, int, int, int]] = field(default_factory=dict)


def lay_out(path: Path) -> None:
    """Replaces the file's drawing; the process itself stays as it is."""
    tree = etree.parse(str(path), etree.XMLParser(remove_blank_text=False))
    root = tree.getroot()
    for old in root.findall(f"{{{DI}}}BPMNDiagram"):
        root.remove(old)
    nodes = {
        n.get("id"): n for n in root.iter() if isinstance(n.tag, str) and etree.QName(n).localname in NODES
    }
    flows = list(root.iter(f"{{{BPMN}}}sequenceFlow"))
    columns = _columns(nodes, flows)
    sheet = _place(root, nodes, columns)
    root.append(_draw(root, nodes, flows, sheet))
    etree.indent(root, "  ")
    tree.write(str(path), encoding="UTF-8", xml_declaration=True)


def _columns(nodes: dict[str, Any], flows: list[Any]) -> dict[str, int]:
    """Breadth-first order of first sight gives the column; back flows do not push anything to the right."""
    ways: dict[str, list[str]] = {i: [] for i in nodes}
    for flow in flows:
        ways[flow.get("sourceRef")].append(flow.get("targetRef"))
    for i, node in nodes.items():
        if node.get("attachedToRef"):
            ways[node.get("attachedToRef")].append(i)
    order = _reverse_postorder(nodes, ways)
    rank = {i: n for n, i in enumerate(order)}
    columns = dict.fromkeys(nodes, 0)
    for i in order:
        for target in ways[i]:
            if rank[target] > rank[i]:
                step = 0 if nodes[target].get("attachedToRef") else 1
                columns[target] = max(columns[target], columns[i] + step)
    return columns


def _reverse_postorder(nodes: dict[str, Any], ways: dict[str, list[str]]) -> list[str]:
    seen: set[str] = set()
    done: list[str] = []
    starts = [i for i, n in nodes.items() if etree.QName(n).localname == "startEvent"]
    for start in [*starts, *nodes]:
        stack = [(start, iter(ways[start]))] if start not in seen else []
        seen.add(start)
        while stack:
            here, ahead = stack[-1]
            target = next((t for t in ahead if t not in seen), None)
            if target is None:
                done.append(here)
                stack.pop()
            else:
                seen.add(target)
                stack.append((target, iter(ways[target])))
    return done[::-1]


def _place(root: Any, nodes: dict[str, Any], columns: dict[str, int]) -> Sheet:
    lane_of = {
        (r.text or "").strip(): lane.get("id")
        for lane in root.iter(f"{{{BPMN}}}lane")
        for r in lane.iterfind(f"{{{BPMN}}}flowNodeRef")
    }
    lanes = [lane.get("id") for lane in root.iter(f"{{{BPMN}}}lane")] or [""]
    sheet, top = Sheet(), 80
    width = LEFT + LABEL + COLUMN * (max(columns.values(), default=0) + 1) + 40
    for lane in lanes:
        mine = [i for i in nodes if lane_of.get(i, lanes[0]) == lane and not nodes[i].get("attachedToRef")]
        rows = _rows(mine, columns)
        height = ROW * (max(rows.values(), default=0) + 1) + 30
        for i in mine:
            wide, high = _size(nodes[i])
            x = 160 + LABEL + LEFT + COLUMN * columns[i] - wide // 2
            y = top + 15 + ROW * rows[i] + ROW // 2 - high // 2
            sheet.boxes[i] = (x, y, wide, high)
        if lane:
            sheet.lanes[lane] = (160 + LABEL, top, width, height)
        top += height
    _attach(nodes, sheet)
    return sheet


def _rows(mine: list[str], columns: dict[str, int]) -> dict[str, int]:
    taken: dict[int, int] = {}
    rows = {}
    for i in mine:
        rows[i] = taken.get(columns[i], 0)
        taken[columns[i]] = rows[i] + 1
    return rows


def _attach(nodes: dict[str, Any], sheet: Sheet) -> None:
    beside: dict[str, int] = {}
    for i, node in nodes.items():
        host = node.get("attachedToRef")
        if host:
            x, y, _, high = sheet.boxes[host]
            sheet.boxes[i] = (x + 12 + 40 * beside.get(host, 0), y + high - 18, 36, 36)
            beside[host] = beside.get(host, 0) + 1


def _size(node: Any) -> tuple[int, int]:
    tag = etree.QName(node).localname
    if tag.endswith("Event"):
        return 36, 36
    return (50, 50) if tag.endswith("Gateway") else (110, 74)


def _draw(root: Any, nodes: dict[str, Any], flows: list[Any], sheet: Sheet) -> Any:
    diagram = etree.Element(f"{{{DI}}}BPMNDiagram", id="BPMNDiagram_1")
    collaboration = root.find(f"{{{BPMN}}}collaboration")
    process = root.find(f"{{{BPMN}}}process")
    drawn = collaboration if collaboration is not None else process
    plane = etree.SubElement(diagram, f"{{{DI}}}BPMNPlane", id="BPMNPlane_1", bpmnElement=drawn.get("id"))
    if collaboration is not None and sheet.lanes:
        participant = collaboration.find(f"{{{BPMN}}}participant")
        x, y, width, _ = next(iter(sheet.lanes.values()))
        height = sum(box[3] for box in sheet.lanes.values())
        _shape(plane, participant.get("id"), (x - LABEL, y, width + LABEL, height), horizontal=True)
    for lane, box in sheet.lanes.items():
        _shape(plane, lane, box, horizontal=True)
    for i, box in sheet.boxes.items():
        _shape(plane, i, box, label=_label(nodes[i], box))
    for flow in flows:
        _edge(plane, flow, sheet)
    return diagram


def _label(node: Any, box: tuple[int, int, int, int]) -> tuple[int, int, int, int] | None:
    """Events and gateways carry their name below; tasks inside."""
    if box[2] > 50 or not node.get("name"):
        return None
    return (box[0] + box[2] // 2 - 45, box[1] + box[3] + 4, 90, 28)


def _shape(
    plane: Any, element: str, box: tuple[int, int, int, int], *, horizontal: bool = False, label: Any = None
) -> None:
    shape = etree.SubElement(plane, f"{{{DI}}}BPMNShape", id=f"{element}_di", bpmnElement=element)
    if horizontal:
        shape.set("isHorizontal", "true")
    _bounds(shape, box)
    if label:
        _bounds(etree.SubElement(shape, f"{{{DI}}}BPMNLabel"), label)


def _bounds(parent: Any, box: tuple[int, int, int, int]) -> None:
    x, y, width, height = (str(n) for n in box)
    etree.SubElement(parent, f"{{{DC}}}Bounds", x=x, y=y, width=width, height=height)


def _edge(plane: Any, flow: Any, sheet: Sheet) -> None:
    edge = etree.SubElement(plane, f"{{{DI}}}BPMNEdge", id=f"{flow.get('id')}_di", bpmnElement=flow.get("id"))
    points = _route(sheet.boxes[flow.get("sourceRef")], sheet.boxes[flow.get("targetRef")])
    for x, y in points:
        etree.SubElement(edge, f"{{{DD}}}waypoint", x=str(x), y=str(y))
    if flow.get("name"):
        (x, y), (x2, y2) = points[0], points[1]
        _bounds(etree.SubElement(edge, f"{{{DI}}}BPMNLabel"), ((x + x2) // 2 + 4, min(y, y2) + 4, 90, 14))


def _route(source: tuple[int, int, int, int], target: tuple[int, int, int, int]) -> list[tuple[int, int]]:
    sx, sy, sw, sh = source
    tx, ty, tw, th = target
    out, into = (sx + sw, sy + sh // 2), (tx, ty + th // 2)
    if tx > sx + sw:  # forwards: right, then up or down, then right
        if out[1] == into[1]:
            return [out, into]
        bend = into[0] - 24
        return [out, (bend, out[1]), (bend, into[1]), into]
    if abs((sx + sw // 2) - (tx + tw // 2)) < COLUMN // 2:  # same column
        centre = sx + sw // 2
        return [(centre, sy + sh), (centre, ty)] if ty > sy else [(centre, sy), (centre, ty + th)]
    over = min(sy, ty) - 14  # backwards: over the top
    return [(sx + sw // 2, sy), (sx + sw // 2, over), (tx + tw // 2, over), (tx + tw // 2, ty)]


if __name__ == "__main__":
    for name in sys.argv[1:]:
        lay_out(Path(name))
