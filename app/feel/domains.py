"""What a column's value can be at all: what its types allow, and what the decisions that it reads can give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal

from app.feel import nodes as n
from app.feel.sheets import Sheet, Text
from app.feel.values import same

ZERO = Decimal(0)


@dataclass(frozen=True)
class Domain:
    """`values` when they can be listed; else a number that is at least zero, or (both unset) anything."""

    values: tuple[object, ...] | None = None
    not_negative: bool = False

    def holds(self, value: object) -> bool:
        if self.values is not None:
            return any(same(value, each) for each in self.values)
        return not (self.not_negative and isinstance(value, Decimal) and value < ZERO)

    @property
    def at_least_zero(self) -> bool:
        if self.values is None:
            return self.not_negative
        return all(value is None or (isinstance(value, Decimal) and value >= ZERO) for value in self.values)


ANYTHING = Domain()
TRUTH = Domain((True, False, None))
NOT_NEGATIVE = Domain(not_negative=True)
TRUTHS = frozenset({"=", "!=", "<", "<=", ">", ">=", "and", "or"})
ASKING = frozenset({"not", "list contains", "contains", "starts with", "ends with", "is defined"})
ROUNDING = frozenset({"round half up", "round half down", "round up", "round down", "floor", "ceiling", "decimal"})


class Domains:
    """Of one file; `logic` is what stands behind the names of decisions."""

    def __init__(self, logic: Mapping[str, Sheet | Text]) -> None:
        self._logic = logic
        self._known: dict[str, Domain] = {}

    def of(self, node: n.Node | None) -> Domain:  # noqa: PLR0911  # one line a form
        """Whatever cannot be told is anything."""
        match node:
            case n.Literal(value=value):
                return Domain((value,))
            case n.Negate(operand=n.Literal(value=Decimal() as value)):
                return Domain((-value,))
            case n.Name(name=name):
                return self._named(name)
            case n.If():
                return self._chosen(node)
            case n.Call(callee=n.Name(name=name)):
                return _called(name, [self.of(argument) for argument in node.arguments])
            case n.Binary(op="+" | "*" | "/", left=left, right=right):
                return NOT_NEGATIVE if self.of(left).at_least_zero and self.of(right).at_least_zero else ANYTHING
            case n.Between() | n.In() | n.Quantified() | n.InstanceOf():
                return TRUTH
            case n.Binary(op=op) if op in TRUTHS:
                return TRUTH
        return ANYTHING

    def _chosen(self, node: n.If) -> Domain:
        """Of either branch; `if a > b then a - b else 0` and its like are never negative."""
        then, otherwise = self.of(node.then), self.of(node.otherwise)
        if isinstance(node.condition, n.Binary):
            more, less = _sides(node.condition)
            then = NOT_NEGATIVE if _is_difference(node.then, more, less) else then
            otherwise = NOT_NEGATIVE if _is_difference(node.otherwise, less, more) else otherwise
        return union([then, otherwise])

    def _named(self, name: str) -> Domain:
        logic = self._logic.get(name)
        if logic is None:
            return ANYTHING
        if name not in self._known:
            self._known[name] = ANYTHING  # met again only in a circle, which is a fault of its own
            self._known[name] = self.of(logic.node) if isinstance(logic, Text) else self._of_sheet(logic)
        return self._known[name]

    def _of_sheet(self, sheet: Sheet) -> Domain:
        if len(sheet.ranks) != 1 or sheet.policy not in {"UNIQUE", "ANY", "FIRST", "PRIORITY"}:
            return ANYTHING
        given = [self.of(line.outputs[0]) for line in sheet.lines]
        return union([*given, self.of(sheet.defaults[0]) if sheet.defaults[0] else Domain((None,))])


def _called(name: str, arguments: Sequence[Domain]) -> Domain:
    if name in ASKING:
        return TRUTH
    zero = [argument.at_least_zero for argument in arguments]
    if (
        name in {"count", "abs"}
        or (name == "max" and any(zero))
        or (name in {"min", "sum"} and zero and all(zero))
        or (name in ROUNDING and zero and zero[0])
    ):
        return NOT_NEGATIVE
    return ANYTHING


def _sides(condition: n.Binary) -> tuple[n.Node | None, n.Node | None]:
    """What is at least as much as the other where a comparison holds; where it fails, the other way round."""
    if condition.op in {">", ">="}:
        return condition.left, condition.right
    if condition.op in {"<", "<="}:
        return condition.right, condition.left
    return None, None


def _is_difference(node: n.Node, more: n.Node | None, less: n.Node | None) -> bool:
    if more is None or less is None:
        return False
    if isinstance(node, n.Binary) and node.op == "-":
        return alike(node.left, more) and alike(node.right, less)
    return alike(node, more) and isinstance(less, n.Literal) and less.value == ZERO


def alike(left: object, right: object) -> bool:
    """Whether two nodes say the same, wherever they stand."""
    if type(left) is not type(right):
        return False
    if isinstance(left, n.Node):
        return all(alike(getattr(left, f.name), getattr(right, f.name)) for f in fields(left) if f.name != "at")
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and all(map(alike, left, right))
    return left == right


def union(domains: Iterable[Domain]) -> Domain:
    domains = list(domains)
    if all(each.values is not None for each in domains):
        return Domain(tuple(value for each in domains for value in each.values or ()))
    return NOT_NEGATIVE if all(each.at_least_zero for each in domains) else ANYTHING
