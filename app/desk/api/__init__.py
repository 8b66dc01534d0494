"""The desk over HTTP: home, the rounds on their diagrams, saved filters, a person's history."""

from __future__ import annotations

from app.desk.api.board import boards
from app.desk.api.filters import saved_filters
from app.desk.api.history import histories
from app.desk.api.home import home

BLUEPRINTS = [home, boards, saved_filters, histories]
