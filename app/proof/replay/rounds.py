"""The whole replay of one round: every check in the order of the five steps."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.errors import Conflict, NotFound
from app.meetings.models import Resolution
from app.proof.replay.amounts import check_drafts, check_resolution
from app.proof.replay.comparing import Comparison
from app.proof.replay.decisions import check_decisions, check_last_words, check_lists
from app.proof.replay.evidence import Evidence, gather
from app.proof.replay.figures import check_figures
from app.proof.replay.money import check_money
from app.proof.replay.snapshots import check_categories, check_snapshots
from app.proof.replay.tables import load_table
from app.rounds.models import Round

_YEAR_AND_NUMBER = re.compile(r"(\d{4})-(\d{1,3})\Z")


def replay_round(session: Session, round_: Round) -> Comparison:
    """Recomputes a round that has sealed a resolution; writes nothing. Conflict `nothing_sealed` before that.

    From the frozen snapshots, the figures that each amount names, the categories as they were recorded, the stored
    tables by their hashes and the standards in the resolutions; compared with every amount, decision, list,
    reservation and payment.
    """
    sealed = select(Resolution.id).where(Resolution.round_id == round_.id, Resolution.state == "sealed")
    if session.scalar(sealed.limit(1)) is None:
        raise Conflict(f"{round_.name}尚无封存的决议，没有可重算的结果", code="nothing_sealed")
    evidence, comparison = gather(session, round_), Comparison()
    check_snapshots(evidence, comparison)
    check_categories(evidence, comparison)
    check_figures(evidence, comparison)
    _check_amounts(evidence, comparison)
    check_last_words(evidence, comparison)
    check_lists(evidence, comparison)
    check_money(evidence, comparison)
    return comparison


def find_round(session: Session, name: str) -> Round:
    """By id, or by cost year and number like `2025-2`.

    Raises NotFound `round_not_found`, Conflict `round_ambiguous`.
    """
    named = _YEAR_AND_NUMBER.match(name)
    query = select(Round)
    if named is not None:
        query = query.where(Round.cost_year == int(named[1]), Round.number == int(named[2]))
    elif name.isdecimal():
        query = query.where(Round.id == int(name))
    else:
        raise NotFound(f"没有轮次 {name}，请写轮次编号，或如 2025-2", code="round_not_found")
    found = session.scalars(query).all()
    if not found:
        raise NotFound(f"没有轮次 {name}", code="round_not_found")
    if len(found) > 1:
        ids = "、".join(str(round_.id) for round_ in found)
        raise Conflict(f"{name} 有多个方案的轮次，请写轮次编号：{ids}", code="round_ambiguous")
    return found[0]


def _check_amounts(evidence: Evidence, comparison: Comparison) -> None:
    """Nothing is recomputed by tables that are not what they were: that they are not is difference enough."""
    model = load_table(evidence.session, evidence.round_, comparison)
    if model is None:
        return
    check_drafts(evidence, model, comparison)
    for resolution in evidence.resolutions:
        found = check_resolution(evidence, model, resolution, comparison)
        check_decisions(evidence, resolution, found, comparison)
