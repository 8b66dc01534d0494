"""The xlsx template of a tally: names locked, the unit's columns open, and what to fill in one sentence."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.access import audit
from app.engine.schemes import Scheme
from app.intake.sheets import Column, Page, write_workbook
from app.kernel.actors import Actor
from app.kernel.dates import Clock, local_date
from app.registry.people import full_id_numbers
from app.rounds.models import TallyRequest
from app.rounds.rounds import get_round
from app.rounds.schemes import payer_name, scheme_of
from app.rounds.tallies.requests import get_own_request, subject_of
from app.rounds.tallies.rows import sheet_rows

SHEET = "填报表"
CASE_NO, ID_NUMBER, NOTE = "案号", "身份证号", "备注"
REQUEST_NO = "填报编号"  # how an upload shows which request it answers


@dataclass(frozen=True)
class Template:
    """A file for the unit's own people: full ID numbers inside, the download is in the audit."""

    content: bytes
    filename: str


def write_template(session: Session, actor: Actor, clock: Clock, request_id: int) -> Template:
    """The unit's own template with what it has filled so far. Commits the audit row of the download.

    Full ID numbers as text, watermarked: masked numbers cannot be matched (policy-facts §4.1).
    """
    request = get_own_request(session, actor, request_id)
    scheme = scheme_of(session, request.round_id)
    round_name = get_round(session, request.round_id).name
    rows = sheet_rows(session, request)
    people = [row.person_id for row in rows]
    numbers = full_id_numbers(session, actor, clock, people, subject_of(request))
    lines = [
        (
            *(n, row.case_no, row.name, numbers[row.person_id], row.township),
            *(row.amounts[payer] for payer in request.payers),
            *(row.note, str(request.id)),
        )
        for n, row in enumerate(rows, 1)
    ]
    page = Page(
        name=SHEET,
        columns=_columns(scheme, request),
        rows=lines,
        title=f"{round_name}{request.unit_name}填报表",
        unit="单位：元",
        notes=_notes(scheme, request),
        watermark=f"仅供{request.unit_name}填报，不得外传 {actor.name} {local_date(clock())} 下载",
        protected=True,
    )
    audit.record(session, actor, clock, "tally_template_downloaded", subject=subject_of(request))
    session.commit()
    return Template(write_workbook([page]), f"{request.unit_name}-{round_name}-填报表.xlsx")


def _columns(scheme: Scheme, request: TallyRequest) -> list[Column]:
    """What is locked, one open column a payer, an open remark."""
    amounts = [Column(f"{payer_name(scheme, payer)}（元）", "money", 18, editable=True) for payer in request.payers]
    return [
        Column("序号", "int", 6),
        Column(CASE_NO, width=14),
        Column("姓名", width=12),
        Column(ID_NUMBER, width=22),
        Column("乡镇（街道）", width=16),
        *amounts,
        Column(NOTE, width=24, editable=True),
        Column(REQUEST_NO, width=9),
    ]


def _notes(scheme: Scheme, request: TallyRequest) -> list[str]:
    ask = next((m.get("ask", "") for m in scheme.member_units if m["unit"] == request.unit_code), "")
    return [
        f"填报内容：{ask}。{scheme.parameter('tally_note')}。",
        "没有发放的留空；姓名、身份证号等列已锁定，请勿改动；金额大于年度医疗费用的请在备注中说明。",
    ]
