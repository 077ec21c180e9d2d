"""One call of the API on its way, and the code that every refusal leaves with."""

from contextlib import contextmanager

from odoo.exceptions import AccessError, LockError, UserError

from ...engine.errors import EngineError
from ...guard import deny, refuse
from .api_requests import METHODS
from .api_schema import ShapeError, Struct, Text, digest

HEAD = Struct({"method": Text(64)})


class Job:
    """One call: what was asked, what it led to, and whether it was new."""

    __slots__ = (
        "argument",
        "asked",
        "created",
        "digest",
        "key",
        "method",
        "order",
        "plan",
        "row",
    )

    def __init__(self, method, argument):
        self.method = method
        self.argument = argument
        self.asked = self.digest = self.key = None
        self.forget()

    def forget(self):
        """Before a run: nothing was done yet."""
        self.row = self.order = self.plan = None
        self.created = True

    def parse(self, env):
        """Read the argument by its shape.

        :return: the job
        :raise UserError: coded, when it has another
        """
        self.asked = read(env, self.method.shape, self.argument, self.method.parameter)
        if self.method.reference:
            scope = self.asked["channel"] if self.method.verb == "submit" else ""
            reference = self.asked[self.method.reference]
            self.key = (self.method.verb, scope, reference)
            self.digest = digest(self.argument)
        return self


def read(env, shape, value, name):
    """Read ``value`` by its shape, refusing any other with a code."""
    try:
        return shape.parse(value, name)
    except ShapeError as error:
        refuse(error.code, env._(error.text))


def read_call(env, call):
    """The `Job` of one item of a batch.

    :raise UserError: coded, where it is no call of a method for batches
    """
    known = isinstance(call, dict)
    head = {k: v for k, v in call.items() if k != "argument"} if known else call
    name = read(env, HEAD, head, "call")["method"]
    verb = name.removeprefix("api_")
    if verb not in METHODS or name != f"api_{verb}":
        refuse(
            "BAD_REQUEST", env._("%(method)s is no method for a batch.", method=name)
        )
    return Job(METHODS[verb], call.get("argument", False)).parse(env)


@contextmanager
def coded():
    """Give every refusal that leaves the API its code.

    Core's own refusals (a lot that is needed, a closed period) have none; they are
    still the caller's to mend.
    """
    try:
        yield
    except EngineError as error:
        refuse(error.code, str(error))
    except UserError as error:
        if code_of(error):
            raise
        if isinstance(error, AccessError):
            deny(str(error))
        refuse("BUSY" if isinstance(error, LockError) else "BAD_REQUEST", str(error))


def code_of(error):
    """The code in square brackets with which a refusal begins, or an empty string.

    >>> code_of(UserError("[BUSY] Come again."))
    'BUSY'
    """
    head, bracket, _rest = str(error).partition("] ")
    coded = bracket and head.startswith("[") and head[1:].isupper()
    return head[1:] if coded else ""
