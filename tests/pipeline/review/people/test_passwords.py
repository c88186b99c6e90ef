"""Passwords: what is asked of them, what is kept of them, and the work that a check does."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from pipeline.review.people.names import checked_name, guest_name, key_of
from pipeline.review.people.passwords import MOST, Passwords, check_password
from pipeline.web.not_let_in import NotLetIn
from storyboard.errors import UsageError
from tests.support.pipeline.people import PASSWORD, QUICK
from tests.support.waiting import PATIENCE_S, until


class Counting:
    """A hasher that notes with what it was asked to compare."""

    def __init__(self):
        self.compared = []

    def hash(self, password):
        return QUICK.hash(password)

    def verify(self, kept, password):
        self.compared.append(kept)
        return QUICK.verify(kept, password)


def test_what_is_kept_is_argon2id_with_its_own_salt():
    passwords = Passwords()
    one, other = passwords.hash(PASSWORD), passwords.hash(PASSWORD)
    assert one.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert one != other
    assert passwords.matches(PASSWORD, one)
    assert not passwords.matches(PASSWORD + ".", one)


def test_a_name_that_nobody_has_costs_the_same_work():
    hasher = Counting()
    passwords = Passwords(hasher)
    assert not passwords.matches(PASSWORD, None)
    assert not passwords.matches("x" * (MOST + 1), passwords.hash(PASSWORD))
    assert len(hasher.compared) == 2
    with pytest.raises(VerifyMismatchError):
        QUICK.verify(hasher.compared[0], PASSWORD)


def test_strangers_who_all_sign_in_at_once_hold_nobody_up():
    inside, let_go = threading.Semaphore(0), threading.Event()

    class Slow(Counting):
        def verify(self, kept, password):
            inside.release()
            let_go.wait(PATIENCE_S)
            return super().verify(kept, password)

    passwords = Passwords(Slow())
    kept = passwords.hash(PASSWORD)
    with ThreadPoolExecutor(10) as pool:
        checks = [pool.submit(passwords.matches, PASSWORD, kept) for _ in range(10)]
        inside.acquire(timeout=PATIENCE_S)
        inside.acquire(timeout=PATIENCE_S)
        until(lambda: passwords._queue._value == 0, "eight wait")
        with pytest.raises(NotLetIn, match="at this moment") as caught:
            passwords.matches(PASSWORD, kept)
        let_go.set()
        assert all(check.result() for check in checks)
    assert (caught.value.status, caught.value.wait_s) == (429, 2)
    assert passwords.matches(PASSWORD, kept)


def test_a_letter_is_one_however_it_was_typed():
    passwords = Passwords(QUICK)
    assert passwords.matches("cafe\u0301 au lait", passwords.hash("caf\u00e9 au lait"))


def test_other_parameters_are_noticed():
    passwords = Passwords(QUICK)
    assert not passwords.is_outdated(passwords.hash(PASSWORD))
    assert passwords.is_outdated(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash(PASSWORD))


def test_a_hash_that_is_none_opens_nothing():
    assert not Passwords(QUICK).matches(PASSWORD, "plain")


@pytest.mark.parametrize(
    "password", ["", "too short", "a" * 40, "ab" * 20, "x" * 501, "ada lovelace", "ada lovelaceab"]
)
def test_what_is_easy_to_guess_is_refused(password):
    with pytest.raises(UsageError, match="password"):
        check_password(password, "Ada Lovelace")


@pytest.mark.parametrize("password", [PASSWORD, "päßwörter tun es auch", "ada likes the sea"])
def test_a_few_words_do(password):
    check_password(password, "Ada")


@pytest.mark.parametrize(
    "name", ["", "  ", "a" * 61, "Ada\x1b[31m", "Ada\u202eevil", "Ada (Client)", "a\u200bda", "a\x00"]
)
def test_a_name_that_could_deceive_is_refused(name):
    with pytest.raises(UsageError, match="name"):
        checked_name(name)


def test_names_are_one_that_look_the_same():
    assert key_of(" ADA  Lovelace ") == key_of("ada lovelace") == key_of("\uff21da lovelace")
    assert checked_name("  Ada   Lovelace ") == "Ada Lovelace"


def test_a_guest_is_never_taken_for_a_person():
    with pytest.raises(UsageError):
        checked_name(guest_name("Ada", "Client"))
