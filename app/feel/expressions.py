"""The two things other rooms compile: an expression and a cell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from app.feel import unary
from app.feel.compiler import Compiler, Run, Scope, compile_text
from app.feel.cursor import Vocabulary
from app.feel.errors import FeelEvaluationError
from app.feel.grammar import NOTHING, parse_expression, parse_unary_tests
from app.feel.reading import reads
from app.feel.values import into_feel

PLAIN = frozenset({str, bool, type(None), date})  # as they are, in FEEL too


class Expression:
    """A compiled expression. `names` are the free names it reads."""

    def __init__(self, text: str, names: frozenset[str], run: Run) -> None:
        self.text = text
        self.names = names
        self.run = run

    def evaluate(self, context: Mapping[str, object]) -> object:
        """The value, with numbers as Decimal. Raises FeelEvaluationError when compiled strict."""
        return self.run(scope_of(context))


class UnaryTests:
    """A compiled cell of a decision table."""

    def __init__(self, text: str, names: frozenset[str], test: unary.Test) -> None:
        self.text = text
        self.names = names
        self.test = test

    def matches(self, value: object, context: Mapping[str, object]) -> bool:
        """Whether the value passes; unknown (null) is no. Raises FeelEvaluationError when compiled strict."""
        return self.test(into_feel(value), scope_of(context)) is True


def scope_of(context: Mapping[str, object]) -> Scope:
    scope: Scope = {}
    for name, value in context.items():
        if type(value) in PLAIN:
            scope[name] = value
            continue
        try:
            scope[name] = into_feel(value)
        except FeelEvaluationError as fault:
            raise FeelEvaluationError(f"“{name}”：{fault.message}") from None
    return scope


def compile_expression(text: str, *, strict: bool = True, vocabulary: Vocabulary = NOTHING) -> Expression:
    """Parse and compile once. Raises FeelSyntaxError.

    `strict` makes type faults and unknown names errors instead of null. `vocabulary` holds names that contain
    signs or keywords ("a-b", "date of birth and death"); names of plain words need no introduction.
    """
    node = parse_expression(text, vocabulary)
    return Expression(text, reads(node), compile_text(text, node, strict=strict))


def compile_unary_tests(text: str, *, strict: bool = True, vocabulary: Vocabulary = NOTHING) -> UnaryTests:
    """Parse and compile a cell: `-`, `< 5`, `[1..5)`, `"a", "b"`, `not(...)`. Raises FeelSyntaxError."""
    node = parse_unary_tests(text, vocabulary)
    names = reads(node) - {"?"}
    return UnaryTests(text, names, unary.compile_tests(Compiler(text, strict=strict), node))
