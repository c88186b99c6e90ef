"""Lines that run past their shot, the film's end, or over one another: told at the line, by how much."""

from __future__ import annotations

from fractions import Fraction

from storyboard.checks.lines import Length, find_in_lines, placed_lines, room_s
from storyboard.planning.speaking_time import guessed_s
from tests.support.storyboard.small_films import loaded, shot, small

LINE = ("scenes", 0, "shots", 0, "lines", 0)


def said(film, *seconds, measured=True):
    read = loaded(film).film
    lengths = {
        one.path: Length(Fraction(length), measured)
        for one, length in zip(placed_lines(read), seconds, strict=True)
    }
    return [(path, words) for path, _, words in find_in_lines(read, lengths)]


def test_a_line_within_its_shot_is_fine_and_a_tenth_of_a_second_more_is_nothing():
    assert said(small(), 1.5) == []
    assert said(small(), 1.55) == []


def test_one_that_runs_past_its_shot_is_told_with_the_shots_it_runs_into():
    assert said(small(), 2) == [
        ((*LINE, "text"), "it is heard for 2.0 s and runs 0.5 s past its shot, into 1B")
    ]
    ((_, words),) = said(small(), 4)
    assert words.endswith("runs 2.5 s past its shot, into 1B, 2A")
    ((_, words),) = said(small(), "2", measured=False)
    assert words == "it is heard for about 2.0 s and runs about 0.5 s past its shot, into 1B"


def test_one_past_the_films_end_is_cut_off():
    ((_, words),) = said(small(), 9)
    assert words == "it is heard for 9.0 s and runs 3.5 s past the film's end, where it is cut off"


def test_one_over_another_line_is_told_whose():
    film = small()
    shot(film, "1A")["lines"].append({"character": "mira", "text": "No!", "at": 24})
    assert said(film, 1, 0.5) == [
        ((*LINE, "text"), "it is heard for 1.0 s and runs 0.5 s over the next line, Mira's")
    ]
    shot(film, "1A")["lines"].pop()
    shot(film, "1B")["lines"] = [{"character": "mira", "text": "No!"}]
    ((_, words),) = said(film, 2, 0.5)
    assert words.endswith("0.5 s past its shot, into 1B, and 0.5 s over the next line, Mira's in 1B")


def test_a_voice_over_goes_on_over_shots_and_an_l_cut_takes_a_line_with_it():
    film = small()
    shot(film, "1A")["lines"][0]["delivery"] = "voice-over"
    assert said(film, 4) == []
    assert "past the film's end" in said(film, 9)[0][1]
    film = small()
    shot(film, "1B")["transition"]["sound_trails"] = "1s"
    assert said(film, 2.4) == []
    assert "into 1B" in said(film, 2.7)[0][1]


def test_the_room_of_a_line_ends_with_what_comes_first():
    film = small()
    assert room_s(loaded(film).film, placed_lines(loaded(film).film)) == [Fraction(3, 2)]
    shot(film, "1A")["lines"].append({"character": "mira", "text": "No!", "at": 24})
    assert room_s(loaded(film).film, placed_lines(loaded(film).film)) == [Fraction(1, 2), Fraction(1)]


def test_digits_and_syllables_take_longer_than_letters_to_be_said():
    assert guessed_s("1984", 160) > guessed_s("year", 160)
    assert guessed_s("おはよう", 160) > guessed_s("ohay", 160)
    assert guessed_s("year", 80) == 2 * guessed_s("year", 160)
