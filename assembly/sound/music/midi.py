"""A composed cue as a Standard MIDI File, so that a composer can take over: a track an instrument, in bars.

The instruments are those of General MIDI that come nearest. The tempo is the one at which the cue's bars fill
it exactly, so that notes lie on the beats of a sequencer.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from assembly.sound.music.compose import notes_of, seconds_of_bar
from assembly.sound.music.moods import STYLES
from storyboard.media.timing import round_half_up

if TYPE_CHECKING:
    from pathlib import Path

    from assembly.sound.music.compose import Note
    from assembly.sound.music.moods import Instrument
    from assembly.sound.sources import ComposedSource

TICKS_PER_BEAT = 480
PROGRAMS: dict[Instrument, int] = {
    "piano": 0,
    "pluck": 24,
    "bells": 14,
    "strings": 48,
    "bowed": 40,
    "brass": 61,
    "pad": 89,
    "bass": 32,
    "drum": 47,
    "staccato": 45,
}
"""General MIDI programs, counted from 0"""


def velocity(note: Note) -> int:
    """How hard a key is struck, 1 to 127; synthesisers sound as loud as its square."""
    return max(1, min(127, round(127 * math.sqrt(note.loudness))))


def write(cue: ComposedSource, name: str, out: Path) -> None:
    """Write the notes of a cue; `name` is what the file calls itself."""
    import mido

    beats = STYLES[cue.mood].beats
    beat_s = seconds_of_bar(cue.mood, cue.tempo, cue.seconds) / beats
    notes = notes_of(cue)
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_BEAT)
    head = mido.MidiTrack()
    head.append(mido.MetaMessage("track_name", name=name.encode("latin-1", "replace").decode("latin-1")))
    head.append(mido.MetaMessage("set_tempo", tempo=round_half_up(beat_s * 1_000_000)))
    head.append(mido.MetaMessage("time_signature", numerator=beats, denominator=4))
    file.tracks.append(head)
    for channel, instrument in enumerate(sorted({note.instrument for note in notes})):
        moments: list[tuple[int, int, mido.Message]] = []
        for note in notes:
            if note.instrument != instrument:
                continue
            begin = round(note.start / float(beat_s) * TICKS_PER_BEAT)
            end = max(begin + 1, round((note.start + note.length) / float(beat_s) * TICKS_PER_BEAT))
            words = {"channel": channel, "note": note.pitch}
            moments.append((begin, 1, mido.Message("note_on", velocity=velocity(note), **words)))
            moments.append((end, 0, mido.Message("note_off", velocity=0, **words)))
        track = mido.MidiTrack()
        track.append(mido.MetaMessage("track_name", name=instrument))
        track.append(mido.Message("program_change", channel=channel, program=PROGRAMS[instrument]))
        before = 0
        # a note that ends where the next of its pitch begins ends first
        for tick, _, message in sorted(moments, key=lambda moment: (moment[0], moment[1], moment[2].note)):
            track.append(message.copy(time=tick - before))
            before = tick
        file.tracks.append(track)
    file.save(str(out))
