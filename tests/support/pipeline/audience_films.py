"""A film for the audience, whose takes come when the test says; its application, and somebody who watches."""

from __future__ import annotations

import base64
import contextlib
import io
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from PIL import Image

from farm.backends.slate import COLUMNS, ROWS, shot_hash
from farm.store.store import Store
from pipeline.audience.app import audience_app
from pipeline.audience.cuts import KeptCuts
from pipeline.audience.deciding.admission import Limits
from pipeline.audience.house import House
from pipeline.audience.keeping import KeptLink, cuts_folder
from pipeline.audience.making import Maker
from pipeline.audience.projector import Projector
from pipeline.audience.serve import Reached, door_of, sessions_of
from pipeline.audience.sharing import Sharing
from pipeline.audience.ways import Ways
from pipeline.catalog.session_log import SessionLog
from pipeline.film.lay import lay_film
from pipeline.film.mixing import make_encoded_sound
from pipeline.film.parts import joint_of
from pipeline.film.sound import soundtrack_of
from pipeline.orchestration.hand import Hand
from pipeline.orchestration.standby import Order, Progress, StandBy
from pipeline.production.open import open_production
from pipeline.production.production import Production
from pipeline.production.renderers import in_cut_of, stand_in_settings
from pipeline.settings import Settings
from pipeline.web.public_url import PublicUrl
from pipeline.web.serving import listening, server_of
from storyboard.document.load import NO_VALUES
from storyboard.document.values import Given, GivenValues
from tests.benchmarks.takes import publish_slate
from tests.support.browser import Visit
from tests.support.pipeline.review_films import answering, settings_for
from tests.support.pipeline.slate_films import write_film
from tests.support.waiting import PATIENCE_S

TITLE = {"text": "Later", "style": "card", "at": 30, "duration": 20}
FILM: dict[str, Any] = {
    "schema": 1,
    "title": "For an Audience",
    "logline": "Numbers pass, and somebody watches.",
    "format": {"width": 320, "height": 180, "rate": 24},
    "characters": {"ada": {"name": "Ada", "voice": {"name": "en-gb"}}},
    "locations": {"here": {"name": "Here", "room_tone": "wind"}},
    "scenes": [
        {
            "id": "1",
            "slug": "INT. HERE - DAY",
            "location": "here",
            "shots": [
                {"id": "1A", "duration": 60},
                {"id": "1B", "duration": 50, "transition": {"kind": "dissolve", "duration": 8}},
            ],
        },
        {
            "id": "2",
            "slug": "EXT. HERE - NIGHT",
            "location": "here",
            "shots": [
                {
                    "id": "2A",
                    "duration": 120,
                    "titles": [{"text": "Later", "style": "card", "at": 30, "duration": 20}],
                },
                {"id": "2B", "duration": 45, "transition": {"kind": "wipe-left", "duration": 6}},
            ],
        },
    ],
}
ASKING: dict[str, Any] = {
    "schema": 1,
    "title": "It Asks",
    "logline": "Numbers pass, and somebody decides which.",
    "format": {"width": 320, "height": 180, "rate": 24},
    "parameters": {"who": {"type": "text", "form": "name", "default": "nobody", "max_length": 20}},
    "locations": {"here": {"name": "Here", "room_tone": "wind"}},
    "scenes": [
        {
            "id": "door",
            "slug": "INT. DOOR - DAY",
            "location": "here",
            "shots": [{"id": "1A", "duration": 96}],
            "ask": {"parameter": "who", "question": "Who is there?", "within": "3s"},
            "goes_to": "fork",
        },
        {
            "id": "fork",
            "slug": "EXT. FORK - DAY",
            "location": "here",
            "shots": [{"id": "2A", "duration": 96, "action": "{{ who }} waits."}],
            "choices": {
                "question": "Which way?",
                "within": "3s",
                "default": "left",
                "answers": [
                    {"id": "left", "text": "To the left", "goes_to": "left"},
                    {"id": "right", "text": "To the right", "goes_to": "right"},
                ],
            },
        },
        {
            "id": "left",
            "slug": "EXT. LEFT - DAY",
            "location": "here",
            "shots": [{"id": "3A", "duration": 72}],
            "ending": "Left",
        },
        {
            "id": "right",
            "slug": "EXT. RIGHT - DAY",
            "location": "here",
            "shots": [{"id": "4A", "duration": 60}],
            "ending": "Right",
        },
    ],
}
"""A film that asks for a name at frame 96, and for a way at 192; both ends are of other lengths."""
STARTS = {"1A": 0, "1B": 60, "2A": 110, "2B": 230}
FRAMES = 275


def shot_at(frame: int) -> str:
    """Whose frame of `FILM` it is."""
    return max((name for name in STARTS if STARTS[name] <= frame), key=STARTS.__getitem__)


def shows(frame: int, heads: Mapping[str, int]) -> tuple[int, int]:
    """What the barcode of a frame of `FILM` says: its shot's hash, and the frame of its take.

    Args:
        frame: of the film.
        heads: frames of each take before its shot begins.
    """
    shot = shot_at(frame)
    return shot_hash(shot), frame - STARTS[shot] + heads[shot]


class Quiet(Hand):
    """Stands by, and says what a test lets it say."""

    def __init__(self, told: StandBy, log: str) -> None:
        self.told = told
        self.log = told.settings.home / log
        self.orders: list[Order] = []
        self.due: dict[str, float] = {}
        self._lines: list[Progress] = []
        self._news = threading.Condition()
        self._ended = False

    @property
    def lives(self) -> bool:
        """Whether nobody has stopped it."""
        return not self._ended

    def render(self, order: Order) -> None:
        """Note an order."""
        self.orders.append(order)

    def lead(self, due: Mapping[str, float]) -> None:
        """Note who comes to what."""
        self.due = dict(due)

    def say(self, state: Any, error: str = "", *, farm_lost: bool = False) -> None:
        """Say how it goes."""
        with self._news:
            self._lines.append(Progress(state=state, error=error, farm_lost=farm_lost))
            self._news.notify_all()

    def lines(self) -> Iterator[Progress]:
        """What it says, until it is stopped."""
        while True:
            with self._news:
                self._news.wait_for(lambda: self._lines or self._ended)
                if not self._lines:
                    return
                line = self._lines.pop(0)
            yield line

    def stop(self) -> None:
        """End."""
        with self._news:
            self._ended = True
            self._news.notify_all()

    def close(self) -> None:
        """End."""
        self.stop()


@dataclass
class Shown:
    """A film that is shown, and what of it is there."""

    folder: Path
    settings: Settings
    hands: list[Quiet] = field(default_factory=list)
    house: House = field(init=False)
    url: str = ""
    """where a person opens it"""
    base: str = ""
    token: str = ""
    cookie: str = ""
    """what a browser keeps a session in"""
    port: int = 0

    @property
    def production(self) -> Production:
        """The film, opened."""
        return open_production(self.folder, self.settings)

    def publish(self, *shots: str, renderer: str = "", **values: str) -> None:
        """Have the takes of shots there, as they are with these values of parameters, by a renderer."""
        given = {name: Given(value, "a test") for name, value in values.items()}
        publish(open_production(self.folder, self._in_cut(renderer), given), *shots)

    def _in_cut(self, renderer: str) -> Settings:
        return in_cut_of(self.settings, self.production.film, renderer) if renderer else self.settings

    def digests(self, *shots: str, renderer: str = "", **values: str) -> list[str]:
        """The names of the takes of shots, as they are with these values of parameters, by a renderer."""
        given = {name: Given(value, "a test") for name, value in values.items()}
        plan = open_production(self.folder, self._in_cut(renderer), given).plan()
        return [one.digest for one in plan.shots if one.shot in shots]

    def mix(self) -> None:
        """Have the sound there."""
        mix(self.production)

    @property
    def sessions(self) -> SessionLog:
        """What is kept of those who have a session of their own."""
        return SessionLog(self.folder)

    @property
    def client(self) -> httpx.Client:
        """Somebody with the link's token."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.Client(base_url=self.base, headers=headers, timeout=PATIENCE_S)


def publish(production: Production, *shots: str) -> None:
    """Publish the slates of these shots; of all, whichever ways they are on, without any."""
    for shot in production.plan().shots:
        if not shot.exists and (shot.shot in shots or not shots):
            publish_slate((production.store.root, shot.spec.model_dump_json(), shot.digest, None))


def join(production: Production) -> None:
    """Make the film's joints."""
    laid = lay_film(production.material(production.plan()))
    for joint in laid.cut.joints:
        joint_of(production.store, joint, laid.sources)


def mix(production: Production) -> None:
    """Make the film's sound."""
    material = production.material(production.plan())
    sound = soundtrack_of(material, production.store)
    make_encoded_sound(Store(production.store.root), sound, material.loudness_lufs)


@contextlib.contextmanager
def shown(
    folder: Path,
    film: dict[str, Any] | None = None,
    link: KeptLink | None = None,
    port: int = 0,
    limits: Limits | None = None,
    hands: type[Quiet] = Quiet,
    public: PublicUrl | None = None,
) -> Iterator[Shown]:
    """A film that is shown on a port of its own; nothing makes it but the test.

    Args:
        folder: of the film, which is written where there is none.
        film: the document; `FILM` when it is left out.
        link: of a server that was there before.
        port: likewise.
        limits: of sessions, where each viewer has one of their own.
        hands: what makes it.
        public: what people call it.
    """
    if not (folder / "film.yaml").exists():
        write_film(folder, film or FILM)
    settings = settings_for(folder)
    found = Shown(folder, settings)

    def hand(told: StandBy, log: str) -> Quiet:
        found.hands.append(hands(told, log))
        return found.hands[-1]

    with contextlib.ExitStack() as kept:
        at = kept.enter_context(contextlib.closing(listening("127.0.0.1", port)))
        link = (link or KeptLink()).model_copy(update={"port": at.getsockname()[1]})
        maker = Maker(StandBy(film=folder.absolute(), settings=settings), hand)

        def maker_of(values: GivenValues, session: str) -> Maker:
            told = StandBy(film=folder.absolute(), settings=settings, given=dict(values), session=session)
            return Maker(told, hand)

        def faster(renderer: str, values: GivenValues | None, session: str) -> Maker:
            in_cut = stand_in_settings(settings, projector.production.film, renderer)
            own = dict(values or {})
            told = StandBy(film=folder.absolute(), settings=in_cut, given=own, session=session)
            return Maker(told, hand, takes_only=True)

        projector = Projector(folder, settings)
        ways = Ways(folder, settings, NO_VALUES, projector)
        document = projector.production.path
        cuts = KeptCuts(cuts_folder(settings.home, document), SessionLog(document.parent).is_forgotten)
        sharing = Sharing(cuts, link.cuts, settings.signing)
        sessions = None if limits is None else sessions_of(projector, NO_VALUES, limits)
        found.house = House(
            projector,
            maker,
            link.stream,
            ways,
            maker_of,
            sharing=sharing,
            sessions=sessions,
            faster=faster,
        )
        kept.callback(found.house.close)
        door = door_of(Reached(public=public), link, sessions)
        found.url, found.base, found.token = door.url, door.address, link.token
        found.cookie, found.port = door.cookie, link.port
        kept.enter_context(answering(server_of(audience_app(found.house, door)), at))
        yield found


@dataclass
class Watcher:
    """Somebody who watches a film in a browser."""

    visit: Visit
    url: str

    def __post_init__(self) -> None:
        """No page plays before `play` or `let_go`: what a test has not looked at yet would be over."""
        self.visit.context.add_init_script(_HELD)

    def open(self) -> Watcher:
        """Come by the link."""
        self.visit.page.goto(self.url)
        self.visit.sees(lambda: self.state, "the page says how it stands")
        return self

    def app(self, expression: str) -> Any:
        """Something that the page knows."""
        return self.visit.page.evaluate(f"document.querySelector('watch-app').{expression}")

    @property
    def state(self) -> str | None:
        """How the page stands."""
        return self.app("dataset.state ?? null")

    def comes_to(self, *states: str) -> None:
        """Wait for one of these."""
        self.visit.sees(lambda: self.state in states, f"the page is {' or '.join(states)}")

    def player(self, expression: str) -> Any:
        """Something of the player, or something that it does."""
        return self.app(f"player.{expression}")

    def text(self, selector: str) -> str:
        """What stands there, as it is seen."""
        return self.visit.page.locator(selector).first.inner_text()

    def press(self, *keys: str) -> None:
        """Keys, one after another."""
        for key in keys:
            self.visit.page.keyboard.press(key)

    def play(self, until: str = "false") -> None:
        """Have it play, and stop by itself once something is so on the page, however late a test looks.

        Args:
            until: an expression of `app`; without it, it plays as far as it can.
        """
        self.visit.sees(lambda: self.state not in {None, "nothing"}, "something of it is there")
        self.visit.page.evaluate(_PLAY % until)

    def let_go(self) -> None:
        """Have it play as soon as somebody asks it to."""
        self.visit.page.evaluate("globalThis.held = false")

    def record(self) -> None:
        """Note from now on every frame that the browser shows: its time, and what its barcode says."""
        self.visit.page.evaluate(_RECORD, [COLUMNS, ROWS])

    def ends_at(self, frame: int) -> None:
        """Wait until it has ended, and its last frame is on the screen: that comes a little after the end.

        A browser that was held up does not tell of every picture that it shows: it is looked at, too.
        """
        self.comes_to("ended")

        def is_last() -> bool:
            if frame not in [shown for shown, _ in self.recorded()[-1:]]:
                self.visit.page.evaluate("noteWhatIsShown()")
            return self.recorded()[-1][0] == frame

        self.visit.sees(is_last, f"{frame} is the last frame that is shown")

    def recorded(self) -> list[tuple[int, tuple[int, int] | None]]:
        """The film's frames that were shown since, in order: each one's number by its time, and its barcode.

        A barcode is a shot's hash and a frame of its take; None where none can be read, as in a dissolve.
        """
        delay = self.app("film.delay")
        return [
            (round(moment * 24) - delay, code and (code[0], code[1]))
            for moment, code in self.visit.page.evaluate("globalThis.recorded")
        ]

    def picture(self) -> np.ndarray:
        """What is on the screen: uint8 [height, width, 3]."""
        url = self.visit.page.evaluate(_DRAWN)
        return np.asarray(Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))).convert("RGB"))


_HELD = """globalThis.held = true;
const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = async function () {
    // As a browser does that wants to be touched first.
    if (globalThis.held) throw new DOMException("a test holds it", "NotAllowedError");
    return play.call(this);
};"""
_PLAY = """() => {
    const app = document.querySelector('watch-app');
    const look = () => {
        if (!(%s)) return;
        app.player.removeEventListener('moved', look);
        app.player.stop();
    };
    app.player.addEventListener('moved', look);
    globalThis.held = false;
    app.player.play();
}"""
_RECORD = """([columns, rows]) => {
    const video = document.querySelector('video');
    const canvas = document.createElement('canvas');
    const context = canvas.getContext('2d', { willReadFrequently: true });
    globalThis.recorded = [];
    const read = (frame) => {
        const [wide, high] = [frame.displayWidth, frame.displayHeight];
        const cell = Math.max(4, high / 24);
        [canvas.width, canvas.height] = [wide, Math.ceil(cell * rows)];
        context.drawImage(frame, 0, 0);
        const bits = [];
        for (let index = 0; index < columns * rows; index++) {
            const [row, column] = [Math.floor(index / columns), index % columns];
            const { data } = context.getImageData(
                Math.round((column + 0.5) * wide / columns), Math.round((row + 0.5) * cell), 1, 1);
            const level = (data[0] + data[1] + data[2]) / 3;
            if (level > 80 && level < 170) return null;
            bits.push(level > 125 ? 1 : 0);
        }
        const payload = bits.slice(2, -1);
        if (!bits[0] || bits[1] || !bits.at(-1) || payload.reduce((a, b) => a + b) % 2) return null;
        const number = (part) => part.reduce((sum, bit) => sum * 2 + bit, 0);
        return [number(payload.slice(0, 16)), number(payload.slice(16, 32))];
    };
    let stood = video.paused;
    for (const how of ['pause', 'waiting']) video.addEventListener(how, () => { stood = true; });
    globalThis.noteWhatIsShown = () => {
        const frame = new VideoFrame(video);  // which knows its time: another one may be on the screen by now
        const moment = frame.timestamp / 1e6;
        // A browser draws ahead of its clock. One that stands may show the picture of its clock again, and
        // may say so only when it goes on already: then that is a picture or two back.
        const back = (recorded.at(-1)?.[0] ?? 0) - moment;
        if (!(back > 0 && (video.paused || (stood && back < 0.1)))) {
            recorded.push([moment, read(frame)]);
            stood = video.paused;
        }
        frame.close();
    };
    const each = () => {
        noteWhatIsShown();
        video.requestVideoFrameCallback(each);
    };
    video.requestVideoFrameCallback(each);
}"""
_DRAWN = """() => {
    const video = document.querySelector('video');
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    canvas.getContext('2d').drawImage(video, 0, 0);
    return canvas.toDataURL('image/png');
}"""
