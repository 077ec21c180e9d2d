from odoo import models

from ...guard import refuse

# Cases in which a serial, a barcode or an order leads to a return by itself.
EXPECTED = ("authorised", "expired")


class ReturnsApiScan(models.AbstractModel):
    """Which return a scan at the dock names.

    Tried are: a tracking number, the number of a return, a lot or serial that was
    delivered and is still to come back, the name of an order, a product that is
    expected. A scan that names several returns is refused with their names, to choose
    from; one that names none is kept.
    """

    _name = "returns.api.scan"
    _description = "Public API of returns: scans"

    def _resolve(self, scan):
        """:return: (returns, parcel), both empty where the scan names nothing"""
        lookup = self.env["returns.api.lookup"]
        text = scan.strip()
        parcels = self.env["returns.parcel"].search([("tracking_ref", "=", text)])
        orders = lookup._returns_in(parcels)
        if orders:
            parcels = parcels.filtered(lambda p: lookup._returns_in(p))
            return orders, parcels if len(parcels) == 1 else parcels[:0]
        found = self.env["returns.order"].search(
            [("name", "=", text), ("name", "!=", "/")]
        )
        for kind in (self._by_lot, self._by_order, self._by_product):
            found |= kind(text)
        if len(found) > 1:
            refuse(
                "ORDER_AMBIGUOUS",
                self.env._(
                    "%(scan)s names %(count)s returns: %(names)s. Receive by the "
                    "return.",
                    scan=scan,
                    count=len(found),
                    names=", ".join(found[:10].mapped("name")),
                ),
            )
        parcels = found.parcel_ids.filtered(lambda parcel: not parcel.received)
        return found, parcels if len(parcels) == 1 else parcels[:0]

    def _waiting(self, domain):
        """Returns of the user that wait for goods, by a domain on their lines."""
        lines = self.env["returns.order.line"].search(
            [("order_id.case_state", "in", EXPECTED), *domain]
        )
        waiting = lines.sudo()._open_to_receive()
        return self.env["returns.order"].browse(
            {line.order_id.id for line in lines if waiting[line.sudo()] > 0}
        )

    def _by_lot(self, text):
        # sudo: lots are read without a role of stock; returns are narrowed after
        moved = (
            self.env["stock.move.line"]
            .sudo()
            .search(
                [
                    ("lot_id.name", "=", text),
                    ("state", "=", "done"),
                    ("location_dest_id.usage", "=", "customer"),
                    ("move_id.sale_line_id", "!=", False),
                ]
            )
        )
        sold = moved.move_id.sale_line_id
        return (
            self._waiting([("sale_line_id", "in", sold.ids)])
            if sold
            else (self.env["returns.order"])
        )

    def _by_order(self, text):
        return self._waiting(
            [
                "|",
                ("sale_order_id.name", "=", text),
                ("sale_order_id.client_order_ref", "=", text),
            ]
        )

    def _by_product(self, text):
        return self._waiting(
            [
                "|",
                ("product_id.barcode", "=", text),
                ("product_id.default_code", "=", text),
            ]
        )
