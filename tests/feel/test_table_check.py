"""The table check: what is certainly wrong with a table is found, and nothing that is right is blamed."""

from __future__ import annotations

import functools
import itertools
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.feel import check_tables, compile_unary_tests, load_decisions
from tests.feel.tables import decision, definitions, input_data, literal, needs, table

SHIPPED = sorted((Path(__file__).parents[2] / "bpmn").rglob("*.dmn"))


def load(inputs, rows, *, before=(), needed=None, label=None, about="", **options):
    """A table over inputs of (name, type[, allowed]) in a file of its own."""
    outputs, decisions = options.pop("outputs", [{"name": "结果"}]), options.pop("decisions", ())
    logic = table(inputs, outputs, rows, **options)
    if label is not None:
        logic = logic.replace(f'<input label="{inputs[0][0]}">', f'<input label="{label}">')
    names = [name for name, *_ in inputs] if needed is None else needed
    declared = [input_data(name, kind) for name, kind, *_ in inputs if name in names]
    about = f"<description>{about}</description>" if about else ""
    made = decision("t", logic, requires=needs(*names, decisions=decisions), before=about)
    return load_decisions(definitions(*declared, *before, made), source="t.dmn")


def faults(inputs, rows, **options):
    return [(fault.code, fault.message) for fault in check_tables(load(inputs, rows, **options)).faults]


def codes(*arguments, **options):
    return [code for code, _ in faults(*arguments, **options)]


X, KIND, OLD = ("x", "number"), ("kind", "string"), ("old", "boolean")


def test_a_sound_table_has_no_faults():
    assert faults([X, OLD], [("< 5000", "-", "1"), (">= 5000", "true", "2"), (">= 5000", "false", "3")]) == []


def test_a_gap_is_told_with_an_input_that_no_row_covers():
    found = faults([X, KIND], [("<= 5000", "-", "1"), ("> 5000", 'not("tk")', "2")])
    assert found == [("gap", "决策表“t”：x = 5001 且 kind = tk 没有规则")]
    assert faults([X], [("< 5000", "1"), ("> 5000", "2")]) == [("gap", "决策表“t”：x = 5000 没有规则")]
    assert "x = 5000.005" in faults([X], [("<= 5000", "1"), (">= 5000.01", "2")])[0][1]


def test_every_gap_along_a_column_is_told():
    found = faults([X], [("[0..30000]", "0"), ("[40000..50000)", "1"), (">= 60000", "2")])
    assert [message for _, message in found] == [
        f"决策表“t”：x = {value} 没有规则" for value in ("-1", "35000", "50000")
    ]


def test_a_default_or_a_row_that_catches_all_leaves_no_gap():
    assert codes([X], [("< 5", "1")], outputs=[{"name": "r", "default": "0"}]) == []
    assert codes([X], [("< 5", "1"), ("-", "2")], policy="FIRST") == []


@pytest.mark.parametrize("policy", ["COLLECT", "RULE ORDER"])
def test_nothing_is_an_answer_where_a_list_is_asked_for(policy):
    assert codes([X], [("< 5", "1")], policy=policy) == []
    assert codes([X], [("< 5", "1")], policy="COLLECT", aggregation="SUM") == ["gap"]


def test_allowed_values_and_declared_types_close_a_gap():
    rows = [('"a"', "1"), ('"b"', "2")]
    assert codes([KIND], rows) == ["gap"]
    assert codes([(*KIND, '"a", "b"')], rows) == []
    assert codes([("x", "number", ">= 0")], [("[0..5]", "1"), ("> 5", "2")]) == []
    type_ = (
        '<itemDefinition name="tKind"><typeRef>string</typeRef>'
        '<allowedValues><text>"a", "b"</text></allowedValues></itemDefinition>'
    )
    assert codes([("kind", "tKind")], rows, before=[type_]) == []


def test_what_a_decision_can_give_closes_a_gap():
    given = [
        input_data("y"),
        decision("kind", literal('if y > 5 then "a" else "b"'), requires=needs("y")),
        decision("rest", literal("if y > 5 then y - 5 else 0"), requires=needs("y")),
    ]
    rows = [('"a"', "1"), ('"b"', "2")]
    assert codes([KIND], rows, before=given, needed=[], decisions=["kind"]) == []
    assert (
        codes([("rest", "number")], [("[0..5]", "1"), ("> 5", "2")], before=given, needed=[], decisions=["rest"]) == []
    )


def test_null_counts_where_a_row_speaks_of_it():
    assert codes([X], [("null", "0"), ("< 5", "1"), (">= 5", "2")]) == []
    assert codes([X], [("not(null)", "1")]) == ["gap"]


def test_whole_numbers_that_name_something_have_nothing_between_them():
    assert codes([X], [("< 1", "0"), ("1", "1"), ("2", "2"), ("> 2", "3")]) == []


def test_overlapping_rows_of_unique_are_named_with_an_example():
    found = faults([X], [("<= 5000", "1"), (">= 5000", "2")])
    assert found == [("rows_overlap", "决策表“t”（UNIQUE）：第 1、2 行同时命中，例如 x = 5000")]


def test_any_may_overlap_where_rows_agree():
    assert codes([X], [("<= 5", "1"), (">= 5", "1")], policy="ANY") == []
    assert codes([X], [("<= 5", "1"), (">= 5", "2")], policy="ANY") == ["rows_overlap"]


def test_a_row_behind_others_of_first_or_of_lower_priority_never_counts():
    shadowed = [("< 10", "1"), ("< 5", "2"), ("-", "3")]
    assert faults([X], shadowed, policy="FIRST") == [
        ("row_unreachable", "决策表“t”（FIRST）：第 2 行永远不会起作用，前面的行已经全部覆盖")
    ]
    ranked = [{"name": "r", "values": '"高", "低"'}]
    rows = [("-", '"高"'), ("> 5", '"低"')]
    assert codes([X], rows, policy="PRIORITY", outputs=ranked) == ["row_unreachable"]
    assert codes([X], [("> 5", '"高"'), ("-", '"低"')], policy="PRIORITY", outputs=ranked) == []


def test_a_row_that_catches_null_is_not_called_unreachable():
    assert codes([X], [("< 5", "1"), (">= 5", "2"), ("-", "3")], policy="FIRST") == []


def test_a_condition_that_nothing_meets_is_unreachable_in_any_table():
    assert "row_unreachable" in codes([("x", "number", "[0..100]")], [("<= 100", "1"), ("> 100", "2")])


def test_lists_are_seen_by_what_they_contain():
    categories = ("categories", "Any")
    rows = [('list contains(?, "tk")', "1"), ('not(list contains(?, "tk"))', "0")]
    assert faults([categories], rows) == []
    both = [('list contains(?, "tk")', "1"), ('list contains(?, "db")', "2")]
    assert faults([categories], both) == [
        ("rows_overlap", "决策表“t”（UNIQUE）：第 1、2 行同时命中，例如 categories = [tk、db]"),
        ("gap", "决策表“t”：categories = [（其他）] 没有规则"),
    ]


def test_many_groups_of_a_list_are_seen_one_by_one():
    rows = [(f'list contains(?, "a{n}") or list contains(?, "b{n}")', str(n)) for n in range(12)]
    assert codes([("l", "Any")], [*rows, ("-", "99")], policy="FIRST") == []
    again = ('list contains(?, "a3")', "98")
    assert codes([("l", "Any")], [*rows, again, ("-", "99")], policy="FIRST") == ["row_unreachable"]


def test_lines_that_are_decisions_of_their_own_are_known():
    lines = [decision("line", literal("5000"))]
    sound = [("<= line", "1"), ("> line", "2")]
    assert codes([X], sound, before=lines, decisions=["line"]) == []
    assert codes([X], [("< line", "1"), ("> line", "2")], before=lines, decisions=["line"]) == ["gap"]


def test_columns_that_hang_together_are_not_blamed_for_what_cannot_be():
    over = ("if kind = one then x > 5 else false", "boolean")
    rows = [('"a"', "true", "1"), ('"a"', "false", "2"), ('"b"', "false", "3")]
    columns = [(*KIND, '"a", "b"'), over]
    logic = table(columns, [{"name": "r"}], rows)
    made = decision("t", logic, requires=needs("x", "kind", decisions=["one"]))
    one = decision("one", literal('"a"'))
    file = definitions(input_data("x"), input_data("kind", "string"), one, made)
    assert check_tables(load_decisions(file, source="t")).faults == []


def test_what_cannot_be_told_is_a_note_and_no_fault():
    found = check_tables(load([X, ("y", "number")], [("> y", "-", "1"), ("<= y", "< 3", "2"), ("-", ">= 3", "3")]))
    assert [note.code for note in found.notes] == ["not_checkable"]
    assert "rows_overlap" not in [fault.code for fault in found.faults]


def test_inputs_that_nothing_uses_are_faults():
    assert codes([X, OLD], [("<= 5", "-", "1"), ("> 5", "-", "2")]) == ["unused_input"]
    extra = [input_data("forgotten")]
    assert codes([X], [("<= 5", "1"), ("> 5", "2")], before=extra) == ["unused_input"]


WORDS = [
    ("> 5000", "<= 5000", "超过5000元", []),
    (">= 5000", "< 5000", "超过5000元", ["contradicts_annotation"] * 2),
    (">= 5000", "< 5000", "5000元以上", []),
    ("> 5000", "<= 5000", "5000元以上", ["contradicts_annotation"] * 2),
    (">= 50000", "< 50000", "自负 5 万元以上的", []),
    ("> 50000", "<= 50000", "5万元以下", []),
    (">= 50000", "< 50000", "5万元以内", ["contradicts_annotation"] * 2),
    (">= 50000", "< 50000", "五万元以外", ["contradicts_annotation"] * 2),
    (">= 0.5", "< 0.5", "原则上不低于50%", []),
    ("> 0.15", "<= 0.15", "不超过当年筹集资金总额的15%", []),
    (">= 0.15", "< 0.15", "不超过当年筹集资金总额的15%", ["contradicts_annotation"] * 2),
    (">= 50000", "< 50000", "个人负担仍超过5万元以上部分", []),
    ("> 50000", "<= 50000", "个人负担仍超过5万元以上部分", []),
    (">= 5000", "< 5000", "超过5000元的部分按60%补助", []),
    ("> 14", "<= 14", "0-14周岁（含14周岁）", []),
    (">= 60", "< 60", "年满60周岁", []),
    (">= 2", "< 2", "残疾等级二级及以上", []),
    ("> 5000", "<= 5000", "5000元以下按50%，5000元以上按60%", []),
]


@pytest.mark.parametrize(("above", "below", "words", "expected"), WORDS)
def test_comparisons_are_held_against_the_words_beside_the_number(above, below, words, expected):
    assert codes([X], [(above, "1", words), (below, "0", words)], annotations=["依据"]) == expected


def test_the_contradiction_names_row_and_words():
    found = check_tables(
        load([X], [(">= 5000", "1", "自付超过5000元"), ("< 5000", "0", "其他")], annotations=["依据"])
    ).faults
    assert [(fault.row, fault.cell) for fault in found] == [(1, "x")]
    assert "超过5000元" in found[0].message
    assert ">= 5000" in found[0].message


def test_words_may_stand_in_the_label_or_speak_of_a_named_line():
    line = [decision("line", literal("5000")).replace('name="line"', 'name="line" label="预警线"', 1)]
    rows = [(">= line", "1", "超过预警线"), ("< line", "0", "其他")]
    assert codes([X], rows, annotations=["说明"], before=line, decisions=["line"]) == ["contradicts_annotation"]
    assert codes([X], [(">= 5000", "1"), ("< 5000", "0")], label="超过5000元") == ["contradicts_annotation"] * 2
    columns = [("x >= y", "boolean")]
    made = decision("t", table(columns, [{"name": "r"}], [("true", "1"), ("false", "0")]), requires=needs("x", "y"))
    file = (
        definitions(input_data("x"), input_data("y"), made).decode().replace('label="x &gt;= y"', 'label="超过起付线"')
    )
    found = check_tables(load_decisions(file.encode(), source="t")).faults
    assert [fault.code for fault in found] == ["contradicts_annotation"]


def test_an_expression_is_held_against_the_description_of_its_decision():
    about = "<description>自付超过5000元的，列入</description>"

    def file(op):
        made = decision("t", literal(f"x {op} 5000"), requires=needs("x"), before=about)
        return load_decisions(definitions(input_data("x"), made), source="t")

    assert check_tables(file(">")).faults == []
    assert [fault.code for fault in check_tables(file(">=")).faults] == ["contradicts_annotation"]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_shipped_table_is_sound(path):
    found = check_tables(load_decisions(path.read_bytes(), source=path.name))
    assert [str(fault) for fault in found.faults] == []


NUMBERS = st.sampled_from([Decimal(n) / 2 for n in range(1, 8)])
CELLS = st.one_of(
    st.just("-"),
    st.builds("{} {}".format, st.sampled_from(["<", "<=", ">", ">="]), NUMBERS),
    st.builds(
        lambda ends, marks: f"{marks[0]}{min(ends)}..{max(ends)}{marks[1]}",
        st.tuples(NUMBERS, NUMBERS),
        st.sampled_from(["[]", "[)", "(]", "()"]),
    ),
    st.builds("not({} {})".format, st.sampled_from(["<", ">="]), NUMBERS),
)
TEXTS = st.sampled_from(["-", '"a"', '"b"', '"a", "b"', 'not("a")', 'not("a", "c")', "null", 'null, "a"'])
TRUTHS = st.sampled_from(["-", "true", "false"])
ROWS = st.lists(st.tuples(CELLS, TEXTS, TRUTHS), min_size=1, max_size=5)
POINTS = [Decimal(n) / 4 for n in range(17)]
PLACES = list(itertools.product(POINTS, ["a", "b", "c", "z", None], [True, False]))
ABSENT = list(itertools.product([*POINTS, None], ["a", "b", "c", "z", None], [True, False, None]))


def hit_by(rows, place):
    return [
        number for number, row in enumerate(rows, 1) if all(_passes(*each) for each in zip(row, place, strict=True))
    ]


@functools.cache
def _passes(text, value):
    return compile_unary_tests(text).matches(value, {})


def check(rows, policy):
    columns = [("x", "number"), ("k", "string"), ("b", "boolean")]
    numbered = [(*row, str(number)) for number, row in enumerate(rows, 1)]
    names = [name for name, _ in columns]
    made = decision("t", table(columns, [{"name": "r"}], numbered, policy=policy), requires=needs(*names))
    declared = [input_data(name, kind) for name, kind in columns]
    return check_tables(load_decisions(definitions(*declared, made), source="t")).faults


@settings(max_examples=120, deadline=None, derandomize=True)
@given(ROWS)
def test_gaps_and_overlaps_are_those_that_trying_every_point_finds(rows):
    spoken = any("null" in row[1] for row in rows)
    hits = [hit_by(rows, place) for place in PLACES if place[1] is not None or spoken]
    found = check(rows, "UNIQUE")
    pairs = {pair for each in hits for pair in itertools.combinations(each, 2)}
    told = {tuple(map(int, fault.message.split("第 ")[1].split(" 行")[0].split("、"))) for fault in found
            if fault.code == "rows_overlap"}  # fmt: skip
    assert told == pairs
    assert any(fault.code == "gap" for fault in found) == any(not each for each in hits)


@settings(max_examples=120, deadline=None, derandomize=True)
@given(ROWS)
def test_rows_of_first_that_never_count_are_those_that_trying_every_point_finds(rows):
    firsts = {each[0] for place in ABSENT if (each := hit_by(rows, place))}
    told = {int(fault.message.split("第 ")[1].split(" 行")[0]) for fault in check(rows, "FIRST")
            if fault.code == "row_unreachable"}  # fmt: skip
    assert told == set(range(1, len(rows) + 1)) - firsts
