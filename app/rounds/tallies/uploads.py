"""A workbook in two steps: read and compared, then accepted; faulty cells go back marked in the workbook."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.access import audit
from app.intake.files import read_file, store_file
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Conflict, Fault, NotFound
from app.kernel.idempotency import remember
from app.kernel.money import format_yuan, parse_yuan
from app.registry.people import resolve_id_numbers
from app.rounds.models import Case, TallyRequest, TallyUpload
from app.rounds.schemes import payer_name, scheme_of
from app.rounds.tallies.marking import mark_workbook
from app.rounds.tallies.requests import cases_asked, get_own_request, get_request, subject_of
from app.rounds.tallies.rows import Change, apply_changes, current_rows, find_change_faults
from app.rounds.tallies.workbooks import Found, Reading, read_workbook, sum_found, total_of


def upload_workbook(
    session: Session,
    actor: Actor,
    clock: Clock,
    request_id: int,
    content: bytes,
    filename: str,
    mapping: Any = None,
) -> TallyUpload:
    """Reads and compares; nothing is filled in yet. The upload is kept as `preview`, or as `faulty`.

    Raises NotFound, Denied, Conflict `tally_closed`, and Invalid for a file that cannot be read at all.
    """
    request = get_own_request(session, actor, request_id)
    scheme = scheme_of(session, request.round_id)
    payers = {payer: payer_name(scheme, payer) for payer in request.payers}
    reading = read_workbook(content, filename, payers, request.id, mapping)
    changes = _compare(session, request, reading)
    upload = _new_upload(actor, clock, request, reading, changes)
    upload.file_name, upload.file_hash = filename[-200:], hashlib.sha256(content).hexdigest()
    marked = mark_workbook(content, reading.marks) if reading.marks else None
    if marked is not None:
        upload.marked_file_id = store_file(session, actor, clock, marked, "填报表-已标错.xlsx", purpose="import").id
    session.add(upload)
    session.flush()
    detail = {"upload": upload.id, "changes": len(changes), "unmatched": len(reading.unmatched)}
    audit.record(session, actor, clock, "tally_uploaded", subject=subject_of(request), detail=detail)
    remember(session, f"tally_upload:{upload.id}")
    session.commit()
    return upload


def _new_upload(
    actor: Actor, clock: Clock, request: TallyRequest, reading: Reading, changes: list[dict[str, Any]]
) -> TallyUpload:
    return TallyUpload(
        request_id=request.id,
        request_version=request.version,
        form=reading.form,
        state="faulty" if reading.faults else "preview",
        changes=changes,
        unmatched=reading.unmatched,
        faults=[_told(fault) for fault in reading.faults],
        uploaded_by=actor.user_id,
        uploaded_at=clock(),
    )


def accept_upload(session: Session, actor: Actor, clock: Clock, request_id: int, upload_id: int) -> TallyRequest:
    """Writes what the preview showed. Raises Conflict when it is faulty, accepted already, or out of date."""
    upload = get_upload(session, actor, request_id, upload_id)
    request = get_own_request(session, actor, request_id)
    if upload.state != "preview":
        raise Conflict("这次上传已确认过，或有错误待更正", code="upload_not_open", state=upload.state)
    if upload.request_version != request.version:
        message = "上传之后填报内容有改动，请重新上传比对"
        raise Conflict(message, code="tally_changed", version=request.version)
    changes = {
        (row["case_id"], row["payer"]): (None if row["new"] is None else parse_yuan(row["new"]), row["note"])
        for row in upload.changes
    }
    apply_changes(session, actor, clock, request, changes)
    upload.state = "accepted"
    detail = {"upload": upload.id, "changes": len(changes)}
    audit.record(session, actor, clock, "tally_upload_accepted", subject=subject_of(request), detail=detail)
    session.commit()
    return request


def get_upload(session: Session, actor: Actor, request_id: int, upload_id: int) -> TallyUpload:
    """An upload of a request that the actor may see, else `NotFound`."""
    get_request(session, actor, request_id)
    upload = session.get(TallyUpload, upload_id)
    if upload is None or upload.request_id != request_id:
        raise NotFound(code="upload_not_found")
    return upload


def get_marked_workbook(session: Session, actor: Actor, clock: Clock, request_id: int, upload_id: int) -> bytes:
    """The unit's workbook with faulty cells marked; holds ID numbers, so only for the unit, and audited."""
    request = get_own_request(session, actor, request_id)
    upload = get_upload(session, actor, request_id, upload_id)
    if upload.marked_file_id is None:
        raise NotFound("这次上传没有标错的表格", code="no_marked_workbook")
    content = read_file(session, upload.marked_file_id)
    detail = {"upload": upload.id}
    audit.record(session, actor, clock, "tally_marked_downloaded", subject=subject_of(request), detail=detail)
    session.commit()
    return content


def _compare(session: Session, request: TallyRequest, reading: Reading) -> list[dict[str, Any]]:
    """What would change: [{case_id, case_no, payer, old, new, note, rows}], amounts as text."""
    cases = cases_asked(session, request)
    people = resolve_id_numbers(session, sorted({found.id_number for found in reading.found}))
    by_person = {case.person_id: case for case in cases}
    pairs: list[tuple[Change, Case, list[Found]]] = []
    for (id_number, payer), rows in sum_found(reading.found).items():
        case = by_person.get(people.get(id_number, 0))
        if case is None:
            _leave_out(reading, rows, id_number)
        elif _is_his(reading, rows, case):
            note = next((row.note for row in rows if row.note), None)
            where = rows[0].sheet.fault(rows[0].row, rows[0].column, "", "").where
            pairs.append((Change(case.id, payer, total_of(rows), where, note), case, rows))
    _check(session, request, reading, pairs)
    return _differences(session, request, pairs)


def _leave_out(reading: Reading, rows: list[Found], id_number: str) -> None:
    for row in rows:
        if row.amount is not None:
            message = "此人不在本次填报名单上"
            reading.leave_out(row.sheet, row.row, "not_on_the_list", message, id_number, row.amount)


def _is_his(reading: Reading, rows: list[Found], case: Case) -> bool:
    """In the template number and case stay together: a sorted column would give one man's aid to another."""
    wrong = [row for row in rows if row.case_no is not None and row.case_no != case.case_no]
    for row in wrong:
        message = "案号与身份证号不是同一人，可能只对部分列排了序，请重新下载模板"
        reading.refuse(row.sheet, row.row, row.column, "case_mismatch", message)
    return not wrong


def _check(
    session: Session, request: TallyRequest, reading: Reading, pairs: list[tuple[Change, Case, list[Found]]]
) -> None:
    rows = {change.where: found for change, _case, found in pairs}
    for fault in find_change_faults(session, request, [change for change, _case, _found in pairs]):
        first = rows[fault.where][0]
        reading.refuse(first.sheet, first.row, first.column, fault.code, fault.message)


def _differences(
    session: Session, request: TallyRequest, pairs: list[tuple[Change, Case, list[Found]]]
) -> list[dict[str, Any]]:
    now = current_rows(session, request, {case.id for _change, case, _found in pairs})
    differences = []
    for change, case, found in pairs:
        row = now[case.id, change.payer]
        new = change.amount if isinstance(change.amount, Decimal) else None
        if (row.amount, row.note or None) != (new, change.note):
            differences.append(
                {
                    "case_id": case.id,
                    "case_no": case.case_no,
                    "payer": change.payer,
                    "old": None if row.amount is None else format_yuan(row.amount),
                    "new": None if new is None else format_yuan(new),
                    "note": change.note,
                    "rows": [one.row.number for one in found if one.amount is not None],
                }
            )
    return sorted(differences, key=lambda d: d["case_no"])


def _told(fault: Fault) -> dict[str, Any]:
    return {"where": fault.where, "code": fault.code, "message": fault.message, "detail": dict(fault.detail)}
