"""`python -m tools.client build | api | lint | test | run SCRIPT`: the web client, without a Node on the machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from hatch_build import CLIENT, build_client, install_packages, run_npm
from tools.openapi import write_document

TYPES = CLIENT / "src" / "api" / "schema.d.ts"


def main(arguments: list[str]) -> int:
    """Do what the first word says; 0 when it went well."""
    job, *more = arguments
    try:
        _JOBS[job](*more)
    except subprocess.CalledProcessError as failed:
        return failed.returncode
    return 0


def write_types(target: Path = TYPES) -> None:
    """Make the types of the API anew from the routes."""
    install_packages()
    with TemporaryDirectory() as folder:
        document = Path(folder) / "openapi.json"
        write_document(document)
        run_npm(CLIENT, "exec", "--", "openapi-typescript", str(document), "-o", str(target))


def lint() -> None:
    """Types, rules, and whether the generated types are those of today's routes."""
    install_packages()
    with TemporaryDirectory() as folder:
        fresh = Path(folder) / "schema.d.ts"
        write_types(fresh)
        if fresh.read_text() != TYPES.read_text():
            sys.exit("app/client/src/api/schema.d.ts is stale: run `make api` and commit it")
    run_npm(CLIENT, "run", "types")
    run_npm(CLIENT, "run", "lint")


def run(*script: str) -> None:
    """Any script of package.json."""
    install_packages()
    run_npm(CLIENT, "run", *script)


_JOBS = {"build": build_client, "api": write_types, "lint": lint, "test": lambda: run("test"), "run": run}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
