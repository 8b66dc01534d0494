"""Steps 4 and 5 over HTTP: the sitting, amounts and decisions, resolutions, payables."""

from __future__ import annotations

from app.meetings.api.amounts import amounts
from app.meetings.api.ladders import ladders
from app.meetings.api.resolutions import resolutions
from app.meetings.api.sittings import sittings

BLUEPRINTS = [sittings, amounts, ladders, resolutions]
