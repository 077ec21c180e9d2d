"""Helpers of the races: the callers, their buttons, and what they hear."""

from clients import Json2, XmlRpc

CALLERS = 20


def clients(shop, count=CALLERS):
    """As many clients, half on each transport."""
    return [shop.client((XmlRpc, Json2)[number % 2]) for number in range(count)]


def codes(refused):
    """The codes of refusals, each once."""
    return {refusal.code for refusal in refused}


def press(shop, user, model, method, ids, **arguments):
    """A call as a button makes it, by ``user``."""
    client = shop.client(Json2, user)
    return lambda: client.execute(model, method, ids=ids, **arguments)
