"""Marshmallow's refusals in the officials' language, each with a stable code."""

from __future__ import annotations

import re

import marshmallow as ma
from marshmallow import fields, validate

_MESSAGES: dict[type[fields.Field], dict[str, str]] = {  # type: ignore[type-arg]
    fields.Field: {"required": "必填", "null": "不能为空", "validator_failed": "内容不符合要求"},
    fields.String: {"invalid": "应为文字", "invalid_utf8": "文字编码有误"},
    fields.Integer: {"invalid": "应为整数"},
    fields.Number: {"invalid": "应为数字", "too_large": "数字过大"},
    fields.Decimal: {"special": "应为数字"},
    fields.Boolean: {"invalid": "应为 true 或 false"},
    fields.List: {"invalid": "应为列表"},
    fields.Nested: {"type": "应为对象"},
    fields.Dict: {"invalid": "应为对象"},
    fields.Mapping: {"invalid": "应为对象"},
    fields.Date: {"invalid": "应为日期，例如 2026-03-31", "format": "无法写成日期"},
    fields.DateTime: {
        "invalid": "应为时间，例如 2026-03-31T09:00:00+08:00",
        "invalid_awareness": "时间应带时区",
        "format": "无法写成时间",
    },
}
_CODES = {
    "必填": "required", "不能为空": "null", "没有这个字段": "unknown_field", "没有这个选项": "not_a_choice",
    "应为文字": "not_text", "应为整数": "not_an_integer", "应为数字": "not_a_number",
    "数字过大": "number_too_large",
    "应为 true 或 false": "not_a_boolean", "应为列表": "not_a_list", "应为对象": "not_an_object",
    "金额应为元，最多两位小数，例如 1234.50": "not_an_amount",
}  # fmt: skip
_SHAPES = [
    (re.compile("应为日期"), "not_a_date"), (re.compile("应为时间|时间应带时区"), "not_an_instant"),
    (re.compile("长度"), "length_wrong"), (re.compile("不[小大]于|大于|小于"), "out_of_range"),
    (re.compile("格式"), "format_wrong"), (re.compile("应为以下之一"), "not_a_choice"),
]  # fmt: skip


def code_of(message: str) -> str:
    """The stable code of a refusal."""
    return _CODES.get(message) or next((code for shape, code in _SHAPES if shape.search(message)), "invalid")


def speak_chinese() -> None:
    """Once at start: marshmallow keeps its messages on its classes."""
    for field, messages in _MESSAGES.items():
        field.default_error_messages = {**field.default_error_messages, **messages}
    ma.Schema.error_messages = {"unknown": "没有这个字段", "type": "应为对象", "string": "应为文字"}
    ma.Schema._default_error_messages = {  # noqa: SLF001 marshmallow has no public way
        **ma.Schema._default_error_messages, **ma.Schema.error_messages,  # noqa: SLF001 the same
    }  # fmt: skip
    validate.Length.message_min = "长度不少于 {min}"
    validate.Length.message_max = "长度不超过 {max}"
    validate.Length.message_all = "长度应在 {min} 到 {max} 之间"
    validate.Length.message_equal = "长度应为 {equal}"
    validate.Range.message_min = "应{min_op} {{min}}"
    validate.Range.message_max = "应{max_op} {{max}}"
    validate.Range.message_all = "应{min_op} {{min}} 且{max_op} {{max}}"
    validate.Range.message_gte, validate.Range.message_gt = "不小于", "大于"
    validate.Range.message_lte, validate.Range.message_lt = "不大于", "小于"
    validate.OneOf.default_message = "应为以下之一：{choices}"
    validate.ContainsOnly.default_message = "应为以下之一：{choices}"
    validate.Regexp.default_message = "格式不对"


speak_chinese()
