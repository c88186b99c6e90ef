"""What a SoundFont's orchestra is told: a composed cue's notes, or MIDI, as events on exact samples."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from typing import TYPE_CHECKING

from assembly.sound.music.compose import instruments
from assembly.sound.music.fluidsynth_process import BEND, CONTROL, NOTE_OFF, NOTE_ON, PRESSURE, PROGRAM
from assembly.sound.music.midi import PROGRAMS, velocity
from assembly.sound.music.midi_file import standard
from storyboard.document.given_files import read_given
from storyboard.media.timing import round_half_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import mido

    from assembly.sound.music.compose import Note
    from assembly.sound.music.moods import Instrument
    from storyboard.schema.vocabulary import Mood

Event = tuple[int, int, int, int, int]
"""sample, what (`assembly/sound/music/fluidsynth_process.py`), channel, and two numbers"""
Program = tuple[int, int]
"""bank and number"""

DRUM_CHANNEL, DRUM_BANK = 9, 128
"""where General MIDI has its drums"""
LARGEST_MIDI_BYTES = 4 * 2**20

_GM2_BANK = 121
"""General MIDI 2's instruments"""
_DRUM_BANKS = {120, 126, 127}
"""General MIDI 2's drums, XG's effects and XG's drums"""
_ROLAND, _GS_SETS, _GS_RHYTHM = (0x41,), (0x42, 0x12, 0x40), 0x15
"""how GS says that a part plays drums"""
_PAN, _BANK, _BANK_FINE = 10, 0, 32
_FIRST_MODE = 120
_CENTRE, _BENT_NOT_AT_ALL = 64, 8192
_PLACES = 8
"""steps from the middle to a side; notes of one instrument at one place share a channel"""
_USUAL_TEMPO = 500_000
_ORDER = {PROGRAM: 0, CONTROL: 1, NOTE_OFF: 2, NOTE_ON: 3}


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Music for a SoundFont.

    Attributes:
        programs: those that it needs, as General MIDI numbers them from 0.
        events: in the order of their samples.
    """

    programs: frozenset[Program]
    events: tuple[Event, ...]


def programs_of(mood: Mood) -> frozenset[Program]:
    """The programs that a cue of a mood can need."""
    return frozenset((0, PROGRAMS[who]) for who in instruments(mood))


def of_notes(notes: Iterable[Note], sample_rate: int) -> Arrangement:
    """The notes of a composed cue, each at its place between left and right."""
    channels: dict[tuple[Instrument, int], int] = {}
    events: list[Event] = []
    for note in notes:
        place = round(note.pan * _PLACES)
        channel = channels.setdefault((note.instrument, place), len(channels))
        begin = round(note.start * sample_rate)
        end = max(begin + 1, round((note.start + note.length) * sample_rate))
        events.append((begin, NOTE_ON, channel, note.pitch, velocity(note)))
        events.append((end, NOTE_OFF, channel, note.pitch, 0))
    for (who, place), channel in channels.items():
        events.append((0, PROGRAM, channel, 0, PROGRAMS[who]))
        events.append((0, CONTROL, channel, _PAN, _CENTRE + place * (_CENTRE - 1) // _PLACES))
    events.sort(key=lambda event: (event[0], _ORDER[event[1]], event[2:]))
    programs = frozenset((0, PROGRAMS[who]) for who, _ in channels)
    return Arrangement(programs, tuple(_ended_once(events)))


def of_midi(path: Path, sha256: str, sample_rate: int) -> Arrangement:
    """The music of a Standard MIDI File of this digest, by its own tempo, from its beginning.

    Raises:
        ValueError: it cannot be read; says why.
        FileChangedError: it has other bytes than those of the digest.
    """
    events: list[Event] = []
    banks: Counter[int] = Counter({DRUM_CHANNEL: DRUM_BANK})
    programs: dict[int, Program] = {}
    playing: set[Program] = set()
    for seconds, message in _messages(path, sha256):
        sample = round_half_up(seconds * sample_rate)
        kind = message.type
        if kind in {"note_on", "note_off"} and message.channel not in programs:
            programs[message.channel] = (banks[message.channel], 0)
            events.append((sample, PROGRAM, message.channel, *programs[message.channel]))
        if kind == "note_on" and message.velocity:
            playing.add(programs[message.channel])
            events.append((sample, NOTE_ON, message.channel, message.note, message.velocity))
        elif kind in {"note_on", "note_off"}:
            events.append((sample, NOTE_OFF, message.channel, message.note, 0))
        elif kind == "control_change" and message.control in {_BANK, _BANK_FINE}:
            if message.control == _BANK:
                banks[message.channel] = _bank(message.channel, message.value)
        elif kind == "control_change":
            events.append((sample, CONTROL, message.channel, message.control, message.value))
        elif kind == "program_change":
            programs[message.channel] = (banks[message.channel], message.program)
            events.append((sample, PROGRAM, message.channel, *programs[message.channel]))
        elif kind == "sysex" and (part := _drum_part(message.data)) is not None:
            banks[part[0]] = DRUM_BANK if part[1] else 0
            programs.pop(part[0], None)
        elif kind == "pitchwheel":
            events.append((sample, BEND, message.channel, message.pitch + _BENT_NOT_AT_ALL, 0))
        elif kind == "aftertouch":
            events.append((sample, PRESSURE, message.channel, message.value, 0))
    if not playing:
        raise ValueError("there is no note in it")
    heard = [event for event in events if event[1] != PROGRAM or event[3:] in playing]
    return Arrangement(frozenset(playing), tuple(_ended_once(heard)))


def _bank(channel: int, said: int) -> int:
    """The bank that a bank select means: drums, instruments, or a variation of these."""
    if said in _DRUM_BANKS or (channel == DRUM_CHANNEL and said != _GM2_BANK):
        return DRUM_BANK
    return 0 if said == _GM2_BANK else said


def _drum_part(data: Sequence[int]) -> tuple[int, bool] | None:
    """The channel that a GS message makes one of drums, or of an instrument; None for other messages."""
    if len(data) < 8 or tuple(data[:1]) != _ROLAND or tuple(data[2:5]) != _GS_SETS or data[6] != _GS_RHYTHM:
        return None
    part = data[5] & 0x0F
    channel = DRUM_CHANNEL if part == 0 else part - 1 if part <= DRUM_CHANNEL else part
    return channel, bool(data[7])


def _messages(path: Path, sha256: str) -> Iterator[tuple[Fraction, mido.Message]]:
    """Each message of a file with its time in seconds."""
    import mido

    content = read_given(path, sha256, LARGEST_MIDI_BYTES)
    try:
        file = mido.MidiFile(file=BytesIO(standard(content)), clip=True)
    except OSError as error:
        raise ValueError(error.strerror or str(error) or "it ends too soon") from error
    except Exception as error:  # a file from anywhere, read by somebody else's code
        raise ValueError(str(error) or "it ends too soon") from error
    if file.type not in {0, 1}:
        raise ValueError("its tracks are songs of their own (type 2); types 0 and 1 can be played")
    if file.ticks_per_beat <= 0:
        raise ValueError("it counts in frames of video; export it with ticks a quarter note")
    seconds, tempo = Fraction(0), _USUAL_TEMPO
    for message in mido.merge_tracks(file.tracks):
        seconds += Fraction(message.time * tempo, file.ticks_per_beat * 1_000_000)
        if message.type == "set_tempo":
            tempo = message.tempo
        yield seconds, message


def _ended_once(events: Iterable[Event]) -> Iterator[Event]:
    """Without the ends of notes whose key has been struck again since: they would end the new note too."""
    held: Counter[tuple[int, int]] = Counter()
    for event in events:
        _, what, channel, key, _ = event
        if what == NOTE_ON:
            held[channel, key] += 1
        elif what == NOTE_OFF:
            held[channel, key] = max(0, held[channel, key] - 1)
            if held[channel, key]:
                continue
        elif what == CONTROL and key >= _FIRST_MODE:
            held.clear()
        yield event
