"""`python -m tools.openapi FILE`: the OpenAPI document of today's routes, without a database or a server."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from app import create_app
from app.kernel.settings import read_settings


def write_document(target: Path) -> None:
    """Write the document there."""
    with TemporaryDirectory() as folder:
        flask = create_app(read_settings({"NUANXIN_DATA_DIR": folder, "NUANXIN_SECRET_KEY": "documents only"}))
        target.write_bytes(flask.test_client().get("/api/v1/openapi.json").data)
        flask.extensions["nuanxin_database"].dispose()


if __name__ == "__main__":
    write_document(Path(sys.argv[1]))
