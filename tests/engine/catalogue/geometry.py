"""What a person would see wrong in a drawing: overlaps, arrows through boxes, slanted lines, nodes outside lanes."""

from __future__ import annotations

import itertools
from itertools import combinations
from typing import NamedTuple

DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DD = "{http://www.omg.org/spec/DD/20100524/DI}"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def holds(self, other: Box) -> bool:
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom


class Drawing:
    """Boxes and lines by element id."""

    def __init__(self, root):
        self.root = root
        self.boxes = {s.get("bpmnElement"): _box(s.find(f"{DC}Bounds")) for s in root.iter(f"{DI}BPMNShape")}
        self.lines = {
            e.get("bpmnElement"): [(float(p.get("x")), float(p.get("y"))) for p in e.iter(f"{DD}waypoint")]
            for e in root.iter(f"{DI}BPMNEdge")
        }
        self.lane_of = {
            (ref.text or "").strip(): lane.get("id")
            for lane in root.iter(f"{BPMN}lane")
            for ref in lane.iter(f"{BPMN}flowNodeRef")
        }
        self.hosts = {e.get("id"): e.get("attachedToRef") for e in root.iter(f"{BPMN}boundaryEvent")}
        inner = [node for node in root.iter(f"{BPMN}*") if node.get("id") and node is not root]
        self.parents = {node.get("id"): node.getparent().get("id") for node in inner}
        self.flows = {f.get("id"): (f.get("sourceRef"), f.get("targetRef")) for f in root.iter(f"{BPMN}sequenceFlow")}
        holders = {e.get("id") for name in ("lane", "participant") for e in root.iter(BPMN + name)}
        self.nodes = {i: box for i, box in self.boxes.items() if i not in holders}

    def overlapping(self) -> list[tuple[str, str]]:
        """Nodes of one scope that lie on each other; boundary events lie on their host and nothing else."""
        return [
            (a, b)
            for a, b in combinations(self.nodes, 2)
            if self.nodes[a].overlaps(self.nodes[b])
            and self.hosts.get(a) != b
            and self.hosts.get(b) != a
            and not self._inside(a, b)
            and not self._inside(b, a)
        ]

    def outside_their_lane(self) -> list[str]:
        return [i for i, lane in self.lane_of.items() if not self.boxes[lane].holds(self.boxes[i])]

    def slanted(self) -> list[str]:
        return [i for i, line in self.lines.items() if any(a[0] != b[0] and a[1] != b[1] for a, b in _pieces(line))]

    def loose(self) -> list[str]:
        """Flows whose ends do not touch the nodes that they join."""
        ends = {flow: (self.lines[flow][0], self.lines[flow][-1]) for flow in self.flows}
        return [
            flow
            for flow, (source, target) in self.flows.items()
            if not (_touches(self.boxes[source], ends[flow][0]) and _touches(self.boxes[target], ends[flow][1]))
        ]

    def through_boxes(self) -> list[tuple[str, str]]:
        """(flow, node) where an arrow runs through a node that it neither leaves nor enters."""
        found = []
        for flow, (source, target) in self.flows.items():
            for node, box in self.nodes.items():
                own = {source, target, self.hosts.get(source), self.hosts.get(target)}
                if node in own or any(self._inside(end, node) for end in (source, target)):
                    continue
                if any(_crosses(box, a, b) for a, b in _pieces(self.lines[flow])):
                    found.append((flow, node))
        return found

    def _inside(self, node: str | None, holder: str) -> bool:
        while node is not None:
            node = self.parents.get(node)
            if node == holder:
                return True
        return False

    def on_each_other(self) -> list[tuple[str, str]]:
        """Pairs of flows that share a stretch, though neither their sources nor their targets are the same."""
        found = []
        for a, b in combinations(self.flows, 2):
            if self.flows[a][0] == self.flows[b][0] or self.flows[a][1] == self.flows[b][1]:
                continue
            if any(_share(p, q) for p in _pieces(self.lines[a]) for q in _pieces(self.lines[b])):
                found.append((a, b))
        return found


def _box(bounds) -> Box:
    x, y, width, height = (float(bounds.get(key)) for key in ("x", "y", "width", "height"))
    return Box(x, y, x + width, y + height)


def _pieces(line):
    return list(itertools.pairwise(line))


def _touches(box: Box, point) -> bool:
    x, y = point
    return box.left <= x <= box.right and box.top <= y <= box.bottom


def _crosses(box: Box, a, b) -> bool:
    left, right = sorted((a[0], b[0]))
    top, bottom = sorted((a[1], b[1]))
    return left < box.right and box.left < right + 0.01 and top < box.bottom and box.top < bottom + 0.01


def _share(p, q) -> bool:
    for axis in (0, 1):
        other = 1 - axis
        if p[0][axis] == p[1][axis] == q[0][axis] == q[1][axis]:
            low = max(min(p[0][other], p[1][other]), min(q[0][other], q[1][other]))
            high = min(max(p[0][other], p[1][other]), max(q[0][other], q[1][other]))
            if high - low > 1:
                return True
    return False
