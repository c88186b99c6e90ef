"""What a run tells when it ends, however it ends. No run is harmed by it: what cannot be kept is logged."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.notices.courier import wake
from pipeline.notices.notice import About, Notice, failed, killed
from pipeline.notices.outbox import Outbox
from pipeline.settings import Settings
from storyboard.errors import Interrupted, ShotfarmError
from storyboard.schema.notices import Notices, Occasion

_LOG = logging.getLogger(__name__)


def hears(notices: Notices, occasion: Occasion | None) -> list[str]:
    """The channels that are told of an occasion. Pure."""
    return [channel for channel, occasions in notices.items() if occasion in occasions]


def tell(settings: Settings, channels: Sequence[str], notice: Notice) -> None:
    """Queue a notice for some channels, and see that it is delivered.

    Where the outbox cannot be written, that is logged: no production fails of what only tells of it.

    Args:
        settings: where the outbox is.
        channels: their names.
        notice: as `pipeline.notices.notice` words it.
    """
    if not channels:
        return
    try:
        Outbox(settings).queue(notice, channels, time.time())
        wake(settings)
    except (ShotfarmError, OSError) as error:
        _LOG.warning("nobody could be told that %s: %s", notice.subject, error)


class Herald:
    """Tells of one run. Links may become known while it goes on."""

    def __init__(self, settings: Settings, notices: Notices, about: About) -> None:
        self.settings = settings
        self.notices = notices
        self.about = about

    def links_to(self, what: str, link: str) -> None:
        """A place to look at is known."""
        self.about.links[what] = link

    def tell(self, notice: Notice) -> None:
        """Tell whoever wants to hear of it."""
        tell(self.settings, hears(self.notices, notice.occasion), notice)


@contextlib.contextmanager
def heralded(settings: Settings, notices: Notices, about: About) -> Iterator[Herald]:
    """To be held while a run goes on: when it fails that is told, and when its process is killed too.

    Ctrl-C is somebody's own wish and is not told.

    Args:
        settings: where the outbox is.
        notices: of the film, or of the slate.
        about: which.
    """
    herald = Herald(settings, notices, about)
    with watched(herald):
        try:
            yield herald
        except Interrupted:
            raise
        except Exception as error:
            herald.tell(failed(herald.about, error))
            raise


@contextlib.contextmanager
def watched(herald: Herald) -> Iterator[None]:
    """To be held while it goes on: when this process is killed, the one that delivers tells of that."""
    note: Path | None = None
    try:
        if channels := hears(herald.notices, Occasion.FAILED):
            try:
                note = Outbox(herald.settings).begin(killed(herald.about), channels)
                wake(herald.settings)
            except (ShotfarmError, OSError) as error:
                _LOG.warning("should this run be killed, nobody will be told: %s", error)
        yield
    finally:
        if note:
            with contextlib.suppress(OSError):
                note.unlink(missing_ok=True)
