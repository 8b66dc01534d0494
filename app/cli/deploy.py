"""`nuanxin deploy`: checks diagrams, forms and decisions, lists every fault, stores only what is sound."""

from __future__ import annotations

import sys

import click

from app import create_app
from app.engine.catalogue import check_scheme, deploy_scheme, note_scheme
from app.engine.engine import Engine
from app.engine.schemes import list_schemes
from app.kernel.actors import SYSTEM
from app.kernel.dates import system_clock
from app.kernel.db import Database
from app.kernel.settings import read_settings


@click.command()
@click.argument("scheme", required=False)
@click.option("--check", "check_only", is_flag=True, help="Only list the faults; store nothing.")
def deploy(scheme: str | None, *, check_only: bool) -> None:
    """Deploy the processes of SCHEME (all schemes when none is named)."""
    settings = read_settings()
    application = create_app(settings)
    engine: Engine = application.extensions["nuanxin_engine"]
    database: Database = application.extensions["nuanxin_database"]
    names = [scheme] if scheme else list_schemes(settings.resources)
    faults = [fault for name in names for fault in check_scheme(settings.resources, name, engine.operators)]
    for fault in faults:
        click.echo(f"{fault.where}: {fault.code}: {fault.message}")
    if check_only:
        for note in (note for name in names for note in note_scheme(settings.resources, name)):
            click.echo(f"{note.where}: {note.code}: {note.message}（仅供参考）")
    click.echo(f"{len(names)} 个方案已检查，发现 {len(faults)} 处问题")
    if faults:
        sys.exit(1)
    if check_only:
        return
    with database.writing() as session:
        for name in names:
            for definition in deploy_scheme(session, SYSTEM, system_clock, name):
                click.echo(f"{name}/{definition.process_key} 第 {definition.version} 版 {definition.id[:12]}")
