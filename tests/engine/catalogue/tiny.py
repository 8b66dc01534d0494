"""A tiny sound scheme to break: its files, what its operators do, and copies of it that a test may change."""

from __future__ import annotations

import shutil
from pathlib import Path

from app.engine.catalogue import read_files
from app.engine.checks import check_files

RESOURCES = Path(__file__).parent / "resources"


def submit(call, form):
    return {"amount_given": True}


def record(call, note):
    return {"noted": note}


OPERATORS = {"tiny.submit": submit, "tiny.record": record}


def tiny_files() -> dict[str, bytes]:
    files = read_files(RESOURCES, "tiny")
    return {**files, "scheme.json": (RESOURCES / "bpmn" / "tiny" / "scheme.json").read_bytes()}


def changed(files: dict[str, bytes], name: str, *pairs: tuple[str, str]) -> dict[str, bytes]:
    """The same files, with text replaced in one of them; what is to be replaced must be there."""
    text = files[name].decode()
    for old, new in pairs:
        assert old in text, f"{name} has no {old}"
        text = text.replace(old, new, 1)
    return {**files, name: text.encode()}


def faults_of(files: dict[str, bytes]):
    rest = {name: content for name, content in files.items() if name != "scheme.json"}
    return check_files(rest, OPERATORS, "tiny", files.get("scheme.json"))


def copy_to(folder: Path) -> Path:
    """The tiny scheme as a folder of resources that a test may write into."""
    return Path(shutil.copytree(RESOURCES, folder / "resources"))
