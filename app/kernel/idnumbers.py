"""Resident identity numbers (GB 11643): checked, brought to 18 places, masked for showing."""

from __future__ import annotations

import re
from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_EIGHTEEN = re.compile(r"[1-9][0-9]{16}[0-9X]\Z", re.ASCII)
_FIFTEEN = re.compile(r"[1-9][0-9]{14}\Z", re.ASCII)
_SPACES = re.compile(r"[\s\u200b\ufeff]+")


def check_digit(first17: str) -> str:
    """The 18th place of a number whose first 17 are given."""
    return _CHECK[sum(w * int(d) for w, d in zip(_WEIGHTS, first17, strict=True)) % 11]


def normalise_id_number(text: str) -> str | None:
    """Eighteen places, upper case, or None when it is no valid number; 15-place numbers are lengthened.

    Full-width digits and stray blanks, which Excel people paste, are forgiven.
    """
    cleaned = _SPACES.sub("", text).translate(_HALF_WIDTH).upper()
    if _FIFTEEN.match(cleaned):
        cleaned = f"{cleaned[:6]}19{cleaned[6:]}"
        cleaned += check_digit(cleaned)
    if not _EIGHTEEN.match(cleaned) or check_digit(cleaned[:17]) != cleaned[17] or _birth(cleaned) is None:
        return None
    return cleaned


def birth_date(id_number: str) -> date:
    """The birth date inside a valid 18-place number."""
    born = _birth(id_number)
    if born is None:
        raise ValueError("no birth date in that number")
    return born


def mask_id_number(id_number: str) -> str:
    """330683********1234, the only form that is shown without an audited unmasking."""
    return f"{id_number[:6]}********{id_number[-4:]}"


def hide_last_four(masked: str) -> str:
    """330683************, for whoever has to ask for the last four at the door."""
    return f"{masked[:-4]}****"


def mask_account(account: str) -> str:
    """The last four places only."""
    return f"****{account[-4:]}"


def _birth(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


_HALF_WIDTH = str.maketrans("０１２３４５６７８９Ｘｘ", "0123456789XX")
