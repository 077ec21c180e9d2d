import math

from psycopg2 import DataError, IntegrityError

from odoo import api, models
from odoo.exceptions import UserError

MOST = 1e12  # no quantity of goods is larger
# What the ORM and the database make of values that no screen can send.
MISFITS = (ValueError, TypeError, AttributeError, IntegrityError, DataError)


class InventoryTyped(models.AbstractModel):
    """Base of dialogs and their lines: what does not fit a field is refused in words.

    A screen sends what fits; a program may send anything, and is told so instead of
    being answered with a fault of the server.
    """

    _name = "inventory.typed"
    _description = "Values that fit their fields"

    @api.model_create_multi
    def create(self, vals_list):
        return self._fitting(vals_list, lambda: super(InventoryTyped, self).create)

    def write(self, vals):
        return self._fitting(vals, lambda: super(InventoryTyped, self).write)

    def _fitting(self, values, method):
        """Call core's create or write; what it stumbles over is a refusal."""
        if not _is_finite(values):
            self._refuse_misfit()
        try:
            with self.env.cr.savepoint():
                return method()(values)
        except MISFITS as error:
            self.env.invalidate_all(flush=False)
            self._refuse_misfit(error)

    def _refuse_misfit(self, error=None):
        raise UserError(
            self.env._(
                "A value does not fit its field in “%(dialog)s”. Open the dialog again.",
                dialog=self._description,
            )
        ) from error


def _is_finite(value):
    """Whether all numbers in a value, however deep, are numbers of goods."""
    if isinstance(value, float | int):
        return math.isfinite(value) and abs(value) < MOST
    if isinstance(value, dict):
        return all(map(_is_finite, value.values()))
    if isinstance(value, list | tuple):
        return all(map(_is_finite, value))
    return True
