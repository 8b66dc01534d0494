"""Where the nodes of a process go: columns by the longest way from the start, rows inside their lanes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
NODES = frozenset(
    "startEvent endEvent task userTask serviceTask businessRuleTask callActivity subProcess exclusiveGateway "
    "parallelGateway inclusiveGateway eventBasedGateway intermediateCatchEvent boundaryEvent".split()
)
COLUMN, ROW, BAND = 180, 120, 30  # a column's width, a row's height, the strip that carries a lane's name
EDGE = 160, 80  # left and top of the first pool


class Box(NamedTuple):
    """A rectangle on the sheet."""

    x: int
    y: int
    width: int
    height: int

    @property
    def centre(self) -> tuple[int, int]:
        return self.x + self.width // 2, self.y + self.height // 2


@dataclass
class Sheet:
    """Boxes by element id, in the order they are drawn; `gaps` lie between rows; `right`, `bottom`: where it ends."""

    boxes: dict[str, Box] = field(default_factory=dict)
    lanes: dict[str, Box] = field(default_factory=dict)
    gaps: list[int] = field(default_factory=list)
    right: int = EDGE[0]
    bottom: int = EDGE[1]


@dataclass(frozen=True)
class Scope:
    """A process or a subprocess: what is drawn on one plane and joined by flows."""

    element: Any
    nodes: dict[str, Any]
    flows: list[Any]

    def ways(self) -> dict[str, list[str]]:
        """Where one gets from each node, over flows and boundary events."""
        ways: dict[str, list[str]] = {i: [] for i in self.nodes}
        for flow in self.flows:
            ways[flow.get("sourceRef")].append(flow.get("targetRef"))
        for i, node in self.nodes.items():
            if node.get("attachedToRef"):
                ways[node.get("attachedToRef")].append(i)
        return ways


def local(node: Any) -> str:
    """The name of an element without its namespace."""
    return str(etree.QName(node).localname) if isinstance(node.tag, str) else ""


def read_scope(element: Any) -> Scope:
    """The direct children of a process or subprocess; raises ValueError for a flow that leads nowhere."""
    nodes = {child.get("id"): child for child in element if local(child) in NODES}
    flows = [child for child in element if local(child) == "sequenceFlow"]
    for flow in flows:
        if flow.get("sourceRef") not in nodes or flow.get("targetRef") not in nodes:
            raise ValueError(f"sequence flow {flow.get('id')} leads nowhere")
    return Scope(element, nodes, flows)


def place(scope: Scope, sheet: Sheet) -> None:
    """Add the scope's nodes and lanes below what is on the sheet already."""
    columns = find_columns(scope)
    lanes = list(scope.element.iter(f"{{{BPMN}}}lane"))
    lane_of = {
        (reference.text or "").strip(): lane.get("id")
        for lane in lanes
        for reference in lane.iterfind(f"{{{BPMN}}}flowNodeRef")
    }
    names = [lane.get("id") for lane in lanes] or [""]
    width = BAND + COLUMN * (max(columns.values(), default=0) + 1) + BAND
    for name in names:
        mine = [i for i in scope.nodes if lane_of.get(i, names[0]) == name and not scope.nodes[i].get("attachedToRef")]
        rows = _find_rows(mine, columns, scope.ways())
        count = max(rows.values(), default=0) + 1
        height = ROW * count + 20
        sheet.gaps += [sheet.bottom + 10 + ROW * row for row in range(count + 1)]
        for i in mine:
            wide, high = _size(scope.nodes[i])
            x = EDGE[0] + 2 * BAND + COLUMN * columns[i] + (COLUMN - wide) // 2
            y = sheet.bottom + 10 + ROW * rows[i] + (ROW - high) // 2
            sheet.boxes[i] = Box(x, y, wide, high)
        if name:
            sheet.lanes[name] = Box(EDGE[0] + BAND, sheet.bottom, width, height)
        sheet.bottom += height
    sheet.right = max(sheet.right, EDGE[0] + BAND + width)
    _attach(scope, sheet)


def find_columns(scope: Scope) -> dict[str, int]:
    """The longest way from the start gives the column; ways back push nothing to the right."""
    ways = scope.ways()
    order = _reverse_postorder(scope, ways)
    rank = {i: n for n, i in enumerate(order)}
    columns = dict.fromkeys(scope.nodes, 0)
    for i in order:
        for target in ways[i]:
            if rank[target] > rank[i]:
                step = 0 if scope.nodes[target].get("attachedToRef") else 1
                columns[target] = max(columns[target], columns[i] + step)
    return columns


def _reverse_postorder(scope: Scope, ways: dict[str, list[str]]) -> list[str]:
    seen: set[str] = set()
    done: list[str] = []
    starts = [i for i, node in scope.nodes.items() if local(node) == "startEvent"]
    for start in [*starts, *scope.nodes]:
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


def _find_rows(mine: list[str], columns: dict[str, int], ways: dict[str, list[str]]) -> dict[str, int]:
    """A node stands in the row of the node before it, when that place is free; else in the first free one."""
    before = {target: source for source, targets in reversed(ways.items()) for target in targets}
    taken: set[tuple[int, int]] = set()
    rows: dict[str, int] = {}
    for i in sorted(mine, key=lambda name: columns[name]):
        row = rows.get(before.get(i, ""), 0)
        while (columns[i], row) in taken:
            row += 1
        rows[i] = row
        taken.add((columns[i], row))
    return rows


def _attach(scope: Scope, sheet: Sheet) -> None:
    """Boundary events sit on the lower edge of their host, side by side."""
    beside: dict[str, int] = {}
    for i, node in scope.nodes.items():
        host = node.get("attachedToRef")
        if host:
            box, n = sheet.boxes[host], beside.get(host, 0)
            sheet.boxes[i] = Box(box.x + 8 + 40 * n, box.y + box.height - 18, 36, 36)
            beside[host] = n + 1


def _size(node: Any) -> tuple[int, int]:
    name = local(node)
    if name.endswith("Event"):
        return 36, 36
    return (50, 50) if name.endswith("Gateway") else (110, 76)
