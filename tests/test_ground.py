"""The ground itself: a server in prefork answers, and a browser shows its page."""

import json
import os
import subprocess
import urllib.request
import xmlrpc.client
from pathlib import Path

import pytest
from ground import apt, testing


def test_a_live_server_answers_over_http_and_rpc(live_odoo):
    with urllib.request.urlopen(f"{live_odoo.url}/web/health", timeout=10) as answer:
        assert json.load(answer)["status"] == "pass"
    common = xmlrpc.client.ServerProxy(f"{live_odoo.url}/xmlrpc/2/common")
    assert common.authenticate(live_odoo.database, "admin", "admin", {})


def test_a_browser_shows_the_log_in_page(live_odoo, tmp_path):
    command = ["google-chrome", "--headless", "--no-sandbox", "--disable-gpu"]
    command += ["--disable-dev-shm-usage", f"--user-data-dir={tmp_path}"]
    command += ["--dump-dom", f"{live_odoo.url}/web/login"]
    page = subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=60
    ).stdout
    assert 'name="password"' in page


def test_a_second_set_up_finds_what_the_first_one_downloaded(tmp_path, monkeypatch):
    if not apt.available():
        pytest.skip("no Debian archive here: Odoo comes from ODOO_HOME")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    first = apt.download("own", ["fonts-inconsolata"])
    assert [path.name.partition("_")[0] for path in first] == ["fonts-inconsolata"]
    assert apt.download("own", ["fonts-inconsolata"]) == first
    assert all(path.stat().st_size for path in first)


def test_the_installation_logged_nothing_unexpected():
    testing.log_is_clean(Path(os.environ["RETURNS_INSTALL_LOG"]))
