"""Passwords: argon2id, a minimum that people can live with, and one cost for known and unknown names."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.kernel.errors import Fault, Invalid

# OWASP's second choice: 19 MiB, 2 passes
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_SHORTEST, _LONGEST = 10, 200


def hash_password(password: str) -> str:
    """An argon2id hash with its salt and parameters."""
    return _HASHER.hash(password)


def check_password(password: str, password_hash: str | None) -> bool:
    """Verify; `None` (no such user) takes the same time and is False."""
    try:
        return _HASHER.verify(password_hash or _nobody(), password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def require_good_password(password: str, login: str, where: str) -> None:
    """Raises Invalid (`password_weak`): 10 to 200 characters, not the login, not one repeated character."""
    repeated = len(set(password)) < 4  # noqa: PLR2004 "aaaabbbb" is no password
    if not _SHORTEST <= len(password) <= _LONGEST or repeated or login.lower() in password.lower():
        raise Invalid([Fault(where, "password_weak", "密码应为10位以上，不含登录名，且不能是重复字符")])


@cache
def _nobody() -> str:
    return hash_password("nobody has this password")
