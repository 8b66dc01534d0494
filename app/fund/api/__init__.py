"""The fund over HTTP: accounts and quota, inflows, payment batches, held payments, the bank's answers."""

from __future__ import annotations

from app.fund.api.accounts import fund
from app.fund.api.batches import batches
from app.fund.api.payments import payments, transfers

BLUEPRINTS = [fund, batches, payments, transfers]
