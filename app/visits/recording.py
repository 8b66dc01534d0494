"""A visit is recorded as it was found; figures change only when township and bureau have looked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.access.models import Unit
from app.engine.models import Task
from app.engine.operators import Call
from app.engine.schemes import Scheme
from app.intake.files import missing_files
from app.kernel.errors import Fault, Invalid
from app.kernel.money import parse_yuan
from app.registry.payees import pending_payee, propose_payee, reject_payee
from app.registry.people import get_person
from app.rounds.cases import get_case
from app.rounds.figures import figures_in_force
from app.rounds.models import Case
from app.rounds.rounds import get_round
from app.rounds.rules import TOTAL_COST
from app.rounds.schemes import payer_kind, scheme_named
from app.visits.models import Difference, Visit, VisitFile
from app.visits.reading import PAYEE_MEMBERS, Known, find_faults, found_amounts, read_instant
from app.visits.rules import find_changes, next_step


def record_visit(call: Call, form: Mapping[str, Any]) -> dict[str, Any]:
    """Submit operator of the visit; raises `Invalid` with every fault of the form at once.

    Returns {"visit_id", "visit_next": again | identity | paper_cost | township, "bureau_check_needed"}.
    """
    case = get_case(call.session, int(call.data["case_id"]))
    scheme = scheme_named(call.session, call.scheme)
    known = known_before(call.session, call, case, scheme)
    void_earlier(call, case)
    faults = find_faults(form, known) + _file_faults(call.session, form) + _propose_payee(call, case, form)
    if faults:
        raise Invalid(list({(fault.where, fault.code): fault for fault in faults}.values()))
    visit = _add_visit(call, case, form, known.earlier_visits + 1)
    _add_files(call.session, visit, form)
    checks = _add_differences(call.session, visit, form, known, scheme)
    step = next_step(visit.result, has_paper_cost=visit.paper_cost is not None)
    return {"visit_id": visit.id, "visit_next": step, "bureau_check_needed": checks, "send_back_to": ""}


def known_before(session: Session, call: Call, case: Case, scheme: Scheme) -> Known:
    """What the county knew of the case before this visit."""
    figures = figures_in_force(session, [case.id]).get(case.id, {})
    person = get_person(session, case.person_id)
    results = session.scalars(select(Visit.result).where(Visit.case_id == case.id)).all()
    return Known(
        in_force={payer: figure.amount for payer, figure in figures.items() if payer != TOTAL_COST},
        payers=frozenset(scheme.payers),
        id_last4=person.id_masked[-4:],
        earlier_visits=len(results),
        times_not_home=results.count("not_home"),
        opened_at=get_round(session, case.round_id).opened_at,
        now=call.clock(),
        second_visitor_required=bool(scheme.parameters.get("second_visitor", False)),
        signatures_required=bool(scheme.parameters.get("visit_signatures", False)),
        identity_check=str(scheme.parameters.get("identity_check", "last_four")),
    )


def _add_visit(call: Call, case: Case, form: Mapping[str, Any], attempt: int) -> Visit:
    paper = form.get("paper_cost")
    visit = Visit(
        case_id=case.id,
        attempt=attempt,
        result=form["result"],
        method=form.get("method", "door"),
        visited_at=read_instant(form["visited_at"]),
        recorded_at=call.clock(),
        place=form.get("place"),
        visited_by=call.actor.user_id,
        unit_id=_desk(call),
        second_visitor=form.get("second_visitor"),
        signatures=form.get("signatures") or {},
        opinion=form.get("opinion"),
        statement_file_id=form.get("statement_file"),
        paper_cost=parse_yuan(paper["amount"]) if paper else None,
    )
    call.session.add(visit)
    call.session.flush()
    return visit


def _desk(call: Call) -> int | None:
    """The unit whose task the visit was; somebody may have desks in several."""
    task = None if call.task_id is None else call.session.get(Task, call.task_id)
    return None if task is None else task.holder_unit_id


def void_earlier(call: Call, case: Case) -> None:
    """A visit after one that was sent back replaces all it found; its record stays readable."""
    session = call.session
    replaced = (Visit.case_id == case.id, Visit.state == "recorded", Visit.result != "not_home")
    earlier = session.scalar(select(Visit).where(*replaced).order_by(Visit.attempt.desc()).limit(1))
    if earlier is None:
        return
    open_ones = update(Difference).where(Difference.case_id == case.id, Difference.state == "open")
    session.execute(open_ones.values(state="void"))
    session.execute(update(Visit).where(*replaced).values(state="sent_back"))
    proposed = pending_payee(session, case.person_id)
    if proposed is not None and proposed.proposed_by == earlier.visited_by:
        reject_payee(session, call.actor, call.clock, proposed.id, "上门结果被退回，以重访为准")


def files_by_purpose(form: Mapping[str, Any]) -> list[tuple[str, int, str]]:
    """(pointer, file id, purpose) of every file that the form names as evidence."""
    named = [
        (f"/figures/{i}/files/{j}", file_id, f"payer:{row['payer']}")
        for i, row in enumerate(form.get("figures", []))
        for j, file_id in enumerate(row.get("files", []))
    ]
    paper = form.get("paper_cost") or {}
    named += [(f"/paper_cost/files/{i}", f, "paper_cost") for i, f in enumerate(paper.get("files", []))]
    proof = (form.get("payee") or {}).get("proof_file")
    named += [("/payee/proof_file", proof, "payee")] if proof else []
    return named + [(f"/photos/{i}", f, "photo") for i, f in enumerate(form.get("photos", []))]


def _file_faults(session: Session, form: Mapping[str, Any]) -> list[Fault]:
    named = [(at, file_id) for at, file_id, _ in files_by_purpose(form)]
    named += [(f"/signatures/{who}", file_id) for who, file_id in (form.get("signatures") or {}).items()]
    if form.get("statement_file"):
        named.append(("/statement_file", form["statement_file"]))
    missing = missing_files(session, [file_id for _, file_id in named])
    return [Fault(at, "file_not_found", "没有这个文件，请重新上传") for at, file_id in named if file_id in missing]


def _add_files(session: Session, visit: Visit, form: Mapping[str, Any]) -> None:
    unique = {(file_id, purpose) for _, file_id, purpose in files_by_purpose(form)}
    session.add_all(VisitFile(visit_id=visit.id, file_id=f, purpose=p) for f, p in sorted(unique))


def _add_differences(session: Session, visit: Visit, form: Mapping[str, Any], known: Known, scheme: Scheme) -> bool:
    """True when one of them is against electronic data, so that the bureau has to look."""
    electronic = frozenset(p for p in scheme.payers if payer_kind(scheme, p) == "electronic")
    figures = figures_in_force(session, [visit.case_id]).get(visit.case_id, {})
    changes = find_changes(known.in_force, found_amounts(form), electronic)
    for change in changes:
        filed = figures.get(change.payer)
        unit_id = filed.unit_id if filed and filed.unit_id else answering_unit(session, scheme, change.payer)
        session.add(
            Difference(
                case_id=visit.case_id,
                visit_id=visit.id,
                payer=change.payer,
                before=change.before,
                found=change.found,
                prevails=change.prevails,
                unit_id=unit_id,
            )
        )
    return any(change.prevails == "data" for change in changes)


def answering_unit(session: Session, scheme: Scheme, payer: str) -> int | None:
    """The member unit that answers for this payer, also where it had filed nothing; None for crowd-funding and data."""
    codes = [member["unit"] for member in scheme.member_units if payer in member["payers"]]
    return session.scalar(select(Unit.id).where(Unit.code.in_(codes))) if codes else None


def _propose_payee(call: Call, case: Case, form: Mapping[str, Any]) -> list[Fault]:
    """Another account waits for the second person; what is wrong with it is told with the other faults."""
    payee = form.get("payee")
    if not payee or payee["confirmed"] or not all(payee.get(name) for name in PAYEE_MEMBERS):
        return []
    try:
        propose_payee(
            call.session,
            call.actor,
            call.clock,
            case.person_id,
            kind=payee["kind"],
            name=payee["name"],
            relation=payee.get("relation"),
            account=payee["account"],
            bank=payee["bank"],
            proof_file_id=payee.get("proof_file"),
        )
    except Invalid as refused:
        return refused.faults
    return []
