"""`nuanxin rules`: the rules of money on worked examples, and as a filter over JSON lines."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from app.kernel.settings import read_resources
from app.rulebook import check_file, evaluate_lines


@click.group()
def rules() -> None:
    """Check and evaluate the rules of money."""


@rules.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--only", default="", help="Only rules whose id starts with this, e.g. shengzhou.")
def check(file: Path, only: str) -> None:
    """Run the worked examples of FILE; the last line is `N passed, M failed`."""
    passed, failed, lines = check_file(read_resources(), file, only)
    for line in lines:
        click.echo(line)
    click.echo(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


@rules.command("eval")
@click.option("--rule", required=True, help="Rule id, e.g. shengzhou.subsidy")
def evaluate(rule: str) -> None:
    """Read one JSON of inputs a line, write one JSON of results a line."""
    for line in evaluate_lines(read_resources(), rule, sys.stdin):
        click.echo(line)
