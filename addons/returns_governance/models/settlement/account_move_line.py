from odoo import api, models

from odoo.addons.inventory_states.patience import patiently

from ...guard import redeem

# What changes the amount of a product line, or what it is for.
WATCHED = frozenset(
    {
        "price_unit",
        "quantity",
        "discount",
        "tax_ids",
        "extra_tax_data",
        "sale_line_ids",
        "product_id",
        "product_uom_id",
        "display_type",
        "move_id",
        "balance",
        "amount_currency",
        "debit",
        "credit",
    }
)


class AccountMoveLine(models.Model):
    """Lines of posted documents meet the gate too: core lets some of them change."""

    _inherit = "account.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._meet_gate({})
        if any(vals.get("sale_line_ids") for vals in vals_list):
            lines._check_links()
        return lines

    def _check_links(self):
        # sudo: the gate looks at what the accountant may not read
        self.env["returns.gate"]._check_links(self.sudo().move_id)

    def write(self, vals):
        self, machine = redeem(self, "write", vals)
        if machine or not WATCHED & vals.keys():
            return super().write(vals)
        if not any(line._is_in_books() for line in self):
            result = super().write(vals)
            if "sale_line_ids" in vals:
                self._check_links()
            return result
        # Of many who change lines in the books at once, one after the other.
        return patiently(self.env, lambda: self._write_checked(dict(vals)))

    def _write_checked(self, vals):
        gate = self.env["returns.gate"]
        tied = gate._ids_of(vals.get("sale_line_ids"))
        tied = self.env["sale.order.line"].browse(tied)
        gate._lock_lines(self.sale_line_ids | tied.exists())
        before = self._paid_before()
        sold = self.sale_line_ids
        # pylint: disable-next=super-method-mismatch  # a part of it, run again
        result = super().write(vals)
        self._meet_gate(before, sold)
        return result

    def unlink(self):
        before = self._paid_before()
        sold = self.sale_line_ids if before else self.sale_line_ids.browse()
        result = super().unlink()
        if before:
            self.env["returns.gate"]._check_lowered(sold)
        return result

    def _is_in_books(self):
        """A product line of a posted customer document."""
        return (
            self.display_type == "product"
            and self.parent_state == "posted"
            and self.move_id.is_sale_document(include_receipts=True)
        )

    def _paid_before(self):
        """{line: (amount, quantity, sold lines)} of lines in the books."""
        return {line: line._worth() for line in self if line._is_in_books()}

    def _worth(self):
        return self.price_total, self.quantity, self.sale_line_ids

    def _meet_gate(self, before, sold=None):
        """Ask the gate about lines that are in the books now and have changed."""
        changed = self.filtered(
            lambda line: line._is_in_books() and before.get(line) != line._worth()
        )
        if not changed:
            return
        gate = self.env["returns.gate"]
        edited = changed.filtered(
            lambda line: line in before and before[line][:2] != line._worth()[:2]
        )
        gate._check_edited(edited)
        gate._check_posted(changed.move_id)
        bills = changed.filtered(lambda line: line.move_id.move_type != "out_refund")
        if bills and before:
            gate._check_lowered((sold or bills.sale_line_ids) | bills.sale_line_ids)
