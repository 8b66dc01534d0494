"""`nuanxin demo`: the demonstration county, and a round played in it over HTTP."""

from __future__ import annotations

from pathlib import Path

import click

from app.demo.load import is_empty, load_demo
from app.demo.play import play_round
from app.kernel.crypto import Cipher
from app.kernel.db import Database
from app.kernel.errors import Conflict
from app.kernel.settings import read_settings
from app.schema import upgrade


@click.group()
def demo() -> None:
    """The demonstration county."""


@demo.command()
@click.option("--people", default=3000, show_default=True, type=click.IntRange(1000, 100_000))
@click.option("--settlements", default=60000, show_default=True, type=click.IntRange(0, 10_000_000))
@click.option("--seed", default=1, show_default=True)
def load(people: int, settlements: int, seed: int) -> None:
    """Fill an empty database with the county and its history."""
    settings = read_settings()
    database = Database(settings.database_url, Cipher(settings.secret_key))
    upgrade(database.engine, settings.resources)
    if not is_empty(database):
        raise Conflict("数据库里已有账号，示范县只能载入空库", code="database_not_empty")
    database.dispose()
    load_demo(settings, click.echo, people, settlements, seed)


@demo.command()
@click.option("--url", default=None, help="Address of the server; that of the settings when left out.")
@click.option("--out", default="demo-out", show_default=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--people", default=60, show_default=True, type=click.IntRange(12, 250))
@click.option("--seed", default=1, show_default=True, help="The seed the county was loaded with.")
def play(url: str | None, out: Path, people: int, seed: int) -> None:
    """Play a fresh round from opening to closing as its different users; the files stay in OUT."""
    settings = read_settings()
    play_round(url or f"http://{settings.host}:{settings.port}", out, people, seed, click.echo)
