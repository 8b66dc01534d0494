"""FEEL's grammar: text in, nodes out, by precedence climbing; every fault points at its sign."""

from __future__ import annotations

from typing import TypeVar

from app.feel import nodes as n
from app.feel.cursor import ADDITION, COMPARISONS, Cursor, Vocabulary
from app.feel.errors import FeelEvaluationError, FeelSyntaxError
from app.feel.function_names import SPECIAL_NAMES
from app.feel.grammar_forms import BRACKETS, FORMS
from app.feel.lexer import syntax_error
from app.feel.temporal import parse_at_literal
from app.feel.type_grammar import parse_type

OR, AND, COMPARISON, _, MULTIPLICATION, POWER = range(1, 7)
PRECEDENCE = {
    "or": OR, "and": AND,
    "=": COMPARISON, "!=": COMPARISON, "<": COMPARISON, "<=": COMPARISON, ">": COMPARISON, ">=": COMPARISON,
    "between": COMPARISON, "in": COMPARISON,
    "+": ADDITION, "-": ADDITION, "*": MULTIPLICATION, "/": MULTIPLICATION, "**": POWER,
}  # fmt: skip
NOTHING = Vocabulary()
DEEPEST_TREE = 150  # also a long chain of + is a deep tree, and each level costs Python three frames
Parsed = TypeVar("Parsed", bound=n.Node)
CONSTANTS: dict[str, object] = {"true": True, "false": False, "null": None}


def parse_expression(text: str, vocabulary: Vocabulary = NOTHING) -> n.Node:
    """The whole text as one expression. Raises FeelSyntaxError."""
    cursor = Cursor(text, vocabulary, SPECIAL_NAMES, expression)
    return _to_the_end(cursor, expression(cursor))


def parse_unary_tests(text: str, vocabulary: Vocabulary = NOTHING) -> n.Tests:
    """The whole text as a cell of a decision table. Raises FeelSyntaxError."""
    cursor = Cursor(text, vocabulary, SPECIAL_NAMES, expression)
    if cursor.at_sign("-") and cursor.peek().kind == "end":
        return n.Tests(0, (), negated=False)
    if cursor.at_word("not") and cursor.peek().text == "(":
        start = cursor.position
        cursor.advance()
        cursor.advance()
        tests = positive_tests(cursor)
        cursor.expect(")")
        if cursor.token.kind == "end":
            return _to_the_end(cursor, n.Tests(0, tests, negated=True))
        cursor.position = start  # `not(a) and b` is an expression after all
    return _to_the_end(cursor, n.Tests(0, positive_tests(cursor), negated=False))


def _to_the_end(cursor: Cursor, node: Parsed) -> Parsed:
    if cursor.token.kind != "end":
        raise cursor.unexpected()
    if n.depth_of(node) > DEEPEST_TREE:
        raise syntax_error("表达式过长，请分成几步", cursor.text, 0)
    return node


def positive_tests(cursor: Cursor) -> tuple[n.Node, ...]:
    tests = [positive_test(cursor)]
    while cursor.at_sign(","):
        cursor.advance()
        tests.append(positive_test(cursor))
    return tuple(tests)


def positive_test(cursor: Cursor, lowest: int = OR) -> n.Node:
    if cursor.at_sign(*COMPARISONS):
        sign = cursor.advance()
        return n.Compare(sign.start, sign.text, expression(cursor, ADDITION))
    return expression(cursor, lowest)


def expression(cursor: Cursor, lowest: int = OR) -> n.Node:
    with cursor.deeper():
        left = _operand(cursor)
        while (rank := _rank(cursor)) >= lowest:
            sign = cursor.advance()
            left = _infix(cursor, left, sign.text, sign.start, rank)
        return left


def _rank(cursor: Cursor) -> int:
    return PRECEDENCE.get(cursor.token.text, 0) if cursor.token.kind in {"op", "name"} else 0


def _infix(cursor: Cursor, left: n.Node, sign: str, at: int, rank: int) -> n.Node:
    if sign == "between":
        low = expression(cursor, ADDITION)
        cursor.expect("and")
        return n.Between(at, left, low, expression(cursor, ADDITION))
    if sign == "in":
        return n.In(at, left, _in_tests(cursor))
    return n.Binary(at, sign, left, expression(cursor, rank + 1))


def _in_tests(cursor: Cursor) -> tuple[n.Node, ...]:
    start = cursor.position
    if cursor.at_sign("("):
        cursor.advance()
        try:
            tests = positive_tests(cursor)
            cursor.expect(")")
        except FeelSyntaxError:
            cursor.position = start  # `(1..5]` is an interval, not a list of tests
        else:
            return tests
    return (positive_test(cursor, ADDITION),)


def _operand(cursor: Cursor) -> n.Node:
    if cursor.at_sign("-"):
        at = cursor.advance().start
        with cursor.deeper():
            return n.Negate(at, _operand(cursor))
    node = _primary(cursor)
    while (longer := _postfix(cursor, node)) is not None:
        node = longer
    return node


def _postfix(cursor: Cursor, node: n.Node) -> n.Node | None:
    at = cursor.token.start
    if cursor.at_sign("."):
        cursor.advance()
        return n.Path(at, node, cursor.name(member=True))
    if cursor.at_sign("["):
        return _filter(cursor, node, at)
    if cursor.at_sign("("):
        return _call(cursor, node, at)
    if cursor.at_word("instance") and cursor.peek().text == "of":
        cursor.advance()
        cursor.advance()
        return n.InstanceOf(at, node, parse_type(cursor))
    return None


def _filter(cursor: Cursor, node: n.Node, at: int) -> n.Node | None:
    start, depth = cursor.position, cursor.depth
    cursor.advance()
    try:
        with cursor.knowing(()) as table:
            table.add("item")
            condition = _member_expression(cursor)
        cursor.expect("]")
    except FeelSyntaxError:
        if not cursor.open_intervals:
            raise
        cursor.position, cursor.depth = start, depth  # `]1..5[` ends with a bracket that looks like a filter
        return None
    return n.Filter(at, node, condition)


def _member_expression(cursor: Cursor) -> n.Node:
    with cursor.knowing_members():
        return expression(cursor)


def _call(cursor: Cursor, callee: n.Node, at: int) -> n.Node:
    cursor.advance()
    arguments: list[n.Node] = []
    names: list[str] = []
    while not cursor.at_sign(")"):
        name = cursor.argument_name()
        if name is not None:
            names.append(name)
        arguments.append(expression(cursor))
        if bool(names) != (len(names) == len(arguments)):
            raise syntax_error("参数要么都带名称，要么都不带", cursor.text, arguments[-1].at)
        if not cursor.at_sign(")"):
            cursor.expect(",")
    cursor.advance()
    return n.Call(at, callee, tuple(arguments), tuple(names) or None)


def _primary(cursor: Cursor) -> n.Node:
    token = cursor.token
    if token.kind in {"number", "string"}:
        cursor.advance()
        return n.Literal(token.start, token.value)
    if token.kind == "at":
        cursor.advance()
        return n.Literal(token.start, _at_value(cursor, str(token.value), token.start))
    if token.kind == "op" and token.text in BRACKETS:
        return BRACKETS[token.text](cursor)
    if token.kind == "name" and not cursor.knows_longer_than_a_word():
        if token.text in CONSTANTS:
            cursor.advance()
            return n.Literal(token.start, CONSTANTS[token.text])
        if token.text in FORMS:
            return FORMS[token.text](cursor)
    return n.Name(token.start, cursor.name())


def _at_value(cursor: Cursor, text: str, at: int) -> object:
    try:
        return parse_at_literal(text)
    except FeelEvaluationError as fault:
        raise syntax_error(fault.message, cursor.text, at) from None
