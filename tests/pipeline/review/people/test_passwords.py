"""Passwords: what is asked of them, what is kept of them, and the work that a check does."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from pipeline.review.people.names import checked_name, guest_name, key_of
from pipeline.review.people.passwords import MOST, Passwords, check_password
from storyboard.errors import UsageError
from tests.support.pipeline.people import PASSWORD, QUICK


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
