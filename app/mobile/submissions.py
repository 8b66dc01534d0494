"""A visit form comes in from a phone: it completes the task, or, when that is too late, is kept as a note."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.retrying import retried
from app.engine.rights import check_may_act, find_task_row
from app.engine.tasks import complete_within
from app.intake.models import FileHolder, StoredFile
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Conflict, Denied, Fault, Invalid, NotFound, NuanxinError
from app.kernel.idempotency import remember
from app.mobile.models import PhoneSubmission
from app.mobile.notes import keep_note
from app.mobile.tickets import basis_of, ticket_of
from app.rounds.figures import figures_in_force
from app.visits.checking import last_visit

_FILE = re.compile(r"sha256:([0-9a-f]{64})\Z")
_CONFIRMING = ("confirmed", "changed")


@dataclass(frozen=True)
class Submission:
    """What the phone sent; files stand in the form as `sha256:<hex>`, `sha256` is of the body's own bytes."""

    client_id: str
    task_id: int
    case_id: int
    ticket: str
    basis: str
    form: Mapping[str, Any]
    measured: Mapping[str, Any]
    form_version: str | None
    sha256: str


def submit_visit(session: Session, actor: Actor, clock: Clock, sent: Submission) -> PhoneSubmission:
    """The receipt; the same submission again gives the same one. Commits.

    Somebody else's, finished or withdrawn visits become a note. Raises NotFound (never handed to this user),
    Invalid by pointers into the form, Conflict `submission_reused`.
    """
    known = _find(session, actor, sent)
    if known is not None:
        return known
    if sent.ticket != ticket_of(session, actor, sent.task_id, sent.case_id):
        raise NotFound("此任务不是派给您的", code="visit_not_found")
    form = place_file_ids(session, actor, sent.form)
    try:
        return retried(session, lambda: _complete(session, actor, clock, sent, form))
    except (Conflict, Denied, NotFound) as too_late:
        session.rollback()
        return _keep(session, actor, clock, sent, form, too_late)


def get_receipt(session: Session, actor: Actor, submission_id: int) -> PhoneSubmission:
    """One's own; raises NotFound."""
    receipt = session.get(PhoneSubmission, submission_id)
    if receipt is None or receipt.user_id != actor.user_id:
        raise NotFound(code="submission_not_found")
    return receipt


def place_file_ids(session: Session, actor: Actor, form: Mapping[str, Any]) -> dict[str, Any]:
    """The form with ids instead of hashes; raises Invalid `file_not_uploaded` for each that this user has not sent."""
    named = {match[1] for _, text in _texts(form, "") if (match := _FILE.match(text))}
    query = select(StoredFile.hash, StoredFile.id).join(FileHolder, FileHolder.file_id == StoredFile.id)
    held = query.where(StoredFile.hash.in_(named), FileHolder.user_id == actor.user_id)
    ids = {row.hash: row.id for row in session.execute(held)}
    missing = [
        Fault(where, "file_not_uploaded", "照片尚未上传，请等照片传完")
        for where, text in _texts(form, "")
        if (match := _FILE.match(text)) and match[1] not in ids
    ]
    if missing:
        raise Invalid(missing)
    placed: dict[str, Any] = _replace(form, ids)
    return placed


def _find(session: Session, actor: Actor, sent: Submission) -> PhoneSubmission | None:
    own = PhoneSubmission.user_id == actor.user_id, PhoneSubmission.client_id == sent.client_id
    known = session.scalar(select(PhoneSubmission).where(*own))
    if known is not None and known.sha256 != sent.sha256:
        raise Conflict("此编号已用于另一份填报", code="submission_reused")
    return known


def _complete(session: Session, actor: Actor, clock: Clock, sent: Submission, form: dict[str, Any]) -> PhoneSubmission:
    task = find_task_row(session, sent.task_id)
    if task is None or task.subject != f"case:{sent.case_id}":
        raise NotFound
    check_may_act(actor, task)
    _check_basis(session, sent)
    complete_within(session, actor, clock, sent.task_id, form)
    visit = last_visit(session, sent.case_id)
    return _receipt(session, actor, clock, sent, "stored", visit.id)


def _check_basis(session: Session, sent: Submission) -> None:
    """『属实』 is said of amounts that were seen: when others count by now, the door has to be asked again."""
    figures = figures_in_force(session, [sent.case_id]).get(sent.case_id, {})
    if sent.form.get("result") in _CONFIRMING and sent.basis != basis_of(figures):
        message = "出门之后县里的数据有变化，请刷新后对照新金额再确认"
        raise Invalid([Fault("/result", "figures_changed", message)])


def _keep(
    session: Session, actor: Actor, clock: Clock, sent: Submission, form: dict[str, Any], why: NuanxinError
) -> PhoneSubmission:
    _find(session, actor, sent)
    receipt = _receipt(session, actor, clock, sent, "kept_as_note", None, commit=False)
    keep_note(session, actor, clock, receipt, form, why)
    session.commit()
    return receipt


def _receipt(
    session: Session, actor: Actor, clock: Clock, sent: Submission, outcome: str, visit_id: int | None,
    *, commit: bool = True,
) -> PhoneSubmission:  # fmt: skip
    receipt = PhoneSubmission(
        user_id=actor.user_id,
        client_id=sent.client_id,
        task_id=sent.task_id,
        case_id=sent.case_id,
        sha256=sent.sha256,
        outcome=outcome,
        visit_id=visit_id,
        measured=dict(sent.measured),
        form_version=sent.form_version,
        received_at=clock(),
    )
    session.add(receipt)
    session.flush()
    remember(session, str(receipt.id))
    if commit:
        session.commit()
    return receipt


def _texts(value: Any, where: str) -> list[tuple[str, str]]:
    """(pointer, text) of every text in the form."""
    if isinstance(value, str):
        return [(where, value)]
    inside = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    return [found for name, below in inside for found in _texts(below, f"{where}/{name}")]


def _replace(value: Any, ids: Mapping[str, int]) -> Any:
    if isinstance(value, str):
        match = _FILE.match(value)
        return ids[match[1]] if match else value
    if isinstance(value, Mapping):
        return {name: _replace(below, ids) for name, below in value.items()}
    return [_replace(below, ids) for below in value] if isinstance(value, list) else value
