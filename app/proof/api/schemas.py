"""The shape of an explanation: amounts as "1234.50", what the caller may not see is null or left out."""

from __future__ import annotations

from marshmallow import fields

from app.web.fields import Id, Schema


class SentenceOut(Schema):
    """One sentence; `part` 费用 | 费用来源 | 人员 | 计算 | 决定 | 发放, `sources` with document, clause and quote."""

    part = fields.String()
    text = fields.String()
    sources = fields.List(fields.Dict())


class CaseOut(Schema):
    """Whose case it is; the ID number masked."""

    id = Id()
    case_no = fields.String()
    name = fields.String()
    id_masked = fields.String()
    township = fields.String()
    round = fields.String()
    cost_year = fields.Integer()
    scheme = fields.String()
    stage = fields.String()
    outcome = fields.String(allow_none=True)
    total_cost = fields.String(allow_none=True)
    self_paid = fields.String(allow_none=True)
    cost_over_paid = fields.Boolean()
    reason = fields.String(allow_none=True)


class AmountOut(Schema):
    """One amount: kind draft | approved; `decisions` with inputs, rows tried, row hit, result and sources."""

    kind = fields.String()
    sealed = fields.Boolean()
    standard = fields.Dict()
    definition = fields.Dict()
    inputs = fields.Dict()
    figures = fields.List(Id())
    decisions = fields.List(fields.Dict())
    rounding = fields.Dict()
    shortfall = fields.Dict(allow_none=True)
    self_paid = fields.String()
    due = fields.String()
    already_paid = fields.String()
    overpaid = fields.String()
    amount = fields.String()
    left_after = fields.String()
    status = fields.String()
    unanswered = fields.List(fields.String())
    steps = fields.List(fields.String())
    decision = fields.Dict(allow_none=True)


class ExplanationOut(Schema):
    """From the bills to the bank line; `answer` says in one sentence why it is so much, or why it is 0 元."""

    case = fields.Nested(CaseOut)
    answer = fields.String(allow_none=True)
    sentences = fields.List(fields.Nested(SentenceOut))
    bills = fields.Dict(allow_none=True)
    figures = fields.List(fields.Dict())
    conflicts = fields.List(fields.Dict())
    differences = fields.List(fields.Dict())
    eligibility = fields.Dict(allow_none=True)
    amounts = fields.List(fields.Nested(AmountOut))
    other_rounds = fields.List(fields.Dict())
    payments = fields.List(fields.Dict())
