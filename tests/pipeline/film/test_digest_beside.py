"""A digest that is found while a file is written is that of its bytes, however they are told."""

from __future__ import annotations

import hashlib

import pytest

from pipeline.film.digest_beside import DigestBeside


@pytest.mark.parametrize("parts", [[], [b""], [b"a film"], [b"x" * 3_000_000] * 5 + [b"the end"]])
def test_it_is_that_of_all_bytes_in_order(parts):
    digest = DigestBeside()
    for part in parts:
        digest(part)
    assert digest.hexdigest() == hashlib.sha256(b"".join(parts)).hexdigest()
