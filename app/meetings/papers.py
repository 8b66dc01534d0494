"""The meeting's papers as Word and Excel: minutes to be corrected by hand, the agenda, the masked handout."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from docx import Document
from docx.enum.table import WD_ALIGN_VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from sqlalchemy.orm import Session

from app.access import audit
from app.intake.sheets import Column, Page, write_workbook
from app.kernel.actors import Actor
from app.kernel.dates import Clock, local_date
from app.kernel.money import show_yuan
from app.meetings.minutes import draft_minutes
from app.meetings.models import Meeting, Resolution
from app.meetings.reading import masked_agenda, sum_up
from app.meetings.sittings import attendance_of, find_meeting, get_meeting
from app.meetings.standards import find_proposal, terms_of
from app.meetings.terms import say_terms
from app.rounds.models import Round

BODY, HEAD = "仿宋", "黑体"
_ROW = 0.9  # cm, so that a signature fits


@dataclass(frozen=True)
class Paper:
    """A file to be printed."""

    content: bytes
    filename: str


def write_minutes(session: Session, actor: Actor, clock: Clock, resolution: Resolution) -> Paper:
    """The draft of the minutes as a Word document that people go on writing; commits the row of the trail."""
    title, number, *lines = draft_minutes(session, resolution.id).splitlines()
    document = _new_document()
    _write(document, title, HEAD, 20, middle=True)
    _write(document, number, BODY, 14, middle=True)
    for line in lines:
        _write(document, line, BODY, 14)
    _write(document, "参会人员签字：", BODY, 14)
    _write_signatures(document, session, get_meeting(session, resolution.meeting_id))
    detail = {"resolution_id": resolution.id, "version": resolution.version}
    return _hand_out(session, actor, clock, "minutes_downloaded", resolution.round_id, _bytes_of(document), detail,
                     f"会议纪要（第{resolution.n}次决议）.docx")  # fmt: skip


def write_agenda(session: Session, actor: Actor, clock: Clock, round_: Round) -> Paper:
    """The agenda paper: what is before the meeting, in numbers and words; commits the row of the trail."""
    document, meeting, told = _new_document(), find_meeting(session, round_.id), sum_up(session, round_.id)
    _write(document, "因病致贫返贫防范长效机制跨部门专班会议议程", HEAD, 20, middle=True)
    for line in _agenda_lines(session, round_, meeting, told):
        _write(document, line, BODY, 14)
    cells = [
        [
            cell["township"],
            cell["category"],
            str(cell["people"]),
            show_yuan(cell["self_paid"]),
            show_yuan(cell["amount"]),
        ]
        for cell in told["cells"]
    ]
    _write(document, "附：分乡镇（街道）、分类别汇总（单位：元）", BODY, 12)
    _write_table(document, ["乡镇（街道）", "类别", "人数", "自负医疗费用", "拟补助金额"], cells)
    return _hand_out(session, actor, clock, "handout_downloaded", round_.id, _bytes_of(document), {"paper": "agenda"},
                     f"{round_.name}-会议议程.docx")  # fmt: skip


def write_handout(session: Session, actor: Actor, clock: Clock, round_: Round) -> Paper:
    """The list for the members, family names only, no ID numbers; commits the row of the trail."""
    columns = [
        Column("序号", "int", 6), Column("姓名", width=12), Column("乡镇（街道）", width=20),
        Column("困难人员类别", width=34), Column("自负医疗费用", "money", total=True),
        Column("拟补助金额", "money", total=True), Column("备注", width=24),
    ]  # fmt: skip
    lines = masked_agenda(session, round_.id)
    names = ("no", "name", "township", "category", "self_paid", "amount")
    rows = [[*(line[name] for name in names), None] for line in lines]
    mark = f"{actor.name} {local_date(clock())} 打印，会后收回"
    notes = [f"共{len(rows)}人；姓名已隐去，完整名单由会议秘书保管"]
    page = Page(
        "名单",
        columns,
        rows,
        title=f"{round_.name}拟补助名单（会议材料）",
        unit="单位：元",
        notes=notes,
        watermark=mark,
    )
    return _hand_out(session, actor, clock, "handout_downloaded", round_.id, write_workbook([page]),
                     {"paper": "handout", "rows": len(rows)}, f"{round_.name}-会议材料（已隐去姓名）.xlsx")  # fmt: skip


def _agenda_lines(session: Session, round_: Round, meeting: Meeting | None, told: dict[str, Any]) -> list[str]:
    proposal, quota = find_proposal(session, round_.id), told["quota"]
    day = meeting.held_on.isoformat() if meeting and meeting.held_on else "（待定）"
    place, chair = (meeting.place, meeting.chair) if meeting else (None, None)
    heard = f"自负医疗费用合计 {show_yuan(told['self_paid'])} 元；其中 {told['unanswered']} 人有单位未反馈。"
    lines = [
        f"时间：{day}　地点：{place or '（待定）'}　主持：{chair or '（待定）'}",
        f"一、听取{round_.name}统计、填报、核实情况：拟补助 {told['people']} 人，{heard}",
    ]
    if proposal is not None:
        lines.append(f"二、审议补助标准：{say_terms(terms_of(proposal))}。")
    lines += [
        f"三、审议资金安排：可用额度 {show_yuan(quota.available)} 元，拟补助合计 {show_yuan(told['amount'])} 元。",
        f"四、逐人审核名单（见会议材料）：尚待决定 {told['undecided']} 人；以往已超额补助 {told['overpaid']} 人。",
    ]
    if told["resolution_line"] is not None:
        line = show_yuan(told["resolution_line"])
        lines.append(f"五、研究补助后自负仍高于化解标准 {line} 元的 {told['above_line']} 人。")
    return lines


def _new_document() -> Any:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
    _set_font(document.styles["Normal"], BODY, 14)
    return document


def _set_font(part: Any, font: str, size: float) -> None:
    """Word keeps a font of its own for Chinese signs."""
    part.font.name, part.font.size = font, Pt(size)
    part.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _write(document: Any, text: str, font: str, size: float, *, middle: bool = False) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.line_spacing, paragraph.paragraph_format.space_after = 1.5, Pt(0)
    if middle:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    else:
        paragraph.paragraph_format.first_line_indent = Pt(2 * size)
    run = paragraph.add_run(text)
    run.bold = font == HEAD
    _set_font(run, font, size)


def _write_signatures(document: Any, session: Session, meeting: Meeting) -> None:
    rows = [[r.unit_name, r.member_name, "" if r.present else "请假"] for r in attendance_of(session, meeting.id)]
    _write_table(document, ["单位", "姓名", "签字"], rows)


def _write_table(document: Any, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = document.add_table(rows=1, cols=len(head), style="Table Grid")
    for line in (head, *rows):
        cells = table.rows[0].cells if line is head else table.add_row().cells
        for cell, text in zip(cells, line, strict=True):
            cell.text = text
            paragraph = cell.paragraphs[0]
            cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
            if text[:1].isdigit():
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            for run in paragraph.runs:
                _set_font(run, BODY, 10.5)
    for row in table.rows:
        row.height = Cm(_ROW)


def _bytes_of(document: Any) -> bytes:
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def _hand_out(
    session: Session, actor: Actor, clock: Clock, kind: str, round_id: int, content: bytes,
    detail: dict[str, Any], filename: str,
) -> Paper:  # fmt: skip
    audit.record(session, actor, clock, kind, subject=f"round:{round_id}", detail=detail)
    session.commit()
    return Paper(content, filename)
