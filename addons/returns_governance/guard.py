"""Passes: how server code proves to a guarded model that it is server code.

A pass is an object in the context. RPC carries JSON or XML values only, so no caller
can make one. It is good for one call, on the records, the operation and the values
that it was made for; whatever runs inside that call (an automation, a computed field,
a message) finds no pass.
"""

from odoo.exceptions import AccessError, UserError

KEY = "returns_pass"


class Pass:
    """One permission for one create or write; see the module's docstring."""

    __slots__ = ("ids", "model", "operation", "used", "values")

    def __init__(self, model, operation, ids=None, values=None):
        self.model = model
        self.operation = operation
        self.ids = ids
        self.values = values
        self.used = False

    def fits(self, records, operation, values=None):
        """Whether this pass was made for just this call and was not used yet."""
        return (
            not self.used
            and self.model == records._name
            and self.operation == operation
            and (self.ids is None or self.ids == frozenset(records.ids))
            and (self.values is None or self.values == values)
        )


def with_pass(records, operation, values=None):
    """Return ``records`` carrying a pass for one ``operation`` (create or write).

    :param recordset records: what will be written; the model for a create
    :param str operation: ``create`` or ``write``
    :param dict values: bind the pass to exactly these values (the door does)
    """
    ids = frozenset(records.ids) if operation == "write" else None
    return records.with_context(
        **{KEY: Pass(records._name, operation, ids=ids, values=values)}
    )


def redeem(records, operation, values=None):
    """Take the pass out of the context.

    :return: (the same records without the pass, whether a fitting pass was there)
    """
    held = records.env.context.get(KEY)
    if held is None:
        return records, False
    fits = isinstance(held, Pass) and held.fits(records, operation, values)
    if fits:
        held.used = True
    context = {k: v for k, v in records.env.context.items() if k != KEY}
    # A key is taken out, so the whole context is given anew.
    # pylint: disable-next=context-overridden
    return records.with_context(context), fits


def refuse(code, message):
    """Raise the refusal ``code`` (const.ERROR_CODES) with a message for a person."""
    # pylint: disable-next=translation-required  # the caller translated it
    raise UserError(f"[{code}] {message}")


def deny(message):
    """Raise the refusal for a missing right."""
    # pylint: disable-next=translation-required  # the caller translated it
    raise AccessError(f"[ACCESS_DENIED] {message}")
