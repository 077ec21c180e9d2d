import math

from psycopg2 import DataError, IntegrityError

from odoo import api, models
from odoo.exceptions import UserError

MOST = 1e12  # no quantity of goods is larger
# What the ORM and the database make of values that no screen can send.
MISFITS = (ValueError, TypeError, AttributeError, IntegrityError, DataError)
# By type of field: what is no value of it.
MISTYPED = {
    "many2one": (str, float, list, tuple, dict),
    "char": (list, tuple, dict),
    "text": (list, tuple, dict),
}


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
        rows = values if isinstance(values, list) else [values]
        if not _is_finite(values) or not all(map(self._has_types, rows)):
            self._refuse_misfit()
        try:
            with self.env.cr.savepoint():
                return method()(values)
        except MISFITS as error:
            self.env.invalidate_all(flush=False)
            self._refuse_misfit(error)

    def _has_types(self, vals):
        """Whether no value is of a type that the ORM would silently take as nothing."""
        return not any(
            isinstance(value, MISTYPED.get(self._fields[name].type, ()))
            or (
                self._fields[name].type in ("one2many", "many2many")
                and isinstance(value, list | tuple)
                and not all(map(_is_command, value))
            )
            for name, value in vals.items()
            if name in self._fields
        )

    def _refuse_misfit(self, error=None):
        raise UserError(
            self.env._(
                "A value does not fit its field in “%(dialog)s”. Open the dialog "
                "again.",
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


def _is_command(value):
    """Whether a value can be a command to a list of records."""
    return isinstance(value, list | tuple) and value and isinstance(value[0], int)
