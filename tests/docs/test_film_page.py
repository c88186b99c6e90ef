"""The reference page says what the schema says."""

from tests.support.pages.film_page import PAGE, page


def test_the_reference_page_is_made_from_the_schema():
    assert PAGE.read_text(encoding="utf-8") == page(), "mend it with: python -m tests.support.pages.film_page"
