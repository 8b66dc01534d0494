"""The account that a person's money goes to: one proposes it, another confirms, and only then it is paid to."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import audit
from app.access.scope import require_role
from app.intake.cells import CellFault, read_account
from app.intake.files import missing_files
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.db import cipher_of
from app.kernel.errors import Conflict, Fault, Invalid, NotFound
from app.kernel.idempotency import remember
from app.kernel.idnumbers import mask_account
from app.registry.models import Payee
from app.registry.people import get_person, get_visible_person

KINDS = {"self": "本人", "guardian": "监护人", "heir": "继承人", "institution": "供养机构"}
PROPOSERS = ("grid_worker", "township_clerk", "civil_affairs_officer", "ybj_officer")
CONFIRMERS = ("township_clerk", "civil_affairs_officer", "ybj_officer", "reviewer")


def active_payee(session: Session, person_id: int) -> Payee | None:
    """The confirmed one, or None."""
    return session.scalar(select(Payee).where(Payee.person_id == person_id, Payee.state == "active"))


def pending_payee(session: Session, person_id: int) -> Payee | None:
    """The proposed one that nobody has confirmed yet, or None."""
    return session.scalar(select(Payee).where(Payee.person_id == person_id, Payee.state == "pending"))


def get_payee(session: Session, payee_id: int) -> Payee:
    """Raises NotFound `payee_not_found`."""
    payee = session.get(Payee, payee_id)
    if payee is None:
        raise NotFound("没有这个收款人", code="payee_not_found")
    return payee


def payees_of(session: Session, person_id: int) -> list[Payee]:
    """All that ever were, newest first."""
    return list(session.scalars(select(Payee).where(Payee.person_id == person_id).order_by(Payee.id.desc())))


def propose_payee(
    session: Session,
    actor: Actor,
    clock: Clock,
    person_id: int,
    *,
    kind: str,
    name: str,
    account: str,
    bank: str,
    relation: str | None = None,
    proof_file_id: int | None = None,
) -> Payee:
    """A new pending payee, taking the place of an older proposal; does not commit.

    Raises NotFound (person), Invalid with JSON pointers below `/payee` and every fault.
    """
    person = get_person(session, person_id)
    digits = _check(session, kind, name, account, bank, relation, proof_file_id)
    if kind == "self" and name.strip() != person.name:
        message = "本人收款时，户名应与本人姓名一致"
        raise Invalid([Fault("/payee/name", "payee_name_differs", message)])
    older = pending_payee(session, person_id)
    if older is not None:
        _close(older, clock)
        session.flush()
    cipher = cipher_of(session)
    payee = Payee(
        person_id=person_id, kind=kind, name=name.strip(), relation=relation, bank=bank.strip(),
        account_enc=cipher.encrypt(digits), account_masked=mask_account(digits), account_hash=cipher.lookup(digits),
        proof_file_id=proof_file_id, state="pending", version=1, proposed_by=actor.user_id, proposed_at=clock(),
    )  # fmt: skip
    session.add(payee)
    session.flush()
    _note(session, actor, clock, "payee_proposed", payee)
    return payee


def confirm_payee(session: Session, actor: Actor, clock: Clock, payee_id: int) -> Payee:
    """A second person confirms; the account active so far is closed. Does not commit.

    Raises NotFound, Conflict (`payee_not_pending`, `same_person_may_not_confirm`).
    """
    payee = get_payee(session, payee_id)
    if payee.state != "pending":
        raise Conflict("这个收款人不在待确认状态", code="payee_not_pending", state=payee.state)
    if payee.proposed_by is not None and payee.proposed_by == actor.user_id:
        raise Conflict("提出人不能自己确认，请另一人办理", code="same_person_may_not_confirm")
    active = active_payee(session, payee.person_id)
    if active is not None:
        _close(active, clock)
        session.flush()
    payee.state, payee.version = "active", payee.version + 1
    payee.confirmed_by, payee.confirmed_at = actor.user_id, clock()
    session.flush()
    _note(session, actor, clock, "payee_confirmed", payee)
    return payee


def confirm_pending_payee(session: Session, actor: Actor, clock: Clock, person_id: int) -> Payee | None:
    """Confirm what is proposed for that person, None when nothing is; does not commit, raises as above."""
    pending = pending_payee(session, person_id)
    return None if pending is None else confirm_payee(session, actor, clock, pending.id)


def close_own_account(session: Session, actor: Actor, clock: Clock, person_id: int) -> Payee | None:
    """The account in the name of somebody who has died is paid to no more; what is due waits for an heir (待领).

    Returns the closed payee, or None when the active one is somebody else's. Does not commit.
    """
    active = active_payee(session, person_id)
    if active is None or active.kind != "self":
        return None
    _close(active, clock)
    _note(session, actor, clock, "payee_closed", active, reason="本人已去世")
    return active


def reject_payee(session: Session, actor: Actor, clock: Clock, payee_id: int, reason: str) -> Payee:
    """The proposal is closed, the active account stays; does not commit. Raises Conflict `payee_not_pending`."""
    payee = get_payee(session, payee_id)
    if payee.state != "pending":
        raise Conflict("这个收款人不在待确认状态", code="payee_not_pending", state=payee.state)
    _close(payee, clock)
    _note(session, actor, clock, "payee_rejected", payee, reason=reason)
    return payee


def submit_payee(
    session: Session,
    actor: Actor,
    clock: Clock,
    person_id: int,
    *,
    kind: str,
    name: str,
    account: str,
    bank: str,
    relation: str | None = None,
    proof_file_id: int | None = None,
) -> Payee:
    """`propose_payee` by an officer at the desk, for a person in their area; commits."""
    require_role(actor, *PROPOSERS)
    get_visible_person(session, actor, person_id, *PROPOSERS)
    payee = propose_payee(
        session, actor, clock, person_id, kind=kind, name=name, account=account, bank=bank, relation=relation,
        proof_file_id=proof_file_id,
    )  # fmt: skip
    remember(session, str(payee.id))
    session.commit()
    return payee


def decide_payee(
    session: Session, actor: Actor, clock: Clock, payee_id: int, *, accept: bool, reason: str = ""
) -> Payee:
    """`confirm_payee` or `reject_payee` by an officer at the desk; commits."""
    require_role(actor, *CONFIRMERS)
    get_visible_person(session, actor, get_payee(session, payee_id).person_id, *CONFIRMERS)
    if accept:
        payee = confirm_payee(session, actor, clock, payee_id)
    elif reason.strip():
        payee = reject_payee(session, actor, clock, payee_id, reason.strip())
    else:
        raise Invalid([Fault("/reason", "reason_missing", "退回时请写明原因")])
    remember(session, str(payee.id))
    session.commit()
    return payee


def full_account(session: Session, payee: Payee) -> str:
    """The digits in clear, for a bank file whose making is recorded; nothing else may call it."""
    return cipher_of(session).decrypt(payee.account_enc)


def _check(
    session: Session,
    kind: str,
    name: str,
    account: str,
    bank: str,
    relation: str | None,
    proof_file_id: int | None,
) -> str:
    """The account's digits; raises Invalid with every fault."""
    faults = []
    digits: str | None = None
    try:
        digits = read_account(account)
    except CellFault as wrong:
        faults.append(Fault("/payee/account", wrong.code, wrong.message))
    if digits is None and not faults:
        faults.append(Fault("/payee/account", "account_missing", "请填写账号"))
    if kind not in KINDS:
        faults.append(Fault("/payee/kind", "payee_kind_unknown", f"收款人类型应为{'、'.join(KINDS.values())}之一"))
    if not name.strip() or not bank.strip():
        where = "/payee/name" if not name.strip() else "/payee/bank"
        faults.append(Fault(where, "payee_incomplete", "请填写户名和开户行"))
    if kind in ("guardian", "heir"):
        if not (relation or "").strip():
            faults.append(Fault("/payee/relation", "relation_missing", "请填写与本人的关系"))
        if proof_file_id is None:
            faults.append(Fault("/payee/proof_file", "proof_missing", "监护人或继承人收款须上传证明材料"))
    if proof_file_id is not None and missing_files(session, [proof_file_id]):
        faults.append(Fault("/payee/proof_file", "file_not_found", "没有这个文件，请重新上传"))
    if faults or digits is None:
        raise Invalid(faults)
    return digits


def _close(payee: Payee, clock: Clock) -> None:
    payee.state, payee.version, payee.confirmed_at = "closed", payee.version + 1, payee.confirmed_at or clock()


def _note(session: Session, actor: Actor, clock: Clock, kind: str, payee: Payee, **more: str) -> None:
    detail = {"payee_id": payee.id, "kind": payee.kind, **more}
    audit.record(session, actor, clock, kind, subject=f"person:{payee.person_id}", detail=detail)
