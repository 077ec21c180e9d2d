"""One call of the API on its way, and the code that every refusal leaves with."""

from contextlib import contextmanager

from odoo.exceptions import AccessError, LockError, UserError

from ...const import ERROR_CODES
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
        try:
            self.asked = self.method.shape.parse(self.argument, self.method.parameter)
        except ShapeError as error:
            self._refuse_known(env)
            refuse(error.code, env._(error.text))
        self.key = self._key(self.asked)
        if self.key:
            self.digest = digest(self.argument)
        return self

    def _key(self, asked):
        """(verb, scope, reference) of a writing method; None of a reading one."""
        if not self.method.reference:
            return None
        scope = asked["channel"] if self.method.verb == "submit" else ""
        return self.method.verb, scope, asked[self.method.reference]

    def _refuse_known(self, env):
        """Refuse a used reference before what else is wrong with its new content.

        What was taken under it had its shape, so this is other content.
        """
        names = self.method.reference and {"channel", self.method.reference}
        shapes = getattr(self.method.shape, "shapes", {})
        given = self.argument if isinstance(self.argument, dict) else {}
        try:
            key = self._key(
                {
                    name: shapes[name].parse(given.get(name), name)
                    for name in shapes.keys() & set(names)
                }
            )
        except ShapeError:
            return
        if key and env["returns.reference"]._known([key]):
            refuse_used(env, key)


def refuse_used(env, key):
    """Refuse other content under a reference that was used before."""
    verb, _scope, reference = key
    refuse(
        "REFERENCE_CONFLICT",
        env._(
            "%(key)s %(reference)s was used before with other content. Use a new "
            "reference for a new request.",
            key=METHODS[verb].reference,
            reference=reference,
        ),
    )


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
        known = error.code in ERROR_CODES
        refuse(error.code if known else "BAD_REQUEST", str(error))
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
    >>> code_of(UserError("[SHIRT] Shirt: a lot is needed."))
    ''
    """
    head, bracket, _rest = str(error).partition("] ")
    coded = bracket and head.startswith("[") and head[1:] in ERROR_CODES
    return head[1:] if coded else ""
