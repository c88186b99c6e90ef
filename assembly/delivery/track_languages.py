"""What MP4 calls the languages of its tracks."""

from __future__ import annotations


def track_language(language: str) -> str:
    """What MP4 calls the language of a tag: three letters (ISO 639-2/T)."""
    import langcodes

    return langcodes.Language.get(language).to_alpha3(variant="T")
