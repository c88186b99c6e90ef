"""The page shows the frame that it was asked for, whatever was asked before, and says which one it is."""

from __future__ import annotations

import random
import re

import av
import numpy as np
import pytest

from farm.backends.slate import read_barcode, shot_hash
from tests.support.pipeline.review_films import FRAMES, STARTS, TWICE, Watching, opened

CLOSE = 12
"""levels of 255 that a browser's colours may be from PyAV's"""


@pytest.fixture(scope="module")
def film_frames(film_for_review):
    """Every frame of the film's file as PyAV decodes it."""
    with av.open(str(film_for_review / "film.mp4")) as container:
        return [frame.to_ndarray(format="rgb24").astype(np.int16) for frame in container.decode(video=0)]


@pytest.fixture(scope="module")
def watching(visits_of_file, review):
    """Somebody with a browser, who may have been here before: the page keeps nothing of these tests."""
    return Watching(visits_of_file.open(), review)


# A page that is late shows what is due by then, and may leave a whole shot out.
_SLOWLY = """() => {
    document.querySelector('review-app').player.sound = null;  // which has a clock of its own
    let [now, before] = [performance.now(), performance.now()];
    performance.now = () => now;
    const each = (moment) => {
        now += Math.min(moment - before, 100);
        before = moment;
        requestAnimationFrame(each);
    };
    requestAnimationFrame(each);
}"""


def most_off(picture, frame):
    return int(np.abs(picture.astype(np.int16) - frame).max())


def assert_exact(watching, frame, film_frames):
    watching.is_at(frame)
    picture = watching.picture()
    assert picture.shape == film_frames[frame].shape
    assert most_off(picture, film_frames[frame]) <= CLOSE
    for other in (frame - 1, frame + 1):
        if 0 <= other < FRAMES:
            assert most_off(picture, film_frames[other]) > 4 * CLOSE


def test_thirty_random_frames_are_those_of_the_film(watching, film_frames):
    watching.open()
    for frame in random.Random(31).sample(range(FRAMES), 30):
        watching.seek(frame)
        assert_exact(watching, frame, film_frames)
    assert watching.visit.csp_violations == []
    assert watching.visit.console_errors == []


def test_steps_forwards_and_backwards_go_by_one_frame_and_by_ten(watching, film_frames):
    watching.open("&shot=1B&frame=2")
    frame = STARTS["1B"] + 2
    assert_exact(watching, frame, film_frames)
    for key, by in [("ArrowRight", 1)] * 4 + [("ArrowLeft", -1)] * 9 + [("Shift+ArrowRight", 10)] * 3:
        watching.press(key)
        frame += by
        assert_exact(watching, frame, film_frames)
    watching.press("Home")
    assert_exact(watching, 0, film_frames)
    watching.press("ArrowLeft", "End")
    assert_exact(watching, FRAMES - 1, film_frames)


def test_the_number_on_the_slate_is_the_frame_that_the_page_names(watching):
    watching.open("&shot=2B")
    for frame in (STARTS["2B"], STARTS["2B"] + 7, STARTS["2A"] + 20, STARTS["1A"] + 5):
        watching.seek(frame)
        watching.is_at(frame)
        shot = max((name for name in STARTS if STARTS[name] <= frame), key=STARTS.get)
        of_shot, number = read_barcode(watching.picture())
        into = frame - STARTS[shot]
        assert (of_shot, number) == (shot_hash(shot), into)
        said = watching.visit.page.locator(".counter").inner_text()
        assert re.fullmatch(rf"{shot}\s+{into} / \d+", said)


def test_the_last_of_many_shots_that_were_asked_for_quickly_is_shown_and_stays(watching, film_frames):
    watching.open()
    watching.press(*["ArrowDown"] * 3, *["ArrowUp"] * 3, *["ArrowDown", "ArrowDown", "ArrowUp"] * 5)
    watching.press("Home")
    for frame in (100, 3, 88, 45, 120, 60):
        watching.seek(frame)
    assert_exact(watching, 60, film_frames)
    assert watching.player("frames.wishes.length") > 0
    watching.visit.sees(lambda: watching.player("frames.coming.size") == 0, "nothing is on its way any more")
    assert_exact(watching, 60, film_frames)


def test_playing_shows_every_shot_in_order_and_ends_at_the_last_frame(watching):
    watching.open()
    watching.visit.page.evaluate(_SLOWLY)
    watching.visit.page.evaluate(
        """() => {
            globalThis.seen = [];
            document.querySelector('review-app').player.addEventListener('paint', (event) => {
                seen.push([event.target.frame, event.detail[0].clip]);
            });
        }"""
    )
    watching.press("Home", "Space")
    watching.visit.sees(
        lambda: watching.player("frame") == FRAMES - 1 and watching.player("rate") == 0, "it has played"
    )
    seen = watching.visit.page.evaluate("seen")
    frames = [frame for frame, _ in seen]
    assert frames == sorted(frames)
    assert all(clip for _, clip in seen)
    shots = [max((name for name in STARTS if STARTS[name] <= frame), key=STARTS.get) for frame in frames]
    assert list(dict.fromkeys(shots)) == [*STARTS]


def test_in_and_out_bound_what_plays_and_a_loop_begins_again(watching):
    watching.open("&shot=2B&frame=3")
    watching.press("i", "Shift+ArrowRight", "o", "Home", "p", "Space")
    first = STARTS["2B"] + 3
    assert watching.player("bounds") == [first, first + 11]
    watching.visit.page.evaluate(
        """(first) => {
            globalThis.begun = 0;
            const { player } = document.querySelector('review-app');
            player.addEventListener('frame', () => { begun += player.frame === first; });
        }""",
        first,
    )
    watching.visit.sees(lambda: watching.visit.page.evaluate("begun") >= 2, "it has begun again")
    assert first <= watching.player("frame") < first + 11
    watching.press("k")
    assert watching.player("rate") == 0


def test_shuttling_goes_faster_with_each_press_and_turns_round(watching):
    watching.open()
    # All of them at once: it stands as soon as it has come to an end, and backwards the first frame is near.
    rates = watching.visit.page.evaluate(
        """() => [..."lljjk"].map((key) => {
            document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
            return document.querySelector("review-app").player.rate;
        })"""
    )
    assert rates == [1, 2, -1, -2, 0]


def test_two_takes_side_by_side_show_the_same_frame_of_their_shot(watching, film_for_review):
    watching.open(f"&shot={TWICE}&compare=side&see=shot")  # it plays no further than that shot
    first = STARTS[TWICE]
    names = {take.digest[:8] for take in _takes(film_for_review)}
    for into in (0, 11, 12, 35, 20):
        watching.seek(first + into)
        watching.is_at(first + into)
        picture = watching.picture()
        left, right = picture[:, :320], picture[:, -320:]
        assert read_barcode(left) == read_barcode(right) == (shot_hash(TWICE), into)
        assert most_off(left, right) > CLOSE  # each slate has the colour of its digest
        shown = dict(one.split(":") for one in watching.screen("shown").split(" "))
        assert set(shown) == names
        assert set(shown.values()) == {str(into)}
    watching.visit.page.evaluate(
        """() => {
            globalThis.painted = [];
            document.querySelector('review-app').player.addEventListener('paint', ({ detail }) => {
                painted.push(detail.map(({ frame, picture }) => [frame, Boolean(picture)]));
            });
        }"""
    )
    watching.visit.page.evaluate(_SLOWLY)
    watching.seek(first)
    watching.press("Space")
    watching.visit.sees(lambda: watching.player("frame") > first + 8, "they play")
    watching.press("k")
    painted = watching.visit.page.evaluate("painted")
    both = [left for (left, seen), (right, also) in painted if left == right and seen and also]
    assert len(both) == len(painted) > 2, "both begin together and stay at one frame"
    assert both[0] == 0


def test_a_difference_is_black_where_takes_are_alike_and_a_wipe_shows_both(watching):
    watching.open(f"&shot={TWICE}&compare=difference&frame=4")
    watching.is_at(STARTS[TWICE] + 4)
    picture = watching.picture()
    assert picture[:16].mean() < 2  # the barcode is the same in both
    assert picture[60:160].max() > 50
    watching.press("1", "c", "c", "c")  # single, side by side, wipe
    watching.visit.sees(lambda: watching.screen("mode") == "wipe", "it wipes")
    wiped = watching.picture()
    assert wiped.shape == (180, 320, 3)
    assert (
        abs(int(wiped[100, 40, 0]) - int(wiped[100, 280, 0]))
        + abs(int(wiped[100, 40, 2]) - int(wiped[100, 280, 2]))
        > CLOSE
    )


def test_keys_1_to_9_flip_between_the_takes_of_a_shot_at_the_same_frame(watching, film_for_review):
    watching.open(f"&shot={TWICE}&frame=9")
    shown = []
    for key in ("1", "2", "1"):
        watching.press(key)
        watching.is_at(STARTS[TWICE] + 9)
        shown.append(watching.screen("shown"))
        assert read_barcode(watching.picture()) == (shot_hash(TWICE), 9)
    assert shown[0] == shown[2] != shown[1]
    assert {one.partition(":")[0] for one in shown} == {one.digest[:8] for one in _takes(film_for_review)}


def test_without_webcodecs_the_picture_comes_by_seeking_and_the_page_says_so(visit, review):
    watching = Watching(visit, review)
    watching.visit.context.add_init_script("delete globalThis.VideoDecoder")
    watching.open("&shot=2B")
    watching.is_at(STARTS["2B"])
    assert "may be a frame off" in watching.visit.page.locator(".notice").inner_text()
    of_shot, _ = read_barcode(watching.picture())
    assert of_shot == shot_hash("2B")


def _takes(folder):
    from pipeline.catalog.catalog import Catalog

    with Catalog.open(folder, opened(folder).settings) as catalog:
        return catalog.takes(TWICE)
