"""The client of a farm, without one."""

from __future__ import annotations

import pytest

from farm.cluster import client


@pytest.mark.parametrize(("cause", "seen"), [(KeyboardInterrupt(), KeyboardInterrupt), (None, SystemError)])
def test_a_person_who_stops_a_run_in_the_middle_of_rays_code_stops_it(monkeypatch, cause, seen):
    def interrupted(*_: object, **__: object) -> None:
        raise SystemError("returned a result with an exception set") from cause

    monkeypatch.setattr("ray.get", interrupted)
    with pytest.raises(seen):
        client._answer(None)
