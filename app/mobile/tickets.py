"""What a phone must be able to prove and to check by itself while nobody can be asked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.kernel.actors import Actor
from app.kernel.db import cipher_of
from app.kernel.money import format_yuan
from app.rounds.models import Figure
from app.rounds.rules import TOTAL_COST


def ticket_of(session: Session, actor: Actor, task_id: int, case_id: int) -> str:
    """Proves later that this visit was once handed to this user, whoever has it by then."""
    return cipher_of(session).lookup(f"visit {actor.user_id} {task_id} {case_id}")[:40]


def hint_of(ticket: str, last_four: str) -> str:
    """Two hex places of a hash: the phone notices 255 of 256 typing errors, and cannot find the digits from it."""
    return hashlib.sha256(f"{ticket}:{last_four}".encode()).hexdigest()[:2]


def basis_of(figures: Mapping[str, Figure]) -> str:
    """Names the amounts that were shown: who confirms must have seen those that count now."""
    shown = {payer: format_yuan(figure.amount) for payer, figure in figures.items() if payer != TOTAL_COST}
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:20]
