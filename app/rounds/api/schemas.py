"""What goes in and out: amounts as "1234.50", instants with a zone, ID numbers masked."""

from __future__ import annotations

from marshmallow import fields, validate

from app.web.fields import Choice, Id, Instant, Pagination, Schema, Text, Yuan, page_of

STAGE_WORDS = {
    "preliminary": "初筛", "excluded": "剔除", "below_line": "低于核实线", "to_verify": "待核实", "verifying": "核实中",
    "verified": "已核实", "supplementary": "补充名单", "listed": "已列入名单", "decided": "已决议", "carried": "转下轮",
}  # fmt: skip
OUTCOME_WORDS = {
    "paid": "已发放", "zero": "金额为零", "held": "暂停发放", "deferred": "暂缓", "unclaimed": "待领",
    "exhausted": "基金用完", "rejected": "不予补助",
}  # fmt: skip


class RoundIn(Schema):
    """Opening a round; the lines are the scheme's when they are left out."""

    scheme = Text(32, required=True)
    cost_year = fields.Integer(required=True, strict=True)
    cut_off = fields.Date(required=True)
    settlement_snapshot_id = Id(required=True)
    screening_line = Yuan(load_default=None)
    verification_line = Yuan(load_default=None)
    name = Text(100, load_default=None)


class RoundQuery(Schema):
    """Which rounds."""

    scheme = Text(32, load_default=None)


class RoundOut(Schema):
    """A round; stage open | tallying | verifying | listing | meeting | paying | closed."""

    id = Id()
    scheme = fields.String()
    cost_year = fields.Integer()
    number = fields.Integer()
    name = fields.String()
    stage = fields.String()
    cut_off = fields.Date()
    screening_line = Yuan()
    verification_line = Yuan()
    settlement_snapshot_id = Id(allow_none=True)
    instance_id = Id(allow_none=True)
    opened_at = Instant()
    closed_at = Instant(allow_none=True)


class TallyRequestOut(Schema):
    """One unit's request; state open | filed | nil | waived | consolidated; waived is 未反馈, not zero."""

    id = Id()
    round_id = Id()
    unit_id = Id()
    unit_code = fields.String()
    unit_name = fields.String()
    payers = fields.List(fields.String())
    kind = fields.String()
    state = fields.String()
    version = fields.Integer()
    filings = fields.Integer()
    opened_at = Instant()
    due_at = Instant(allow_none=True)
    filed_at = Instant(allow_none=True)
    waived_at = Instant(allow_none=True)
    note = fields.String(allow_none=True)


class ListVersionOut(Schema):
    """One frozen list."""

    id = Id()
    stage = fields.String()
    n = fields.Integer()
    hash = fields.String()
    row_count = fields.Integer()
    total = Yuan()
    resolution_id = Id(allow_none=True)
    created_at = Instant()


class RoundDetail(RoundOut):
    """A round with its counts, lists, and who has answered."""

    cases = fields.Dict(keys=fields.String(), values=fields.Integer())
    lists = fields.List(fields.Nested(ListVersionOut))
    tally_requests = fields.List(fields.Nested(TallyRequestOut))


class ListQuery(Schema):
    """Which version of a list; the newest when left out."""

    n = fields.Integer(load_default=None, validate=validate.Range(1, 1000))


class UnansweredQuery(Schema):
    """Both unless told."""

    state = Choice("open", "waived", load_default=None)


class UnansweredOut(Schema):
    """A unit that has not answered: open (late or not) or waived, which is 未反馈; `people` lack its amounts."""

    request_id = Id(required=True)
    unit_id = Id(required=True)
    unit_name = fields.String(required=True)
    payers = fields.List(fields.String(), required=True)
    kind = Choice("round", "door", "sent_back", required=True)
    state = Choice("open", "waived", required=True)
    people = fields.Integer(required=True)
    late = fields.Boolean(required=True)
    opened_at = Instant(required=True)
    due_at = Instant(required=True, allow_none=True)
    waived_at = Instant(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)


class UnansweredListOut(Schema):
    """In the order asked."""

    items = fields.List(fields.Nested(UnansweredOut), required=True)


class CaseQuery(Pagination):
    """Which cases of the round."""

    stage = fields.List(Text(16), load_default=None)


class CaseOut(Schema):
    """One case in a list."""

    id = Id()
    round_id = Id()
    case_no = fields.String()
    name = fields.String()
    id_masked = fields.String()
    categories = fields.List(fields.String())
    township = fields.String()
    stage = fields.String()
    eligible = fields.Boolean()
    origin = fields.String()
    total_cost = Yuan(allow_none=True)
    self_paid = Yuan(allow_none=True)
    cost_over_paid = fields.Boolean()
    approved_amount = Yuan(allow_none=True)
    outcome = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)


class FigureOut(Schema):
    """One amount with its source; the one in force counts for its payer."""

    payer = fields.String()
    payer_name = fields.String()
    source = fields.String()
    version = fields.Integer()
    amount = Yuan()
    in_force = fields.Boolean()
    unit_id = Id(allow_none=True)
    recorded_at = Instant()
    origin_ref = fields.String(allow_none=True)
    note = fields.String(allow_none=True)


class AnswerOut(Schema):
    """What a member unit said about this case."""

    request_id = Id()
    unit = fields.String()
    kind = fields.String()
    state = fields.String()
    payers = fields.List(fields.String())


class CaseSheetOut(Schema):
    """One case with every figure that the caller may see."""

    line = fields.Nested(CaseOut)
    figures = fields.List(fields.Nested(FigureOut))
    answers = fields.List(fields.Nested(AnswerOut))


class ExclusionIn(Schema):
    """Taking somebody off the preliminary list."""

    case_id = Id(required=True)
    reason = Text(500, 2, required=True)


class ExclusionsIn(Schema):
    """Several at once."""

    exclusions = fields.List(fields.Nested(ExclusionIn), required=True, validate=validate.Length(1, 5000))


class ReasonIn(Schema):
    """Why."""

    reason = Text(500, 2, required=True)


class ConflictOut(Schema):
    """Settlement data and a tally name the same payer."""

    conflict_id = Id()
    case_id = Id()
    case_no = fields.String()
    name = fields.String()
    payer = fields.String()
    payer_name = fields.String()
    settlement = fields.String()
    tally = fields.String()


class ConflictsOut(Schema):
    """What the bureau has still to decide."""

    items = fields.List(fields.Nested(ConflictOut))


class ResolutionIn(Schema):
    """One decision."""

    conflict_id = Id(required=True)
    chosen = Choice("settlement", "tally", "correction", required=True)
    amount = fields.String(validate=validate.Regexp(r"\A(0|[1-9][0-9]{0,12})(\.[0-9]{1,2})?\Z"))
    reason = Text(500, 2, required=True)


class ResolutionsIn(Schema):
    """Several decisions at once."""

    resolutions = fields.List(fields.Nested(ResolutionIn), required=True, validate=validate.Length(1, 20000))


class SheetRowOut(Schema):
    """One person in a unit's tally, its own columns only."""

    case_id = Id()
    case_no = fields.String()
    name = fields.String()
    id_masked = fields.String()
    township = fields.String()
    amounts = fields.Dict(keys=fields.String(), values=Yuan(allow_none=True))
    note = fields.String(allow_none=True)


class SheetRowIn(Schema):
    """Amounts of one person; null empties a cell. Amounts are checked with all other rows, not here."""

    case_id = Id(required=True)
    amounts = fields.Dict(keys=Text(32), values=fields.String(allow_none=True), required=True)
    note = fields.String(load_default=None, allow_none=True, validate=validate.Length(0, 200))


class SheetRowsIn(Schema):
    """Rows to write; `version` (or If-Match) is the version of the request that the caller saw."""

    version = fields.Integer(load_default=None, strict=True)
    rows = fields.List(fields.Nested(SheetRowIn), required=True, validate=validate.Length(1, 5000))


class UploadOut(Schema):
    """A workbook as it was understood, before it is accepted; state preview | accepted | faulty."""

    id = Id()
    request_id = Id()
    request_version = fields.Integer()
    form = fields.String()
    state = fields.String()
    file_name = fields.String()
    changes = fields.List(fields.Dict())
    unmatched = fields.List(fields.Dict())


ROUND_PAGE = page_of(RoundOut)
CASE_PAGE = page_of(CaseOut)
SHEET_PAGE = page_of(SheetRowOut)
