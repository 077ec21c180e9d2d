from odoo import fields, models


class AccountMove(models.Model):
    """The entry of what a replacement cost; only the flow makes one."""

    _inherit = "account.move"

    returns_cost_line_id = fields.Many2one(
        "returns.order.line",
        "Cost of the replacement",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )

    def _check_kept(self):
        result = super()._check_kept()
        # sudo: as there
        for move in self._not_released().sudo().filtered("returns_cost_line_id"):
            move.returns_cost_line_id._refuse_kept(move)
        return result


class ReturnsOrderLine(models.Model):
    """What a replacement cost follows its goods."""

    _inherit = "returns.order.line"

    def _kept_way(self):
        return self.env._(
            "It books what the replacement on return %(name)s cost, and follows the "
            "goods: what comes back, or is charged, is booked by itself. Press "
            "*Correct* at the receipt there if that was wrong.",
            name=self.order_id.name,
        )


class ReturnsException(models.Model):
    """Whether the cost of a replacement still waits to be booked."""

    _inherit = "returns.exception"

    def _still_posting_failed(self):
        ours = self.filtered(lambda e: (e.cause or "").startswith("replacement "))
        standing = super(ReturnsException, self - ours)._still_posting_failed()
        return standing | dict.fromkeys(ours, "")
