from __future__ import annotations

import pytest

from bot.errors import SettingsError
from bot.storage.database import Database, parse_url


@pytest.mark.parametrize(
    ("url", "driver", "place"),
    [
        ("sqlite:///charla.db", "sqlite+aiosqlite", "charla.db"),
        ("sqlite+aiosqlite:////data/charla.db\n", "sqlite+aiosqlite", "/data/charla.db"),
        ("postgres://user:pass@host/name", "postgresql+psycopg", "name"),
        ("postgresql://user:p%40ss@host:5433/name?sslmode=require", "postgresql+psycopg", "name"),
        ("postgresql+psycopg:///name?host=/run/postgresql", "postgresql+psycopg", "name"),
    ],
)
async def test_urls_that_are_allowed(url: str, driver: str, place: str) -> None:
    checked = parse_url(url)
    assert (checked.drivername, checked.database) == (driver, place)
    await Database(url).close()


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("", "is no URL"),
        ("s3cret", "is no URL"),
        ("postgresql://user:s3cret@host:port/name", "is no URL"),
        ("mysql://user:s3cret@host/name", "begins with 'mysql'"),
        ("postgresql+asyncpg://user:s3cret@host/name", r"begins with 'postgresql\+asyncpg'"),
        ("postgresql://user:s3cret@host/name?sslmod=s3cret", "has a parameter that PostgreSQL does not know"),
        ("s3cret://user:pass@host/name", "begins with something else"),
        ("postgresql://user:pa@s3cret@host/name", "has an @ too many"),
        ("postgresql://user@s3cret@host/name", "has an @ too many"),
        ("postgresql://user:a/b@s3cret/c@host/name", "has an @ too many"),
        ("postgresql://user:p@host/name?s3cret@host", "has an @ too many"),
        ("postgresql://user:p@host/name?s3cret=1", "has a parameter that PostgreSQL does not know"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite://charla.db", "names no file"),
        ("sqlite:///charla.db?mode=s3cret", "names no file"),
    ],
)
def test_a_url_that_is_not_allowed_is_told_in_one_line_without_it(url: str, complaint: str) -> None:
    with pytest.raises(SettingsError, match=f"^DATABASE_URL {complaint}.*") as caught:
        Database(url)
    assert "s3cret" not in str(caught.value)
    assert "\n" not in str(caught.value)
