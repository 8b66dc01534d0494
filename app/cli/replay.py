"""`nuanxin replay`: a round recomputed from what was frozen, a line for each difference of a fen."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click

from app import create_app
from app.kernel.db import Database
from app.kernel.settings import read_settings
from app.proof.replay.rounds import find_round, replay_round


@click.command()
@click.argument("round_name", metavar="ROUND")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of lines.")
def replay(round_name: str, *, as_json: bool) -> None:
    """Recompute ROUND (its id, or like 2025-2); exit code 1 when anything differs. Writes nothing."""
    database: Database = create_app(read_settings()).extensions["nuanxin_database"]
    with database.reading() as session:
        found = replay_round(session, find_round(session, round_name))
    if as_json:
        differences = [asdict(difference) for difference in found.differences]
        click.echo(json.dumps({"agreed": found.agreed, "differences": differences}, ensure_ascii=False))
    else:
        for difference in found.differences:
            click.echo(str(difference))
        click.echo(found.summary)
    sys.exit(1 if found.differences else 0)
