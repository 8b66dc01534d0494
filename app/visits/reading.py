"""A visit form as it comes from the phone, read into amounts and checked against what is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from app.kernel.errors import Fault
from app.kernel.money import parse_yuan
from app.visits.rules import ATTEMPTS_BEFORE_STATEMENT

_CLOCK_SKEW = timedelta(minutes=15)
_NEEDS_IDENTITY = ("confirmed", "changed")
_NEEDS_STATEMENT = ("unreachable", "moved")
_MAY_TELL = ("confirmed", "changed", "deceased", "moved")  # somebody who knows was spoken to
PAYEE_MEMBERS = ("kind", "name", "account", "bank")


@dataclass(frozen=True)
class Known:
    """What the county knows before the visit: amounts in yuan by payer, and what the scheme asks for."""

    in_force: Mapping[str, Decimal]
    payers: frozenset[str]
    id_last4: str
    earlier_visits: int
    times_not_home: int
    opened_at: datetime
    now: datetime
    second_visitor_required: bool
    signatures_required: bool
    identity_check: str = "last_four"  # last_four | none


def found_amounts(form: Mapping[str, Any]) -> dict[str, Decimal]:
    """{payer: yuan} of the form; a payer that stands twice keeps its last amount (and is a fault)."""
    return {row["payer"]: parse_yuan(row["amount"]) for row in form.get("figures", [])}


def find_faults(form: Mapping[str, Any], known: Known) -> list[Fault]:
    """Everything wrong with a visit form at once, by JSON pointer."""
    return [
        *_figure_faults(form, known),
        *_result_faults(form, known),
        *_time_faults(form, known),
        *_payee_faults(form),
        *_paper_faults(form),
        *_formality_faults(form, known),
    ]


def _figure_faults(form: Mapping[str, Any], known: Known) -> list[Fault]:
    faults, seen = [], set()
    for i, row in enumerate(form.get("figures", [])):
        at = f"/figures/{i}"
        if row["payer"] not in known.payers:
            faults.append(Fault(f"{at}/payer", "unknown_payer", "没有这个支付方"))
        if row["payer"] in seen:
            faults.append(Fault(f"{at}/payer", "payer_twice", "同一支付方只能填一次"))
        seen.add(row["payer"])
        differs = parse_yuan(row["amount"]) != known.in_force.get(row["payer"], Decimal(0))
        if differs and not row.get("files"):
            faults.append(Fault(f"{at}/files", "evidence_missing", "金额有变，请拍凭证"))
    return faults


def _result_faults(form: Mapping[str, Any], known: Known) -> list[Fault]:
    result, faults = form["result"], []
    changes = {p: a for p, a in found_amounts(form).items() if a != known.in_force.get(p, Decimal(0))}
    if result == "confirmed" and changes:
        faults.append(Fault("/result", "confirmed_with_changes", "金额有出入，请选“金额有出入”"))
    if result == "changed" and not changes and not form.get("paper_cost"):
        faults.append(Fault("/result", "changed_without_changes", "没有不同的金额，请选“属实”"))
    if result not in _MAY_TELL:
        faults += [
            Fault(f"/{part}", "not_expected", "此结果不填金额、票据和收款人")
            for part in ("figures", "paper_cost", "payee")
            if form.get(part)
        ]
    if result == "unreachable" and known.times_not_home < ATTEMPTS_BEFORE_STATEMENT:
        faults.append(Fault("/result", "attempts_missing", "须先有两次“上门未遇”，再填“联系不上”"))
    if result in _NEEDS_STATEMENT and not form.get("statement_file"):
        faults.append(Fault("/statement_file", "statement_missing", "请附村（社区）说明"))
    if result == "not_eligible" and not form.get("opinion"):
        faults.append(Fault("/opinion", "opinion_missing", "请写明不符合条件的理由"))
    return faults


def _time_faults(form: Mapping[str, Any], known: Known) -> list[Fault]:
    visited_at = read_instant(form["visited_at"])
    if visited_at is None:
        return [Fault("/visited_at", "not_an_instant", "上门时间须带日期、时间和时区")]
    if visited_at > known.now + _CLOCK_SKEW:
        return [Fault("/visited_at", "in_the_future", "上门时间晚于现在，请检查手机时间")]
    if visited_at < known.opened_at - _CLOCK_SKEW:
        return [Fault("/visited_at", "before_the_round", "上门时间早于本轮开始")]
    return []


def _payee_faults(form: Mapping[str, Any]) -> list[Fault]:
    payee = form.get("payee") or {}
    if not payee or payee["confirmed"]:
        return []
    faults = [
        Fault(f"/payee/{name}", "payee_incomplete", "更换收款账户须填户名、账号和身份")
        for name in PAYEE_MEMBERS
        if not payee.get(name)
    ]
    if payee.get("kind") in ("guardian", "heir", "institution") and not payee.get("proof_file"):
        faults.append(Fault("/payee/proof_file", "proof_missing", "监护人、继承人或机构收款须附证明"))
    if payee.get("kind") in ("guardian", "heir") and not payee.get("relation"):
        faults.append(Fault("/payee/relation", "relation_missing", "请填与本人关系"))
    if form["result"] == "deceased" and payee.get("kind") == "self":
        faults.append(Fault("/payee/kind", "payee_deceased", "本人已去世，请填继承人；没有继承人的不填，列为待领"))
    return faults


def _paper_faults(form: Mapping[str, Any]) -> list[Fault]:
    paper = form.get("paper_cost")
    if paper and not parse_yuan(paper["amount"]):
        return [Fault("/paper_cost/amount", "amount_zero", "票据金额应大于 0；没有票据的不填此项")]
    return []


def _formality_faults(form: Mapping[str, Any], known: Known) -> list[Fault]:
    faults = []
    met = form["result"] in _NEEDS_IDENTITY
    if met and known.identity_check == "last_four" and form.get("id_last4") != known.id_last4:
        faults.append(
            Fault("/id_last4", "identity_not_confirmed", "身份证号后四位不符，请当面核对；确有疑问选“身份存疑”")
        )
    if met and known.second_visitor_required and not form.get("second_visitor"):
        faults.append(Fault("/second_visitor", "second_visitor_missing", "请填同行人"))
    signatures = form.get("signatures") or {}
    if met and known.signatures_required and not {"visitor", "household"} <= signatures.keys():
        faults.append(Fault("/signatures", "signatures_missing", "双方均须签字"))
    return faults


def read_instant(text: str) -> datetime | None:
    """An ISO 8601 instant with its offset, or None."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo is not None else None
