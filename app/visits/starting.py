"""Step 3 begins: a case instance for each person on the verification list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.access import audit
from app.access.models import Area
from app.engine.bulk import start_bulk
from app.engine.operators import Call
from app.engine.runtime import Start, start_instance, start_instances
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Conflict
from app.rounds.cases import get_case
from app.rounds.models import Case
from app.rounds.progress import touch
from app.rounds.rounds import get_round

BULK_KIND = "visits.start_case"


def prefill_dispatch(call: Call) -> dict[str, Any]:
    """How many visits go where: {"context": {"people": n, "areas": [{"area": name, "people": n}]}}."""
    counts: dict[str, int] = {}
    paths = _township_names(call.session)
    for area_id in call.session.scalars(
        select(Case.residence_area_id).where(Case.round_id == round_id_of(call), Case.stage == "to_verify")
    ):
        name = paths.get(area_id, "")
        counts[name] = counts.get(name, 0) + 1
    rows = [{"area": name, "people": n} for name, n in sorted(counts.items(), key=lambda row: -row[1])]
    return {"context": {"people": sum(counts.values()), "areas": rows}}


def dispatch(call: Call, form: Mapping[str, Any]) -> dict[str, Any]:
    """Civil affairs has confirmed the dispatch; the note for the townships stays on record."""
    detail = {"note": form.get("note", "")}
    audit.record(call.session, call.actor, call.clock, "visits_dispatched", subject=call.subject, detail=detail)
    return {"send_back_to": ""}


def start_cases(call: Call) -> dict[str, Any]:
    """Start the instances in the background, in chunks; the round waits for `cases_done`."""
    round_id = round_id_of(call)
    query = select(Case.id).where(Case.round_id == round_id, Case.stage == "to_verify").order_by(Case.case_no)
    items = [{"case_id": case_id} for case_id in call.session.scalars(query)]
    common = {"round_id": round_id}
    bulk_id = start_bulk(call.session, call.actor, call.clock, BULK_KIND, items, common) if items else None
    touch(call.session, call.clock, round_id, "cases_done")
    return {"started_cases": len(items), "start_bulk_id": bulk_id}


def start_case(
    session: Session, actor: Actor, clock: Clock, item: Mapping[str, Any], common: Mapping[str, Any]
) -> dict[str, Any]:
    """One row of the bulk: {"case_id"} -> {"instance_id"}; a case that already runs is refused."""
    case = get_case(session, item["case_id"])
    if case.stage != "to_verify":
        raise Conflict(code="case_not_to_verify", stage=case.stage)
    scheme = get_round(session, common["round_id"]).scheme
    instance_id = start_instance(session, actor, clock, _start_of(scheme, case, common["round_id"]))
    moved = session.execute(update(Case).where(Case.id == case.id).values(stage="verifying", instance_id=instance_id))
    return {"instance_id": instance_id, "moved": moved.rowcount}  # type: ignore[attr-defined]


def start_several(
    session: Session, actor: Actor, clock: Clock, items: Sequence[Mapping[str, Any]], common: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Several rows of the bulk at once; raises Conflict when one of them cannot be started."""
    wanted = [item["case_id"] for item in items]
    query = select(Case).where(Case.id.in_(wanted), Case.stage == "to_verify")
    cases = {case.id: case for case in session.scalars(query.execution_options(populate_existing=True))}
    if len(cases) != len(wanted):
        raise Conflict(code="case_not_to_verify")
    scheme = get_round(session, common["round_id"]).scheme
    starts = [_start_of(scheme, cases[case_id], common["round_id"]) for case_id in wanted]
    instances = start_instances(session, actor, clock, starts)
    rows = [
        {"id": case_id, "stage": "verifying", "instance_id": instance_id}
        for case_id, instance_id in zip(wanted, instances, strict=True)
    ]
    session.execute(update(Case), rows)
    return [{"instance_id": instance_id, "moved": 1} for instance_id in instances]


def _start_of(scheme: str, case: Case, round_id: int) -> Start:
    return Start(
        scheme=scheme,
        process_key="case_verification",
        subject=f"case:{case.id}",
        group=f"round:{round_id}",
        areas={"recognising": case.area_id, "residence": case.residence_area_id},
        data={"case_id": case.id, "visit_next": "", "send_back_to": "", "bureau_check_needed": False, "identity": ""},
    )


def round_id_of(call: Call) -> int:
    """The round that an instance belongs to, from its group "round:3"."""
    if call.group is None:
        raise ValueError("an instance of a round names its group")
    return int(call.group.removeprefix("round:"))


def _township_names(session: Session) -> dict[int, str]:
    areas = {area.id: area for area in session.scalars(select(Area))}
    names = {}
    for area in areas.values():
        above = [areas[int(part)] for part in area.path.strip("/").split("/") if int(part) in areas]
        names[area.id] = next((a.name for a in above if a.level == "township"), area.name)
    return names
