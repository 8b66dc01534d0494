"""What-if over HTTP: candidates side by side over the list of a round."""

from __future__ import annotations

from app.scenarios.api.trials import trials

BLUEPRINTS = [trials]
