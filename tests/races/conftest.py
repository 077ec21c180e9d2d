"""What the races share: warm workers, and calls that start at the same moment."""

import pytest
from clients import Json2, Refused, XmlRpc, at_once

HANG_SECONDS = 60


@pytest.fixture(scope="session")
def warm(shop):
    """Each worker has gone the way once, as it has after its first minutes."""

    def walk(number):
        client = shop.client((XmlRpc, Json2)[number % 2])
        back = client.submit(shop.ask(shop.order(), f"WARM-{number}"))["return"]
        line = {"sku": "SHIRT", "quantity": 1}
        call = {"return": back["name"], "warehouse": shop.stage["warehouse"]}
        client.receive({**call, "receipt_ref": f"WARM-{number}", "lines": [line]})
        results = [{**line, "condition": "A"}]
        client.inspect(
            {
                "inspection_ref": f"WARM-{number}",
                "return": back["name"],
                "results": results,
            }
        )

    at_once([lambda n=n: walk(n) for n in range(16)])


@pytest.fixture
def race(request, figure, warm):
    """Run calls at once: (answers, refusals); the slowest wait is written down."""

    def run(calls):
        answers = at_once(calls)
        slowest = max(seconds for _answer, seconds in answers)
        name = request.node.name.removeprefix("test_").replace("_", " ")
        figure(f"race: {name}", f"{slowest:.2f} s", "< 1 s")
        assert slowest < HANG_SECONDS
        results = [answer for answer, _seconds in answers]
        refused = [r for r in results if isinstance(r, Refused)]
        # A status above is a fault of the server, and so is a refusal without words.
        assert [str(r) for r in refused if not _is_refusal(r)] == []
        return [r for r in results if not isinstance(r, Refused)], refused

    return run


def _is_refusal(refused):
    """Whether the server said no on purpose (XML-RPC's faults: 2, 4; HTTP's: 4xx)."""
    return str(refused) and (refused.status in (2, 4) or 400 <= refused.status < 500)
