"""FEEL's functions of contexts."""

from __future__ import annotations

from app.feel.errors import FeelEvaluationError
from app.feel.signatures import Registry, registrar

CONTEXTS: Registry = {}
built_in = registrar(CONTEXTS)
Entries = dict[str, object]


@built_in("get value", "m: context, key: string")
def _get_value(context: Entries, key: str) -> object:
    return context.get(key)


@built_in("get value", "context: context, keys: list")
def _get_value_deep(context: Entries, keys: list[object]) -> object:
    value: object = context
    for key in keys:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


@built_in("get entries", "m: context")
def _get_entries(context: Entries) -> list[object]:
    return [{"key": key, "value": value} for key, value in context.items()]


@built_in("context", "entries: list")
def _context(entries: list[object]) -> Entries:
    built: Entries = {}
    for entry in entries:
        if not isinstance(entry, dict) or "value" not in entry or not isinstance(entry.get("key"), str):
            raise FeelEvaluationError("context 的每一项应有 key（字符串）和 value")
        if entry["key"] in built:
            raise FeelEvaluationError(f"条目“{entry['key']}”重复")
        built[entry["key"]] = entry["value"]
    return built


@built_in("context put", "context: context, key: string, value: any|null")
def _context_put(context: Entries, key: str, value: object) -> Entries:
    return {**context, key: value}


@built_in("context put", "context: context, keys: list, value: any|null")
def _context_put_deep(context: Entries, keys: list[object], value: object) -> Entries:
    if not keys or not isinstance(keys[0], str):
        raise FeelEvaluationError("键应为字符串")
    if len(keys) == 1:
        return {**context, keys[0]: value}
    inner = context.get(keys[0])
    if not isinstance(inner, dict):
        raise FeelEvaluationError(f"“{keys[0]}”不是上下文")
    return {**context, keys[0]: _context_put_deep(inner, keys[1:], value)}


@built_in("context merge", "contexts: list")
def _context_merge(contexts: list[object]) -> Entries:
    merged: Entries = {}
    for context in contexts:
        if not isinstance(context, dict):
            raise FeelEvaluationError("context merge 的每一项应为上下文")
        merged |= context
    return merged
