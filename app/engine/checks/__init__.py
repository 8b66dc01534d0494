"""The deployment check: everything wrong with a scheme's files, all at once."""

from app.engine.checks.decisions import note_decisions
from app.engine.checks.files import check_files

__all__ = ["check_files", "note_decisions"]
