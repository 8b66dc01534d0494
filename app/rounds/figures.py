"""Figures: every amount with its source, kept in versions; one of them per payer is in force."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.orm import Session

from app.engine.schemes import Scheme
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.rounds.models import Case, Figure
from app.rounds.rules import TOTAL_COST, Candidate, SelfPaid, self_paid, source_in_force
from app.rounds.schemes import payer_kind, scheme_of

_CHUNK = 500  # case ids in one statement; SQLite and PostgreSQL both take far more


@dataclass(frozen=True)
class FigureDraft:
    """One amount to record, in yuan; `origin_ref` like "snapshot:2", "tally_request:3", "visit:9"."""

    case_id: int
    payer: str
    amount: Decimal
    source: str
    origin_ref: str
    unit_id: int | None = None
    note: str | None = None


def record_figures(
    session: Session,
    actor: Actor,
    clock: Clock,
    case: Case,
    amounts: Mapping[str, Decimal],
    source: str,
    origin_ref: str,
    unit_id: int | None = None,
    note: str | None = None,
) -> None:
    """A new version per payer from this source; decides anew which figure is in force. Does not commit.

    source: settlement | tally | visit | correction. Payer `total_cost` corrects the year cost.
    """
    drafts = [FigureDraft(case.id, p, a, source, origin_ref, unit_id, note) for p, a in amounts.items()]
    record_many(session, actor, clock, scheme_of(session, case.round_id), drafts)


def record_many(session: Session, actor: Actor, clock: Clock, scheme: Scheme, drafts: Sequence[FigureDraft]) -> None:
    """`record_figures` for many cases of one scheme, in a few statements. Does not commit."""
    versions = _newest_versions(session, {d.case_id for d in drafts})
    rows = []
    for draft in drafts:
        key = (draft.case_id, draft.payer, draft.source)
        versions[key] = versions.get(key, 0) + 1
        rows.append(
            {
                "case_id": draft.case_id,
                "payer": draft.payer,
                "source": draft.source,
                "version": versions[key],
                "amount": draft.amount,
                "in_force": False,
                "unit_id": draft.unit_id,
                "recorded_by": actor.user_id,
                "recorded_at": clock(),
                "origin_ref": draft.origin_ref,
                "note": draft.note,
            }
        )
    if rows:
        session.execute(insert(Figure), rows)
        decide_in_force(session, scheme, {d.case_id for d in drafts})


def decide_in_force(session: Session, scheme: Scheme, case_ids: Collection[int]) -> None:
    """Marks per case and payer the one figure that counts by `rules.source_in_force`. Does not commit."""
    _lock(session, case_ids)
    for chunk in _chunks(case_ids):
        chosen: set[int] = set()
        for (_case_id, payer), rows in _newest_figures(session, chunk).items():
            candidates = [Candidate(row.source, row.amount, row.id) for row in rows]
            winner = source_in_force(payer_kind(scheme, payer), candidates)
            if winner is not None:
                chosen.add(winner.order)
        marked = set(session.scalars(select(Figure.id).where(Figure.case_id.in_(chunk), Figure.in_force)))
        _mark(session, marked - chosen, in_force=False)
        _mark(session, chosen - marked, in_force=True)


def figures_in_force(session: Session, case_ids: Iterable[int]) -> dict[int, dict[str, Figure]]:
    """{case_id: {payer: the figure that counts}}; a payer without any figure is absent."""
    found: dict[int, dict[str, Figure]] = defaultdict(dict)
    for chunk in _chunks(case_ids):
        for figure in session.scalars(select(Figure).where(Figure.case_id.in_(chunk), Figure.in_force)):
            found[figure.case_id][figure.payer] = figure
    return found


def figure_ids_in_force(session: Session, case_ids: Iterable[int]) -> dict[int, list[int]]:
    """{case_id: ids of the figures that count now}, so that an amount can say years later which it rests on."""
    found: dict[int, list[int]] = defaultdict(list)
    for chunk in _chunks(case_ids):
        query = select(Figure.case_id, Figure.id).where(Figure.case_id.in_(chunk), Figure.in_force)
        for case_id, figure_id in session.execute(query.order_by(Figure.id)):
            found[case_id].append(figure_id)
    return found


def recompute_self_paid(session: Session, case: Case, scheme: Scheme) -> SelfPaid:  # noqa: ARG001 contract of rooms above
    """Sets total cost, self-paid and the flag of the case from the figures in force. Does not commit."""
    _lock(session, [case.id])
    return _apply(case, figures_in_force(session, [case.id]).get(case.id, {}))


def recompute_many(session: Session, cases: Iterable[Case]) -> None:
    """`recompute_self_paid` for many cases in a few statements. Does not commit."""
    by_id = {case.id: case for case in cases}
    _lock(session, by_id)
    figures = figures_in_force(session, by_id)
    for case_id, case in by_id.items():
        _apply(case, figures.get(case_id, {}))


def payments_of(figures: Mapping[str, Figure]) -> dict[str, Decimal]:
    """{payer: yuan} of the figures in force, without the year cost."""
    return {payer: figure.amount for payer, figure in figures.items() if payer != TOTAL_COST}


def _lock(session: Session, case_ids: Iterable[int]) -> None:
    """Two units filing for one case at once wait here, so that the second sees the figures of the first."""
    session.flush()
    for chunk in _chunks(case_ids):
        locked = select(Case).where(Case.id.in_(chunk)).order_by(Case.id).with_for_update(key_share=True)
        session.scalars(locked.execution_options(populate_existing=True)).all()


def _apply(case: Case, figures: Mapping[str, Figure]) -> SelfPaid:
    if TOTAL_COST in figures:
        case.total_cost = figures[TOTAL_COST].amount
    result = self_paid(case.total_cost, payments_of(figures).values())
    case.self_paid = result.amount
    case.cost_over_paid = result.over_paid
    return result


def _newest_versions(session: Session, case_ids: Iterable[int]) -> dict[tuple[int, str, str], int]:
    keys = (Figure.case_id, Figure.payer, Figure.source)
    found: dict[tuple[int, str, str], int] = {}
    for chunk in _chunks(case_ids):
        query = select(*keys, func.max(Figure.version)).where(Figure.case_id.in_(chunk)).group_by(*keys)
        found.update({(case_id, payer, source): n for case_id, payer, source, n in session.execute(query)})
    return found


def _newest_figures(
    session: Session, case_ids: Sequence[int]
) -> dict[tuple[int, str], list[Row[int, int, str, str, Decimal]]]:
    """The newest version of each source, by case and payer."""
    query = (
        select(Figure.id, Figure.case_id, Figure.payer, Figure.source, Figure.amount)
        .where(Figure.case_id.in_(case_ids))
        .order_by(Figure.version)
    )
    newest = {(row.case_id, row.payer, row.source): row for row in session.execute(query)}
    grouped: dict[tuple[int, str], list[Row[int, int, str, str, Decimal]]] = defaultdict(list)
    for (case_id, payer, _source), row in newest.items():
        grouped[case_id, payer].append(row)
    return grouped


def _mark(session: Session, figure_ids: set[int], *, in_force: bool) -> None:
    for chunk in _chunks(figure_ids):
        session.execute(update(Figure).where(Figure.id.in_(chunk)).values(in_force=in_force))


def _chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]
