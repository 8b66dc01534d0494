"""Settings come from the environment, and say what is wrong with it."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.kernel.errors import Invalid
from app.kernel.settings import read_settings


def test_everything_has_a_default(tmp_path):
    settings = read_settings({"NUANXIN_DATA_DIR": str(tmp_path / "data")})
    assert settings.database_url == f"sqlite:///{tmp_path / 'data' / 'nuanxin.db'}"
    assert (settings.port, settings.workers, settings.max_upload_mb) == (8000, 1, 64)
    assert (settings.resources / "bpmn").is_dir()


def test_a_plain_postgresql_url_gets_our_driver(tmp_path):
    environ = {"NUANXIN_DATA_DIR": str(tmp_path), "DATABASE_URL": "postgresql://a@b/c"}
    assert read_settings(environ).database_url == "postgresql+psycopg://a@b/c"


def test_all_wrong_numbers_are_told_at_once(tmp_path):
    environ = {"NUANXIN_DATA_DIR": str(tmp_path / "x"), "NUANXIN_PORT": "eighty", "NUANXIN_WORKERS": "-1"}
    with pytest.raises(Invalid) as refused:
        read_settings(environ)
    assert [fault.where for fault in refused.value.faults] == ["NUANXIN_PORT", "NUANXIN_WORKERS"]
    assert not (tmp_path / "x").exists()


def test_the_secret_is_made_once_and_only_the_owner_may_read_it(tmp_path):
    environ = {"NUANXIN_DATA_DIR": str(tmp_path / "data")}
    with ThreadPoolExecutor(8) as pool:
        keys = {settings.secret_key for settings in pool.map(lambda _: read_settings(environ), range(8))}
    assert len(keys) == 1
    assert stat.S_IMODE((tmp_path / "data" / "secret.key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret.key"]


def test_a_given_secret_leaves_no_file(tmp_path):
    settings = read_settings({"NUANXIN_DATA_DIR": str(tmp_path), "NUANXIN_SECRET_KEY": "s3cret"})
    assert settings.secret_key == b"s3cret"
    assert list(tmp_path.iterdir()) == []
