from odoo import api, fields, models

from ...const import TRANSFER_BASES
from ...guard import refuse


class StockWarehouse(models.Model):
    """A node may take returns in for a company, and pass them on to another one."""

    _inherit = "stock.warehouse"

    returns_owner_warehouse_id = fields.Many2one(
        "stock.warehouse",
        "Goods go over to",
        help="Warehouse of another company, to which goods that come back here are "
        "handed over for sale, at the transfer price.",
    )
    returns_transfer_basis = fields.Selection(
        TRANSFER_BASES, "Transfer price", default="cost", required=True
    )
    returns_transfer_percent = fields.Float(
        "Percent of the cost",
        default=100.0,
        help="Of the value at which the goods came back.",
    )
    returns_transfer_pricelist_id = fields.Many2one(
        "product.pricelist", "Pricelist of transfers", check_company=True
    )

    @api.constrains(
        "returns_owner_warehouse_id",
        "returns_transfer_basis",
        "returns_transfer_percent",
        "returns_transfer_pricelist_id",
    )
    def _check_transfer(self):
        """Goods go over to another company, at a price that is known."""
        for node in self.filtered("returns_owner_warehouse_id"):
            # sudo: only its company is asked for
            if node.returns_owner_warehouse_id.sudo().company_id == node.company_id:
                refuse(
                    "BAD_REQUEST",
                    self.env._(
                        "%(node)s: its goods can only go over to a warehouse of "
                        "another company.",
                        node=node.name,
                    ),
                )
            by_list = node.returns_transfer_basis == "pricelist"
            if by_list and not node.returns_transfer_pricelist_id:
                refuse(
                    "BAD_REQUEST",
                    self.env._(
                        "%(node)s: choose the pricelist of transfers.", node=node.name
                    ),
                )
            if node.returns_transfer_percent < 0:
                refuse(
                    "BAD_REQUEST",
                    self.env._(
                        "%(node)s: the percent of the cost is below zero.",
                        node=node.name,
                    ),
                )
