"""Names of FEEL's own functions that contain a keyword: the grammar must read each as one name."""

from __future__ import annotations

SPECIAL_NAMES = ("date and time", "years and months duration", "days and time duration")
