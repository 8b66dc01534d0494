"""A candidate standard as JSON says it: every fault of all candidates at once, by JSON pointer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.kernel.errors import Fault, Invalid
from app.kernel.money import ZERO, parse_yuan
from app.meetings.rules import SHORTFALL_RULES, Terms
from app.meetings.terms import read_terms
from app.scenarios.rules import NO_RULE, SOLVABLE

MOST = 12
RULES = (NO_RULE, *SHORTFALL_RULES)
_LONGEST_NAME = 30
_ASSUMED = {"ratio": "1", "threshold": "0.00", "cap": None}  # stands in for what is to be found


@dataclass(frozen=True)
class Candidate:
    """A standard to try; rule and reserve None are those of the round's own standard, `solve` one of SOLVABLE."""

    name: str
    terms: Terms
    rule: str | None = None
    reserve: Decimal | None = None
    solve: str | None = None


def read_candidates(forms: Sequence[Mapping[str, Any]]) -> list[Candidate]:
    """`[{name, base, threshold, ratio, cap, tiers, shortfall_rule, reserve, solve}]`, amounts as strings.

    Raises Invalid with every fault.
    """
    faults: list[Fault] = []
    if not 1 <= len(forms) <= MOST:
        faults.append(Fault("/candidates", "candidates_count", f"请给出 1 至 {MOST} 个方案"))
    read = [_read(form, f"方案{n + 1}", f"/candidates/{n}", faults) for n, form in enumerate(forms[:MOST])]
    names: set[str] = set()
    for n, candidate in enumerate(read):
        if candidate.name in names:
            faults.append(Fault(f"/candidates/{n}/name", "name_taken", "方案名称不能重复，请另取名称"))
        names.add(candidate.name)
    if faults:
        raise Invalid(faults)
    return read


def _read(form: Mapping[str, Any], name: str, at: str, faults: list[Fault]) -> Candidate:
    given = str(form.get("name") or "").strip() or name
    if len(given) > _LONGEST_NAME:
        faults.append(Fault(f"{at}/name", "name_too_long", f"方案名称不超过 {_LONGEST_NAME} 字"))
    rule, solve = form.get("shortfall_rule"), form.get("solve")
    if rule not in (None, *RULES):
        faults.append(Fault(f"{at}/shortfall_rule", "unknown_shortfall_rule", "资金不足时的办法不在四种之内"))
    terms = _read_terms(form, solve, at, faults)
    _check_solve(form, at, faults)
    return Candidate(given, terms, rule, _read_reserve(form, at, faults), solve)


def _read_terms(form: Mapping[str, Any], solve: Any, at: str, faults: list[Fault]) -> Terms:
    assumed = {**form, solve: _ASSUMED[solve]} if solve in SOLVABLE else form
    try:
        return read_terms(assumed, at)
    except Invalid as error:
        faults += error.faults
        return Terms("excess", ZERO, None, None)


def _check_solve(form: Mapping[str, Any], at: str, faults: list[Fault]) -> None:
    solve = form.get("solve")
    if solve is None:
        return
    if solve not in SOLVABLE:
        faults.append(Fault(f"{at}/solve", "unknown_solve", "反算的项目应为比例、起付线或封顶"))
    elif form.get(solve) is not None:
        faults.append(Fault(f"{at}/{solve}", "solved_value_given", "此项由系统反算，请留空"))
    elif solve == "threshold" and (form.get("tiers") or form.get("base") == "tiers"):
        faults.append(Fault(f"{at}/solve", "tiers_without_threshold", "分段标准没有单一的起付线，请反算比例或封顶"))


def _read_reserve(form: Mapping[str, Any], at: str, faults: list[Fault]) -> Decimal | None:
    if form.get("reserve") is None:
        return None
    try:
        reserve = parse_yuan(form["reserve"], f"{at}/reserve")
    except Invalid as error:
        faults += error.faults
        return None
    if reserve < 0:
        faults.append(Fault(f"{at}/reserve", "negative_amount", "预留金额不能为负"))
    return reserve
