"""Logs that may be read by whoever keeps the server: no row of a database error, no long run of digits."""

from __future__ import annotations

import logging
import re
import sys

_ROW = re.compile(r"^DETAIL:.*$", re.MULTILINE)
_DIGITS = re.compile(r"\d{6,}[\dXx]{2,}")


class QuietFormatter(logging.Formatter):
    """What PostgreSQL quotes of a failing row is dropped; ID numbers and accounts keep their last four places."""

    def format(self, record: logging.LogRecord) -> str:
        """The finished text, exceptions included."""
        text = _ROW.sub("DETAIL: (dropped)", super().format(record))
        return _DIGITS.sub(lambda found: f"****{found.group()[-4:]}", text)


def configure_logs(level: str) -> None:
    """To standard error, once for each process; raises ValueError for a level nobody knows."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(QuietFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
