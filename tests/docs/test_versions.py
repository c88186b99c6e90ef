"""What is kept under a digest was made by the code that its version number stands for."""

from tests.support.versions import code_of, numbers

MEND = (
    "the code of these changed: raise each number whose results differ, then write the digests anew with "
    "`python -m tests.support.versions`:\n"
)


def test_every_version_number_says_what_code_it_is_of():
    assert [number.where for number in numbers() if not number.kept] == []
    assert len(list(numbers())) > 10


def test_code_does_not_change_under_its_version_number():
    changed = [number.where for number in numbers() if number.kept and number.now() != number.kept]
    assert not changed, MEND + "\n".join(changed)


def test_words_about_code_are_no_code(tmp_path):
    plain, told = tmp_path / "plain.py", tmp_path / "told.py"
    plain.write_text("import os\nA = 'x # no comment'\ndef f(a,\n      b):\n    return a + b\n")
    told.write_text(
        '"""Ä."""\n\nA = \'x # no comment\'  # über\n\n\ndef f(a, b):\n    """Words."""\n    return a + b\n'
    )
    assert code_of(plain) == code_of(told)
    told.write_text(told.read_text().replace("a + b", "a - b"))
    code_of.cache_clear()
    assert code_of(plain) != code_of(told)
