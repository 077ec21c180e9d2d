"""The examples of docs/api.md run as they stand, on both transports."""

import base64
import re

import pytest
from ground import paths

TEXT = (paths.ROOT / "docs" / "api.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```python (.+?)\n(.*?)^```", re.M | re.S)
HEADING = re.compile(r"^### `(api_\w+)\(", re.M)
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)


def blocks(*labels):
    return [code for label, code in BLOCK.findall(TEXT) if label in labels]


@pytest.mark.parametrize("transport", ["XML-RPC", "JSON-2"])
def test_the_examples_run_as_they_stand(shop, transport, tmp_path, monkeypatch):
    (tmp_path / "box.png").write_bytes(base64.b64decode(PIXEL))
    monkeypatch.chdir(tmp_path)
    robot, boss = shop.stage["users"]["robot"], shop.stage["users"]["boss"]
    names = {
        "URL": shop.url,
        "DATABASE": shop.database,
        "LOGIN": robot["login"],
        "KEY": robot["key"],
        "MANAGER": boss["login"],
        "MANAGER_KEY": boss["key"],
        "ORDERS": [shop.order() for _number in range(6)],
        "DEAR": [shop.order("dear") for _number in range(2)],
        "WAREHOUSE": shop.stage["warehouse"],
        "CURRENCY": shop.stage["currency"],
    }
    [settings] = blocks("settings")
    set_here = {}
    exec(settings, set_here)
    assert set(set_here) - {"__builtins__"} == set(names), "a setting was forgotten"
    for code in blocks("both", transport):
        exec(compile(code, f"docs/api.md ({transport}):\n{code}", "exec"), names)
    assert names["answers"][2]["error"]["code"] == "RETURN_UNKNOWN"


@pytest.mark.parametrize("transport", ["XML-RPC", "JSON-2"])
def test_each_method_has_an_example(transport):
    methods = HEADING.findall(TEXT)
    assert len(methods) == 14
    called = " ".join(blocks(transport))
    assert [m for m in methods if f'"{m}"' not in called] == []
