"""A comparison as it is shown: on the desk, in the terminal and in a workbook the same figures, in yuan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.kernel.money import from_fen
from app.meetings.terms import print_terms, say_terms
from app.scenarios.indicators import Indicator, measure_indicators
from app.scenarios.people import Difference, People, above_line, compare_people, count_above
from app.scenarios.rules import NO_RULE
from app.scenarios.sheet import Sheet
from app.scenarios.spreads import Group, Sizes, by_band, by_category, by_township, measure_sizes
from app.scenarios.trying import Comparison, Trial

RULE_WORDS = {
    NO_RULE: "不调整",
    "fit_ratio": "降低比例",
    "pro_rata": "同比例分摊",
    "list_order": "按名单顺序用完即止",
}
SOLVE_WORDS = {"ratio": "比例", "threshold": "起付线", "cap": "封顶"}
DEFAULT_ROWS, MOST_ROWS = 20, 200


@dataclass(frozen=True)
class SolvedReport:
    """The value found, and how what it leaves could be spent: one step dearer, shared pro rata; yuan."""

    what: str
    value: Decimal
    left: Decimal
    next_value: Decimal
    next_need: Decimal
    pro_rata_total: Decimal
    pro_rata_left: Decimal
    most_cut: Decimal
    words: str


@dataclass(frozen=True)
class FundReport:
    """available − reserve − spoken_for = total of the rows that share + left; `short` is what need exceeds it by."""

    available: Decimal
    reserve: Decimal
    spoken_for: Decimal
    need: Decimal
    total: Decimal
    left: Decimal
    short: Decimal
    fitted_ratio: Decimal | None


@dataclass(frozen=True)
class TrialReport:
    """One candidate; `against` is None for the round's own standard and before there is one."""

    name: str
    standard: dict[str, object]
    applied: dict[str, object]
    shortfall_rule: str
    shortfall_words: str
    solved: SolvedReport | None
    fund: FundReport
    listed: int
    eligible: int
    sizes: Sizes
    by_category: Sequence[Group]
    by_township: Sequence[Group]
    by_band: Sequence[Group]
    indicators: Sequence[Indicator]
    above_line: People
    above_line_before: int
    against: Difference | None
    by_table: bool


@dataclass(frozen=True)
class Report:
    """The whole comparison; `resolution_line` is the 化解标准 in yuan."""

    round_id: int
    round_name: str
    cost_year: int
    listed: int
    available: Decimal
    resolution_line: Decimal | None
    base: TrialReport | None
    candidates: Sequence[TrialReport]


def report(comparison: Comparison, rows: int = DEFAULT_ROWS) -> Report:
    """Everything about each candidate; lists of people hold the first `rows` and the whole count."""
    sheet, base = comparison.sheet, comparison.base
    return Report(
        round_id=sheet.round_.id,
        round_name=sheet.round_.name,
        cost_year=sheet.round_.cost_year,
        listed=len(sheet.lines),
        available=from_fen(sheet.money.available),
        resolution_line=None if sheet.resolution_line is None else from_fen(sheet.resolution_line),
        base=None if base is None else _report(sheet, base, None, rows),
        candidates=[_report(sheet, trial, base, rows) for trial in comparison.trials],
    )


def _report(sheet: Sheet, trial: Trial, base: Trial | None, rows: int) -> TrialReport:
    return TrialReport(
        name=trial.candidate.name,
        standard=_standard(trial, final=False),
        applied=_standard(trial, final=True),
        shortfall_rule=trial.rule,
        shortfall_words=RULE_WORDS[trial.rule],
        solved=_solved(trial),
        fund=_fund(sheet, trial),
        listed=len(sheet.lines),
        eligible=trial.eligible,
        sizes=measure_sizes(trial.given),
        by_category=by_category(sheet, trial.given),
        by_township=by_township(sheet, trial.given),
        by_band=by_band(trial.given),
        indicators=measure_indicators(sheet, trial.given),
        above_line=above_line(sheet, trial.given, rows),
        above_line_before=count_above(sheet),
        against=None if base is None else compare_people(sheet, trial.given, base.given, rows),
        by_table=trial.by_table,
    )


def _standard(trial: Trial, *, final: bool) -> dict[str, object]:
    """As said, with a solved value in its place; `final` also with the ratio that the money carries."""
    terms = trial.terms if final or trial.solved is not None else trial.candidate.terms
    return {**print_terms(terms), "words": say_terms(terms)}


def _fund(sheet: Sheet, trial: Trial) -> FundReport:
    money = trial.free + trial.spoken_for
    return FundReport(
        available=from_fen(sheet.money.available),
        reserve=from_fen(trial.reserve),
        spoken_for=from_fen(trial.spoken_for),
        need=from_fen(trial.need),
        total=from_fen(sum(trial.given)),
        left=from_fen(trial.left),
        short=from_fen(max(trial.need - money, 0)),
        fitted_ratio=trial.fitted_ratio,
    )


def _solved(trial: Trial) -> SolvedReport | None:
    what, value, completion = trial.candidate.solve, trial.solved, trial.completion
    if what is None or value is None or completion is None:
        return None
    left, cut = from_fen(trial.left), from_fen(completion.most_cut)
    spent = from_fen(completion.total)
    step = "分文不余" if not left else (
        f"余 {left:,} 元；若定为 {completion.value} 再同比例分摊，发放 {spent:,} 元，"
        f"正好用完，每人至多少 {cut:,} 元"
    )  # fmt: skip
    return SolvedReport(
        what=what,
        value=value,
        left=left,
        next_value=completion.value,
        next_need=from_fen(completion.need),
        pro_rata_total=spent,
        pro_rata_left=from_fen(max(completion.free, 0)) - spent,
        most_cut=cut,
        words=f"{SOLVE_WORDS[what]}为 {value}，{step}",
    )
