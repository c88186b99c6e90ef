"""Where people are kept: in a file that its owner alone reads, or in the studio's PostgreSQL, alike."""

from __future__ import annotations

import stat
import threading
from datetime import timedelta

import pytest

from pipeline.catalog.catalog import Catalog
from pipeline.review.people.accounts import Accounts
from pipeline.review.people.audit import entries_since
from pipeline.review.people.database import PEOPLE_FILE, PeopleDatabase
from pipeline.review.people.desk import Desk
from pipeline.review.people.films import film_key
from pipeline.review.people.links import FilmKey, Links
from pipeline.review.people.passwords import Passwords
from pipeline.review.people.tokens import Tokens
from pipeline.settings import load_settings
from pipeline.web.not_let_in import NotLetIn
from pipeline.web.roles import Role, Visitor
from storyboard.errors import CatalogError, StoreError, UsageError
from tests.support.pipeline.people import HERE, PASSWORD, QUICK, Clock
from tests.support.pipeline.postgres import postgres_server, program
from tests.support.waiting import PATIENCE_S

KEY = FilmKey("a production", "film.yaml")


@pytest.fixture(scope="module")
def postgres():
    if program("initdb") is None or program("postgres") is None:
        pytest.skip("no PostgreSQL on this machine: apt-get install postgresql")
    with postgres_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request, tmp_path):
    if request.param == "sqlite":
        return load_settings(home=tmp_path / "home")
    server = request.getfixturevalue("postgres")
    return load_settings(home=tmp_path / "home", catalog=server.url(server.new_database()))


@pytest.fixture
def database(settings):
    with PeopleDatabase.open(settings) as opened:
        yield opened


def desk_of(database, clock=None):
    return Desk(database, {"film": KEY}, passwords=Passwords(QUICK), clock=clock or Clock(), known_s=0)


def test_people_sessions_tokens_links_and_the_trail_are_kept(database, settings):
    clock = Clock()
    desk = desk_of(database, clock)
    account = desk.accounts.add("Ada", Role.PRODUCER, PASSWORD, HERE)
    came = desk.sign_in("ada", PASSWORD, "192.0.2.7", "A Browser")
    _, token = desk.tokens.make(account, "nightly", Role.VIEWER, 3, HERE)
    link, text = desk.links.share(KEY, "A Film", name="Client", days=7, source=HERE, shots=["2A"])
    guest = desk.open_link(text, "Bob", "192.0.2.8", "")
    with PeopleDatabase.open(settings) as again:
        other = desk_of(again, clock)
        assert other.by_session(came.secret, uses=True) == came.visitor
        assert other.by_session(guest.secret, uses=True) == guest.visitor
        assert guest.visitor.person.shots == {"2A"}
        script = other.by_bearer(token)
        assert isinstance(script, Visitor)
        assert (script.person.role, script.token) == (Role.VIEWER, "nightly")
        assert {one.who for one in other.sessions.listed()} == {"Ada", "Bob (Client)"}
        assert other.links.listed(KEY) == [link]
        assert other.links.listed(FilmKey("another", "film.yaml")) == []
        assert other.links.listed(FilmKey("a production", "other.yaml")) == []
        assert [one.kind for one in entries_since(again, None)] == [
            "added person", "signed in", "made token", "shared", "opened link",
        ]  # fmt: skip
        assert [one.kind for one in entries_since(again, None, 2)] == ["shared", "opened link"]
        assert entries_since(again, clock.now)[0].at == clock.now
        other.accounts.remove(other.accounts.add("Boss", Role.PRODUCER, PASSWORD, HERE).id, HERE)


def test_removing_somebody_signs_them_out(database):
    desk = desk_of(database)
    desk.accounts.add("Boss", Role.PRODUCER, PASSWORD, HERE)
    account = desk.accounts.add("Ada", Role.PRODUCER, PASSWORD, HERE)
    came = desk.sign_in("Ada", PASSWORD, "192.0.2.7", "")
    desk.accounts.remove(account.id, HERE)
    assert not isinstance(desk.by_session(came.secret, uses=True), Visitor)
    with pytest.raises(UsageError, match="there is nobody called Ada"):
        desk.accounts.named("Ada")


@pytest.mark.parametrize("change", ["password", "removed"])
def test_who_signs_in_while_their_password_is_changed_or_they_are_removed_is_not_let_in(database, change):
    """To check a password takes a while."""
    desk = desk_of(database)
    desk.accounts.add("Boss", Role.PRODUCER, PASSWORD, HERE)
    ada, check = desk.accounts.add("Ada", Role.REVIEWER, PASSWORD, HERE), desk.accounts.check

    def check_and_wait(name, password):
        checked = check(name, password)
        desk.clock.now += timedelta(seconds=1)
        if change == "password":
            desk.accounts.set_password(ada.id, f"{PASSWORD} of today", HERE)
        else:
            desk.accounts.remove(ada.id, HERE)
        return checked

    desk.accounts.check = check_and_wait
    with pytest.raises(NotLetIn, match="wrong"):
        desk.sign_in("Ada", PASSWORD, "192.0.2.7", "")
    assert desk.sessions.listed() == []


def test_two_producers_do_not_remove_each_other_at_the_same_moment(database):
    accounts = Accounts(database, Passwords(QUICK))
    both = [accounts.add(name, Role.PRODUCER, PASSWORD, HERE) for name in ("Ada", "Bob")]
    start, refused = threading.Barrier(2), []

    def remove(one):
        start.wait(PATIENCE_S)
        try:
            accounts.remove(one.id, HERE)
        except UsageError as error:
            refused.append(error.message)

    threads = [threading.Thread(target=remove, args=(one,)) for one in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert len(refused) == 1
    assert len(accounts.every()) == 1


def test_what_is_not_there_is_said(database):
    with pytest.raises(UsageError, match="there is no link x"):
        Links(database).unshare("x", HERE)
    with pytest.raises(UsageError, match="there is no token x"):
        Tokens(database).revoke("x", HERE)
    desk = desk_of(database)
    with pytest.raises(UsageError, match="there is no such session"), database.writing() as connection:
        desk.sessions.end(connection, "x")


def test_a_file_is_read_by_its_owner_alone_also_what_lies_beside_it(tmp_path):
    settings = load_settings(home=tmp_path / "home")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / PEOPLE_FILE).touch(mode=0o644)
    with PeopleDatabase.open(settings) as database:
        Accounts(database, Passwords(QUICK)).add("Ada", Role.PRODUCER, PASSWORD, HERE)
        files = [*(tmp_path / "home").iterdir()]
        assert len(files) > 1
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_new_home_is_its_owners_alone(tmp_path):
    PeopleDatabase.open(load_settings(home=tmp_path / "home")).close()
    assert stat.S_IMODE((tmp_path / "home").stat().st_mode) == 0o700


def test_a_damaged_file_and_a_home_that_is_none_are_said(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    (home / PEOPLE_FILE).write_bytes(b"no database at all" * 1000)
    with pytest.raises(CatalogError, match="is damaged") as caught:
        PeopleDatabase.open(load_settings(home=home))
    assert "rebuild" not in caught.value.in_words
    (tmp_path / "file").touch()
    with pytest.raises(StoreError):
        PeopleDatabase.open(load_settings(home=tmp_path / "file"))


def test_a_project_folder_holds_nothing_of_people(tmp_path):
    settings = load_settings(home=tmp_path / "home")
    folder = tmp_path / "film"
    folder.mkdir()
    with PeopleDatabase.open(settings) as database:
        desk_of(database).accounts.add("Ada", Role.PRODUCER, PASSWORD, HERE)
    key = film_key(folder, settings, "A Film")
    with Catalog.open(folder, settings) as catalog:
        assert catalog.production == key.production
    for file in folder.rglob("*"):
        assert file.is_dir() or b"argon2" not in file.read_bytes()


def test_a_film_is_known_by_its_production_and_its_document(tmp_path):
    settings = load_settings(home=tmp_path / "home")
    one, other = tmp_path / "film.yaml", tmp_path / "other.yaml"
    other.touch()
    assert film_key(tmp_path, settings, "").document == one.name
    assert film_key(other, settings, "") == FilmKey(film_key(tmp_path, settings, "").production, other.name)
