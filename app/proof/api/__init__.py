"""Proof over HTTP: every amount explained."""

from __future__ import annotations

from app.proof.api.explanations import explanations

BLUEPRINTS = [explanations]
