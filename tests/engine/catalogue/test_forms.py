"""Forms: every fault at once, by pointer and in Chinese; exact to the last sign; nothing is fetched."""

from __future__ import annotations

import json

import pytest

from app.engine.forms import check_form, compile_form
from app.engine.specs import load_spec
from app.kernel.errors import Invalid
from tests.engine.catalogue.sample import SCHEME, sample_files

YUAN = "^(0|[1-9][0-9]{0,9})(\\.[0-9]{1,2})?$"


def form_of(**properties):
    schema = {"type": "object", "additionalProperties": False, "properties": properties}
    return compile_form(json.dumps(schema).encode(), None)


def told(form, data):
    return [(fault.where, fault.code, fault.message) for fault in form.faults(data)]


@pytest.mark.parametrize("amount", ["0", "0.5", "1234.50", "9999999999.99"])
def test_an_amount_in_yuan_is_taken(amount):
    assert told(form_of(amount={"type": "string", "pattern": YUAN}), {"amount": amount}) == []


@pytest.mark.parametrize(
    "amount",
    ["123.45\n", "\n123.45", "123.45 ", "1,234.50", "1.505", "-1", "+1", "1e3", "01", ".5", "", "１２３", "12\u0000"],
)
def test_what_is_no_amount_is_refused_with_an_example(amount):
    form = form_of(amount={"type": "string", "pattern": YUAN, "title": "金额"})
    assert told(form, {"amount": amount}) == [("/amount", "form_pattern", "金额：应为金额（元），如 1234.50")]


@pytest.mark.parametrize("amount", [123.45, 123, True, None, ["1.00"]])
def test_an_amount_is_text_and_nothing_else(amount):
    codes = [code for _, code, _ in told(form_of(amount={"type": "string", "pattern": YUAN}), {"amount": amount})]
    assert codes == ["form_type"]


def test_all_faults_come_at_once_each_with_its_place():
    form = form_of(
        name={"title": "户名", "type": "string", "minLength": 2},
        day={"title": "日期", "type": "string", "format": "date"},
        rows={
            "title": "明细", "type": "array", "maxItems": 1,
            "items": {"required": ["count"], "properties": {"count": {"type": "integer", "minimum": 1}}},
        },
    )  # fmt: skip
    assert told(form, {"name": "王", "day": "2026-02-30", "rows": [{"count": 0}, {}], "more": 1}) == [
        ("/name", "form_minLength", "户名：不能少于 2 个字"),
        ("/day", "form_format", "日期：应为日期，如 2026-03-02"),
        ("/rows", "form_maxItems", "明细：至多 1 项"),
        ("/rows/0/count", "form_minimum", "不能小于 1"),
        ("/rows/1/count", "form_required", "必填项未填"),
        ("/more", "form_additionalProperties", "表单中没有这一项"),
    ]


def test_pointers_are_escaped_as_json_pointers_are():
    form = form_of(a={"type": "string"})
    assert [where for where, _, _ in told(form, {"x/y~z": 1})] == ["/x~1y~0z"]


@pytest.mark.parametrize("data", [None, [], "x", 7, {"a": {"b": {"c": [1]}}}, {"": {}}])
def test_data_of_any_shape_is_told_and_never_breaks(data):
    form = form_of(a={"type": "string", "title": "甲"}, rows={"type": "array", "items": False})
    assert told(form, data)


@pytest.mark.parametrize("reference", ["http://localhost:9/x", "https://example.org/x", "file:///etc/passwd"])
def test_a_form_fetches_nothing(reference):
    with pytest.raises(ValueError, match="disabled"):
        form_of(a={"$ref": reference})


def test_a_pattern_that_looks_around_is_refused_for_it_could_run_for_ever():
    with pytest.raises(ValueError, match="regex"):
        form_of(a={"type": "string", "pattern": "^(?=a)a+$"})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Expecting value"),
        (b"[]", "a JSON object"),
        (b"null", "a JSON object"),
        (b"{", "Expecting property name"),
        (b'{"type": "strin"}', "strin"),
        (b"\xff", "decode"),
    ],
)
def test_what_is_no_schema_is_refused(content, words):
    with pytest.raises(ValueError, match=words):
        compile_form(content, None)


@pytest.fixture(scope="module")
def definition():
    files = {name: content for name, content in sample_files().items() if name != SCHEME}
    return load_spec("x", "sample", "sound", files)


def test_a_task_without_a_form_takes_nothing(definition):
    element = definition.elements["ask_units"]
    check_form(definition, element, {})
    with pytest.raises(Invalid) as refused:
        check_form(definition, element, {"note": "x"})
    assert refused.value.faults[0].code == "no_form"


def test_a_filled_in_form_is_checked_against_the_deployed_schema(definition):
    element = definition.elements["file"]
    check_form(definition, element, {"amount": "12.30"})
    with pytest.raises(Invalid) as refused:
        check_form(definition, element, {"note": "长" * 21})
    assert sorted(fault.where for fault in refused.value.faults) == ["/amount", "/note"]
