"""Screenplays of the tests, and breakdowns of them that a person has read."""

from __future__ import annotations

from tests.support import ROOT

FOLDER = ROOT / "tests" / "storyboard" / "screenplay" / "scripts"
LAST_LOAF = FOLDER / "the_last_loaf.fountain"
GOLDEN = FOLDER / "the_last_loaf.yaml"


def main() -> None:
    """Write the golden breakdown anew; read it as a director would before it is committed."""
    from storyboard.screenplay.breakdown import broken_down
    from storyboard.screenplay.document import film_text
    from storyboard.screenplay.read import read_script

    GOLDEN.write_text(film_text(broken_down(read_script(LAST_LOAF)).film), encoding="utf-8")


if __name__ == "__main__":
    main()
