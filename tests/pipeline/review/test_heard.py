"""What is heard belongs to the frame that is seen: a step plays its moment, playing follows the sound."""

from __future__ import annotations

import pytest

from tests.support.pipeline.review_films import FRAMES, STARTS

RATE = 24
NOTED = """
globalThis.begun = [];
const { start } = AudioBufferSourceNode.prototype;
AudioBufferSourceNode.prototype.start = function (when, offset, length) {
    begun.push({ ahead: when - this.context.currentTime, offset, length: length ?? null });
    return start.apply(this, arguments);
};
"""


@pytest.fixture
def listening(watching):
    watching.visit.context.add_init_script(NOTED)
    watching.open("&shot=1A")
    sound = "document.querySelector('review-app').sound.told"
    watching.visit.sees(lambda: watching.visit.page.evaluate(sound), "the mix is known")
    watching.press("m", "m")  # as of a page that nobody has touched nothing is heard
    # The page waits a quarter of a second for what is heard: here as long as that takes.
    watching.visit.sees(lambda: watching.app("sound.wake()"), "something can be heard")
    return watching


def begun(watching):
    return watching.visit.page.evaluate("begun")


def test_a_step_is_heard_as_the_moment_of_its_frame(listening):
    listening.press("ArrowRight")
    listening.visit.sees(lambda: begun(listening), "something is heard")
    listening.seek(STARTS["1B"])
    listening.visit.page.evaluate("begun.length = 0")
    listening.press("ArrowRight")
    (heard,) = listening.visit.sees(lambda: begun(listening), "the frame is heard")
    at = (STARTS["1B"] + 1) / RATE
    assert heard["offset"] == pytest.approx(at % 2, abs=1e-6)  # pieces of two seconds
    assert heard["length"] == pytest.approx(0.08)


def test_playing_lays_the_sound_from_the_frame_on_and_ends_with_the_picture(listening):
    listening.seek(STARTS["2A"])
    listening.press("ArrowRight")
    listening.visit.sees(lambda: begun(listening), "the piece of sound is here, which is not waited for long")
    listening.seek(STARTS["2A"])
    listening.visit.page.evaluate("begun.length = 0")
    listening.press("Space")
    first = listening.visit.sees(lambda: begun(listening), "something is heard")[0]
    assert first["ahead"] > 0
    assert first["offset"] == pytest.approx(STARTS["2A"] / RATE % 2, abs=1e-6)
    assert first["length"] is None
    listening.visit.sees(lambda: listening.player("frame") == FRAMES - 1, "it has played")
    listening.visit.sees(lambda: listening.player("rate") == 0, "it stands")
    assert listening.player("sound.playing") is None


def test_a_muted_player_keeps_its_clock_and_is_silent(listening):
    listening.press("m", "ArrowRight", "ArrowRight")
    assert begun(listening) == []
    listening.press("Space")
    listening.visit.sees(lambda: listening.player("frame") > 10, "it plays")
    assert listening.player("sound.volume.gain.value") == 0
