"""Routes of log-ins, of the user's own account, of users, units and areas, and of the audit trail."""

from app.access.api.audit import audit
from app.access.api.me import me
from app.access.api.places import places
from app.access.api.sessions import sessions
from app.access.api.substitutes import substitutes
from app.access.api.tokens import tokens
from app.access.api.users import users
from app.web.routes import Blueprint

BLUEPRINTS: list[Blueprint] = [sessions, tokens, me, users, substitutes, places, audit]
