"""What goes in and out of a what-if: amounts as "1234.50", ratios as "0.6", every figure of a candidate."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from app.meetings.resolutions import UNANSWERED_RULES
from app.meetings.terms import BASES
from app.scenarios.candidates import MOST, RULES
from app.scenarios.reports import DEFAULT_ROWS, MOST_ROWS
from app.scenarios.rules import SOLVABLE
from app.web.fields import Choice, Id, Schema, Yuan

_MOST_TIERS = 20


def _said(description: str, words: tuple[str, ...] = ()) -> dict[str, Any]:
    """Text whose own rules judge it together with everything else, so that all faults come at once."""
    choices = {"enum": [*words, None]} if words else {}
    return {"load_default": None, "allow_none": True, "metadata": {"description": description, **choices}}


def _told(description: str) -> dict[str, Any]:
    return {"metadata": {"description": description}}


class TierToTryIn(Schema):
    """分段: the part over `over` and up to `up_to` (null: without end) times `ratio`."""

    over = fields.String(**_said("元，本段下限（超过）"))
    up_to = fields.String(**_said("元，本段上限；空为不设上限"))
    ratio = fields.String(**_said("比例，0 至 1"))


class CandidateIn(Schema):
    """A standard to try; with `solve`, leave that one value out and it is found."""

    name = fields.String(**_said("方案名称；不填为方案1、方案2……"))
    base = fields.String(**_said("excess 超额（默认）、whole 全额、tiers 分段", BASES))
    threshold = fields.String(**_said("起付线，元"))
    ratio = fields.String(**_said("比例，0 至 1，例如 0.60"))
    cap = fields.String(**_said("封顶，元；空为不封顶"))
    tiers = fields.List(
        fields.Nested(TierToTryIn), load_default=None, allow_none=True, validate=validate.Length(max=_MOST_TIERS)
    )
    shortfall_rule = fields.String(**_said("资金不足时的办法；none 为不调整，空为本轮现行办法", RULES))
    reserve = fields.String(**_said("预留，元；空为本轮现行预留"))
    solve = fields.String(**_said("反算哪一项，使资金恰好用完；分段的比例为各段的共同系数", SOLVABLE))


class WhatIfIn(Schema):
    """Candidates to lay side by side over the list of the round."""

    candidates = fields.List(fields.Nested(CandidateIn), required=True, metadata={"minItems": 1, "maxItems": MOST})
    unanswered_rule = Choice(
        *UNANSWERED_RULES, load_default=None, allow_none=True,
        metadata={"description": "未反馈的人员：zero 暂按0，defer 暂缓；空为按现有决定"},
    )  # fmt: skip
    rows = fields.Integer(
        load_default=DEFAULT_ROWS, strict=True, validate=validate.Range(0, MOST_ROWS),
        metadata={"description": "每份人员名单最多列出多少人；人数总是全部"},
    )  # fmt: skip


class FractionField(fields.Field[Any]):
    """A Decimal as text, with the places it has."""

    def _serialize(self, value: Any, *_: Any, **__: Any) -> str | None:
        return None if value is None else f"{value:f}"


class SolvedOut(Schema):
    """The value that was asked for, the money it leaves, and how one step more, shared pro rata, spends the rest."""

    what = fields.String(**_told("ratio | threshold | cap"))
    value = FractionField(**_told("比例最大到 0.0001，起付线最小、封顶最大到分"))
    left = Yuan(**_told("按此值发放后余额"))
    next_value = FractionField(**_told("再高一档（已超出资金）"))
    next_need = Yuan(**_told("再高一档需要的资金"))
    pro_rata_total = Yuan(**_told("再高一档并同比例分摊的发放总额"))
    pro_rata_left = Yuan(**_told("同比例分摊后的余额，0 为恰好用完"))
    most_cut = Yuan(**_told("同比例分摊时每人至多少发多少"))
    words = fields.String()


class FundOut(Schema):
    """The money: available less reserve and what is spoken for is what the rows share."""

    available = Yuan(**_told("可用额度"))
    reserve = Yuan(**_told("预留"))
    spoken_for = Yuan(**_told("核减、核增、更正的人员已占用"))
    need = Yuan(**_told("按标准需要，资金不足时的办法之前"))
    total = Yuan(**_told("实际补助合计"))
    left = Yuan(**_told("余额；负数为缺口（不调整时）"))
    short = Yuan(**_told("需要超过资金的部分"))
    fitted_ratio = FractionField(allow_none=True, **_told("资金可承受的比例；未降低时为空"))


class SizesOut(Schema):
    """Of the amounts of those who get something."""

    people = fields.Integer()
    total = Yuan()
    mean = Yuan()
    median = Yuan()
    largest = Yuan()


class GroupOut(Schema):
    """`listed` people, of whom `people` get `amount` together."""

    name = fields.String()
    listed = fields.Integer()
    people = fields.Integer()
    amount = Yuan()


class RateOut(Schema):
    """Numerator over denominator; `percent` is null where the denominator is 0 (不适用)."""

    numerator = FractionField(**_told("元或人，未舍入（基金中慈善所占份额显示到分）"))
    denominator = FractionField()
    percent = Yuan(allow_none=True, **_told("百分数，两位小数，由未舍入的分子分母算出"))


class IndicatorOut(Schema):
    """One of the ten indicators over this list: before this round's money and after it."""

    no = fields.Integer()
    id = fields.String()
    name = fields.String()
    unit = fields.String(**_told("分子分母的单位：元或人"))
    before = fields.Nested(RateOut)
    after = fields.Nested(RateOut)


class PersonOut(Schema):
    """One row, masked; `difference` against the round's own standard."""

    case_id = Id()
    case_no = fields.String()
    name = fields.String()
    township = fields.String()
    self_paid = Yuan()
    amount = Yuan()
    left_after = Yuan()
    difference = Yuan(allow_none=True)


class PeopleOut(Schema):
    """How many in all and their money together; `rows` are the first of them, the largest first."""

    people = fields.Integer()
    amount = Yuan()
    rows = fields.List(fields.Nested(PersonOut))


class DifferenceOut(Schema):
    """Against the round's own standard: who gains, who loses, how many stay the same."""

    total = Yuan()
    gain = fields.Nested(PeopleOut)
    lose = fields.Nested(PeopleOut)
    same = fields.Integer()


class TrialOut(Schema):
    """One candidate on the list."""

    name = fields.String()
    standard = fields.Dict(**_told("所测标准（反算的值已填入），words 为中文"))
    applied = fields.Dict(**_told("实际采用的标准：资金不足而降低比例之后"))
    shortfall_rule = fields.String()
    shortfall_words = fields.String()
    solved = fields.Nested(SolvedOut, allow_none=True)
    fund = fields.Nested(FundOut)
    listed = fields.Integer()
    eligible = fields.Integer(**_told("属于可补助类别的人数"))
    sizes = fields.Nested(SizesOut)
    by_category = fields.List(fields.Nested(GroupOut))
    by_township = fields.List(fields.Nested(GroupOut))
    by_band = fields.List(fields.Nested(GroupOut))
    indicators = fields.List(fields.Nested(IndicatorOut))
    above_line = fields.Nested(PeopleOut, **_told("补助后仍高于化解标准的人员，amount 为其剩余自负合计"))
    above_line_before = fields.Integer(**_told("本轮补助前高于化解标准的人数"))
    against = fields.Nested(DifferenceOut, allow_none=True)
    by_table = fields.Boolean(**_told("逐人执行了决策表（方案的规则不属三种标准形式时）"))


class WhatIfOut(Schema):
    """The round's own standard (`base`, null before a proposal) and the candidates, in the order given."""

    round_id = Id()
    round_name = fields.String()
    cost_year = fields.Integer()
    listed = fields.Integer()
    available = Yuan()
    resolution_line = Yuan(allow_none=True, **_told("化解标准，元"))
    base = fields.Nested(TrialOut, allow_none=True)
    candidates = fields.List(fields.Nested(TrialOut))
