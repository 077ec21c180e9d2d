"""The twelve golden cases: source, what is given, what must come out, and the story.

Each story is told once, to a shop and a way (see `shop.py` and `ways.py`), and returns
the figures by name. A case with variants tells each of them.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """A public bug of Odoo or of a returns module, as figures."""

    key: str
    source: str
    given: str
    must: dict
    tell: Callable


def lots_of_one_move(shop, way):
    """Two lots leave in one move, units of one come back."""
    product = shop.product(method="fifo", tracking="lot", lot_valuated=True)
    lot_a = shop.buy(product, 15, 100.0, lot="A")
    lot_b = shop.buy(product, 5, 200.0, lot="B")
    line = shop.sell(product, 20)
    left = shop.deliver(line, lots=[(15, lot_a), (5, lot_b)])
    shop.invoice(line)
    back = way.announce(line, 10)
    way.arrive(back, 10, lot=lot_a)
    return {
        "value of the return": sum(shop.came_back(left).mapped("value")),
        "cost of lot A": lot_a.standard_price,
    }


def return_of_the_return(shop, way):
    """Sold, returned and credited, sent again, and invoiced at another cost."""
    product = shop.product(cost=10.0)
    shop.stock(product, 1)
    line = shop.sell(product, 1)
    shop.ship(line)
    back = way.announce(line, 1)
    way.arrive(back)
    way.credit(back)
    way.send_again(back)
    shop.set_cost(product, 100.0)
    return {"cost of goods sold": shop.cost_of_goods(shop.invoice(line))}


def credit_before_the_return(shop, way):
    """The credit note is posted before anything came back, at another cost."""
    product = shop.product(cost=10.0)
    shop.stock(product, 2)
    line = shop.sell(product, 2)
    shop.ship(line)
    shop.set_cost(product, 20.0)
    back = way.announce(line, 2)
    return {"cost relieved": -shop.cost_of_goods(way.credit_early(back))}


def cost_changed_before_the_credit(shop, way):
    """Average cost: it changes between the return and the credit note."""
    figures = {}
    for more, words in ((0, "nothing left in stock"), (8, "more in stock")):
        product = shop.product(cost=10.0)
        shop.stock(product, 2 + more)
        line = shop.sell(product, 2)
        shop.ship(line)
        back = way.announce(line, 1)
        way.arrive(back)
        shop.set_cost(product, 15.0)
        credit = way.credit(back, from_order=True)
        figures[words] = -shop.cost_of_goods(credit)
    figures["FIFO, the second of three"] = second_of_three(shop, way)
    return figures


def second_of_three(shop, way):
    """FIFO: three units of different cost leave one by one; the second comes back.

    Its number tells that it is the second one.
    """
    product = shop.product(method="fifo", tracking="serial")
    units = [
        shop.buy(product, 1, price, lot=f"No. {price:g}") for price in (10, 20, 60)
    ]
    line = shop.sell(product, 3)
    for unit in units:
        shop.deliver(line, lots=[(1, unit)])
    shop.invoice(line)
    back = way.choose_delivery(line, 2, 1)
    way.arrive(back, 1, lot=units[1])
    return -shop.cost_of_goods(way.credit(back))


def packs_of_six(shop, way):
    """Sold in packs, invoiced, and one pack comes back as six units."""
    unit = shop.env.ref("uom.product_uom_unit")
    pack = shop.env["uom.uom"].create(
        {"name": "Pack of 6", "relative_factor": 6, "relative_uom_id": unit.id}
    )
    product = shop.product(cost=1.0, method="standard")
    shop.stock(product, 12)
    line = shop.sell(product, 2, product_uom_id=pack.id)
    shop.ship(line)
    back = way.announce(line, 1)
    way.arrive(back, 6)
    credit = way.credit(back, from_order=True)
    return {"cost relieved": -shop.cost_of_goods(credit)}


def not_for_sale(shop, way):
    """Goods lie in the warehouse in a place that nobody sells from."""
    product = shop.product(cost=10.0)
    shop.stock(product, 50, way.quarantine())
    return {
        "on hand": product.qty_available,
        "available": product.free_qty,
        "forecast": product.virtual_available,
    }


def discounted_line(shop, way):
    """One of three units comes back of a line sold at 15 % off, with tax."""
    tax = shop.env["account.tax"].create(
        {
            "name": "Golden 20%",
            "amount": 20.0,
            "amount_type": "percent",
            "type_tax_use": "sale",
        }
    )
    product = shop.product(cost=10.0)
    shop.stock(product, 3)
    line = shop.sell(product, 3, discount=15.0, tax_ids=tax.ids)
    shop.ship(line)
    back = way.announce(line, 1)
    way.arrive(back)
    credit = way.credit(back)
    return {"net": credit.amount_untaxed, "with tax": credit.amount_total}


def offered_again(shop, way):
    """After a part came back the dialog is opened once more."""
    product = shop.product(cost=10.0)
    shop.stock(product, 5)
    line = shop.sell(product, 5)
    shop.ship(line)
    back = way.announce(line, 2)
    way.arrive(back)
    return {"offered": way.offered(line), "takes five more": way.takes(line, 5)}


def one_of_two_arrives(shop, way):
    """Two units are announced in one parcel, and one is in it."""
    product = shop.product(cost=10.0)
    shop.stock(product, 2)
    line = shop.sell(product, 2)
    shop.ship(line)
    back = way.announce(line, 2)
    way.arrive(back, 1)
    first = way.still_open(back)
    way.arrive(back, 1)
    return {"still open": first, "open after the second": way.still_open(back)}


def state_of_the_whole(shop, way):
    """A return whose lines are all cancelled; one whose lines all wait."""
    product = shop.product(cost=10.0)
    shop.stock(product, 20)
    line = shop.sell(product, 20)
    shop.ship(line)
    waiting = way.announce(line, 10)
    kept = way.announce(line, 2)
    way.cancel(kept)
    return {
        "all lines cancelled": way.case_of(kept),
        "all lines wait for approval": way.case_of(waiting),
    }


def left_to_invoice(shop, way):
    """What an order still bills after a refund, three ways."""
    figures = {}
    line = _credited(shop, way, {})
    figures["refund without receipt"] = _left(line)
    line = _credited(shop, way, {}, arrive=True)
    figures["refund before receipt"] = _left(line)
    line = _credited(shop, way, {"invoice_policy": "order"}, first=True)
    figures["invoiced by ordered quantity"] = _left(line)
    return figures


def _credited(shop, way, values, arrive=False, first=False):
    product = shop.product(cost=10.0, **values)
    shop.stock(product, 1)
    line = shop.sell(product, 1)
    shop.ship(line)
    back = way.announce(line, 1)
    if first:
        way.arrive(back)
        way.credit(back)
        return line
    way.credit_early(back)
    if arrive:
        way.arrive(back)
    return line


def _left(line):
    status = line.order_id.invoice_status
    return f"{line.qty_to_invoice:g}, {'bills' if status == 'to invoice' else 'done'}"


def unpaid_or_not_invoiced(shop, way):
    """A return before the customer paid, and one before the invoice."""
    product = shop.product(cost=10.0)
    shop.stock(product, 4)
    line = shop.sell(product, 2)
    shop.deliver(line)
    invoice = shop.invoice(line)
    back = way.announce(line, 1)
    way.arrive(back)
    credit = way.credit(back)
    figures = {
        "unpaid: credit": credit.amount_total,
        "unpaid: still to pay": invoice.amount_residual,
        "unpaid: paid out": way.paid_out(back),
    }
    line = shop.sell(product, 2)
    shop.deliver(line)
    back = way.announce(line, 1)
    way.arrive(back)
    if way.name == "governed":
        way.credit(back)  # the finding; the bare way has nothing to do here
    figures["not invoiced: left to invoice"] = line.qty_to_invoice
    invoice = shop.invoice(line)
    figures["not invoiced: billed"] = invoice.amount_total
    figures["not invoiced: credit notes"] = len(line.order_id.invoice_ids - invoice)
    return figures


CASES = (
    Case(
        "lots_of_one_move",
        "odoo#287379",
        "FIFO, valued by lot: 15 at 100 of lot A and 5 at 200 of lot B leave in one "
        "move; 10 of A come back",
        {"value of the return": 1000.0, "cost of lot A": 100.0},
        lots_of_one_move,
    ),
    Case(
        "return_of_the_return",
        "odoo#282893",
        "average cost 10; invoice, return, credit note, return of the return, cost "
        "100, invoice",
        {"cost of goods sold": 100.0},
        return_of_the_return,
    ),
    Case(
        "credit_before_the_return",
        "odoo#276926",
        "average cost 10, 2 invoiced, cost 20, credit note before the return",
        {"cost relieved": 20.0},
        credit_before_the_return,
    ),
    Case(
        "cost_changed_before_the_credit",
        "odoo#259630",
        "average cost 10, 2 sold, 1 comes back, cost 15 before the credit note; FIFO "
        "10, 20 and 60, the second comes back",
        {
            "nothing left in stock": 10.0,
            "more in stock": 10.0,
            "FIFO, the second of three": 20.0,
        },
        cost_changed_before_the_credit,
    ),
    Case(
        "packs_of_six",
        "odoo#250154",
        "standard cost 1, 2 packs of 6 sold and invoiced, 6 units come back",
        {"cost relieved": 6.0},
        packs_of_six,
    ),
    Case(
        "not_for_sale",
        "odoo#68044",
        "50 pieces in a not-for-sale place inside the warehouse",
        {"on hand": 50.0, "available": 0.0, "forecast": 0.0},
        not_for_sale,
    ),
    Case(
        "discounted_line",
        "OCA/rma#289",
        "3 at 100 less 15 %, tax 20 %; 1 comes back",
        {"net": 85.0, "with tax": 102.0},
        discounted_line,
    ),
    Case(
        "offered_again",
        "OCA/rma#418",
        "5 sold, 2 came back, the dialog is opened again",
        {"offered": 3.0, "takes five more": False},
        offered_again,
    ),
    Case(
        "one_of_two_arrives",
        "OCA/rma#629",
        "2 announced in one parcel, 1 arrives, then the other",
        {"still open": 1.0, "open after the second": 0.0},
        one_of_two_arrives,
    ),
    Case(
        "state_of_the_whole",
        "ForgeFlow order state",
        "a return with all lines cancelled; one of 1,000 that waits for approval",
        {
            "all lines cancelled": "cancelled",
            "all lines wait for approval": "waiting",
        },
        state_of_the_whole,
    ),
    Case(
        "left_to_invoice",
        "core's order line",
        "1 sold, delivered, paid and refunded",
        {
            "refund without receipt": "0, done",
            "refund before receipt": "0, done",
            "invoiced by ordered quantity": "0, done",
        },
        left_to_invoice,
    ),
    Case(
        "unpaid_or_not_invoiced",
        "unpaid or not yet invoiced",
        "2 sold at 100, 1 comes back: before the payment; before the invoice",
        {
            "unpaid: credit": 100.0,
            "unpaid: still to pay": 100.0,
            "unpaid: paid out": 0.0,
            "not invoiced: left to invoice": 1.0,
            "not invoiced: billed": 100.0,
            "not invoiced: credit notes": 0,
        },
        unpaid_or_not_invoiced,
    ),
)
