"""The phone over HTTP: visits, uploads, submissions, notes, and the sheet of paper."""

from app.mobile.api.notes import notes
from app.mobile.api.uploads import uploads
from app.mobile.api.visits import mobile

BLUEPRINTS = [mobile, uploads, notes]
