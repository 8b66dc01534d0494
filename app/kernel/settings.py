"""Everything that the surroundings decide; this is the only module that reads os.environ."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.kernel.errors import Fault, Invalid

_HERE = Path(__file__).resolve().parent.parent.parent
_CLIENT = _HERE / "app" / "client" / "dist"
_NUMBERS = {
    "NUANXIN_PORT": "8000",
    "NUANXIN_WORKERS": "1",
    "NUANXIN_MAX_UPLOAD_MB": "64",
    "NUANXIN_TRUSTED_PROXIES": "0",
}


@dataclass(frozen=True)
class Settings:
    """One field a setting; the environment variable is its upper-case name behind `NUANXIN_`."""

    database_url: str
    data_dir: Path
    resources: Path
    secret_key: bytes
    client_dir: Path = _CLIENT
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    secure_cookies: bool = False
    max_upload_mb: int = 64
    log_level: str = "INFO"
    trusted_proxies: int = 0  # how many stand before us; each adds one address to X-Forwarded-For

    @property
    def files_dir(self) -> Path:
        return self.data_dir / "files"

    @property
    def snapshots_dir(self) -> Path:
        return self.data_dir / "snapshots"


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment; creates the data folder (mode 0700) and, once, its secret key (0600).

    Raises Invalid naming every variable that should be a number and is not.
    """
    env = os.environ if environ is None else environ
    numbers = _read_numbers(env)
    data_dir = Path(env.get("NUANXIN_DATA_DIR", "var")).resolve()
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    url = env.get("NUANXIN_DATABASE_URL") or env.get("DATABASE_URL") or f"sqlite:///{data_dir / 'nuanxin.db'}"
    return Settings(
        database_url=_with_driver(url),
        data_dir=data_dir,
        resources=read_resources(env),
        secret_key=_secret(env, data_dir),
        client_dir=Path(env.get("NUANXIN_CLIENT_DIR", _CLIENT)).resolve(),
        host=env.get("NUANXIN_HOST", "127.0.0.1"),
        secure_cookies=env.get("NUANXIN_SECURE_COOKIES", "0") == "1",
        log_level=env.get("NUANXIN_LOG_LEVEL", "INFO"),
        **numbers,
    )


def read_resources(environ: Mapping[str, str] | None = None) -> Path:
    """Where diagrams, forms and migrations lie: named, or the checkout, or the installed `nuanxin` package."""
    env = os.environ if environ is None else environ
    found = _HERE if (_HERE / "bpmn").is_dir() else _HERE / "nuanxin"
    return Path(env.get("NUANXIN_RESOURCES", found)).resolve()


def _read_numbers(env: Mapping[str, str]) -> dict[str, int]:
    wrong = [name for name in _NUMBERS if name in env and not env[name].isdecimal()]
    if wrong:
        raise Invalid([Fault(name, "not_a_number", "应为整数") for name in wrong])
    return {name.removeprefix("NUANXIN_").lower(): int(env.get(name, value)) for name, value in _NUMBERS.items()}


def _with_driver(url: str) -> str:
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _secret(env: Mapping[str, str], data_dir: Path) -> bytes:
    """Two processes that start at once agree: the file appears whole, and only the first one's counts."""
    given = env.get("NUANXIN_SECRET_KEY")
    if given:
        return given.encode()
    path = data_dir / "secret.key"
    if not path.exists():
        beside = data_dir / f".secret.{secrets.token_hex(6)}"
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
        with suppress(FileExistsError):
            os.link(beside, path)
        beside.unlink()
    return path.read_text().strip().encode()
