"""How the arrows go: upright and level only, round the boxes, with few bends and seldom on each other.

The lines that an arrow may follow are the middles of the boxes and three tracks between columns and between rows;
the cheapest way over this grid is taken, one arrow after the other.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator

from tools.placing import BAND, COLUMN, EDGE, Box, Sheet

Point = tuple[int, int]
_BEND, _CROSSING, _SHARED, _LABEL, _WRONG_SIDE, _ALONG_HOST = 40, 25, 300, 60, 50, 1000
_TRACKS = (-8, 0, 8)
_MARGIN = 6
_RIGHT, _DOWN, _LEFT, _UP = (1, 0), (0, 1), (-1, 0), (0, -1)


class Router:
    """Finds the ways on one sheet and remembers those it has given."""

    def __init__(self, sheet: Sheet, labels: list[Box], hosts: dict[str, str]) -> None:
        self._sheet = sheet
        self._labels = labels
        self._hosts = hosts
        middles = [box.centre for box in sheet.boxes.values()]
        columns = range(EDGE[0] + 2 * BAND, sheet.right + 1, COLUMN)
        self._xs = sorted({x for x, _ in middles} | {gap + track for gap in columns for track in _TRACKS})
        self._ys = sorted({y for _, y in middles} | {gap + track for gap in sheet.gaps for track in _TRACKS})
        self._taken: dict[tuple[Point, Point], list[tuple[str, str]]] = {}

    def route(self, source: str, target: str) -> list[Point]:
        """The bends from edge to edge."""
        path = self._find(source, target)
        for a, b in _steps(path):
            self._taken.setdefault((min(a, b), max(a, b)), []).append((source, target))
        corners = [p for n, p in enumerate(path) if n in (0, len(path) - 1) or not _straight(*path[n - 1 : n + 2])]
        corners[0] = _edge(self._sheet.boxes[source], corners[1])
        corners[-1] = _edge(self._sheet.boxes[target], corners[-2])
        return corners

    def _find(self, source: str, target: str) -> list[Point]:
        start, goal = self._sheet.boxes[source].centre, self._sheet.boxes[target].centre
        walls = self._walls(source, target)
        ahead: list[tuple[int, Point, Point, tuple[Point, ...]]] = [(0, start, (0, 0), (start,))]
        seen: set[tuple[Point, Point]] = set()
        while ahead:
            cost, here, direction, path = heapq.heappop(ahead)
            if here == goal:
                return list(path)
            if (here, direction) in seen:
                continue
            seen.add((here, direction))
            turning = not self._within(here, source, target) or here == start
            for onward, there in self._neighbours(here):
                if direction not in ((0, 0), onward) and (not turning or onward == (-direction[0], -direction[1])):
                    continue
                if any(_crosses(wall, here, there) for wall in walls):
                    continue
                step = self._cost(here, there, direction, onward, (source, target))
                if there == goal and onward != _RIGHT:
                    step += _WRONG_SIDE
                heapq.heappush(ahead, (cost + step, there, onward, (*path, there)))
        raise ValueError(f"no way from {source} to {target}")

    def _walls(self, source: str, target: str) -> list[Box]:
        """Boxes with a margin; the host of a boundary event that we leave has none, for we start on its edge."""
        host = self._hosts.get(source)
        walls = []
        for name, box in self._sheet.boxes.items():
            on_our_own = self._hosts.get(name) in (source, target) and self._hosts.get(name) is not None
            if name in (source, target):
                continue
            margin = 0 if name == host or on_our_own else _MARGIN
            walls.append(Box(box.x - margin, box.y - margin, box.width + 2 * margin, box.height + 2 * margin))
        return walls

    def _within(self, point: Point, *names: str) -> bool:
        boxes = [self._sheet.boxes[name] for name in names]
        return any(b.x <= point[0] <= b.x + b.width and b.y <= point[1] <= b.y + b.height for b in boxes)

    def _neighbours(self, here: Point) -> Iterator[tuple[Point, Point]]:
        n, m = self._xs.index(here[0]), self._ys.index(here[1])
        if n + 1 < len(self._xs):
            yield _RIGHT, (self._xs[n + 1], here[1])
        if m + 1 < len(self._ys):
            yield _DOWN, (here[0], self._ys[m + 1])
        if n:
            yield _LEFT, (self._xs[n - 1], here[1])
        if m:
            yield _UP, (here[0], self._ys[m - 1])

    def _cost(self, here: Point, there: Point, direction: Point, onward: Point, ends: tuple[str, str]) -> int:
        cost = abs(here[0] - there[0]) + abs(here[1] - there[1])
        if direction == (0, 0):
            cost += _ALONG_HOST * (onward != _DOWN) if ends[0] in self._hosts else _WRONG_SIDE * (onward != _RIGHT)
        elif direction != onward:
            cost += _BEND
        cost += _LABEL * any(_crosses(label, here, there) for label in self._labels)
        others = self._taken.get((min(here, there), max(here, there)), [])
        cost += _SHARED * sum(ends[0] != source and ends[1] != target for source, target in others)
        return cost + _CROSSING * self._crossings(there, onward)

    def _crossings(self, point: Point, onward: Point) -> int:
        """Arrows that run through this point athwart."""
        n, m = self._xs.index(point[0]), self._ys.index(point[1])
        if onward in (_RIGHT, _LEFT):
            below = self._ys[m + 1] if m + 1 < len(self._ys) else point[1]
            return len(self._taken.get((point, (point[0], below)), []))
        beside = self._xs[n + 1] if n + 1 < len(self._xs) else point[0]
        return len(self._taken.get((point, (beside, point[1])), []))


def _steps(path: list[Point]) -> list[tuple[Point, Point]]:
    return list(itertools.pairwise(path))


def _straight(a: Point, b: Point, c: Point) -> bool:
    return a[0] == b[0] == c[0] or a[1] == b[1] == c[1]


def _crosses(box: Box, a: Point, b: Point) -> bool:
    """Whether the stretch runs through the inside of the box."""
    left, right = sorted((a[0], b[0]))
    top, bottom = sorted((a[1], b[1]))
    return left < box.x + box.width and right > box.x and top < box.y + box.height and bottom > box.y


def _edge(box: Box, towards: Point) -> Point:
    """Where the line from the middle of the box to a point straight beside or above leaves the box."""
    x, y = box.centre
    if towards[1] == y:
        return (box.x + box.width, y) if towards[0] > x else (box.x, y)
    return (x, box.y + box.height) if towards[1] > y else (x, box.y)
