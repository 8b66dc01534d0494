"""A comparison as a workbook: a sheet that compares the candidates, then a sheet for each."""

from __future__ import annotations

from collections.abc import Iterator

from app.intake.sheets import Column, Page, Value, write_workbook
from app.kernel.money import show_yuan
from app.scenarios.people import People
from app.scenarios.reports import Report, TrialReport
from app.scenarios.words import all_trials, tell_indicator

_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_COMPARED = (
    Column("方案", width=14), Column("实际标准", width=32), Column("资金不足时", width=12),
    Column("需要", "money", 13), Column("补助合计", "money", 13), Column("余额", "money", 12),
    Column("补助人数", "int", 9), Column("平均", "money", 11), Column("中位数", "money", 11),
    Column("最高", "money", 11), Column("超化解标准", "int", 11), Column("增加人数", "int", 9),
    Column("减少人数", "int", 9),
)  # fmt: skip
_SHORT = {3: "个人负担率%", 7: "综合保障率%", 8: "社会力量参与%", 10: "高额化解率%"}  # a heading has one line
_SPREAD = (
    Column("项目", width=20), Column("名称", width=40), Column("名单人数", "int", 9), Column("补助人数", "int", 9),
    Column("补助金额", "money"), Column("说明", width=46),
)  # fmt: skip
_GROUPS = (("人员类别", "by_category"), ("乡镇（街道）", "by_township"), ("金额", "by_band"))


def write_report(shown: Report) -> bytes:
    """The bytes of an xlsx; names are masked."""
    trials = all_trials(shown)
    return write_workbook([_comparison(shown, trials), *(_single(shown, n, t) for n, t in enumerate(trials, 1))])


def _comparison(shown: Report, trials: list[TrialReport]) -> Page:
    indicators = [Column(_SHORT.get(i.no, i.name), width=15) for i in trials[0].indicators]
    return Page(
        name="方案比较",
        columns=[*_COMPARED, *indicators],
        rows=[[*_figures(trial), *(tell_indicator(i).replace("%", "") for i in trial.indicators)] for trial in trials],
        title=f"{shown.round_name}补助标准测算",
        unit="单位：元",
        notes=[_money_note(shown), "指标为本名单范围内的测算，箭头前后为本轮补助前、后；测算不改变名单和金额。"],
    )


def _figures(trial: TrialReport) -> list[Value]:
    fund, sizes, against = trial.fund, trial.sizes, trial.against
    return [
        trial.name, str(trial.applied["words"]), trial.shortfall_words, fund.need, fund.total, fund.left, sizes.people,
        sizes.mean, sizes.median, sizes.largest, trial.above_line.people,
        against.gain.people if against else None, against.lose.people if against else None,
    ]  # fmt: skip


def _single(shown: Report, n: int, trial: TrialReport) -> Page:
    """Excel takes 31 signs as a sheet's name, and no two alike whatever their case."""
    notes = [f"标准：{trial.standard['words']}。资金不足时：{trial.shortfall_words}。实际：{trial.applied['words']}。"]
    notes += [f"反算：{trial.solved.words}。"] if trial.solved else []
    return Page(
        name=f"{n} {trial.name.translate(_FORBIDDEN).strip()}"[:31],
        columns=_SPREAD,
        rows=list(_spread(trial)),
        title=f"{shown.round_name}补助标准测算：{trial.name}",
        unit="单位：元",
        notes=notes,
    )


def _spread(trial: TrialReport) -> Iterator[list[Value]]:
    yield ["合计", "", trial.listed, trial.sizes.people, trial.fund.total, f"余额 {show_yuan(trial.fund.left)}"]
    for what, groups in _GROUPS:
        for group in getattr(trial, groups):
            yield [what, group.name, group.listed, group.people, group.amount, ""]
    for indicator in trial.indicators:
        parts = f"{indicator.after.numerator} / {indicator.after.denominator} {indicator.unit}"
        yield [f"指标{indicator.no}", indicator.name, None, None, None, f"{tell_indicator(indicator)}（{parts}）"]
    yield from _people("仍高于化解标准", trial.above_line, "补助后自负合计")
    if trial.against is not None:
        yield from _people("比现行标准增加", trial.against.gain, "共增加")
        yield from _people("比现行标准减少", trial.against.lose, "共减少")


def _people(what: str, found: People, together: str) -> Iterator[list[Value]]:
    shown = f"，列出前 {len(found.rows)} 人" if found.people > len(found.rows) else ""
    yield [what, "", found.people, None, None, f"{together} {show_yuan(found.amount)}{shown}"]
    for row in found.rows:
        change = "" if row.difference is None else f"，差额 {show_yuan(row.difference)}"
        note = f"自负 {show_yuan(row.self_paid)}，补助后 {show_yuan(row.left_after)}{change}"
        yield [what, f"{row.name}（{row.case_no}，{row.township}）", None, None, row.amount, note]


def _money_note(shown: Report) -> str:
    line = "" if shown.resolution_line is None else f"；化解标准 {show_yuan(shown.resolution_line)} 元"
    return f"名单 {shown.listed} 人；可用额度 {show_yuan(shown.available)} 元{line}。"
