"""A process is pointed at a Prefect server."""

from __future__ import annotations

import os
import ssl
from unittest import mock

import pytest
from prefect.context import refresh_global_settings_context
from prefect.settings import get_current_settings

from pipeline.services.prefect_server import prefect_api, use_prefect_server


@pytest.fixture
def environment():
    with mock.patch.dict(os.environ):
        yield
    refresh_global_settings_context()


def test_a_process_that_has_imported_prefect_asks_the_server_of_which_it_is_told_last(environment, tmp_path):
    for port in (4301, 4302):
        use_prefect_server(tmp_path, port, "a word")
        told = get_current_settings()
        assert told.api.url == prefect_api(port)
        assert told.api.auth_string.get_secret_value() == "shotfarm:a word"
        assert told.home == tmp_path / "prefect"


def test_prefect_reads_no_authorities_of_the_web_for_a_server_without_tls(environment, tmp_path):
    use_prefect_server(tmp_path, 4301, "a word")
    trusted = ssl.create_default_context(cafile=get_current_settings().api.ssl_cert_file)
    assert [one["notAfter"] for one in trusted.get_ca_certs()] == ["Jan  2 00:00:00 2000 GMT"]
