"""Whole files: requirements, functions, boxes, types, effective dates, and faults listed all at once."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from app.feel import (
    DecisionFaults,
    DecisionNotFound,
    FeelEvaluationError,
    UnknownName,
    ValueNotAllowed,
    load_decisions,
)
from tests.feel.tables import decision, definitions, input_data, literal, needs, table

FUNCTION = (
    '<businessKnowledgeModel id="f" name="封顶"><variable name="封顶"/><encapsulatedLogic>'
    '<formalParameter name="金额" typeRef="number"/><formalParameter name="上限" typeRef="number"/>'
    "<literalExpression><text>min(金额, 上限)</text></literalExpression>"
    "</encapsulatedLogic></businessKnowledgeModel>"
)
NAMESPACES = [
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
]


def load(*parts: str):
    return load_decisions(definitions(*parts), source="test.dmn")


def faults(*parts: str) -> list:
    with pytest.raises(DecisionFaults) as caught:
        load(*parts)
    return caught.value.faults


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_versions_1_2_to_1_5_are_read(namespace):
    xml = definitions(decision("d1", literal("1 + 1")), namespace=namespace)
    assert load_decisions(xml, source="x").evaluate("d1", {}).value == 2


def test_required_decisions_and_functions_are_decided_first_and_traced():
    model = load(
        input_data("自付"),
        FUNCTION,
        decision("excess", literal("max(自付 - 5000, 0)"), requires=needs("自付"), name="超额"),
        decision(
            "amount",
            literal("封顶(超额 * 0.6, 20000)"),
            requires=needs(decisions=["excess"], functions=["f"]),
        ),
    )
    result = model.evaluate("amount", {"自付": Decimal("32000.55")})
    assert str(result.value) == "16200.330"
    assert result.trace["required"][0]["result"] == "27000.55"
    assert model.inputs_needed("amount") == {"自付"}
    assert model.decisions["amount"].names_read == {"超额"}
    assert model.evaluate("amount", {"自付": 1_000_000}).value == 20000


def test_contexts_relations_lists_and_invocations():
    box = (
        '<context><contextEntry><variable name="行"/><relation><column name="档"/><column name="率"/>'
        f"<row>{literal('1')}{literal('0.5')}</row><row>{literal('2')}{literal('0.6')}</row></relation></contextEntry>"
        f'<contextEntry><variable name="款"/><invocation>{literal("封顶")}'
        f'<binding><parameter name="金额"/>{literal("100")}</binding>'
        f'<binding><parameter name="上限"/>{literal("80")}</binding></invocation></contextEntry>'
        f"<contextEntry><list>{literal('行[档 = 2].率[1]')}{literal('款')}</list></contextEntry></context>"
    )
    model = load(FUNCTION, decision("d1", box, requires=needs(functions=["f"])))
    assert model.evaluate("d1", {}).value == [Decimal("0.6"), 80]


def test_names_bound_inside_a_box_are_no_inputs():
    box = (
        f'<context><contextEntry><variable name="半"/>{literal("x / 2")}</contextEntry>'
        f"<contextEntry>{literal('半 + 1')}</contextEntry></context>"
    )
    model = load(decision("d1", box))
    assert model.decisions["d1"].names_read == {"x"}
    assert model.inputs_needed("d1") == {"x"}
    assert model.evaluate("d1", {"x": 6}).value == 4


def test_inputs_are_held_to_their_declared_types():
    types = (
        '<itemDefinition name="类别"><typeRef>string</typeRef>'
        '<allowedValues><text>"特困", "低保"</text></allowedValues></itemDefinition>'
        '<itemDefinition name="人"><itemComponent name="类别"><typeRef>类别</typeRef></itemComponent>'
        '<itemComponent name="自付"><typeRef>number</typeRef></itemComponent></itemDefinition>'
    )
    model = load(
        types,
        input_data("申请人", "人"),
        decision("d1", literal("申请人.自付 * 2"), requires=needs("申请人")),
    )
    assert model.evaluate("d1", {"申请人": {"类别": "低保", "自付": Decimal("1.5")}}).value == Decimal("3.0")
    for wrong in ({"类别": "富裕", "自付": 1}, {"类别": "低保", "自付": "12.30"}, {"自付": 1}, "低保"):
        with pytest.raises(ValueNotAllowed):
            model.evaluate("d1", {"申请人": wrong})


def test_a_missing_input_is_an_error_that_names_it_even_when_no_cell_would_read_it():
    model = load(input_data("x"), decision("d1", literal("1"), requires=needs("x")))
    with pytest.raises(UnknownName) as caught:
        model.evaluate("d1", {})
    assert caught.value.name == "x"


def test_floats_and_text_are_no_numbers():
    model = load(input_data("x"), decision("d1", literal("x"), requires=needs("x")))
    for wrong in (1.5, "1.5"):
        with pytest.raises(FeelEvaluationError):
            model.evaluate("d1", {"x": wrong})


def test_a_decision_is_found_by_id_or_name_or_not_at_all():
    model = load(decision("d1", literal("1"), name="补助 金额"))
    assert model.evaluate("补助 金额", {}).value == 1
    with pytest.raises(DecisionNotFound):
        model.get("d2")


def test_a_decision_that_two_others_need_is_decided_and_told_once():
    chain = [decision("d0", literal("1"))]
    for at in range(1, 12):
        both = needs(decisions=[f"d{at - 1}", f"e{at - 1}"] if at > 1 else ["d0"])
        text = f"d{at - 1} + e{at - 1}" if at > 1 else "d0"
        chain += [decision(f"{name}{at}", literal(text), requires=both) for name in "de"]
    result = load(*chain).evaluate("d11", {})
    assert result.value == 2**10
    assert len(json.dumps(result.trace)) < 10_000


def test_a_date_serves_where_a_date_and_time_is_wanted():
    model = load(input_data("t", "date and time"), decision("d1", literal("t.hour"), requires=needs("t")))
    assert model.evaluate("d1", {"t": date(2024, 1, 1)}).value == 0


def test_effective_dates_are_read_and_inclusive():
    mark = '<extensionElements><nuanxin:effective from="2023-01-01" to="2023-12-31"/></extensionElements>'
    found = load(decision("d1", literal("1"), before=mark)).decisions["d1"]
    assert (found.effective_from, found.effective_to) == (date(2023, 1, 1), date(2023, 12, 31))
    assert found.in_force(date(2023, 12, 31))
    assert not found.in_force(date(2024, 1, 1))
    assert load(decision("d1", literal("1"))).decisions["d1"].effective_from is None


def test_every_fault_of_a_file_is_listed_at_once_with_its_place():
    logic = table(
        [("x", "number"), ("y +", "number")],
        [{"name": "金额"}, {"name": "比例"}],
        [("< 5", "-", "1", "2"), ("> >", '"a"', "x + 无此名", "(1"), ("-", "-", "1")],
        policy="NONSENSE",
    )
    found = faults(
        input_data("x"),
        decision("d1", logic, requires=needs("x")),
        decision("d2", literal("1"), requires=needs("nobody")),
        decision(
            "d2",
            "",
            before='<extensionElements><e:effective xmlns:e="x" from="2023-13-01"/></extensionElements>',
        ),
    )
    summary = {(fault.code, fault.row, fault.cell) for fault in found}
    assert summary >= {
        ("unknown_hit_policy", None, None),
        ("syntax", None, "y +"),
        ("syntax", 2, "x"),
        ("cell_type", 2, "y +"),
        ("unknown_name", 2, "金额"),
        ("syntax", 2, "比例"),
        ("row_length", 3, None),
        ("duplicate_id", None, None),
        ("effective_date", None, "effective"),
        ("no_logic", None, None),
    }
    at = next(fault for fault in found if fault.row == 2 and fault.cell == "比例")
    assert (at.file, at.element, at.line, at.column) == ("test.dmn", "t", 1, 3)


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        ("unknown_reference", [decision("d1", literal("1"), requires=needs("nobody"))]),
        ("cyclic_requirement", [decision("a", literal("1"), requires=needs(decisions=["a"]))]),
        ("unknown_type", [input_data("x", "tNowhere")]),
        ("duplicate_name", [decision("a", literal("1"), name="n"), decision("b", literal("1"), name="n")]),
        ("reads_clock", [decision("a", literal("today()"))]),
        ("no_priorities", [decision("a", table([("1", "number")], [{"name": "r"}], [], policy="PRIORITY"))]),
        ("empty_output", [decision("a", table([("1", "number")], [{"name": "r"}], [("-", "")]))]),
        (
            "not_feel",
            [decision("a", '<literalExpression expressionLanguage="python"><text>1</text></literalExpression>')],
        ),
    ],
)
def test_a_fault_of_each_kind_is_found(code, parts):
    assert code in {fault.code for fault in faults(*parts)}


def test_an_effective_date_after_its_end_is_a_fault():
    mark = '<extensionElements><nuanxin:effective from="2024-01-01" to="2023-01-01"/></extensionElements>'
    assert [fault.code for fault in faults(decision("a", literal("1"), before=mark))] == ["effective_order"]


def test_functions_may_know_each_other_in_a_circle():
    def function(id_, other, text):
        return (
            f'<businessKnowledgeModel id="{id_}" name="{id_}"><variable name="{id_}"/><encapsulatedLogic>'
            f'<formalParameter name="n" typeRef="number"/>{literal(text)}</encapsulatedLogic>'
            f"{needs(functions=[other])}</businessKnowledgeModel>"
        )

    model = load(
        function("even", "odd", "if n = 0 then true else odd(n - 1)"),
        function("odd", "even", "if n = 0 then false else even(n - 1)"),
        decision("d1", literal("even(10)"), requires=needs(functions=["even"])),
    )
    assert model.evaluate("d1", {}).value is True


@pytest.mark.parametrize(
    ("code", "xml"),
    [
        ("not_xml", b"<definitions"),
        ("not_dmn", b"<html/>"),
        ("doctype", b'<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><d>&e;</d>'),
        ("not_xml", b""),
    ],
)
def test_what_is_no_dmn_is_refused(code, xml):
    with pytest.raises(DecisionFaults) as caught:
        load_decisions(xml, source="x.dmn")
    assert [fault.code for fault in caught.value.faults] == [code]


def test_a_decision_without_requirements_takes_the_names_it_reads_as_inputs():
    model = load(decision("d1", table([("自付", "number")], [{"name": "r"}], [("> 5", "自付 * 2")])))
    assert model.inputs_needed("d1") == {"自付"}
    assert model.evaluate("d1", {"自付": 6}).value == 12
    with pytest.raises(UnknownName):
        model.evaluate("d1", {})


def test_an_input_named_like_a_function_hides_it_only_from_the_decisions_that_require_it():
    model = load(
        input_data("date", "string"),
        decision("moment", literal("date"), requires=needs("date")),
        decision("day", literal("date(moment)"), requires=needs(decisions=["moment"])),
    )
    for traced in (True, False):
        assert model.evaluate("day", {"date": "2023-06-10"}, trace=traced).value == date(2023, 6, 10)
