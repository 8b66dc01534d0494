"""The lists as they are printed and signed: title, 元, rows, totals, signature line, one page a section."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import audit
from app.access.models import User
from app.engine.schemes import Scheme
from app.intake.sheets import Column, Page, Value, write_workbook
from app.kernel.actors import Actor
from app.kernel.dates import Clock, local_date
from app.kernel.errors import Denied, NotFound
from app.kernel.money import ZERO, show_yuan
from app.rounds.lists import rows_of
from app.rounds.models import ListRow, ListVersion, Round
from app.rounds.rounds import get_round
from app.rounds.schemes import payer_name, scheme_of
from app.rounds.scope import COUNTY_ROLES

SECTIONS = {"main": "名单", "unreachable": "联系不上人员", "supplementary": "补充名单"}
WITH_AMOUNT = ("subsidy", "final")
OUTCOMES = {"exhausted": "基金用完"}  # what a row says in words: 『基金总额用完即止』[S0 附件3 四]
DECISIONS = {"approve": "同意", "lower": "核减", "raise": "核增", "defer": "暂缓", "reject": "不予补助"}


@dataclass(frozen=True)
class _Paper:
    """What all sections of one printed list share."""

    scheme: Scheme
    version: ListVersion
    signature: str
    watermark: str
    rows: Sequence[ListRow]


@dataclass(frozen=True)
class Export:
    """A printed list; ID numbers are masked in it."""

    content: bytes
    filename: str


def export_list(
    session: Session, actor: Actor, clock: Clock, round_id: int, stage: str, n: int | None = None
) -> Export:
    """One version of a list as xlsx (the newest unless `n`). Commits the audit row of the download.

    Raises Denied, NotFound `list_not_found`.
    """
    if not actor.has_role(*COUNTY_ROLES):
        raise Denied
    round_ = get_round(session, round_id)
    version = _get_version(session, round_id, stage, n)
    scheme = scheme_of(session, round_id)
    title = _title(scheme, round_, version)
    rows = rows_of(session, version)
    paper = _Paper(scheme, version, _sign(session, version), f"{actor.name} {local_date(clock())} 打印", rows)
    parts = {section: [row for row in rows if row.section == section] for section in SECTIONS}
    pages = [_page(paper, section, title, part) for section, part in parts.items() if part or section == "main"]
    detail = {"list": version.id, "hash": version.hash}
    audit.record(session, actor, clock, "list_downloaded", subject=f"round:{round_id}", detail=detail)
    session.commit()
    return Export(write_workbook(pages), f"{title}.xlsx")


def _get_version(session: Session, round_id: int, stage: str, n: int | None) -> ListVersion:
    query = select(ListVersion).where(ListVersion.round_id == round_id, ListVersion.stage == stage)
    query = query if n is None else query.where(ListVersion.n == n)
    version = session.scalar(query.order_by(ListVersion.n.desc()).limit(1))
    if version is None:
        raise NotFound("还没有这份名单", code="list_not_found", stage=stage)
    return version


def _title(scheme: Scheme, round_: Round, version: ListVersion) -> str:
    pattern = scheme.lists.get(version.stage, {}).get("title", "{name}")
    title = pattern.format(cost_year=round_.cost_year, number=round_.number, name=round_.name)
    return title if version.n == 1 else f"{title}（第{version.n}稿）"


def _page(paper: _Paper, section: str, title: str, rows: Sequence[ListRow]) -> Page:
    """One section; where the list has several, each says its own sum and that of all."""
    scheme, version = paper.scheme, paper.version
    payers = [payer for payer in scheme.payers if any(payer in row.payments for row in rows)]
    divided = len(rows) < len(paper.rows)
    notes = [f"共{len(rows)}人  名单编号 {version.hash[:12]}  {local_date(version.created_at)} 形成"]
    if divided:
        notes.append(f"{SECTIONS[section]}：{_sum_up(version, rows)}；全部：{_sum_up(version, paper.rows)}")
    return Page(
        name=SECTIONS[section],
        columns=_columns(scheme, payers, version.stage),
        rows=[_line(scheme, row, payers, version.stage) for row in rows],
        title=title if section == "main" else f"{title}（{SECTIONS[section]}）",
        unit="单位：元",
        notes=notes,
        total="小计" if divided else "合计",
        signature=paper.signature,
        watermark=paper.watermark,
    )


def _sum_up(version: ListVersion, rows: Sequence[ListRow]) -> str:
    if version.stage not in WITH_AMOUNT:
        return f"{len(rows)}人"
    return f"{len(rows)}人，补助金额 {show_yuan(sum((row.amount or ZERO for row in rows), ZERO))} 元"


def _sign(session: Session, version: ListVersion) -> str:
    """Three people, named where they are known; the rest is signed by hand."""
    names = [_name(session, version.meta.get(key)) for key in ("prepared_by", "reviewed_by", "approved_by")]
    names[0] = names[0] or _name(session, version.prepared_by)
    return "".join(f"{part}：{name:　<12}" for part, name in zip(("制表人", "审核人", "审批人"), names, strict=True))


def _columns(scheme: Scheme, payers: Sequence[str], stage: str) -> list[Column]:
    columns = [
        Column("编号", "int", 6),
        Column("姓名", width=10),
        Column("身份证号", width=21),
        Column("困难人员类别", width=24),
        Column("乡镇（街道）", width=14),
        Column("年度医疗总费用", "money", total=True),
        *(Column(payer_name(scheme, payer), "money", 13, total=True) for payer in payers),
        Column("自负医疗费用", "money", total=True),
    ]
    if stage in WITH_AMOUNT:
        columns += [Column("补助金额" if stage == "final" else "拟补助金额", "money", total=True)]
        columns += [Column("会议意见", width=10)] if stage == "final" else []
    return [*columns, Column("备注", width=24)]


def _line(scheme: Scheme, row: ListRow, payers: Sequence[str], stage: str) -> list[Value]:
    paid = [Decimal(row.payments[payer]) if payer in row.payments else ZERO for payer in payers]
    line: list[Value] = [
        row.no,
        row.person_name,
        row.id_masked,
        scheme.categories.get(row.category, row.category),
        row.township,
        row.total_cost,
        *paid,
        row.self_paid,
    ]
    if stage in WITH_AMOUNT:
        line.append(row.amount)
    if stage == "final":
        line.append(DECISIONS.get(row.decision or "", row.decision))
    return [*line, "；".join(words for words in (OUTCOMES.get(row.outcome or ""), row.reason) if words)]


def _name(session: Session, who: object) -> str:
    """A name as it was frozen with the list, or that of the user with this id; blank to be signed by hand."""
    user = session.get(User, who) if isinstance(who, int) else None
    return who if isinstance(who, str) else "" if user is None else user.name
