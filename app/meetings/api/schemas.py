"""What goes in and out: amounts as "1234.50", ratios as "0.4400", ID numbers masked."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from app.meetings.deciding import KINDS
from app.meetings.reading import ONLY, SORTS
from app.meetings.resolutions import UNANSWERED_RULES
from app.meetings.rules import SHORTFALL_RULES
from app.meetings.terms import BASES
from app.web.fields import Choice, Id, IdInQuery, Instant, Pagination, Schema, Text, Yuan, page_of

RATIO = validate.Regexp(r"^(0(\.[0-9]{1,4})?|1(\.0{1,4})?)\Z")


class Ratio(fields.Field[Any]):
    """A Decimal ratio as text with four places."""

    def _serialize(self, value: Any, *_: Any, **__: Any) -> str | None:
        return None if value is None else f"{value:.4f}"


class AttendanceIn(Schema):
    """One member: which unit, who, and whether present."""

    unit_code = Text(32, required=True)
    member_name = Text(60, required=True)
    present = fields.Boolean(required=True)
    note = Text(200, load_default=None, allow_none=True)


class RecusalIn(Schema):
    """A member leaves one row; `user_id` when that member also has an account here."""

    case_id = Id(required=True)
    member_name = Text(60, required=True)
    user_id = Id(load_default=None, allow_none=True)
    reason = Text(200, required=True)


class MeetingIn(Schema):
    """The sitting as it was; the whole is replaced."""

    held_on = fields.Date(load_default=None, allow_none=True)
    place = Text(100, load_default=None, allow_none=True)
    chair = Text(60, load_default=None, allow_none=True)
    attendance = fields.List(fields.Nested(AttendanceIn), load_default=list, validate=validate.Length(max=200))
    recusals = fields.List(fields.Nested(RecusalIn), load_default=list, validate=validate.Length(max=2000))


class AttendanceOut(AttendanceIn):
    """One member, with the unit's name."""

    unit_name = fields.String()


class MeetingOut(Schema):
    """A sitting; state open | concluded."""

    id = Id()
    round_id = Id()
    n = fields.Integer()
    state = fields.String()
    held_on = fields.Date(allow_none=True)
    place = fields.String(allow_none=True)
    chair = fields.String(allow_none=True)
    version = fields.Integer()
    attendance = fields.List(fields.Nested(AttendanceOut))
    recusals = fields.List(fields.Nested(RecusalIn))


class TierIn(Schema):
    """The part over `over` and up to `up_to` (null: without end)."""

    over = fields.String(required=True)
    up_to = fields.String(load_default=None, allow_none=True)
    ratio = fields.String(required=True)


class PlainStandardIn(Schema):
    """A standard without tiers; checked as a whole by its own rules."""

    base = Choice(*BASES, load_default=None, allow_none=True)
    threshold = fields.String(load_default=None, allow_none=True)
    ratio = fields.String(load_default=None, allow_none=True)
    cap = fields.String(load_default=None, allow_none=True)


class StandardIn(PlainStandardIn):
    """A standard in any of its forms."""

    tiers = fields.List(fields.Nested(TierIn), load_default=None, allow_none=True, validate=validate.Length(max=20))


class ResolutionIn(Schema):
    """What the resolution says; what is left out stays as it was."""

    no = Text(60, load_default=None)
    text = Text(20_000, load_default=None)
    held_on = fields.Date(load_default=None)
    standard = fields.Nested(StandardIn, load_default=None)
    resolution_line = Yuan(load_default=None, minimum="0.00")
    shortfall_rule = Choice(*SHORTFALL_RULES, load_default=None)
    reserve_kept = Yuan(load_default=None, minimum="0.00")
    keep_freed_reason = Text(500, load_default=None)
    unanswered_rule = Choice(*UNANSWERED_RULES, load_default=None)
    corrections = fields.List(Id(), load_default=None, validate=validate.Length(max=5000))


class ResolutionOut(Schema):
    """A resolution; state draft | recorded (minutes stamped) | sealed."""

    id = Id()
    round_id = Id()
    meeting_id = Id()
    n = fields.Integer()
    state = fields.String()
    no = fields.String(allow_none=True)
    text = fields.String()
    held_on = fields.Date(allow_none=True)
    standard_id = Id()
    standard = fields.Dict()
    shortfall_rule = fields.String()
    available = Yuan()
    reserve_kept = Yuan()
    fitted_ratio = Ratio(allow_none=True)
    keep_freed_reason = fields.String(allow_none=True)
    unanswered_rule = fields.String(allow_none=True)
    corrections = fields.List(Id())
    row_count = fields.Integer()
    total = Yuan()
    minutes_file_id = Id(allow_none=True)
    list_version_id = Id(allow_none=True)
    sealed_at = Instant(allow_none=True)
    version = fields.Integer()


class DecisionIn(Schema):
    """One row: amount and reason for lower and raise, a reason for defer and reject."""

    case_id = Id(required=True)
    kind = Choice(*KINDS, required=True)
    amount = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=20))
    reason = Text(500, load_default=None, allow_none=True)


class DecisionsIn(Schema):
    """One `decision` is answered at once; `rows`, or `undecided` for all that are left, run in the background."""

    decision = fields.Nested(DecisionIn, load_default=None)
    rows = fields.List(fields.Nested(DecisionIn), load_default=None, validate=validate.Length(1, 100_000))
    undecided = Choice("approve", "defer", "reject", load_default=None)
    reason = Text(500, load_default=None)


class DecisionOut(Schema):
    """What was decided about a row."""

    kind = fields.String()
    amount = Yuan(allow_none=True)
    reason = fields.String(allow_none=True)
    decided_by = Id(allow_none=True)
    decided_at = Instant()


class DecidedOut(Schema):
    """The decision, or the bulk run that makes many (GET /bulk/{id})."""

    decision_id = Id(allow_none=True)
    bulk_id = Id(allow_none=True)


class AmountQueryIn(Pagination):
    """Which rows, in which order."""

    resolution_id = IdInQuery(load_default=None)
    rows = Choice(*ONLY, load_default="all", data_key="only")
    sort = Choice(*SORTS, load_default="case_no")


class AmountOut(Schema):
    """A row with its explanation; status paid_full | paid_partial | fund_exhausted | zero | not_eligible."""

    case_id = Id()
    case_no = fields.String()
    name = fields.String()
    id_masked = fields.String()
    township = fields.String()
    categories = fields.List(fields.String())
    self_paid = Yuan()
    due = Yuan()
    already_paid = Yuan()
    overpaid = Yuan()
    amount = Yuan()
    status = fields.String()
    left_after = Yuan()
    above_line = fields.Boolean()
    state = fields.String()
    unanswered = fields.List(fields.String())
    decision = fields.Nested(DecisionOut, allow_none=True)
    recused = fields.List(fields.String())
    trace = fields.Dict()


class PreviewQuery(PlainStandardIn):
    """Terms to try out."""

    shortfall_rule = Choice(*SHORTFALL_RULES, load_default="fit_ratio")


class PreviewOut(Schema):
    """What these terms would cost beside the fund's balance."""

    people = fields.Integer()
    wanted = Yuan()
    available = Yuan()
    short = fields.Boolean()
    fitted_ratio = Ratio(allow_none=True)
    given = Yuan()
    left = Yuan()
    exhausted = fields.Integer()


class QuotaOut(Schema):
    """The fund year beside the list."""

    carry_over = Yuan()
    fiscal = Yuan()
    committed_charity = Yuan()
    charity_received = Yuan()
    resolved = Yuan()
    reserved = Yuan()
    available = Yuan()
    bank_balance = Yuan()


class CellOut(Schema):
    """One township and category."""

    township = fields.String()
    category = fields.String()
    people = fields.Integer()
    self_paid = Yuan()
    amount = Yuan()


class SummaryOut(Schema):
    """Totals of the list; `draft` until it is sealed."""

    standard_id = Id()
    resolution_id = Id(allow_none=True)
    draft = fields.Boolean()
    people = fields.Integer()
    self_paid = Yuan()
    amount = Yuan()
    undecided = fields.Integer()
    overpaid = fields.Integer()
    unanswered = fields.Integer()
    resolution_line = Yuan(allow_none=True)
    above_line = fields.Integer()
    quota = fields.Nested(QuotaOut)
    cells = fields.List(fields.Nested(CellOut))


class AgendaRow(Schema):
    """One line of the handout: numbered and masked."""

    no = fields.Integer()
    name = fields.String()
    township = fields.String()
    category = fields.String()
    self_paid = Yuan()
    amount = Yuan()


class MinutesIn(Schema):
    """The stamped minutes, uploaded before (POST /files)."""

    file_id = Id(required=True)


class MinutesOut(Schema):
    """The minutes as text, to be printed, corrected and stamped."""

    text = fields.String()


class PayoutBatchIn(Schema):
    """What the bank statement will say."""

    purpose = Text(100, required=True)


class PayoutOut(Schema):
    """How the final list stands: people by outcome, payments by state."""

    listed = fields.Integer()
    resolved = Yuan()
    outcomes = fields.Dict(keys=fields.String(), values=fields.Integer())
    payments = fields.Dict(keys=fields.String(), values=fields.Integer())
    open_people = fields.Integer()


class PayoutBatchOut(PayoutOut):
    """The batch made (null: everybody is 待领), and how the list stands."""

    batch_id = Id(allow_none=True)


AMOUNT_PAGE = page_of(AmountOut)
