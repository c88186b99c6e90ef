"""The reference page says what the schema says."""

from film_page import PAGE, page


def test_the_reference_page_is_made_from_the_schema():
    assert PAGE.read_text(encoding="utf-8") == page(), "mend it with: python tests/storyboard/film_page.py"
