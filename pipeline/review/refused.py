"""What cannot be answered, in words: as JSON for the page and for scripts, as a page for a person."""

from __future__ import annotations

import re
from html import escape

from starlette.responses import HTMLResponse, JSONResponse, Response

_FOR_SCRIPTS = ("/api/", "/media/")
_PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{words} · shotfarm</title>
<link rel="stylesheet" href="/static/review.css">
<body class="refused">
<main>
<p class="mark">shotfarm review</p>
<h1>{words}</h1>
<p>{hint}</p>
</main>
"""


def refused(path: str, status: int, words: str, hint: str | None) -> Response:
    """An answer in the form that whoever asks for a path can read.

    Args:
        path: that was asked for.
        status: of HTTP.
        words: what happened.
        hint: what to do about it, where that is known.
    """
    if path.startswith(_FOR_SCRIPTS):
        return JSONResponse({"error": words, "hint": hint}, status)
    said = words[:1].upper() + words[1:]
    told = re.sub("`([^`]+)`", r"<code>\1</code>", escape(_sentence(hint or "")))
    return HTMLResponse(_PAGE.format(words=escape(said), hint=told), status)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + ("." if words and words[-1] not in ".!?" else "")
