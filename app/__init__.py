"""Nuanxin: the rooms, from kernel to meetings, and `create_app`, which puts them together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from app.kernel.dates import Clock
    from app.kernel.db import Database
    from app.kernel.settings import Settings


def create_app(settings: Settings, *, clock: Clock | None = None, database: Database | None = None) -> Flask:
    """The whole product as a Flask application; tests hand in their own clock and database.

    `extensions` hold `nuanxin_database` and `nuanxin_engine`, and `nuanxin_deploy`, a function that
    deploys every scheme of the resources, for whoever works without a request.
    """
    from app.assembly import assemble  # noqa: PLC0415 importing one room must not import them all

    return assemble(settings, clock, database)
