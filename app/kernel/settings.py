"""Everything that the surroundings decide; this is the only module that reads os.environ."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Settings:
    """One field a setting; the environment variable is its upper-case name behind `NUANXIN_`."""

    database_url: str
    data_dir: Path
    resources: Path
    secret_key: bytes
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
    """Settings from the environment; creates the data folder and, once, its secret key (mode 0600)."""
    env = os.environ if environ is None else environ
    data_dir = Path(env.get("NUANXIN_DATA_DIR", "var")).resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    url = env.get("NUANXIN_DATABASE_URL") or env.get("DATABASE_URL") or f"sqlite:///{data_dir / 'nuanxin.db'}"
    return Settings(
        database_url=_with_driver(url),
        data_dir=data_dir,
        resources=Path(env.get("NUANXIN_RESOURCES", _find_resources())).resolve(),
        secret_key=_secret(env, data_dir),
        host=env.get("NUANXIN_HOST", "127.0.0.1"),
        port=int(env.get("NUANXIN_PORT", "8000")),
        workers=int(env.get("NUANXIN_WORKERS", "1")),
        secure_cookies=env.get("NUANXIN_SECURE_COOKIES", "0") == "1",
        max_upload_mb=int(env.get("NUANXIN_MAX_UPLOAD_MB", "64")),
        log_level=env.get("NUANXIN_LOG_LEVEL", "INFO"),
        trusted_proxies=int(env.get("NUANXIN_TRUSTED_PROXIES", "0")),
    )


def _with_driver(url: str) -> str:
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _find_resources() -> str:
    """The checkout when diagrams lie beside `app`, otherwise the installed `nuanxin` package."""
    return str(_HERE if (_HERE / "bpmn").is_dir() else _HERE / "nuanxin")


def _secret(env: Mapping[str, str], data_dir: Path) -> bytes:
    given = env.get("NUANXIN_SECRET_KEY")
    if given:
        return given.encode()
    path = data_dir / "secret.key"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
    return path.read_text().strip().encode()
