"""会议纪要: drafted from what was decided, stamped, uploaded; without it nothing is sealed or paid."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from sqlalchemy.orm import Session

from app.access import audit
from app.intake.models import StoredFile
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Conflict, Fault, Invalid
from app.kernel.idempotency import remember
from app.kernel.money import ZERO, show_yuan
from app.meetings.amounts import amounts_of, decisions_of
from app.meetings.models import Meeting, Resolution, Standard
from app.meetings.resolutions import get_resolution, must_be_secretary
from app.meetings.sittings import attendance_of, get_meeting, recusals_of
from app.meetings.standards import terms_of
from app.meetings.terms import say_percent, say_terms
from app.rounds.rounds import get_round

SCANS = ("application/pdf", "image/png", "image/jpeg", "image/heic", "image/webp")
WORDS = {"approve": "同意", "lower": "核减", "raise": "核增", "defer": "暂缓", "reject": "不予补助"}
SHORTFALL = {
    "fit_ratio": "资金不足时，按可用额度能够承担的最大比例补助（精确到万分之一）",
    "pro_rata": "资金不足时，按应补金额同比例分配",
    "list_order": "资金不足时，按自负金额由高到低依次补助，最后一人可部分补助，用完即止",
}
UNANSWERED = {"zero": "未反馈单位的金额暂按 0 计算，后补抵扣", "defer": "未反馈单位涉及的人员暂缓"}


def attach_minutes(session: Session, actor: Actor, clock: Clock, resolution_id: int, file_id: int) -> Resolution:
    """The stamped minutes (scan or photo) make the resolution `recorded`; any later change takes them off.

    Raises Conflict (`resolution_sealed`), Invalid (`file_not_found`, `not_a_scan`).
    """
    must_be_secretary(actor)
    resolution = get_resolution(session, resolution_id)
    if resolution.state == "sealed":
        raise Conflict("决议已封存", code="resolution_sealed")
    stored = session.get(StoredFile, file_id)
    if stored is None:
        raise Invalid([Fault("/file_id", "file_not_found", "没有这个文件，请先上传")])
    if stored.media_type not in SCANS:
        raise Invalid([Fault("/file_id", "not_a_scan", "盖章的会议纪要应为 PDF 或照片")])
    resolution.minutes_file_id, resolution.state = file_id, "recorded"
    resolution.version += 1
    detail = {"resolution_id": resolution.id, "file": stored.hash}
    audit.record(session, actor, clock, "minutes_attached", subject=f"round:{resolution.round_id}", detail=detail)
    remember(session, f"resolution:{resolution.id}")
    session.commit()
    return resolution


def draft_minutes(session: Session, resolution_id: int) -> str:
    """The minutes as text, from what has been written and decided so far."""
    resolution = get_resolution(session, resolution_id)
    meeting = get_meeting(session, resolution.meeting_id)
    parts = [
        _head(session, resolution, meeting),
        *_people(session, meeting),
        *_standard(session, resolution),
        *_rows(session, resolution),
    ]
    if resolution.text:
        parts.append(f"会议决定：{resolution.text}")
    return "\n".join(parts) + "\n"


def _head(session: Session, resolution: Resolution, meeting: Meeting) -> str:
    round_ = get_round(session, resolution.round_id)
    day = resolution.held_on or meeting.held_on
    lines = [
        "因病致贫返贫防范长效机制跨部门专班会议纪要",
        resolution.no or "（文号待填）",
        f"审议：{round_.name}",
    ]
    lines.append(f"时间：{day.isoformat() if day else '（待填）'}　地点：{meeting.place or '（待填）'}")
    lines.append(f"主持：{meeting.chair or '（待填）'}")
    return "\n".join(lines)


def _people(session: Session, meeting: Meeting) -> list[str]:
    rows = attendance_of(session, meeting.id)
    present = "、".join(f"{r.unit_name}{r.member_name}" for r in rows if r.present) or "（待填）"
    absent = "、".join(f"{r.unit_name}{r.member_name}" for r in rows if not r.present)
    lines = [f"到会：{present}"] + ([f"请假：{absent}"] if absent else [])
    recused = Counter(r.member_name for r in recusals_of(session, meeting.id))
    return lines + [f"回避：{name}对名单中 {count} 人回避" for name, count in sorted(recused.items())]


def _standard(session: Session, resolution: Resolution) -> list[str]:
    standard = session.get_one(Standard, resolution.standard_id)
    lines = [f"一、补助标准：{say_terms(terms_of(standard))}。"]
    text = f"二、可用额度 {show_yuan(resolution.available)} 元"
    if resolution.reserve_kept:
        text += f"，留存备用 {show_yuan(resolution.reserve_kept)} 元"
    lines.append(f"{text}。{SHORTFALL[resolution.shortfall_rule]}。")
    if resolution.fitted_ratio is not None:
        name = "各段系数" if standard.base == "tiers" else "补助比例"
        lines.append(f"　　经测算，{name}调整为 {say_percent(resolution.fitted_ratio)}。")
    if resolution.keep_freed_reason:
        lines.append(f"　　暂缓、核减等腾出的资金不再分配：{resolution.keep_freed_reason}。")
    if resolution.unanswered_rule:
        lines.append(f"　　{UNANSWERED[resolution.unanswered_rule]}。")
    return lines


def _rows(session: Session, resolution: Resolution) -> list[str]:
    amounts = amounts_of(session, resolution.standard_id)
    decided = decisions_of(session, resolution.id)
    counts = Counter(decision.kind for decision in decided.values())
    said = "，".join(f"{WORDS[kind]} {counts[kind]} 人" for kind in WORDS if counts[kind])
    total: Decimal = ZERO
    for case_id, decision in decided.items():
        computed = amounts[case_id].amount if case_id in amounts else ZERO
        total += (decision.amount or ZERO) if decision.kind in ("lower", "raise") else ZERO
        total += computed if decision.kind == "approve" else ZERO
    lines = [f"三、审核 {len(amounts)} 人：{said or '尚未作出决定'}；补助合计 {show_yuan(total)} 元。"]
    line = session.get_one(Standard, resolution.standard_id).resolution_line
    if line is not None:
        above = sum(amount.left_after > line for amount in amounts.values())
        lines.append(f"四、补助后年度自负仍高于化解标准 {show_yuan(line)} 元的 {above} 人，交乡镇（街道）继续化解。")
    return lines
