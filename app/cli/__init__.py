"""The command `nuanxin`: one module a group of commands."""

from __future__ import annotations

import sys

import click

from app.cli.demo import demo
from app.cli.deploy import deploy
from app.cli.replay import replay
from app.cli.rules import rules
from app.cli.serve import migrate, run, serve, worker
from app.cli.what_if import what_if
from app.kernel.errors import Invalid, NuanxinError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="nuanxin")
def cli() -> None:
    """暖心: approval of medical-hardship subsidies, from the bills to the bank line."""


for command in (run, serve, worker, migrate, deploy, demo, rules, replay, what_if):
    cli.add_command(command)


def main() -> None:
    """Entry point; a refusal ends with its reason and exit code 1, never with a traceback."""
    try:
        cli()
    except Invalid as refused:
        for fault in refused.faults:
            click.echo(f"{fault.where}: {fault.code}: {fault.message}", err=True)
        sys.exit(1)
    except NuanxinError as refused:
        click.echo(f"{refused.code}: {refused.message}", err=True)
        sys.exit(1)
