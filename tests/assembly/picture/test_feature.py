"""A whole film from its takes: nothing is lost, and sound and picture stay together to the end."""

import pytest

from tests.benchmarks import feature

FRAME_MS = 1000 / float(feature.RATE)


def check(made, *, claps):
    found = feature.examine(made.film)
    assert found.frames == made.frames
    assert found.flashes == made.claps
    assert len(found.chirps) == claps
    assert made.worst_clap_ms(found) < 10
    assert abs(found.sound_s - found.picture_s) * 1000 < FRAME_MS
    assert found.out_of_order == 0


@pytest.mark.slow
def test_sound_and_picture_of_a_film_with_everything_in_it_stay_together(tmp_path):
    made = feature.make(tmp_path, scenes=2, claps=10, width=64, height=36)
    assert (made.shots, made.frames) == (24, 2400)
    check(made, claps=10)


@pytest.mark.soak
@pytest.mark.timeout(5400)
def test_a_feature_is_exact_to_its_end_and_takes_little_memory_and_disk(tmp_path):
    made = feature.make(tmp_path, feature.SCENES, feature.CLAPS, feature.WIDTH, feature.HEIGHT)
    check(made, claps=feature.CLAPS)
    assert made.seen.memory_bytes < 10**9
    assert made.seen.temporary_bytes < 1.2 * made.film.stat().st_size
