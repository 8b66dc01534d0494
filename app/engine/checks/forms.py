"""A form asks for what it names and nothing else, exactly: no open objects, no loose patterns, no float money."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from app.engine.elements import ElementConfig
from app.engine.forms import compile_form
from app.kernel.errors import Fault

_INSIDE = ("items", "if", "then", "else", "not", "additionalProperties", "contains")
_NAMED = ("properties", "$defs", "patternProperties", "dependentSchemas")
_LISTED = ("oneOf", "anyOf", "allOf", "prefixItems")


def check_forms(files: Mapping[str, bytes], configs: list[ElementConfig]) -> list[Fault]:
    """Every form that some task names, once; `where` is "forms/file#/pointer"."""
    faults: list[Fault] = []
    pairs = dict.fromkeys((config.form, config.ui_form) for config in configs if config.form)
    for form, ui_form in pairs:
        name = f"forms/{form}"
        if name in files:
            faults += check_form(name, files[name], ui_form or "", files.get(f"forms/{ui_form}"))
    for config in configs:
        if config.decisions and f"forms/{config.form}" in files:
            faults += _decision_faults(config, files[f"forms/{config.form}"])
    return list({(fault.where, fault.code, fault.message): fault for fault in faults}.values())


def check_form(name: str, content: bytes, ui_name: str, ui_content: bytes | None) -> list[Fault]:
    """Faults of one schema and its ui schema."""
    try:
        schema = compile_form(content, None).schema
    except ValueError as error:
        return [Fault(name, "form_broken", f"表单无效：{str(error).splitlines()[0]}")]
    if schema.get("type") != "object" or "properties" not in schema:
        return [Fault(name, "form_not_object", '表单最外层应为 "type": "object"，并列出 properties')]
    faults = [fault for pointer, part in _walk("", schema) for fault in _part_faults(name, pointer, part)]
    return faults if ui_content is None else faults + _ui_faults(f"forms/{ui_name}", ui_content, schema)


def _walk(pointer: str, part: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema inside a schema, with its JSON pointer."""
    if not isinstance(part, dict):
        return
    yield pointer, part
    for key in _INSIDE:
        yield from _walk(f"{pointer}/{key}", part.get(key))
    for key in _NAMED:
        for name, inner in (part.get(key) or {}).items():
            yield from _walk(f"{pointer}/{key}/{name}", inner)
    for key in _LISTED:
        for n, inner in enumerate(part.get(key) or []):
            yield from _walk(f"{pointer}/{key}/{n}", inner)


def _part_faults(name: str, pointer: str, part: dict[str, Any]) -> list[Fault]:
    where, faults = f"{name}#{pointer}", []
    types = part.get("type", [])
    if "number" in ([types] if isinstance(types, str) else types):
        message = "不用 number：金额用十进制字符串（如 1234.50），个数用 integer"
        faults.append(Fault(where, "form_number", message))
    if types == "object" and "properties" in part:
        if part.get("additionalProperties") is not False:
            faults.append(Fault(where, "form_open", '应写明 "additionalProperties": false，表单以外的内容一律不收'))
        extra = [field for field in part.get("required", []) if field not in part["properties"]]
        faults += [Fault(where, "form_required_unknown", f"必填项 {field} 不在 properties 中") for field in extra]
    if "pattern" in part and not _is_anchored(part["pattern"]):
        faults.append(Fault(where, "pattern_loose", f"格式 {part['pattern']} 应以 ^ 开头、以 $ 结尾，| 写在括号内"))
    return faults


def _is_anchored(pattern: str) -> bool:
    """Starts with ^, ends with $, and no | stands outside of brackets."""
    depth, escaped, in_class = 0, False, False
    for letter in pattern:
        if escaped:
            escaped = False
        elif letter == "\\":
            escaped = True
        elif in_class:
            in_class = letter != "]"
        elif letter == "[":
            in_class = True
        elif letter in "()":
            depth += 1 if letter == "(" else -1
        elif letter == "|" and depth == 0:
            return False
    return pattern.startswith("^") and pattern.endswith("$") and not pattern.endswith("\\$")


def _ui_faults(name: str, content: bytes, schema: dict[str, Any]) -> list[Fault]:
    try:
        ui_schema = json.loads(content)
    except ValueError as error:
        return [Fault(name, "form_broken", f"界面描述不是有效的 JSON：{error}")]
    if not isinstance(ui_schema, dict):
        return [Fault(name, "form_broken", "界面描述最外层应为对象")]
    order = ui_schema.get("ui:order", [])
    if not isinstance(order, list) or not all(isinstance(key, str) for key in order):
        return [Fault(f"{name}#/ui:order", "form_broken", "ui:order 应为字段名的数组")]
    named = [key for key in ui_schema if not key.startswith("ui:")] + [key for key in order if key != "*"]
    unknown = [key for key in dict.fromkeys(named) if key not in schema["properties"]]
    return [Fault(f"{name}#/{key}", "form_ui_unknown", f"界面描述中的 {key} 不在表单中") for key in unknown]


def _decision_faults(config: ElementConfig, content: bytes) -> list[Fault]:
    try:
        known = set(json.loads(content)["properties"])
    except (ValueError, TypeError, KeyError):
        return []  # told above
    where = f"forms/{config.form}#/properties"
    return [
        Fault(f"{where}/{field}", "decision_field_unknown", f"{config.id} 的 decisions 要的 {field} 不在表单中")
        for field in config.decisions
        if field not in known
    ]
