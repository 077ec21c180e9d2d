"""Odoo's own tests, run as they are where our addons are installed.

`take` makes a subclass of each of Odoo's test classes in a module of ours. The tests'
user may do what finance and a warehouse lead may do, and *Return* on a delivery has a
reason by default, as a company can set it; nothing else is changed. Where a figure of
ours has to differ, the test is told to fail in exactly that way, with the reason beside
it.
"""

import functools

from odoo.tests import TransactionCase

#: How a test fails that posts a credit for goods which nobody has returned, and why.
GATED = (
    r"\[REFUND_GATE\]",
    "credit for goods of an order waits until a return has released it",
)
#: How a test fails that sends goods out again which came back by *Return*, and why.
INSPECTED = (
    "cannot go from Inspection|zero quantity transfer",
    "what came back waits for its inspection, and leaves to nobody before",
)
#: How a test fails that bills or credits after *Return* by *Create Invoice*, and why.
CREDITED = (
    "No items are available to invoice|'invoiced' != 'to invoice'",
    "the return makes the credit note, so that nothing is left to invoice",
)
#: How a test fails that presses *Return for Exchange*, and why.
EXCHANGED = (
    r"\[RESOLUTION_NOT_ALLOWED\]",
    "what the customer wants instead is asked for on the return",
)
#: What the names of tests have in them that are about returns and their value.
WORDS = "return refund revers valuation credit_note"
ROLES = ("group_finance", "group_warehouse_lead")


class Taken:
    """What is changed around a test class of Odoo's."""

    @classmethod
    def get_default_groups(cls):
        """Hook of Odoo's tests: the rights of the user that they run as."""
        roles = (cls.env.ref(f"returns_governance.{role}") for role in ROLES)
        return super().get_default_groups().union(*roles)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        reason = cls.env.ref("returns_governance.reason_changed_mind")
        cls.env["ir.default"].set(
            "stock.return.picking", "returns_reason_id", reason.id
        )


def take(namespace, *modules, only="", differs=None):
    """Put the test classes of Odoo's modules into ``namespace``, as subclasses.

    :param str only: take only the tests with one of these words in their name
    :param dict differs: {``Class.test``: (how it has to fail, why)}
    """
    differs = dict(differs or {})
    for module in modules:
        for name, base in vars(module).items():
            if not _is_test_class(base, module):
                continue
            tests = _tests(base, only.split())
            body = {
                test: _differing(getattr(base, test), differs.pop(f"{name}.{test}")[0])
                for test in tests
                if f"{name}.{test}" in differs
            }
            # a test that is not taken is no test any more
            left = set(_tests(base, ())) - set(tests)
            body |= dict.fromkeys(left)
            body |= {"__module__": namespace["__name__"], "__doc__": base.__doc__}
            if tests:
                namespace[name] = type(name, (Taken, base), body)
    if differs:
        raise LookupError(f"no such tests any more: {', '.join(differs)}")


def _is_test_class(value, module):
    return (
        isinstance(value, type)
        and issubclass(value, TransactionCase)
        and value.__module__ == module.__name__
        and not getattr(value, "__unittest_skip__", False)
    )


def _tests(base, words):
    return [
        name
        for name in dir(base)
        if name.startswith("test_")
        and callable(getattr(base, name))
        # Odoo skips some itself since it values stock anew
        and not getattr(getattr(base, name), "__unittest_skip__", False)
        and (not words or any(word in name for word in words))
    ]


def _differing(test, failure):
    """The test, with the one failure that it must have."""

    @functools.wraps(test)
    def differing(self):
        with self.assertRaisesRegex(Exception, failure):
            test(self)

    return differing
