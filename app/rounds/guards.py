"""Triggers that forbid the database itself to change what was printed: list versions and their rows."""

from __future__ import annotations

from app.kernel.guards import Guard, forbid

GUARDS: list[Guard] = [*forbid("list_version", "UPDATE", "DELETE"), *forbid("list_row", "UPDATE", "DELETE")]
