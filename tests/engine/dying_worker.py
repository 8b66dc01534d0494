"""A worker process for test_killing: decides rows slowly enough to be killed in the middle of a chunk."""

from __future__ import annotations

import sys
import time
from datetime import timedelta

from app.engine import Engine
from app.engine.models import BulkRow
from app.engine.worker import Worker
from app.kernel.crypto import Cipher
from app.kernel.dates import system_clock
from app.kernel.db import Database
from app.kernel.errors import Conflict
from tests.engine.trial import DIAGRAMS


def decide(session, _actor, _clock, item, common):
    time.sleep(0.002)
    if item["n"] % 50 == 7:
        raise Conflict("已被他人决定", code="already_decided")
    session.add(BulkRow(bulk_id=common["other"], n=item["n"], item={}, state="done"))
    session.flush()


def make_engine():
    return Engine(DIAGRAMS, {}, bulk_handlers={"trial.decide": decide})


def main(url, minutes):
    later = timedelta(minutes=int(minutes))
    database = Database(url, Cipher(b"a secret for tests only"))
    Worker(database, make_engine(), lambda: system_clock() + later).run_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
