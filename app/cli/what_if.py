"""`nuanxin what-if`: candidate standards over a round's list, side by side, as a table, JSON or a workbook."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from app import create_app
from app.kernel.db import Database
from app.kernel.errors import Fault, Invalid
from app.kernel.settings import read_settings
from app.proof.replay.rounds import find_round
from app.scenarios.api.schemas import WhatIfOut
from app.scenarios.candidates import read_candidates
from app.scenarios.reports import DEFAULT_ROWS, MOST_ROWS, Report, report
from app.scenarios.trying import compare_candidates
from app.scenarios.words import all_trials, tell_lines
from app.scenarios.workbook import write_report

_KEYS = ("name", "base", "threshold", "ratio", "cap", "tiers", "rule", "reserve", "solve")
_TIER = re.compile(r"([0-9.]+)-([0-9.]*):([0-9.]+)\Z")
_WIDTH = 30  # of a candidate's column, in places


@click.command("what-if")
@click.argument("round_name", metavar="ROUND")
@click.option(
    "--standard", "standards", multiple=True, required=True,
    help="threshold=10000,ratio=0.6,cap=20000[,base=whole][,rule=none|fit_ratio|pro_rata|list_order][,reserve=…]"
    "[,name=…]; tiers=10000-30000:0.5;30000-:0.6; solve=ratio|threshold|cap finds what is left out. Repeatable.",
)  # fmt: skip
@click.option("--rows", default=DEFAULT_ROWS, show_default=True, type=click.IntRange(0, MOST_ROWS))
@click.option("--json", "as_json", is_flag=True, help="The reply of POST /rounds/{id}/what-if.")
@click.option("--xlsx", type=click.Path(dir_okay=False, path_type=Path), help="Write a workbook.")
def what_if(round_name: str, standards: tuple[str, ...], rows: int, *, as_json: bool, xlsx: Path | None) -> None:
    """Try standards on the list of ROUND (its id, or like 2025-2); the round stays as it is."""
    candidates = read_candidates(_read_all(standards))
    database: Database = create_app(read_settings()).extensions["nuanxin_database"]
    with database.reading() as session:
        shown = report(compare_candidates(session, find_round(session, round_name), candidates), rows)
    database.dispose()
    if xlsx is not None:
        xlsx.write_bytes(write_report(shown))
        click.echo(f"已写入 {xlsx}")
    elif as_json:
        click.echo(json.dumps(WhatIfOut().dump(shown), ensure_ascii=False))
    else:
        _print(shown)


def _read_all(standards: tuple[str, ...]) -> list[dict[str, Any]]:
    faults: list[Fault] = []
    forms = [_read(text, f"/candidates/{n}", faults) for n, text in enumerate(standards)]
    if faults:
        raise Invalid(faults)
    return forms


def _read(text: str, at: str, faults: list[Fault]) -> dict[str, Any]:
    """`threshold=10000,ratio=0.6` as the JSON of a candidate."""
    form: dict[str, Any] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        key, equals, value = (word.strip() for word in part.partition("="))
        if not equals or key not in _KEYS:
            faults.append(Fault(f"{at}/{key}", "unknown_word", f"看不懂“{part}”，可写的有：{'、'.join(_KEYS)}"))
        elif key == "tiers":
            form["tiers"] = [_tier(n, tier, at, faults) for n, tier in enumerate(value.split(";"))]
        else:
            form["shortfall_rule" if key == "rule" else key] = value
    return form


def _tier(n: int, text: str, at: str, faults: list[Fault]) -> dict[str, str | None]:
    found = _TIER.match(text.strip())
    if found is None:
        faults.append(Fault(f"{at}/tiers/{n}", "not_a_tier", "分段应写作 10000-30000:0.5，最后一段 30000-:0.6"))
        return {}
    return {"over": found[1], "up_to": found[2] or None, "ratio": found[3]}


def _print(shown: Report) -> None:
    """One column a candidate; wide enough for all, a terminal that is narrower may scroll."""
    trials = all_trials(shown)
    table = Table(title=f"{shown.round_name}　名单 {shown.listed} 人　可用额度 {shown.available:,} 元")
    table.add_column("项目", min_width=16, overflow="fold")
    for trial in trials:
        table.add_column(trial.name, justify="right", width=_WIDTH, overflow="fold")
    for what, texts in tell_lines(shown):
        table.add_row(what, *texts)
    Console(width=44 + (_WIDTH + 3) * len(trials)).print(table)
