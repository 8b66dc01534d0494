"""People, their categories and their accounts over HTTP; numbers are always masked, but for one audited route."""

from __future__ import annotations

from app.registry.api.payees import payees
from app.registry.api.people import people
from app.registry.api.spans import spans

BLUEPRINTS = [people, spans, payees]
