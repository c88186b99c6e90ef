"""A machine without the fonts of Chinese, Japanese and Korean."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from storyboard.lettering import fonts, identity, setting

_FINDS = fonts._folder


@pytest.fixture
def no_cjk(monkeypatch) -> Iterator[None]:
    """Fonts of the extra are not found; what is remembered of them is forgotten before and after."""
    monkeypatch.setattr(fonts, "_folder", lambda name: None if name.endswith("cjk") else _FINDS(name))
    _forget()
    yield
    monkeypatch.undo()
    _forget()


def _forget() -> None:
    for remembered in (fonts.other_fonts, setting.set_row, setting._font_of, identity._letters_of):
        remembered.cache_clear()
