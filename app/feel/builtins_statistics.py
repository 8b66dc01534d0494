"""FEEL's functions that make one value of many: sum, min, mean, median, all, any. Numbers stay exact."""

from __future__ import annotations

from decimal import Decimal

from app.feel.arithmetic import operate
from app.feel.builtins_lists import distinct
from app.feel.errors import FeelEvaluationError
from app.feel.numbers import CONTEXT, divide
from app.feel.signatures import Registry, registrar
from app.feel.values import kind_of, less, same

STATISTICS: Registry = {}
built_in = registrar(STATISTICS)
Items = list[object]


def _numbers(items: Items) -> list[Decimal]:
    numbers = [item for item in items if isinstance(item, Decimal)]
    if len(numbers) != len(items):
        odd = next(item for item in items if not isinstance(item, Decimal))
        raise FeelEvaluationError(f"列表应全为数字，却有 {kind_of(odd)}")
    return numbers


def _several(items: Items) -> list[Decimal]:
    numbers = _numbers(items)
    if not numbers:
        raise FeelEvaluationError("列表为空")
    return numbers


@built_in("min", "list: list")
def smallest(items: Items) -> object:
    return _extreme(items, smaller=True)


@built_in("max", "list: list")
def largest(items: Items) -> object:
    return _extreme(items, smaller=False)


def _extreme(items: Items, *, smaller: bool) -> object:
    if not items:
        raise FeelEvaluationError("列表为空")
    best = items[0]
    less(best, best)  # a list of one must be of an ordered kind too
    for item in items[1:]:
        if less(item, best) if smaller else less(best, item):
            best = item
    return best


@built_in("sum", "list: list")
def total(items: Items) -> object:
    if not items:
        raise FeelEvaluationError("列表为空")
    result = items[0]
    if type(result) is str:
        raise FeelEvaluationError("字符串不能求和")
    if len(items) == 1:
        return operate("+", result, result) and result
    for item in items[1:]:
        result = operate("+", result, item)
    return result


@built_in("mean", "list: list")
def _mean(items: Items) -> object:
    return operate("/", total(items), Decimal(len(items)))


@built_in("product", "list: list")
def _product(items: Items) -> Decimal:
    result = Decimal(1)
    for number in _several(items):
        result = CONTEXT.multiply(result, number)
    return result


@built_in("median", "list: list")
def _median(items: Items) -> Decimal:
    numbers = sorted(_several(items))
    half = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[half]
    return divide(CONTEXT.add(numbers[half - 1], numbers[half]), Decimal(2))


@built_in("stddev", "list: list")
def _stddev(items: Items) -> Decimal:
    numbers = _several(items)
    if len(numbers) == 1:
        raise FeelEvaluationError("标准差至少需要两个数")
    mean = divide(_plus(numbers), Decimal(len(numbers)))
    squares = [CONTEXT.power(CONTEXT.subtract(number, mean), Decimal(2)) for number in numbers]
    return CONTEXT.sqrt(divide(_plus(squares), Decimal(len(numbers) - 1)))


def _plus(numbers: list[Decimal]) -> Decimal:
    result = Decimal(0)
    for number in numbers:
        result = CONTEXT.add(result, number)
    return result


@built_in("mode", "list: list")
def _mode(items: Items) -> Items:
    numbers = _numbers(items)
    kinds = distinct([*items])
    counts = [sum(1 for number in numbers if same(number, kind)) for kind in kinds]
    most = max(counts, default=0)
    return [*sorted(number for number, count in zip(_numbers(kinds), counts, strict=True) if count == most)]


@built_in("all", "list: list")
def _all(items: Items) -> bool | None:
    return _decide(items, decisive=False)


@built_in("any", "list: list")
def _any(items: Items) -> bool | None:
    return _decide(items, decisive=True)


def _decide(items: Items, *, decisive: bool) -> bool | None:
    if any(item is decisive for item in items):
        return decisive
    if any(item is not None and type(item) is not bool for item in items):
        raise FeelEvaluationError("列表应全为真假值")
    return None if any(item is None for item in items) else not decisive


VARIADIC = ("min", "max", "sum", "mean", "product", "median", "stddev", "mode", "all", "any")


def _accept_loose_arguments() -> None:
    """These may be called as sum(1, 2, 3) as well as sum([1, 2, 3])."""
    for name in VARIADIC:
        run = STATISTICS[name].signatures[0].run
        built_in(name, "n: any|null...")(lambda *items, run=run: run(list(items)))


_accept_loose_arguments()
