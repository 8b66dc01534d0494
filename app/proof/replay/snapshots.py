"""Step 1 again: the frozen file by its hash, year costs by DuckDB, who was listed and under which categories."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select

from app.costs.models import Snapshot
from app.costs.year_costs import YearCost, year_costs
from app.intake.files import settings_of
from app.kernel.money import ZERO
from app.proof.replay.comparing import Comparison
from app.proof.replay.evidence import Evidence
from app.registry.models import CategorySpan
from app.rounds.models import Case, Round
from app.rounds.rules import TOTAL_COST, is_over_line, is_paying

Held = tuple[set[str], set[str]]  # categories that were held for certain, and that may have been


def check_snapshots(evidence: Evidence, comparison: Comparison) -> None:
    """Each snapshot that figures came from: its bytes, the year costs in it, and the preliminary list."""
    for snapshot_id in sorted(_snapshots_of(evidence)):
        snapshot = evidence.session.get(Snapshot, snapshot_id)
        if snapshot is None:
            comparison.compare(f"快照{snapshot_id}", "结算数据", "无", "有记录引用")
        elif _is_whole(evidence, snapshot, comparison):
            costs = _costs(evidence, snapshot)
            _check_costs(evidence, comparison, snapshot_id, costs)
            if snapshot_id == evidence.round_.settlement_snapshot_id:
                _check_list(evidence, comparison, costs)


def check_categories(evidence: Evidence, comparison: Comparison) -> None:
    """A paying category on any day of the cost year, by the spans recorded when the case was listed (A-SZ-13).

    A span that was ended since may have been held then: it is believed, not counted as missing.
    """
    spans = _spans(evidence)
    for case in evidence.cases.values():
        certain, possible = _held(spans.get(case.person_id, ()), evidence.round_.cost_year, _listed_at(evidence, case))
        stored = set(case.categories)
        comparison.compare(case.case_no, "人员类别", stored, certain | (stored & possible))
        comparison.compare(
            case.case_no, "属于可补助人员", case.eligible, is_paying(case.categories, evidence.scheme.paying_categories)
        )


def _snapshots_of(evidence: Evidence) -> set[int]:
    origins = {f.origin_ref for rows in evidence.figures.values() for f in rows if f.source == "settlement"}
    return {int(origin.removeprefix("snapshot:")) for origin in origins if origin != "snapshot:None"}


def _is_whole(evidence: Evidence, snapshot: Snapshot, comparison: Comparison) -> bool:
    path = settings_of(evidence.session).snapshots_dir / snapshot.path
    digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "文件缺失"
    return comparison.compare(f"快照“{snapshot.name}”", "文件哈希", snapshot.hash, digest)


def _costs(evidence: Evidence, snapshot: Snapshot) -> dict[int, YearCost]:
    """Of everybody in the snapshot."""
    round_ = evidence.round_
    payers = [payer for payer in evidence.scheme.payers if payer in snapshot.payers]
    found = year_costs(evidence.session, snapshot.id, round_.cost_year, round_.cut_off, payers)
    return {cost.person_id: cost for cost in found}


def _check_costs(evidence: Evidence, comparison: Comparison, snapshot_id: int, costs: Mapping[int, YearCost]) -> None:
    origin = f"snapshot:{snapshot_id}"
    for case_id, rows in evidence.figures.items():
        stored = {f.payer: f.amount for f in rows if f.source == "settlement" and f.origin_ref == origin}
        if not stored:
            continue
        case = evidence.cases[case_id]
        cost = costs.get(case.person_id) or YearCost(case.person_id, ZERO, {}, ZERO, 0)
        wanted = {TOTAL_COST: cost.total, **{payer: paid for payer, paid in cost.payments.items() if paid}}
        for payer in sorted(stored.keys() | wanted.keys()):
            comparison.compare(case.case_no, f"结算数据·{payer}", stored.get(payer), wanted.get(payer))


def _check_list(evidence: Evidence, comparison: Comparison, costs: Mapping[int, YearCost]) -> None:
    """Nobody above the 初筛线 was left out, nobody was put in."""
    listed = {case.person_id: case for case in evidence.cases.values() if case.origin == "preliminary"}
    if not listed:
        return
    when = max(_listed_at(evidence, case) for case in listed.values())
    wanted_categories = set(evidence.scheme.parameter("listed_categories"))
    spans, line = _spans(evidence), evidence.round_.screening_line
    carried = _carried(evidence)
    for person_id in sorted(costs.keys() | listed.keys() | carried):
        certain, possible = _held(spans.get(person_id, ()), evidence.round_.cost_year, when)
        cost = costs.get(person_id)
        above = cost is not None and is_over_line(cost.self_paid, line)
        on_it = person_id in listed
        wanted = person_id in carried or (above and bool(wanted_categories & (possible if on_it else certain)))
        subject = listed[person_id].case_no if on_it else f"人员{person_id}"
        if on_it or wanted:
            comparison.compare(subject, "列入初步名单", on_it, wanted)


def _carried(evidence: Evidence) -> set[int]:
    round_ = evidence.round_
    before = (Round.scheme == round_.scheme, Round.cost_year == round_.cost_year, Round.number == round_.number - 1)
    query = select(Case.person_id).join(Round, Round.id == Case.round_id).where(*before, Case.stage == "carried")
    return set(evidence.session.scalars(query))


def _listed_at(evidence: Evidence, case: Case) -> datetime:
    """When its figures were taken from the data: the moment at which its categories were asked."""
    taken = [f.recorded_at for f in evidence.figures.get(case.id, ()) if f.payer == TOTAL_COST]
    return min(taken) if taken else evidence.round_.opened_at


def _spans(evidence: Evidence) -> dict[int, list[CategorySpan]]:
    found: dict[int, list[CategorySpan]] = defaultdict(list)
    query = select(CategorySpan).where(CategorySpan.valid_from <= date(evidence.round_.cost_year, 12, 31))
    for span in evidence.session.scalars(query):
        found[span.person_id].append(span)
    return found


def _held(spans: list[CategorySpan] | tuple[()], year: int, when: datetime) -> Held:
    known = [span for span in spans if span.recorded_at <= when]
    certain = {s.category for s in known if s.valid_to is None or s.valid_to >= date(year, 1, 1)}
    return certain, {span.category for span in known}
