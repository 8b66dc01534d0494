"""The standard's functions by name; the clock's two are apart: what reads them cannot be replayed."""

from __future__ import annotations

from app.feel.builtins_contexts import CONTEXTS
from app.feel.builtins_lists import LISTS
from app.feel.builtins_numbers import NUMBERS
from app.feel.builtins_range_text import RANGE_TEXT
from app.feel.builtins_ranges import RANGES
from app.feel.builtins_statistics import STATISTICS
from app.feel.builtins_strings import STRINGS
from app.feel.builtins_temporal import CLOCK, TEMPORAL
from app.feel.signatures import Registry

FUNCTIONS: Registry = {
    **NUMBERS,
    **STRINGS,
    **LISTS,
    **STATISTICS,
    **CONTEXTS,
    **TEMPORAL,
    **RANGES,
    **RANGE_TEXT,
}
CLOCK_FUNCTIONS: Registry = CLOCK
