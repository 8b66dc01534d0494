"""DMN 1.4's boxes for if, filter, for, some and every; their bodies see names of their own."""

from __future__ import annotations

from collections.abc import Mapping

from app.feel.compiler import Run, Scope
from app.feel.dmn_xml import Element, local
from app.feel.errors import FeelEvaluationError
from app.feel.loops import item_scope, over
from app.feel.values import kind_of, listed
from app.feel.workshop import Workshop

Parts = Mapping[str, Run]


def _part(parts: Parts, name: str) -> Run:
    return parts.get(name, lambda _: None)


def _guard(run: Run, workshop: Workshop) -> Run:
    def nulled(scope: Scope) -> object:
        try:
            return run(scope)
        except FeelEvaluationError:
            return None

    return run if workshop.strict else nulled


def compile_conditional(parts: Parts, workshop: Workshop) -> Run:
    condition, then, otherwise = _part(parts, "if"), _part(parts, "then"), _part(parts, "else")

    def choose(scope: Scope) -> object:
        answer = condition(scope)
        if answer is not None and type(answer) is not bool:
            raise FeelEvaluationError(f"条件应为真或假，实为 {kind_of(answer)}")
        return then(scope) if answer is True else otherwise(scope)

    return _guard(choose, workshop)


def compile_filter(parts: Parts, workshop: Workshop) -> Run:
    source, match = _part(parts, "in"), _part(parts, "match")

    def select(scope: Scope) -> object:
        value = source(scope)
        items = [] if value is None else listed(value)
        kept = []
        for item in items:
            answer = match(item_scope(scope, item))
            if answer is not None and type(answer) is not bool:
                raise FeelEvaluationError(f"筛选条件应为真或假，实为 {kind_of(answer)}")
            if answer:
                kept.append(item)
        return kept

    return _guard(select, workshop)


def compile_for(parts: Parts, workshop: Workshop, element: Element) -> Run:
    source, body, name = _part(parts, "in"), _part(parts, "return"), element.get("iteratorVariable", "item")

    def loop(scope: Scope) -> object:
        results: list[object] = []
        for item in over(source(scope)):
            results.append(body({**scope, name: item, "partial": results}))
        return results

    return _guard(loop, workshop)


def compile_quantified(parts: Parts, workshop: Workshop, element: Element) -> Run:
    source, condition, name = (
        _part(parts, "in"),
        _part(parts, "satisfies"),
        element.get("iteratorVariable", "item"),
    )
    every = local(element) == "every"

    def ask(scope: Scope) -> object:
        answer: object = every
        for item in over(source(scope)):
            truth = condition({**scope, name: item})
            if truth is not None and type(truth) is not bool:
                raise FeelEvaluationError(f"条件应为真或假，实为 {kind_of(truth)}")
            if truth is (not every):
                return truth
            if truth is None:
                answer = None
        return answer

    return _guard(ask, workshop)
