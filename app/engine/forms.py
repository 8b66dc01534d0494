"""Forms: JSON Schema checked in a few microseconds, every fault at once, by JSON pointer and in Chinese."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from app.engine.elements import ElementConfig
from app.engine.specs import LoadedDefinition
from app.kernel.errors import Fault, Invalid

_WORDS = {
    "required": "必填项未填",
    "dependentRequired": "必填项未填",
    "type": "填写的类型不对",
    "pattern": "格式不对",
    "format": "格式不对",
    "enum": "不在可选范围内",
    "const": "须确认后才能提交",
    "oneOf": "不在可选范围内",
    "anyOf": "不在可选范围内",
    "minLength": "不能少于 {limit} 个字",
    "maxLength": "不能超过 {limit} 个字",
    "minimum": "不能小于 {limit}",
    "maximum": "不能大于 {limit}",
    "exclusiveMinimum": "应大于 {limit}",
    "exclusiveMaximum": "应小于 {limit}",
    "minItems": "至少 {limit} 项",
    "maxItems": "至多 {limit} 项",
    "uniqueItems": "有重复项目",
    "additionalProperties": "表单中没有这一项",
}
_FORMATS = {"date": "应为日期，如 2026-03-02", "date-time": "应为时间，如 2026-03-02T09:00:00+08:00"}
_YUAN, _NO_YUAN = "1234.50", "abc"


@dataclass(frozen=True)
class CompiledForm:
    """A schema, its ui schema, and the compiled check."""

    schema: dict[str, Any]
    ui_schema: dict[str, Any]
    validator: Any

    def faults(self, form: object) -> list[Fault]:
        """Everything wrong with the data, by JSON pointer."""
        return [fault for error in self.validator.iter_errors(form) for fault in _faults(error, self.schema)]


def compile_form(schema_bytes: bytes, ui_bytes: bytes | None) -> CompiledForm:
    r"""Raises ValueError when the schema is no JSON object, no valid schema, or asks for anything outside itself.

    Patterns run in linear time (no look-around), and `$` matches only at the very end: "123.45\n" is no amount.
    """
    schema = json.loads(schema_bytes)
    ui_schema = json.loads(ui_bytes) if ui_bytes else {}
    if not isinstance(schema, dict) or not isinstance(ui_schema, dict):
        raise ValueError("a form is a JSON object")  # noqa: TRY004 told with the other faults of the file
    validator = jsonschema_rs.Draft202012Validator(
        schema, validate_formats=True, offline=True, pattern_options=jsonschema_rs.RegexOptions()
    )
    return CompiledForm(schema, ui_schema, validator)


def form_of(
    definition: LoadedDefinition, config: ElementConfig
) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """(schema, ui schema) of a task; (None, {}) when it asks nothing."""
    form = definition.forms.get(config.id)
    return (None, {}) if form is None else (form.schema, form.ui_schema)


def check_form(definition: LoadedDefinition, config: ElementConfig, form: object) -> None:
    """Raises Invalid with every fault; a task without a form takes only an empty one."""
    compiled = definition.forms.get(config.id)
    if compiled is None:
        if form:
            raise Invalid([Fault("", "no_form", "该任务没有表单，不应提交内容")])
        return
    faults = compiled.faults(form)
    if faults:
        raise Invalid(faults)


def _faults(error: Any, schema: dict[str, Any]) -> list[Fault]:
    """One fault; of unexpected members one each, so that every one is named."""
    keyword = error.kind.name
    here = [str(part) for part in error.instance_path]
    if keyword == "additionalProperties":
        paths = [[*here, name] for name in error.kind.unexpected]
    else:
        paths = [[*here, error.kind.property]] if keyword == "required" else [here]
    words = _words(keyword, error.kind)
    return [
        Fault("".join(f"/{_escape(part)}" for part in path), f"form_{keyword}", f"{title}：{words}" if title else words)
        for path in paths
        for title in [_title(schema, path)]
    ]


def _words(keyword: str, kind: Any) -> str:
    if keyword == "pattern" and _takes(kind.pattern, _YUAN) and not _takes(kind.pattern, _NO_YUAN):
        return f"应为金额（元），如 {_YUAN}"
    if keyword == "format":
        return _FORMATS.get(kind.format, _WORDS["format"])
    return _WORDS.get(keyword, "填写有误").format(limit=getattr(kind, "limit", ""))


def _takes(pattern: str, text: str) -> bool:
    return bool(jsonschema_rs.is_valid({"pattern": pattern}, text))


def _escape(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def _title(schema: dict[str, Any], path: list[str]) -> str:
    """The title of the field the path leads to, as far as the schema says it in place."""
    here: Any = schema
    for part in path:
        inside = here.get("items") if part.isdigit() else (here.get("properties") or {}).get(part)
        if not isinstance(inside, dict):
            return ""
        here = inside
    return str(here.get("title", "")) if path else ""
