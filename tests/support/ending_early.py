"""What a session of tests shares ends before the session, once the tests that share it have run."""

from __future__ import annotations

import pytest


class EndsEarly:
    """Ends a fixture of the session when the next test does not ask for it; one that asks later has another.

    Given to pytest as a plugin: a `conftest.py` below its root folder is not told of fixtures of the session.

    Args:
        name: of the fixture.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._made: tuple[pytest.FixtureDef[object], pytest.FixtureRequest] | None = None

    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest
    ) -> None:
        """It is made."""
        if fixturedef.argname == self._name:
            self._made = fixturedef, request

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_teardown(self, nextitem: pytest.Item | None) -> None:
        """After the test's own fixtures have ended: end it, unless the next test asks for it."""
        if self._made is not None and self._name not in getattr(nextitem, "fixturenames", ()):
            fixturedef, request = self._made
            self._made = None
            fixturedef.finish(request)  # type: ignore[arg-type]
