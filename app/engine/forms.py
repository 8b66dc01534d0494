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
    "type": "填写的类型不对",
    "pattern": "格式不对",
    "format": "格式不对",
    "enum": "不在可选范围内",
    "const": "须确认后才能提交",
    "oneOf": "不在可选范围内",
    "minLength": "内容太短",
    "maxLength": "内容太长",
    "minimum": "数值太小",
    "maximum": "数值太大",
    "minItems": "项目太少",
    "maxItems": "项目太多",
    "uniqueItems": "有重复项目",
    "additionalProperties": "有表单以外的内容",
}


@dataclass(frozen=True)
class CompiledForm:
    """A schema, its ui schema, and the compiled check."""

    schema: dict[str, Any]
    ui_schema: dict[str, Any]
    validator: Any

    def faults(self, form: object) -> list[Fault]:
        """Everything wrong with the data, by JSON pointer."""
        return [_fault(error, self.schema) for error in self.validator.iter_errors(form)]


def compile_form(schema_bytes: bytes, ui_bytes: bytes | None) -> CompiledForm:
    """Raises ValueError when the schema is no JSON, no valid schema, or asks for something remote."""
    schema = json.loads(schema_bytes)
    ui_schema = json.loads(ui_bytes) if ui_bytes else {}
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
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


def _fault(error: Any, schema: dict[str, Any]) -> Fault:
    keyword = str(error.schema_path[-1]) if error.schema_path else "invalid"
    pointer = "".join(f"/{part}" for part in error.instance_path)
    if keyword == "required":
        missing = getattr(error.kind, "property", None)
        pointer += f"/{missing}" if missing else ""
    words = _WORDS.get(keyword, "填写有误")
    title = _title(schema, pointer)
    return Fault(pointer, f"form_{keyword}", f"{title}：{words}" if title else words)


def _title(schema: dict[str, Any], pointer: str) -> str:
    """The title of the field the pointer leads to, as far as the schema says it in place."""
    here: Any = schema
    for part in pointer.strip("/").split("/"):
        here = (here.get("items") if part.isdigit() else (here.get("properties") or {}).get(part)) or {}
    return str(here.get("title", "")) if here is not schema else ""
