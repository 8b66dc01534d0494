"""Where a parse stands: the next tokens and the known names, since FEEL's names may hold spaces and signs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from app.feel.errors import FeelSyntaxError
from app.feel.lexer import Token, syntax_error, tokenise
from app.feel.nodes import Node
from app.feel.types import FeelType

KEYWORDS = frozenset(
    [
        "if",
        "then",
        "else",
        "for",
        "in",
        "return",
        "some",
        "every",
        "satisfies",
        "and",
        "or",
        "between",
        "true",
        "false",
        "null",
        "function",
        "not",
    ]
)
ADDITION = 4  # precedence of + and -: what may stand beside a comparison
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
NAME_SIGNS = frozenset("+-*/.'’") | {"**"}
DEEPEST = 80  # nested forms; what Python's own stack surely allows, far more than policies need


@dataclass(frozen=True)
class Vocabulary:
    """What the text may speak of: variables, entries of contexts (after a dot or in a filter), types."""

    names: Iterable[str] = ()
    members: Iterable[str] = ()
    types: Mapping[str, FeelType] = field(default_factory=dict)


class NameTable:
    """Known names as token sequences, so that the longest one wins over its parts."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        self._canonical: dict[tuple[str, ...], str] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        try:
            parts = tuple(token.text for token in tokenise(name)[:-1])
        except FeelSyntaxError:
            return  # a key like "a)(!" can be asked for with get value() only
        if parts and parts not in self._canonical:
            self._canonical[parts] = name
            self._by_first.setdefault(parts[0], []).append(parts)

    def longest(self, tokens: list[Token], position: int) -> tuple[str, int]:
        """(name, number of tokens) of the longest known name here; ("", 0) without one."""
        best: tuple[str, ...] = ()
        for parts in self._by_first.get(tokens[position].text, ()):
            ahead = tokens[position : position + len(parts)]
            if len(parts) > len(best) and parts == tuple(token.text for token in ahead):
                best = parts
        return (self._canonical[best], len(best)) if best else ("", 0)


class Cursor:
    def __init__(
        self,
        text: str,
        vocabulary: Vocabulary,
        own_names: Iterable[str],
        grammar: Callable[[Cursor, int], Node],
    ) -> None:
        """`grammar` reads one expression: forms call it again without importing it."""
        self.text = text
        self.tokens = tokenise(text)
        self.position = 0
        self.depth = 0
        self.open_intervals = 0
        self.types = vocabulary.types
        self.members = NameTable(vocabulary.members)
        self._scopes = [NameTable([*own_names, *vocabulary.names])]
        self._grammar = grammar

    def expression(self, lowest: int = 1) -> Node:
        """One expression whose operators bind at least as tightly as `lowest`."""
        return self._grammar(self, lowest)

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    def peek(self, ahead: int = 1) -> Token:
        return self.tokens[min(self.position + ahead, len(self.tokens) - 1)]

    def at_sign(self, *signs: str) -> bool:
        return self.token.kind == "op" and self.token.text in signs

    def at_word(self, *words: str) -> bool:
        return self.token.kind == "name" and self.token.text in words

    def advance(self) -> Token:
        token = self.token
        if token.kind != "end":
            self.position += 1
        return token

    def expect(self, text: str) -> Token:
        if self.token.kind not in {"op", "name"} or self.token.text != text:
            raise self.unexpected(f"应为“{text}”")
        return self.advance()

    def unexpected(self, hint: str = "") -> FeelSyntaxError:
        found = "表达式在此中断" if self.token.kind == "end" else f"此处不应出现“{self.token.text}”"
        return syntax_error(f"{found}{'，' if hint else ''}{hint}", self.text, self.token.start)

    @contextmanager
    def knowing(self, names: Iterable[str]) -> Iterator[NameTable]:
        """Names that are bound in this part of the text only."""
        table = NameTable(names)
        self._scopes.append(table)
        try:
            yield table
        finally:
            self._scopes.pop()

    @contextmanager
    def deeper(self) -> Iterator[None]:
        self.depth += 1
        if self.depth > DEEPEST:
            raise syntax_error("表达式嵌套过深", self.text, self.token.start)
        yield
        self.depth -= 1

    def name(self, *, member: bool = False) -> str:
        """Read a name: the longest known one, or the longest run of words, whichever is longer."""
        tables = [self.members, *self._scopes] if member else self._scopes
        known, length = max((t.longest(self.tokens, self.position) for t in tables), key=lambda found: found[1])
        run = self._run_length()
        if not run and not length:
            raise self.unexpected("应为名称")
        if length >= run:
            self.position += length
            return known
        words = [token.text for token in self.tokens[self.position : self.position + run]]
        self.position += run
        return " ".join(words)

    @contextmanager
    def knowing_members(self) -> Iterator[None]:
        """Inside a filter, an item's entries can be named directly."""
        self._scopes.append(self.members)
        try:
            yield
        finally:
            self._scopes.pop()

    def knows_longer_than_a_word(self) -> bool:
        """Whether a known name of several words begins here, which then is no keyword."""
        return any(table.longest(self.tokens, self.position)[1] > 1 for table in self._scopes)

    def argument_name(self) -> str | None:
        """The name in `f(name: value)`, with its colon; None for a positional argument."""
        start = self.position
        name = self.name_before(":", ",", ")")
        if name is not None and self.at_sign(":"):
            self.advance()
            return name
        self.position = start
        return None

    def _run_length(self) -> int:
        length = 0
        while True:
            token = self.peek(length)
            word = token.kind == "name" and token.text not in KEYWORDS
            if word and token.text == "instance" and self.peek(length + 1).text == "of":
                return length
            if not word and not (length and token.kind == "number" and token.text.isdigit()):
                return length
            if token.text == "?":
                return length or 1
            length += 1

    def name_before(self, *ends: str) -> str | None:
        """A name that runs up to one of these signs or words, taken as written; None when there is none."""
        length = 0
        while self.peek(length).text not in ends:
            token = self.peek(length)
            if token.kind not in {"name", "number"} and token.text not in NAME_SIGNS:
                return None
            length += 1
        if not length or self.token.kind != "name":
            return None
        written = self.text[self.token.start : self.peek(length - 1).end]
        self.position += length
        return " ".join(written.split())
