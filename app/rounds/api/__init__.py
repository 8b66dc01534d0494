"""The round over HTTP: rounds and their lists, cases, and what member units fill in."""

from __future__ import annotations

from app.rounds.api.cases import cases
from app.rounds.api.rounds import rounds
from app.rounds.api.subjects import subjects
from app.rounds.api.tallies import tallies

BLUEPRINTS = [rounds, cases, subjects, tallies]
