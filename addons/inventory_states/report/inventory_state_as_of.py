from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import (
    IN_TRANSIT,
    KEY_AS_OF,
    RESERVED,
    SELLABLE,
    STATE_CODES,
)

#: What the ledger knows of the past; what was reserved then is in *sellable*.
PLACED = tuple(code for code in STATE_CODES if code != RESERVED)


class InventoryStateBalance(models.Model):
    """The screen "As of": what lay where at a moment, held against the ledger."""

    _inherit = "inventory.state.balance"

    @api.model
    def retrieve_as_of(self, moment=None):
        """The sums at a moment, beside today's, and whether ledger and stock agree.

        :param str moment: UTC, as ``YYYY-MM-DD HH:MM:SS``; now where it is empty
        :return: ``states`` (code, label, then, now), ``ledger_rows`` (how many rows
            were added up), ``agree`` (whether the ledger until now gives the stock),
            ``words``
        """
        self.check_access("read")
        now = fields.Datetime.now()
        at = self._read_moment(moment) or now
        then, today = self._at(at)._sums(), self._sums()
        count = self.env["inventory.state.change"].search_count([("date", "<=", at)])
        agree = self._at(now)._placed() == self._placed()
        labels = self._fields
        return {
            "states": [
                {
                    "code": code,
                    "label": labels[code]._description_string(self.env),
                    "then": then[code],
                    "now": today[code],
                }
                for code in PLACED
            ],
            "ledger_rows": count,
            "agree": agree,
            "words": self._say_as_of(count, agree),
        }

    def _read_moment(self, moment):
        """A moment of the caller as a datetime; None where none is given."""
        if not moment:
            return None
        try:
            return fields.Datetime.to_datetime(moment)
        except (TypeError, ValueError):
            raise UserError(
                self.env._("Say the moment as a date and time: 2026-11-24 18:00:00.")
            ) from None

    def _at(self, moment):
        return self.with_context(**{KEY_AS_OF: fields.Datetime.to_string(moment)})

    def _sums(self):
        """Units by state, what is reserved counted as sellable."""
        [row] = self._read_group([], [], [f"{code}:sum" for code in STATE_CODES])
        sums = dict(zip(STATE_CODES, (total or 0.0 for total in row), strict=True))
        sums[SELLABLE] += sums.pop(RESERVED)
        return sums

    def _placed(self):
        """Units by product, warehouse and state, to the precision of quantities."""
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        groups = self._read_group(
            [],
            ["product_id", "warehouse_id"],
            [f"{code}:sum" for code in STATE_CODES],
        )
        placed = {}
        for product, warehouse, *row in groups:
            units = dict(zip(STATE_CODES, row, strict=True))
            units[SELLABLE] += units.pop(RESERVED)
            placed[product.id, warehouse.id] = {
                code: round(quantity, digits) for code, quantity in units.items()
            }
        return {key: units for key, units in placed.items() if any(units.values())}

    def _say_as_of(self, count, agree):
        """Where the figures come from, and whether they can be trusted."""
        text = self.env._(
            "Added up from %(count)s rows of the stock ledger. What was reserved then "
            "is counted as sellable.",
            count=count,
        )
        if agree:
            return text + " " + self.env._("Up to now ledger and stock agree.")
        return (
            text
            + " "
            + self.env._(
                "Up to now ledger and stock do NOT agree: ask an administrator."
            )
        )

    def action_open_ledger(self):
        """Show the rows of the ledger that make up this line, until the moment."""
        self.ensure_one()
        moment = self.env.context.get(KEY_AS_OF)
        domain = [("product_id", "=", self.product_id.id)]
        if moment:
            domain.append(("date", "<=", moment))
        if self.warehouse_id:
            side, value = "warehouse", self.warehouse_id.id
        else:
            transit = self.env["inventory.state"]._get_by_code(IN_TRANSIT)
            side, value = "state", transit.id
        domain += [
            "|",
            (f"{side}_id", "=", value),
            (f"{side}_dest_id", "=", value),
        ]
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inventory_states.inventory_state_change_action"
        )
        name = self.env._("Ledger of %(product)s", product=self.display_name)
        return action | {
            "name": name,
            "display_name": name,
            "domain": domain,
            "context": {},
        }
