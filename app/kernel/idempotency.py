"""A use case names what it made, so that a repeated request can be answered again instead of done again."""

from __future__ import annotations

from sqlalchemy.orm import Session


def remember(session: Session, ref: str) -> None:
    """Note the reference (e.g. an id as text) of what is being made; call it before the commit."""
    session.info["result_ref"] = ref
