"""Decision tables: hit policies, outputs, allowed values, and the trace that explains them."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from app.feel import HitPolicyViolated, ValueNotAllowed, load_decisions
from tests.feel.tables import decision, definitions, input_data, needs, table

ROWS = [("> 10", '"甲"'), ("> 20", '"乙"'), ("> 30", '"甲"')]


def model(rows=ROWS, outputs=None, **options):
    logic = table([("x", "number")], outputs or [{"name": "结果"}], rows, **options)
    return load_decisions(definitions(input_data("x"), decision("t", logic, requires=needs("x"))), source="test.dmn")


def decide(x, **options):
    return model(**options).evaluate("t", {"x": x}).value


def test_unique_gives_the_one_row_and_refuses_two_by_name():
    assert decide(15) == "甲"
    with pytest.raises(HitPolicyViolated) as caught:
        decide(25)
    assert caught.value.rows == (1, 2)


def test_any_gives_what_the_rows_agree_on_and_refuses_what_they_do_not():
    rows = [("> 10", '"甲"'), ("> 20", '"甲"'), ("> 30", '"乙"')]
    assert decide(25, rows=rows, policy="ANY") == "甲"
    with pytest.raises(HitPolicyViolated) as caught:
        decide(35, rows=rows, policy="ANY")
    assert caught.value.rows == (1, 2, 3)


def test_first_gives_the_first_row():
    assert decide(35, policy="FIRST") == "甲"


def test_priority_follows_the_order_of_the_output_values():
    outputs = [{"name": "结果", "values": '"乙", "甲"'}]
    assert decide(35, policy="PRIORITY", outputs=outputs) == "乙"
    assert decide(15, policy="PRIORITY", outputs=outputs) == "甲"


def test_output_order_sorts_and_rule_order_and_collect_do_not():
    outputs = [{"name": "结果", "values": '"乙", "甲"'}]
    assert decide(35, policy="OUTPUT ORDER", outputs=outputs) == ["乙", "甲", "甲"]
    assert decide(35, policy="RULE ORDER") == ["甲", "乙", "甲"]
    assert decide(35, policy="COLLECT") == ["甲", "乙", "甲"]


@pytest.mark.parametrize(("aggregation", "expected"), [("SUM", "6.6"), ("MIN", "1.1"), ("MAX", "3.3"), ("COUNT", "3")])
def test_collect_aggregates_exactly(aggregation, expected):
    rows = [("> 10", "1.1"), ("> 20", "2.2"), ("> 30", "3.3")]
    assert str(decide(35, rows=rows, policy="COLLECT", aggregation=aggregation)) == expected


def test_no_row_gives_null_or_the_default():
    assert decide(5) is None
    assert decide(5, outputs=[{"name": "结果", "default": '"无"'}]) == "无"


def test_several_outputs_come_by_name():
    outputs = [{"name": "金额"}, {"name": "依据"}]
    found = model(rows=[("> 10", "x * 0.5", '"第三条"')], outputs=outputs).evaluate("t", {"x": 25})
    assert found.outputs == {"金额": Decimal("12.5"), "依据": "第三条"}
    assert model(rows=[("> 10", "1", "2")], outputs=outputs).evaluate("t", {"x": 1}).outputs == {
        "金额": None,
        "依据": None,
    }


def test_rule_order_with_several_outputs_is_a_list_of_contexts():
    outputs = [{"name": "金额"}, {"name": "依据"}]
    found = model(rows=[("> 10", "1", '"甲"'), ("> 20", "2", '"乙"')], outputs=outputs, policy="RULE ORDER")
    assert found.evaluate("t", {"x": 25}).outputs == [{"金额": 1, "依据": "甲"}, {"金额": 2, "依据": "乙"}]


def test_values_outside_what_is_allowed_are_errors():
    logic = table(
        [("x", "number", "[0..100]")],
        [{"name": "r", "values": '"甲", "乙"'}],
        [("-", 'if x > 50 then "丙" else "甲"')],
    )
    loaded = load_decisions(definitions(input_data("x"), decision("t", logic, requires=needs("x"))), source="t")
    assert loaded.evaluate("t", {"x": 50}).value == "甲"
    for x, which in ((101, "输入“x”"), (51, "输出“r”")):
        with pytest.raises(ValueNotAllowed, match=which):
            loaded.evaluate("t", {"x": x})


def test_annotations_can_be_read_through_the_model():
    loaded = model(rows=[("> 10", '"甲"', "嵊民〔2023〕1号", "第三条")], annotations=["文件", "条款"])
    assert loaded.decisions["t"].rules[0].annotations == {"文件": "嵊民〔2023〕1号", "条款": "第三条"}
    assert loaded.decisions["t"].rules[0].inputs == ("> 10",)


def test_the_trace_names_inputs_rows_tried_row_hit_and_its_source():
    loaded = model(rows=[("> 100", '"甲"', "第一条"), ("> 10", '"乙"', "第二条")], annotations=["条款"])
    trace = loaded.evaluate("t", {"x": Decimal("12.30")}).trace
    step = trace["steps"][-1]
    assert trace["inputs"] == {"x": "12.30"}
    assert step["rows_tried"] == [{"row": 1, "failed": ["x"]}, {"row": 2, "failed": []}]
    assert step["rows_hit"] == [{"row": 2, "annotations": {"条款": "第二条"}, "outputs": {"结果": "乙"}}]
    assert trace["result"] == "乙"
    assert json.loads(json.dumps(trace)) == trace


def test_without_trace_the_value_is_the_same():
    loaded = model()
    plain = loaded.evaluate("t", {"x": 15}, trace=False)
    assert plain.trace is None
    assert plain.value == loaded.evaluate("t", {"x": 15}).value


def test_first_stops_trying_after_its_hit():
    step = model(policy="FIRST").evaluate("t", {"x": 15}).trace["steps"][-1]
    assert [row["row"] for row in step["rows_tried"]] == [1]
    step = model(policy="FIRST").evaluate("t", {"x": 35}).trace["steps"][-1]
    assert [row["row"] for row in step["rows_hit"]] == [1]
