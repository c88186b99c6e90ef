"""Files that are no screenplays, or were made to do harm: one clear message, at once."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storyboard.errors import DocumentError
from storyboard.screenplay.breakdown import broken_down
from storyboard.screenplay.letters import MAX_BYTES
from storyboard.screenplay.read import read_script, script_of

LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><FinalDraft><Content><Paragraph><Text>&i;</Text></Paragraph></Content></FinalDraft>"
)
FILE = '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><FinalDraft><Content>&a;</Content></FinalDraft>'


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (LAUGHS.encode(), "a.fdx", "declares a DTD or entities"),
        (FILE.encode(), "a.fdx", "declares a DTD or entities"),
        (b"<FinalDraft>" + b"<a>" * 10_000, "a.fdx", "deep in each other"),
        (b"<FinalDraft><Content><Paragraph>", "a.fdx", "a.fdx:1:"),
        (b"<html><body/></html>", "a.fdx", "its top is <html>"),
        (b"", "a.fdx", "this is not XML: no element found"),
        (b"", "a.fountain", "no screenplay in it"),
        (b"\n \n", "a.fountain", "no screenplay in it"),
        (b"%PDF-1.7 ...", "a.fountain", "this is a PDF"),
        (b"PK\x03\x04xxxx", "a.fdx", "a zip or an office document"),
        (b"{\\rtf1 a}", "a.txt", "this is RTF"),
        (random.Random(1).randbytes(20_000), "a.fountain", "this is no text"),
        (random.Random(1).randbytes(20_000), "a.fdx", "a.fdx: this is no text"),
    ],
)
def test_what_is_no_screenplay_is_refused_in_one_message(data, name, said):
    with pytest.raises(DocumentError) as caught:
        script_of(data, name)
    assert said in caught.value.message
    assert len(caught.value.problems) == 1


def test_a_file_of_a_hundred_megabytes_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "large.fdx"
    with path.open("wb") as file:
        file.truncate(100 * 2**20)
    with pytest.raises(DocumentError, match=f"larger than a screenplay may be .{MAX_BYTES // 2**20} MiB"):
        read_script(path)


def test_a_folder_and_nothing_are_refused(tmp_path):
    with pytest.raises(DocumentError, match="this is a folder"):
        read_script(tmp_path)
    with pytest.raises(DocumentError, match="there is no such file"):
        read_script(tmp_path / "a.fountain")


FDX = (
    b'<?xml version="1.0"?><FinalDraft><Content>'
    b'<Paragraph Type="Action"><Text>He goes.</Text></Paragraph></Content></FinalDraft>'
)


def is_read_or_refused(data, name):
    try:
        return bool(script_of(data, name).elements)
    except DocumentError as error:
        return error.message.startswith(f"{name}:")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(FDX)), st.binary(max_size=6), st.sampled_from([".fdx", ".fountain"]))
def test_any_damage_is_a_script_or_an_error(place, there, suffix):
    assert is_read_or_refused(FDX[:place] + there + FDX[place + len(there) :], f"a{suffix}")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_script_or_an_error(data):
    assert is_read_or_refused(data, "a.txt")


HOSTILE = {
    "sentences that do not end": "A\n" + "b. " * 60_000,
    "scenes of nothing": "INT. A - DAY\n\n" * 8_000,
    "one word": "INT. A - DAY\n\nA\n" + "b" * 60_000,
    "rows of one paragraph": "INT. A - DAY\n\n" + "a b\n" * 60_000,
    "a note without an end": "INT. A - DAY\n\nx\n\n[[" + "a\n" * 60_000 + "]]",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_work_grows_with_the_length_and_no_word_is_lost(name):
    made = broken_down(script_of(HOSTILE[name].encode(), "a.fountain"))
    shots = [shot for _, shot in made.film.shots()]
    said = "".join(shot.action + shot.notes + "".join(line.text for line in shot.lines) for shot in shots)
    left = "".join(one.text for one in made.left)
    for letter in "ab":
        assert said.count(letter) + left.count(letter) >= HOSTILE[name].count(letter)
