"""FEEL's functions that take lists apart and put them together; positions count from 1, or from the end."""

from __future__ import annotations

import functools
from decimal import Decimal

from app.feel.errors import FeelEvaluationError
from app.feel.numbers import whole
from app.feel.signatures import Registry, registrar
from app.feel.values import Function, listed, same

LISTS: Registry = {}
built_in = registrar(LISTS)
Items = list[object]


def _offset(items: Items, position: Decimal) -> int:
    at = whole(position)
    if at == 0 or abs(at) > len(items):
        raise FeelEvaluationError(f"列表没有第 {at} 项")
    return at - 1 if at > 0 else len(items) + at


@built_in("list contains", "list: list, element: any|null")
def _list_contains(items: Items, element: object) -> bool:
    return any(same(item, element) for item in items)


@built_in("count", "list: list")
def _count(items: Items) -> Decimal:
    return Decimal(len(items))


@built_in("sublist", "list: list, start position: number, length: number?")
def _sublist(items: Items, start: Decimal, length: Decimal | None = None) -> Items:
    begin = _offset(items, start)
    if length is None:
        return items[begin:]
    if whole(length) < 1 or begin + whole(length) > len(items):
        raise FeelEvaluationError(f"长度 {length} 超出列表")
    return items[begin : begin + whole(length)]


@built_in("append", "list: list, item: any|null...")
def _append(items: Items, *more: object) -> Items:
    return [*items, *more]


@built_in("concatenate", "list: list...")
def _concatenate(*lists: Items) -> Items:
    return [item for items in lists for item in items]


@built_in("insert before", "list: list, position: number, newItem: any|null")
def _insert_before(items: Items, position: Decimal, item: object) -> Items:
    at = _offset(items, position)
    return [*items[:at], item, *items[at:]]


@built_in("remove", "list: list, position: number")
def _remove(items: Items, position: Decimal) -> Items:
    at = _offset(items, position)
    return [*items[:at], *items[at + 1 :]]


@built_in("list replace", "list: list, position: number, newItem: any|null")
def _list_replace(items: Items, position: Decimal, item: object) -> Items:
    at = _offset(items, position)
    return [*items[:at], item, *items[at + 1 :]]


@built_in("list replace", "list: list, match: function, newItem: any|null")
def _list_replace_matching(items: Items, match: Function, new: object) -> Items:
    answers = [match.call([item, new]) for item in items]
    if any(type(answer) is not bool for answer in answers):
        raise FeelEvaluationError("list replace 的函数应返回真或假")
    return [new if answer else item for item, answer in zip(items, answers, strict=True)]


@built_in("reverse", "list: list")
def _reverse(items: Items) -> Items:
    return items[::-1]


@built_in("index of", "list: list, match: any|null")
def _index_of(items: Items, match: object) -> Items:
    return [Decimal(at) for at, item in enumerate(items, 1) if same(item, match)]


def distinct(items: Items) -> Items:
    """Each value once, where it first stands."""
    kept: Items = []
    for item in items:
        if not any(same(item, other) for other in kept):
            kept.append(item)
    return kept


@built_in("distinct values", "list: list")
def _distinct_values(items: Items) -> Items:
    return distinct(items)


@built_in("union", "list: list...")
def _union(*lists: Items) -> Items:
    return distinct([item for items in lists for item in items])


@built_in("flatten", "list: list")
def _flatten(items: Items) -> Items:
    flat: Items = []
    for item in items:
        flat.extend(_flatten(item) if isinstance(item, list) else listed(item))
    return flat


@built_in("sort", "list: list, precedes: function")
def _sort(items: Items, precedes: Function) -> Items:
    def compare(left: object, right: object) -> int:
        if precedes.call([left, right]) is True:
            return -1
        return 1 if precedes.call([right, left]) is True else 0

    return sorted(items, key=functools.cmp_to_key(compare))
