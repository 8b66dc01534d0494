"""A comparison in the officials' words: one line a figure, one column a candidate, in the terminal and on paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from app.kernel.money import show_yuan
from app.scenarios.indicators import Indicator
from app.scenarios.reports import Report, TrialReport


def all_trials(shown: Report) -> list[TrialReport]:
    """The round's own standard first, then the candidates."""
    return [*([shown.base] if shown.base else []), *shown.candidates]


def tell_lines(shown: Report) -> list[tuple[str, list[str]]]:
    """(what, a text for each of `all_trials`)."""
    trials = all_trials(shown)
    lines = [(what, [tell(trial) for trial in trials]) for what, tell in _FIGURES]
    for n, indicator in enumerate(trials[0].indicators):
        lines.append((f"{indicator.no} {indicator.name}", [tell_indicator(t.indicators[n]) for t in trials]))
    for groups in ("by_category", "by_township", "by_band"):
        for n, group in enumerate(getattr(trials[0], groups)):
            found = [getattr(trial, groups)[n] for trial in trials]
            counts = [g.listed if groups == "by_band" else g.people for g in found]
            lines.append((group.name, [f"{c} 人 {show_yuan(g.amount)}" for c, g in zip(counts, found, strict=True)]))
    return lines


def tell_indicator(indicator: Indicator) -> str:
    """`30.91% → 24.87%`."""
    return " → ".join(_percent(rate.percent) for rate in (indicator.before, indicator.after))


def tell_against(trial: TrialReport) -> str:
    """Who gains and who loses against the round's own standard."""
    if trial.against is None:
        return "—"
    gain, lose = trial.against.gain, trial.against.lose
    return (
        f"增 {gain.people} 人 {show_yuan(gain.amount)}\n减 {lose.people} 人 {show_yuan(lose.amount)}\n"
        f"不变 {trial.against.same} 人"
    )


def _percent(percent: Decimal | None) -> str:
    return "不适用" if percent is None else f"{percent}%"


def _words(trial: TrialReport) -> str:
    return str(trial.applied["words"])


def _fitted(trial: TrialReport) -> str:
    return "—" if trial.fund.fitted_ratio is None else f"{trial.fund.fitted_ratio:.4f}"


_FIGURES: Sequence[tuple[str, Callable[[TrialReport], str]]] = (
    ("实际标准", _words),
    ("资金不足时", lambda t: t.shortfall_words),
    ("反算", lambda t: t.solved.words if t.solved else "—"),
    ("需要（元）", lambda t: show_yuan(t.fund.need)),
    ("可承受比例", _fitted),
    ("补助合计（元）", lambda t: show_yuan(t.fund.total)),
    ("余额（元）", lambda t: show_yuan(t.fund.left)),
    ("补助人数", lambda t: f"{t.sizes.people} / {t.listed}"),
    ("平均（元）", lambda t: show_yuan(t.sizes.mean)),
    ("中位数（元）", lambda t: show_yuan(t.sizes.median)),
    ("最高（元）", lambda t: show_yuan(t.sizes.largest)),
    ("仍高于化解标准", lambda t: f"{t.above_line_before} → {t.above_line.people} 人"),
    ("与现行标准比", tell_against),
)
