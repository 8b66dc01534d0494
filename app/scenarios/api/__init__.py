"""What-if over HTTP."""

from __future__ import annotations

from app.scenarios.api.trials import trials

BLUEPRINTS = [trials]
