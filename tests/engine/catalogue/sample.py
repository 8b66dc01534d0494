"""A sound small scheme as files in memory, ready to be broken."""

from __future__ import annotations

from pathlib import Path

from app.engine.catalogue import read_files
from app.engine.checks import check_files

DIAGRAMS = Path(__file__).parent / "diagrams"
SOUND, PART, TABLE = "bpmn/sound.bpmn", "bpmn/part.bpmn", "dmn/sound.dmn"
FORM, UI, SCHEME = "forms/file.json", "forms/file.ui.json", "scheme.json"


def prefill(call):
    return {}


def submit(call, form):
    return None


def record(call, note, more=None):
    return None


OPERATORS = {"sample.prefill": prefill, "sample.submit": submit, "sample.record": record}


def sample_files() -> dict[str, bytes]:
    """Every file of the sample scheme, with its scheme.json."""
    return read_files(DIAGRAMS, "sample") | {SCHEME: (DIAGRAMS / "bpmn/sample/scheme.json").read_bytes()}


def check(files: dict[str, bytes], operators=None):
    without_scheme = {name: content for name, content in files.items() if name != SCHEME}
    return check_files(without_scheme, operators or OPERATORS, "sample", files[SCHEME])
