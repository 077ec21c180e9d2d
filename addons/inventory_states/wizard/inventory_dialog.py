import functools

from odoo import fields, models
from odoo.exceptions import UserError

from ..patience import lock, patiently


def once(method):
    """Decorator of the button that ends a dialog: saved by many, it acts once."""

    @functools.wraps(method)
    def run(self, *args, **kwargs):
        def work():
            self._begin()
            return method(self, *args, **kwargs)

        return patiently(self.env, work)

    return run


class InventoryDialog(models.AbstractModel):
    """Base of dialogs that act once.

    A press that is sent twice, by an impatient hand or a network that repeats, must
    not move the goods twice: the dialog remembers that it is done.
    """

    _name = "inventory.dialog"
    _description = "Dialog that acts once"
    _inherit = ["inventory.typed"]

    taken = fields.Boolean("Done", readonly=True, copy=False)

    def _context_ids(self, key="active_ids"):
        """The ids that a context names, without what cannot be one."""
        ids = self.env.context.get(key)
        ids = ids if isinstance(ids, list | tuple) else []
        return [i for i in ids if type(i) is int and 0 < i < 2**31]

    def _begin(self):
        """Let one caller go on; whoever comes later is told that it is done."""
        self.ensure_one()
        self.flush_recordset()
        lock(self.env, self._table, self.ids)
        if self.taken:
            raise UserError(
                self.env._(
                    "This was saved already, and nothing was done a second time. "
                    "Close the dialog and look at the result."
                )
            )

    def _end(self):
        """Remember that the dialog has acted."""
        self.taken = True
