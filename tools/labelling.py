"""Where the words of an arrow stand: beside a stretch that it has for itself, and on nothing else."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

from tools.placing import Box

Point = tuple[int, int]
_LETTER, _LINE, _WIDEST = 12, 14, 96


def find_label(name: str, flow: str, routes: Mapping[str, list[Point]], occupied: list[Box]) -> Box:
    """The first free place along the arrow, or above its beginning when there is none."""
    points = routes[flow]
    others = [piece for other, line in routes.items() if other != flow for piece in _pieces(line)]
    pieces = _pieces(points)
    own = [piece for piece in pieces if not any(_share(piece, other) for other in others)]
    places = [place for piece in [*own, *pieces] for place in _beside(piece, _size(name))]
    return next((place for place in places if not any(_overlap(place, box) for box in occupied)), places[0])


def _size(name: str) -> tuple[int, int]:
    width = min(_LETTER * len(name) + 4, _WIDEST)
    return width, _LINE * (-(-_LETTER * len(name) // _WIDEST))


def _beside(piece: tuple[Point, Point], size: tuple[int, int]) -> Iterator[Box]:
    (x, y), (x2, y2) = piece
    width, height = size
    if y == y2:
        middle = (x + x2 - width) // 2
        for left in (min(x, x2) + 4, middle, max(x, x2) - width - 4):
            yield Box(left, y - height - 3, width, height)
            yield Box(left, y + 3, width, height)
    else:
        for top in ((y + y2 - height) // 2, min(y, y2) + 4, max(y, y2) - height - 4):
            yield Box(x + 4, top, width, height)
            yield Box(x - width - 4, top, width, height)


def _pieces(line: list[Point]) -> list[tuple[Point, Point]]:
    return list(itertools.pairwise(line))


def _share(a: tuple[Point, Point], b: tuple[Point, Point]) -> bool:
    for axis in (0, 1):
        if a[0][axis] == a[1][axis] == b[0][axis] == b[1][axis]:
            (low, high), (low2, high2) = (sorted(end[1 - axis] for end in piece) for piece in (a, b))
            if min(high, high2) - max(low, low2) > 1:
                return True
    return False


def _overlap(a: Box, b: Box) -> bool:
    return a.x < b.x + b.width and b.x < a.x + a.width and a.y < b.y + b.height and b.y < a.y + a.height
