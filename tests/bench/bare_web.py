"""The raw floor over HTTP: Flask, gunicorn and psycopg around SpiffWorkflow; nobody logs in, nothing is checked."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask, jsonify

from tests.bench.bare import BareProcess


def make_bare_app(conninfo: str, diagram: str, key: str) -> Flask:
    """POST /<number> completes the open task of that instance; a connection a thread."""
    process, here = BareProcess(Path(diagram), key), threading.local()
    flask = Flask("bare")

    def connect() -> Any:
        if not hasattr(here, "connection"):
            here.connection = psycopg.connect(conninfo)
        return here.connection

    @flask.post("/<int:number>")
    def complete(number: int) -> Any:
        connection = connect()
        found = connection.execute("SELECT state FROM bare WHERE id = %s FOR UPDATE", (number,)).fetchone()
        state = process.complete(bytes(found[0]))
        connection.execute("UPDATE bare SET state = %s WHERE id = %s", (state, number))
        connection.commit()
        return jsonify({"id": number})

    @flask.get("/health")
    def health() -> Any:
        return jsonify({})

    return flask


def fill_bare(conninfo: str, process: BareProcess, count: int) -> None:
    """So many fresh instances."""
    with psycopg.connect(conninfo) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS bare (id integer PRIMARY KEY, state bytea)")
        connection.execute("TRUNCATE bare")
        rows = [(number, process.start({})) for number in range(count)]
        connection.cursor().executemany("INSERT INTO bare VALUES (%s, %s)", rows)
