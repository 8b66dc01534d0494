"""How a built-in function declares its parameters, so that types are checked in one place.

A signature is "string: string, start position: number, length: number?": `?` may be left out, `...` takes the
rest, `a|b` is a choice of kinds, `any` takes everything but null, `any|null` everything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import DecimalException
from typing import Any

from app.feel.errors import FeelEvaluationError
from app.feel.values import KINDS, Function, kind_of


@dataclass(frozen=True)
class Parameter:
    name: str
    kinds: frozenset[str]
    optional: bool
    rest: bool

    def accept(self, value: object) -> object:
        """The value as this parameter wants it. Raises FeelEvaluationError."""
        kind = kind_of(value)
        if kind in self.kinds or ("any" in self.kinds and value is not None):
            return value
        if isinstance(value, list) and len(value) == 1 and kind_of(value[0]) in self.kinds:
            return value[0]
        if "list" in self.kinds and value is not None:
            return [value]
        raise FeelEvaluationError(f"参数“{self.name}”应为 {'、'.join(sorted(self.kinds))}，实为 {kind}")


@dataclass(frozen=True)
class Signature:
    parameters: tuple[Parameter, ...]
    run: Callable[..., object]

    def fits(self, arguments: Sequence[object]) -> bool:
        """Whether the arguments need no conversion: nearly always, and quickly told."""
        parameters = self.parameters
        if len(arguments) != len(parameters) or (parameters and parameters[-1].rest):
            return False
        for parameter, value in zip(parameters, arguments, strict=True):
            if KINDS.get(type(value)) not in parameter.kinds:
                return False
        return True

    def bind(self, arguments: Sequence[object]) -> list[object]:
        parameters = self.parameters
        if parameters and parameters[-1].rest:
            fixed, last = parameters[:-1], parameters[-1]
            if len(arguments) <= len(fixed):
                raise FeelEvaluationError("参数个数不对")
            head = [p.accept(value) for p, value in zip(fixed, arguments, strict=False)]
            return [*head, *(last.accept(value) for value in arguments[len(fixed) :])]
        needed = sum(1 for parameter in parameters if not parameter.optional)
        if not needed <= len(arguments) <= len(parameters):
            raise FeelEvaluationError(f"参数应为 {needed} 个，给了 {len(arguments)} 个")
        return [parameter.accept(value) for parameter, value in zip(parameters, arguments, strict=False)]

    def bind_named(self, arguments: Mapping[str, object]) -> list[object]:
        names = [parameter.name for parameter in self.parameters]
        for name in arguments:
            if name not in names:
                raise FeelEvaluationError(f"没有名为“{name}”的参数")
        bound: list[object] = []
        for parameter in self.parameters:
            if parameter.name in arguments:
                bound.append(parameter.accept(arguments[parameter.name]))
            elif parameter.optional or "null" in parameter.kinds:
                bound.append(None)
            else:
                raise FeelEvaluationError(f"缺少参数“{parameter.name}”")
        return bound


class BuiltIn(Function):
    """A function of the standard; its signatures are tried in order."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.signatures: list[Signature] = []

    def add(self, signature: Signature) -> None:
        self.signatures.append(signature)
        self.parameters = tuple(parameter.name for parameter in self.signatures[0].parameters)

    def call(self, arguments: Sequence[object]) -> object:
        first = self.signatures[0]
        if first.fits(arguments):
            return self._run(first, arguments)
        return self._first_fit(lambda signature: signature.bind(arguments))

    def call_named(self, arguments: Mapping[str, object]) -> object:
        return self._first_fit(lambda signature: signature.bind_named(arguments))

    def _first_fit(self, bind: Callable[[Signature], list[object]]) -> object:
        faults: list[str] = []
        for signature in self.signatures:
            try:
                bound = bind(signature)
            except FeelEvaluationError as fault:
                faults.append(fault.message)
                continue
            return self._run(signature, bound)
        raise FeelEvaluationError(f"{self.name}()：{'；或'.join(dict.fromkeys(faults))}")

    def _run(self, signature: Signature, bound: Sequence[object]) -> object:
        try:
            return signature.run(*bound)
        except (DecimalException, OverflowError):
            raise FeelEvaluationError(f"{self.name}() 的结果超出范围") from None


Registry = dict[str, BuiltIn]


def _parameter(text: str) -> Parameter:
    name, _, kinds = text.partition(":")
    kinds = kinds.strip()
    bare = kinds.removesuffix("...").removesuffix("?")
    return Parameter(name.strip(), frozenset(bare.split("|")), kinds.endswith("?"), kinds.endswith("..."))


def registrar(registry: Registry) -> Callable[..., Callable[[Callable[..., Any]], Callable[..., Any]]]:
    """A decorator `built_in(name, signature)` that files functions in one module's registry."""

    def built_in(name: str, signature: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        parameters = tuple(_parameter(part) for part in signature.split(",") if part.strip())

        def file(run: Callable[..., Any]) -> Callable[..., Any]:
            registry.setdefault(name, BuiltIn(name)).add(Signature(parameters, run))
            return run

        return file

    return built_in
