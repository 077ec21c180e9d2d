"""A kit that is sold and comes back; told in a database where Odoo makes kits.

``kits.py DATABASE governed``, with Odoo in reach; see `golden/run.py`.
"""

import sys
from pathlib import Path

if __name__ == "__main__":
    TESTS = Path(__file__).resolve().parents[1]
    sys.path[:0] = [str(TESTS), str(TESTS.parent / "bin")]

from golden import run
from golden.cases import Case

from odoo.exceptions import UserError
from odoo.fields import Command


def _sold_kits(shop, quantity):
    """The order line of kits of two and four parts, delivered, invoiced and paid."""
    parts = {shop.product(cost=3.0): 2, shop.product(cost=5.0): 4}
    kit = shop.product(is_storable=False)
    shop.env["mrp.bom"].create(
        {
            "product_tmpl_id": kit.product_tmpl_id.id,
            "type": "phantom",
            "bom_line_ids": [
                Command.create({"product_id": part.id, "product_qty": each})
                for part, each in parts.items()
            ],
        }
    )
    for part, each in parts.items():
        shop.stock(part, each * quantity)
    line = shop.sell(kit, quantity)
    shop._transfer(
        line.order_id.picking_ids,
        {part: [(each * quantity, None)] for part, each in parts.items()},
    )
    shop.pay(shop.invoice(line))
    return line


def asked_back_twice(shop, way):
    """Five kits; four are asked back, then two, then one, then one more."""
    line = _sold_kits(shop, 5)
    first = way.announce(line, 4)
    return {
        "delivered": line.qty_delivered,
        "authorised": first.record.line_ids.quantity_authorised,
        "offered then": way.offered(line),
        "takes two more": way.takes(line, 2),
        "takes one more": way.takes(line, 1),
        "offered at last": way.offered(line),
        "takes another": way.takes(line, 1),
    }


def at_the_dock(shop, way):
    """A kit as such cannot be received; the refund is released by hand."""
    line = _sold_kits(shop, 1)
    back = way.announce(line, 1)
    try:
        with shop.env.cr.savepoint():
            way.arrive(back, 1)
        refusal = "none"
    except UserError as error:
        refusal = str(error).partition("]")[0] + "]"
    shop.env.invalidate_all()
    credit = way.credit_early(back)
    return {
        "refusal": refusal,
        "received": back.record.line_ids.quantity_received,
        "refunded": credit.amount_total,
        "left to invoice": line.qty_to_invoice,
    }


CASES = (
    Case(
        "asked_back_twice",
        "OCA rma_sale_mrp",
        "5 kits of two parts sold; 4 are asked back, then more",
        {
            "delivered": 5.0,
            "authorised": 4.0,
            "offered then": 1.0,
            "takes two more": False,
            "takes one more": True,
            "offered at last": 0.0,
            "takes another": False,
        },
        asked_back_twice,
    ),
    Case(
        "at_the_dock",
        "OCA rma#307",
        "1 kit sold; it is received as a kit",
        {
            "refusal": "[BAD_REQUEST]",
            "received": 0.0,
            "refunded": 100.0,
            "left to invoice": 0.0,
        },
        at_the_dock,
    ),
)

if __name__ == "__main__":
    run.main(CASES, *sys.argv[1:])
