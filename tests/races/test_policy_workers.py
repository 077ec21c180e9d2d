"""A policy that one process changes decides at once in every other process.

Compiled rules are kept by each worker; here eight of them are asked before and after
each edit, many at once, so that none is left with what it knew.
"""

import pytest
from clients import Json2, XmlRpc, at_once

CALLERS = 16


class Crew:
    """A channel with a policy of its own, written by the manager over the network."""

    def __init__(self, shop):
        self.shop, self.boss = shop, shop.client(Json2, "boss")
        # who writes a version does not publish it
        self.writer = shop.client(Json2, "writer")
        self.order = shop.order()
        self.reason = self.create("returns.reason", self._coded("crew_reason"))
        self.channel = self.create("returns.channel", {"code": "crew", "name": "Crew"})
        self.policy = self.create(
            "returns.policy",
            {"code": "crew", "name": "Crew", "channel_ids": [self.channel]},
        )

    def _coded(self, code):
        return {"code": code, "name": code, "cause_class": "customer_behaviour"}

    def create(self, model, values, who=None):
        """The id of a new record."""
        [made] = (who or self.boss).execute(model, "create", vals_list=[values])
        return made

    def write(self, model, record, who=None, **values):
        """Change a record."""
        (who or self.boss).execute(model, "write", ids=[record], vals=values)

    def draft(self, *rules):
        """The id of a draft with these rules."""
        commands = [[0, 0, rule] for rule in rules]
        values = {"policy_id": self.policy, "rule_ids": commands}
        return self.create("returns.policy.version", values, self.writer)

    def publish(self, version):
        """Put a draft in force."""
        self.boss.execute("returns.policy.version", "action_publish", ids=[version])

    def decisions(self, code="crew_reason"):
        """What all workers say of one request: {(version, eligible, rule)}."""
        ask = {
            "channel": "crew",
            "external_ref": "CREW",
            "order_ref": self.order,
            "lines": [
                {"sku": "SHIRT", "quantity": 1, "reason": code, "resolution": "refund"}
            ],
        }
        callers = [self.shop.client((XmlRpc, Json2)[n % 2]) for n in range(CALLERS)]
        found = set()
        for answer, _seconds in at_once([lambda c=c: c.preview(ask) for c in callers]):
            assert isinstance(answer, dict), answer
            [line] = answer["lines"]
            decision = line["decision"]
            said = (answer["policy"]["version"], decision["eligible"], decision["rule"])
            found.add(said)
        return found


@pytest.fixture(scope="module")
def crew(shop):
    """The channel, published once for everything."""
    crew = Crew(shop)
    crew.publish(crew.draft({"code": "all", "eligible": "yes"}))
    return crew


def test_every_worker_decides_by_what_one_published(crew):
    assert crew.decisions() == {(1, True, "all")}
    refusing = {"code": "out", "eligible": "no", "reason_ids": [crew.reason]}
    version = crew.draft({"code": "all", "eligible": "yes"}, refusing)
    # A draft decides nothing, however often it is edited.
    assert crew.decisions() == {(1, True, "all")}
    note = {"note": "Second thoughts"}
    crew.write("returns.policy.version", version, crew.writer, **note)
    crew.publish(version)
    assert crew.decisions() == {(2, False, "out")}


def test_a_renamed_code_is_known_to_every_worker(crew):
    """Also of what was archived meanwhile: the rule still means the same reason."""
    crew.write("returns.reason", crew.reason, active=False)
    crew.write("returns.reason", crew.reason, code="crew_renamed")
    crew.write("returns.reason", crew.reason, active=True)
    assert crew.decisions("crew_renamed") == {(2, False, "out")}
    # Another reason that takes the old code is not the one that the rule names.
    crew.create("returns.reason", crew._coded("crew_reason"))
    assert crew.decisions() == {(2, True, "all")}
