"""The database of a catalog: its form brought up to date, and what it refuses said in one message."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from pipeline.catalog import database
from pipeline.catalog.catalog import CATALOG, Catalog
from pipeline.catalog.database import bring_up_to_date, database_url, migrate, opened, sqlite_url
from pipeline.catalog.entries import Omit
from pipeline.catalog.migrations import REVISIONS
from pipeline.catalog.models import Row
from pipeline.settings import STATE_FOLDER, load_settings
from storyboard.errors import CatalogError
from tests.support.pipeline.catalogs import new_take, wish


def url_of(settings, tmp_path: Path) -> sa.URL:
    return database_url(settings.catalog) if settings.catalog else sqlite_url(tmp_path / "catalog.sqlite")


def differences(engine: sa.Engine) -> list[object]:
    """Between the tables and the models."""
    with engine.connect() as connection:
        return compare_metadata(
            MigrationContext.configure(connection, opts={"compare_type": True}), Row.metadata
        )


def test_the_steps_lead_to_the_models(settings, tmp_path):
    engine = database._engine(url_of(settings, tmp_path))
    with engine.begin() as connection:
        migrate(connection)
    assert differences(engine) == []
    assert bring_up_to_date(engine) == REVISIONS[-1]
    engine.dispose()


def test_new_tables_are_those_of_the_models(settings, tmp_path):
    engine, _ = opened(url_of(settings, tmp_path))
    assert differences(engine) == []
    assert bring_up_to_date(engine) == REVISIONS[-1]
    engine.dispose()


def test_a_file_that_another_process_makes_at_that_moment_is_waited_for(tmp_path, monkeypatch):
    """SQLite does not wait there by itself."""
    other = sqlite3.connect(tmp_path / "catalog.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr(database.time, "sleep", lambda _: other.close())
    engine, _ = opened(sqlite_url(tmp_path / "catalog.sqlite"))
    assert bring_up_to_date(engine) == REVISIONS[-1]
    engine.dispose()


def test_every_step_is_known():
    steps = ScriptDirectory(str(Path(database.__file__).with_name("migrations"))).walk_revisions()
    assert tuple(step.revision for step in steps)[::-1] == REVISIONS


def test_a_catalog_of_an_older_form_is_brought_up_to_date(open_catalog, monkeypatch, tmp_path):
    """With a step that a later version might have: its rows keep what they say."""
    catalog = open_catalog()
    catalog.append(wish("1A", Omit()))
    steps = tmp_path / "migrations"
    shutil.copytree(Path(database.__file__).with_name("migrations"), steps)
    (steps / "versions" / "next.py").write_text(
        "import sqlalchemy as sa\n"
        "from alembic import op\n"
        f"revision, down_revision = 'next', {REVISIONS[-1]!r}\n"
        "def upgrade():\n"
        "    with op.batch_alter_table('decision') as table:\n"
        "        table.add_column(sa.Column('role', sa.Text, nullable=False, server_default='producer'))\n"
    )
    monkeypatch.setattr(database, "REVISIONS", (*REVISIONS, "next"))
    monkeypatch.setattr(database, "STEPS", str(steps))
    later = open_catalog()
    with later.reading() as connection:
        assert connection.execute(sa.text("SELECT shot, role FROM decision")).all() == [("1A", "producer")]
    assert later.decisions() == catalog.decisions()


def test_a_catalog_of_a_newer_version_is_refused(open_catalog):
    catalog = open_catalog()
    with catalog.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(CatalogError, match=r"newer version of shotfarm") as caught:
        open_catalog()
    assert "a word" not in str(caught.value)


def test_a_wrong_password_is_said_without_telling_it(postgres):
    url = postgres.url("postgres", word="a secret")
    with pytest.raises(CatalogError, match="the user or the password is refused") as caught:
        opened(database_url(url))
    assert "secret" not in caught.value.in_words
    assert f"postgresql://shotfarm:***@127.0.0.1:{postgres.port}/postgres" in caught.value.message


def test_a_database_that_does_not_exist_is_said(postgres):
    with pytest.raises(CatalogError, match="there is no such database") as caught:
        opened(database_url(postgres.url("nowhere")))
    assert "createdb" in caught.value.hint


def test_a_user_who_may_not_make_tables_is_told(postgres):
    postgres.run("CREATE USER guest PASSWORD 'guest'")
    with pytest.raises(CatalogError, match="permission is denied"):
        opened(database_url(postgres.url(postgres.new_database(), "guest", "guest")))


def test_a_server_that_is_not_there_is_said(tmp_path):
    settings = load_settings(catalog="postgresql://ada:word@127.0.0.1:9/films")
    with pytest.raises(CatalogError, match="the server does not answer") as caught:
        Catalog.open(tmp_path, settings)
    assert "word" not in caught.value.message


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("films", "not the URL of a database"),
        ("mysql://host/films", "cannot lie in mysql"),
        ("postgresql+asyncpg://host/films", "cannot lie in postgresql\\+asyncpg"),
    ],
)
def test_what_is_no_database_for_a_catalog_is_refused(url, words):
    with pytest.raises(CatalogError, match=words) as caught:
        database_url(url)
    assert "postgresql://user:password@host/database" in caught.value.hint


def test_a_missing_driver_names_the_extra():
    code = (
        "import sys; sys.modules['pg8000'] = None\n"
        "from pipeline.catalog.database import database_url, opened\n"
        "from storyboard.errors import CatalogError\n"
        "try: opened(database_url('postgresql://host/films'))\n"
        "except CatalogError as error: print(error.hint)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "shotfarm[postgres]" in done.stdout


def test_a_damaged_file_is_said_and_made_again_from_the_log(tmp_path):
    settings = load_settings()
    with Catalog.open(tmp_path, settings) as catalog:
        catalog.register([new_take("1A")])
        catalog.append(wish("1A", Omit()))
        before = catalog.takes(), catalog.decisions()
    file = tmp_path / STATE_FOLDER / CATALOG
    file.write_bytes(b"no database at all" * 1000)
    with pytest.raises(CatalogError, match="damaged") as caught:
        Catalog.open(tmp_path, settings)
    assert "catalog rebuild" in caught.value.hint
    with Catalog.rebuilt(tmp_path, settings) as catalog:
        assert (catalog.takes(), catalog.decisions()) == before


def test_opening_a_catalog_starts_no_migration_when_there_is_nothing_to_do(tmp_path):
    """Alembic takes a third of a second to import."""
    code = (
        "import sys; from pathlib import Path; from pipeline.catalog.catalog import Catalog\n"
        "from pipeline.settings import load_settings\n"
        "for _ in range(2): Catalog.open(Path(sys.argv[1]), load_settings()).close()\n"
        "print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
