"""The meeting again: each decision against its amount, each list against its hash and its decisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from sqlalchemy import select

from app.kernel.money import ZERO, parse_yuan
from app.meetings.models import Decision, Resolution
from app.proof.replay.comparing import Comparison
from app.proof.replay.evidence import Evidence
from app.rounds.lists import RowDraft, hash_rows
from app.rounds.models import ListRow, ListVersion

STAGES = {"preliminary": "初步名单", "verification": "需核实名单", "subsidy": "需补助名单", "final": "最终补助名单"}
_COLUMNS = tuple(RowDraft.__dataclass_fields__)


def check_decisions(
    evidence: Evidence, resolution: Resolution, found: Mapping[int, Decimal], comparison: Comparison
) -> None:
    """Approved as computed, rejected zero, deferred nothing; lowered and raised are what the meeting said."""
    where = f"（决议 {resolution.no}）"
    decided = evidence.decisions.get(resolution.id, {})
    for case_id in sorted(found.keys() | decided.keys()):
        number = evidence.number(case_id)
        decision = decided.get(case_id)
        if decision is None or case_id not in found:
            comparison.compare(number, f"会议决定{where}", decision and decision.kind, "每人一项决定")
            continue
        comparison.compare(number, f"核定金额{where}", decision.amount, _resolved(decision, found[case_id]))
    total = sum((decision.amount or ZERO for decision in decided.values()), ZERO)
    comparison.compare(f"决议 {resolution.no}", "人数", resolution.row_count, len(found))
    comparison.compare(f"决议 {resolution.no}", "合计", resolution.total, total)


def check_last_words(evidence: Evidence, comparison: Comparison) -> None:
    """Each case carries what the newest sealed resolution says of it."""
    newest = newest_decisions(evidence, evidence.resolutions)
    for case in evidence.cases.values():
        decision = newest.get(case.id)
        comparison.compare(case.case_no, "最终核定金额", case.approved_amount, decision.amount if decision else None)


def check_lists(evidence: Evidence, comparison: Comparison) -> None:
    """Every version that was ever frozen: its hash, its sum, and of final and subsidy lists each amount."""
    session = evidence.session
    query = select(ListVersion).where(ListVersion.round_id == evidence.round_.id).order_by(ListVersion.id)
    versions = list(session.scalars(query))
    rows: dict[int, list[ListRow]] = defaultdict(list)
    found = session.scalars(select(ListRow).where(ListRow.list_version_id.in_([v.id for v in versions])))
    for row in sorted(found, key=lambda row: row.no):
        rows[row.list_version_id].append(row)
    for version in versions:
        name = f"{STAGES[version.stage]}第{version.n}版"
        _check_version(version, rows[version.id], name, comparison)
        _check_rows(evidence, version, rows[version.id], name, comparison)


def newest_decisions(evidence: Evidence, resolutions: Iterable[Resolution]) -> dict[int, Decision]:
    """{case id: the last decision} of these resolutions, which are in the order of their sealing."""
    found: dict[int, Decision] = {}
    for resolution in resolutions:
        found |= evidence.decisions.get(resolution.id, {})
    return found


def _resolved(decision: Decision, computed: Decimal) -> Decimal | None:
    said: dict[str, Decimal | None] = {"defer": None, "reject": ZERO, "approve": computed}
    return said.get(decision.kind, decision.amount)


def _check_version(version: ListVersion, rows: list[ListRow], name: str, comparison: Comparison) -> None:
    drafts = [_draft(row) for row in rows]
    amounts = [row.amount for row in rows if row.amount is not None]
    total = sum(amounts, ZERO) if amounts else sum((row.self_paid for row in rows), ZERO)
    comparison.compare(name, "哈希", version.hash, hash_rows(drafts))
    comparison.compare(name, "行数", version.row_count, len(rows))
    comparison.compare(name, "合计", version.total, total)


def _draft(row: ListRow) -> RowDraft:
    values = {column: getattr(row, column) for column in _COLUMNS}
    return RowDraft(**values | {"payments": {payer: parse_yuan(text) for payer, text in row.payments.items()}})


def _check_rows(
    evidence: Evidence, version: ListVersion, rows: list[ListRow], name: str, comparison: Comparison
) -> None:
    if version.stage == "final":
        until = [r for r in evidence.resolutions if (r.list_version_id or 0) <= version.id]
        decided = newest_decisions(evidence, until)
        wanted = {case_id: decision.amount for case_id, decision in decided.items()}
    elif version.stage == "subsidy" and version.meta.get("standard_id") in evidence.amounts:
        wanted = {i: a.amount for i, a in evidence.amounts[version.meta["standard_id"]].items()}
    else:
        return
    printed = {row.case_id: row.amount for row in rows}
    for case_id in sorted(printed.keys() | wanted.keys()):
        comparison.compare(
            evidence.number(case_id), name, printed.get(case_id, "不在名单"), wanted.get(case_id, "不在名单")
        )
