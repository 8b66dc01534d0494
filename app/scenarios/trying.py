"""Candidates tried on the list of a round: what each pays to whom, beside the round's own standard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import compress

from sqlalchemy.orm import Session

from app.kernel.errors import Fault, Invalid
from app.kernel.idempotency import remember
from app.kernel.money import from_fen, to_fen
from app.meetings.rules import Item, Terms, allocate_pro_rata
from app.meetings.shortfall import apply_shortfall
from app.rounds.models import Round
from app.scenarios.candidates import Candidate
from app.scenarios.evaluators import Evaluate, Evaluators
from app.scenarios.rules import NO_RULE, NoSolution, fit_terms, next_value, solve_terms, terms_with
from app.scenarios.sheet import Sheet, read_sheet


@dataclass(frozen=True)
class Completion:
    """How the fen that a solved value leaves could be spent too: one step dearer, shared pro rata, to the fen.

    `value`, `need` and the `free` money are of the next step, which no longer fits; `most_cut` is the most that
    anybody gets less than that step says; fen.
    """

    value: Decimal
    need: int
    free: int
    total: int
    most_cut: int


@dataclass(frozen=True)
class Trial:
    """One candidate on the list, fen; `given` is what each line gets at the end, `terms` those that computed it.

    `need` is what the terms want before any shortfall, `free` the money for the rows that share, `left` what
    remains of it; below 0 it is missing. `by_table` when the table was evaluated for every row.
    """

    candidate: Candidate
    rule: str
    reserve: int
    terms: Terms
    fitted_ratio: Decimal | None
    solved: Decimal | None
    completion: Completion | None
    need: int
    spoken_for: int
    free: int
    left: int
    eligible: int
    given: Sequence[int]
    by_table: bool


@dataclass(frozen=True)
class Comparison:
    """The list, the round's own standard on it (None before a proposal), and the candidates."""

    sheet: Sheet
    base: Trial | None
    trials: Sequence[Trial]


def compare_candidates(
    session: Session, round_: Round, candidates: Sequence[Candidate], unanswered_rule: str | None = None
) -> Comparison:
    """Everything computed from one reading of the list; nothing is written.

    Raises Conflict `nothing_listed`, and Invalid with a fault for each candidate whose value cannot be solved.
    """
    sheet = read_sheet(session, round_, unanswered_rule)
    evaluators = Evaluators(session, sheet)
    trials, faults = [], []
    for n, candidate in enumerate(candidates):
        try:
            trials.append(_try(sheet, evaluators, candidate))
        except NoSolution as none:
            faults.append(Fault(f"/candidates/{n}/solve", none.code, f"{candidate.name}：{none.message}"))
    if faults:
        raise Invalid(faults)
    return Comparison(sheet, _try(sheet, evaluators, sheet.own) if sheet.own else None, trials)


def note_trial(session: Session, round_id: int) -> None:
    """Claims the request's key, so that it is replayed like any other; nothing else is written. Commits."""
    remember(session, f"round:{round_id}")
    session.commit()


@dataclass(frozen=True)
class _Desk:
    """One candidate at work: its money and the rows that share it."""

    sheet: Sheet
    evaluate: Evaluate
    reserve: int
    sharing: Sequence[bool]

    def shared(self, wanted: Sequence[int | None]) -> int:
        return sum(filter(None, compress(wanted, self.sharing)))

    def outside(self, wanted: Sequence[int | None]) -> Mapping[int, Decimal]:
        """{case id: yuan} that rows outside the sharing take beforehand."""
        rows = zip(self.sheet.lines, wanted, self.sharing, strict=True)
        return self.sheet.standing.outside({line.case_id: from_fen(w or 0) for line, w, shares in rows if not shares})

    def free(self, wanted: Sequence[int | None]) -> int:
        spoken_for = sum(to_fen(amount) for amount in self.outside(wanted).values())
        return self.sheet.money.available - self.reserve - spoken_for

    def over(self, terms: Terms) -> int:
        """What these terms cost beyond the money."""
        wanted = self.evaluate(terms)
        return self.shared(wanted) - self.free(wanted)


def _try(sheet: Sheet, evaluators: Evaluators, candidate: Candidate) -> Trial:
    evaluate, by_table = evaluators.choose(candidate.terms)
    reserve = sheet.reserve if candidate.reserve is None else to_fen(candidate.reserve)
    desk = _Desk(sheet, evaluate, reserve, [sheet.standing.shares(line.case_id) for line in sheet.lines])
    terms, solved, completion = candidate.terms, None, None
    if candidate.solve is not None:
        highest = max(line.self_paid for line in sheet.lines)
        solved, terms = solve_terms(candidate.solve, terms, desk.over, highest)
        dearer = next_value(candidate.solve, solved)
        completion = _complete(desk, terms_with(candidate.solve, candidate.terms, dearer), dearer)
    rule = NO_RULE if candidate.solve else candidate.rule or sheet.rule
    wanted = evaluate(terms)
    free, need = desk.free(wanted), desk.shared(wanted)
    given, fitted, terms = _share(desk, rule, terms, wanted, free)
    final = _finish(desk, wanted, given)
    return Trial(
        candidate=candidate,
        rule=rule,
        reserve=reserve,
        terms=terms,
        fitted_ratio=fitted,
        solved=solved,
        completion=completion,
        need=need + (spoken := sheet.money.available - reserve - free),
        spoken_for=spoken,
        free=free,
        left=free - sum(compress(final, desk.sharing)),
        eligible=sum(amount is not None for amount in wanted),
        given=final,
        by_table=by_table,
    )


def _share(
    desk: _Desk, rule: str, terms: Terms, wanted: Sequence[int | None], free: int
) -> tuple[Sequence[int | None], Decimal | None, Terms]:
    """What the rows that share get when the money is short, as in the meeting (A-SZ-2)."""
    if rule == NO_RULE or desk.shared(wanted) <= max(free, 0):
        return wanted, None, terms
    if rule == "fit_ratio":
        ratio, fitted = fit_terms(terms, lambda tried: desk.shared(desk.evaluate(tried)), free)
        return desk.evaluate(fitted), ratio, fitted
    paid = apply_shortfall(rule, terms, _items(desk, wanted), from_fen(free)).amounts
    return [_fen_of(paid.get(line.case_no)) for line in desk.sheet.lines], None, terms


def _finish(desk: _Desk, wanted: Sequence[int | None], given: Sequence[int | None]) -> list[int]:
    """What each row gets in the end: shared, or as the meeting has said of it."""
    standing = desk.sheet.standing
    final = []
    for line, asked, shared, shares in zip(desk.sheet.lines, wanted, given, desk.sharing, strict=True):
        amount = (shared if shares else asked) or 0
        if line.case_id in standing.decided:
            amount = to_fen(standing.said(line.case_id, from_fen(amount)))
        final.append(amount)
    return final


def _items(desk: _Desk, wanted: Sequence[int | None]) -> list[Item]:
    return [
        Item(case_no, self_paid, already_paid, from_fen(amount))
        for (case_no, self_paid, already_paid), amount in compress(
            zip(desk.sheet.in_yuan, wanted, strict=True), desk.sharing
        )
        if amount is not None
    ]


def _complete(desk: _Desk, dearer: Terms, value: Decimal) -> Completion:
    wanted = desk.evaluate(dearer)
    items, free = _items(desk, wanted), desk.free(wanted)
    paid = allocate_pro_rata(items, from_fen(max(free, 0))).paid
    most_cut = max((item.due - paid[item.case_no] for item in items), default=Decimal(0))
    return Completion(value, desk.shared(wanted), free, sum(map(to_fen, paid.values())), to_fen(most_cut))


def _fen_of(amount: Decimal | None) -> int | None:
    return None if amount is None else to_fen(amount)
