"""The story goes on: a hat for each of the ways that a return can take beside."""

from datetime import timedelta

from odoo.fields import Command

from accounting.story import PRICE, Step

COST, HAT = 10.0, 50.0
DAYS = 14
#: sold at once, one for each of the ways below that begins with a hat
HATS = 9


def _sell(story, product, price, **line):
    line.setdefault("tax_ids", story.tax.ids)
    return story.shop.sell(product, 1, price_unit=price, **line)


def _ask(story, line=None, **wish):
    """The next hat, or what was sold on a line, is asked back."""
    return story.way.ask(line or story.hats.pop(), story.offers.channel, **wish)


def _come(story, line=None, condition="A", disposition=None, **wish):
    """It comes, and is inspected; (Back, the return)."""
    back = _ask(story, line, **wish)
    story.way.arrive(back)
    story.way.find(back, [(1, condition, disposition)])
    return back.record


def _user(story, record):
    return record.with_user(story.way.orders.env.user)


def _credit_of(record):
    rows = record.settlement_ids.filtered(lambda row: row.kind == "credit_note")
    return rows.move_id


def _as_shop(story, product):
    """Goods are valued in the other company as here."""
    categ = product.categ_id.with_company(story.sister)
    categ.property_valuation = story.shop.valuation
    categ.property_cost_method = "average"


# --- bought and sold ------------------------------------------------------------------
def buy_hats(story):
    """Thirty at 10."""
    story.hat = story.shop.product(list_price=HAT, taxes_id=story.tax.ids)
    story.goods |= story.hat
    story._buy(story.hat, 30, COST)


def sell_hats(story):
    """One order for each of the next events, and a shirt."""
    story.hats = []
    for _number in range(HATS):
        line = _sell(story, story.hat, HAT)
        story.shop.ship(line)
        story.hats.append(line)
    story.dear = _sell(story, story.shirt, PRICE)
    story.shop.ship(story.dear)


# --- other goods ----------------------------------------------------------------------
def exchange_cheaper(story):
    """The shirt is exchanged for a hat, which is sent."""
    story.offers.publish_exchange()
    story.swapped = _come(
        story, story.dear, resolution="exchange", exchange_sku=story.hat.default_code
    )
    story.shop.deliver(story.swapped.exchange_ids.sale_line_id)


def pay_swapped(story):
    """What the hat costs less."""
    story.shop.pay(_credit_of(story.swapped))


def charge(story):
    """A hat is sent ahead, and after 14 days nothing has come for it."""
    story.offers.publish_charged(DAYS)
    line = story.hats.pop()
    story.ahead = _ask(story, line, resolution="replacement")
    story.shop.deliver(line)


def day_n(story):
    """The day comes."""
    story.shop.clock.tick(timedelta(days=DAYS + 1))
    story.env["returns.exchange"]._cron_unreturned()
    story.shop.pay(story.ahead.record.exchange_ids.charge_move_id)


def comes_after_all(story):
    """The old hat comes, and the charge goes back."""
    story.way.arrive(story.ahead)
    story.way.find(story.ahead, [(1, "A", None)])
    story.shop.pay(_credit_of(story.ahead.record))


# --- no goods, or no money ------------------------------------------------------------
def keep(story):
    """The customer keeps the hat."""
    story.offers.publish(returnless="yes")
    story.shop.pay(_credit_of(_ask(story).record))


def goodwill(story):
    """Finance gives 10 and the tax for a scratch; nothing comes back."""
    invoice = story.hats.pop().invoice_lines.move_id
    wizard = story.env["account.move.reversal"].with_context(
        active_model="account.move", active_ids=invoice.ids
    )
    wizard = wizard.create({"journal_id": invoice.journal_id.id})
    credit = story.env["account.move"].browse(wizard.refund_moves()["res_id"])
    credit.invoice_line_ids.price_unit = 10.0
    credit = _user(story, credit)
    credit.returns_credit_kind = "goodwill"
    credit.action_post()
    story.shop.pay(credit)


def channel_paid(story):
    """The marketplace has paid the customer itself."""
    story.offers.publish()
    back = _ask(story)
    story.way.arrive(back)
    story.env["returns.automation"].search(
        [("code", "=", "refund_on_inspection")]
    ).active = False
    story.way.find(back, [(1, "A", None)])
    story.way.settle(back, 60.0)
    story.env["returns.automation"].with_context(active_test=False).search(
        [("code", "=", "refund_on_inspection")]
    ).active = True
    story.paid_there = back.record.settlement_ids.move_id


def channel_settles(story):
    """It takes the money off what it owes the shop."""
    items = story.paid_there.line_ids
    receivable = items.filtered(lambda x: x.account_type == "asset_receivable")
    outstanding = story.env["account.account"].search([("code", "=", "101499")])
    entry = story.env["account.move"].create(
        {
            "move_type": "entry",
            "ref": "Channel's report",
            "line_ids": [
                Command.create(
                    {
                        "account_id": account.id,
                        "partner_id": receivable.partner_id.id,
                        "balance": sign * 60.0,
                    }
                )
                for account, sign in ((receivable.account_id, 1), (outstanding, -1))
            ],
        }
    )
    entry.action_post()
    mine = entry.line_ids.filtered(lambda x: x.account_id == receivable.account_id)
    (mine | receivable).reconcile()


def unbilled(story):
    """A hat that was delivered and not invoiced yet comes back."""
    line = _sell(story, story.hat, HAT)
    story.shop.deliver(line)
    _come(story, line)


def unbilled_fee(story):
    """So does another, and its label is charged."""
    story.offers.publish_fee()
    line = _sell(story, story.hat, HAT)
    story.shop.deliver(line)
    _come(story, line)
    story.shop.pay(story.shop.invoice(line))


def prepaid_credit(story):
    """One was paid before its invoice; its customer wants store credit."""
    story.shop.company.returns_payment_proof = "booked"
    story.offers.publish_credit()
    line = _sell(story, story.hat, HAT)
    story.offers.receive_ahead(line.order_id)
    story.shop.deliver(line)
    _come(story, line, resolution="store_credit")


# --- repaired -------------------------------------------------------------------------
def repair(story):
    """One is repaired and sent back."""
    story.offers.publish(offer_repair=True)
    record = _come(story, resolution="repair", reason="defective")
    action = record.action_repaired()
    wizard = story.env[action["res_model"]].with_context(**action["context"])
    wizard.create({"reason": "A new ribbon"}).action_confirm()
    picking = record.routing_ids.delivery_move_ids.picking_id
    for move in picking.move_ids:
        move.quantity = move.product_uom_qty
        move.picked = True
    picking.with_context(skip_backorder=True).button_validate()


def refund_instead(story):
    """Another cannot be repaired: the customer is paid back."""
    record = _come(story, resolution="repair", reason="defective")
    action = _user(story, record).action_switch_repair()
    wizard = story.env[action["res_model"]].with_context(**action["context"])
    wizard = wizard.with_user(story.way.orders.env.user)
    wizard.create(
        {"resolution": "refund", "reason": "No ribbon to be had"}
    ).action_confirm()
    story.shop.pay(_credit_of(record))


# --- cards ----------------------------------------------------------------------------
def give_bonus(story):
    """Store credit with its bonus."""
    story.offers.publish_credit()
    story.given = _come(story, resolution="store_credit")


def bonus_back(story):
    """It is taken back the same day, and the hat goes back."""
    rows = story.given.settlement_ids.filtered(lambda row: row.kind == "credit_note")
    step = _user(story, story.env["returns.step.settle"])
    step._reverse(_user(story, rows), "Given twice")
    there = story.env.ref("stock.stock_location_customers")
    story.move(story.shop.warehouse.lot_stock_id, there, 1.0, story.hat)._action_done()


def sell_card(story):
    """A gift card of 20 is sold and paid."""
    story.gifts = story.offers.gift_cards()
    product = story.gifts.trigger_product_ids[:1]
    line = _sell(story, product, 20.0, tax_ids=[])
    story.card = story.env["loyalty.card"].search(
        [("program_id", "=", story.gifts.id)], limit=1
    )
    story.shop.pay(story.shop.invoice(line))


def spend_card(story):
    """A hat is paid with it, and the rest with money."""
    story.mixed = _sell(story, story.hat, HAT)
    order = story.mixed.order_id
    order._try_apply_code(story.card.code)
    order._apply_program_reward(story.gifts.reward_ids, story.card)
    story.shop.ship(story.mixed)


def split(story):
    """It comes back: each gets its part."""
    story.offers.publish()
    record = _come(story, story.mixed)
    story.send_to_card(record)
    story.shop.pay(_credit_of(record))


# --- on to others ---------------------------------------------------------------------
def to_vendor(story):
    """A faulty one is refunded and goes back to the mill."""
    record = _come(story, condition="D", disposition="return_to_vendor")
    story.shop.pay(_credit_of(record))
    supplier = story.env.ref("stock.stock_location_suppliers")
    bought = story.env["purchase.order.line"].search(
        [("product_id", "=", story.hat.id)]
    )
    story.bought = bought
    move = story.move(
        record.routing_ids.move_id.location_dest_id, supplier, 1.0, story.hat
    )
    move.write(
        {
            "purchase_line_id": bought.id,
            "origin_returned_move_id": bought.move_ids[:1].id,
        }
    )
    move._action_done()


def vendor_credits(story):
    """The mill credits the 10.00."""
    refund = story.bought.invoice_lines.move_id._reverse_moves(
        [{"invoice_date": story.shop.today()}]
    )
    refund.invoice_line_ids.write({"quantity": 1.0, "price_unit": COST})
    refund.action_post()


def hand_over(story):
    """A hat that came back is worth more in the other company's shop."""
    _as_shop(story, story.hat)
    record = _come(story)
    story.shop.pay(_credit_of(record))
    node = story.shop.warehouse
    node.write(
        {
            "returns_owner_warehouse_id": story.there.id,
            "returns_transfer_percent": 120.0,
        }
    )
    listed = _user(story, story.env["returns.handover"]).create(
        {"warehouse_id": node.id}
    )
    others = listed.line_ids.filtered(lambda line: line.order_id != record)
    others.unlink()
    listed.action_confirm()
    story.handed = listed


def hand_back(story):
    """It was wrong, and everything comes back."""
    story.handed.action_reverse()


# --- taxes and currencies -------------------------------------------------------------
def sell_on_payment(story):
    """A hat whose tax is due when it is paid."""
    story.on_payment = _sell(
        story, story.hat, HAT, tax_ids=story.offers.tax_on_payment().ids
    )
    story.shop.ship(story.on_payment)


def refund_on_payment(story):
    """It comes back."""
    story.shop.pay(_credit_of(_come(story, story.on_payment)))


def sell_in_euro(story):
    """For 50 euro and tax, of 2 dollars each."""
    story.abroad = story.offers.sell_in_euro(story.hat, HAT, 2.0)
    story.shop.ship(story.abroad)


def refund_in_euro(story):
    """The euro has fallen to 1.25 when it comes back."""
    story.offers.set_rate(1.25)
    story.shop.pay(_credit_of(_come(story, story.abroad)))


def close(story):
    """The closing."""
    story.close()


STEPS = (
    Step(
        "Hats bought",
        "Thirty hats come in at 10.00, for the ways that follow.",
        buy_hats,
    ),
    Step(
        "Nine hats and a shirt sold and paid",
        "Nine hats for 50.00 and tax each, and a shirt for 100.00 and tax, in ten "
        "orders. Each of the next events is about one of them.",
        sell_hats,
    ),
    Step(
        "Exchange for cheaper goods",
        "The shirt comes back for a hat. The bill of the hat uses 60.00 of the credit "
        "note of 120.00; what is left is open on the credit note, and nowhere else.",
        exchange_cheaper,
    ),
    Step(
        "Difference paid out",
        "The customer gets what the hat costs less.",
        pay_swapped,
    ),
    Step(
        "Replacement sent ahead, to be charged",
        "As in 29, under a policy that charges what does not come back by day 14.",
        charge,
    ),
    Step(
        "Charged by day 14, and paid",
        "Nothing has come. An invoice of the order bills the replacement at the price "
        "that was paid for the old hat, once. It books the cost of goods sold, so the "
        "entry of the replacement's cost is taken back by another.",
        day_n,
    ),
    Step(
        "The goods come after all, and the charge goes back",
        "As in any refund: the credit note gives back what was charged, with its tax "
        "and the cost of the goods.",
        comes_after_all,
    ),
    Step(
        "Refund without the goods",
        "Within the limits of the policy the customer keeps the hat. The credit note "
        "takes back revenue and tax. The cost of goods sold stays, since nothing "
        "comes back.",
        keep,
    ),
    Step(
        "Goodwill",
        "Finance credits 10.00 and its tax for a scratch, in Odoo's own dialog. It is "
        "bounded by what was paid and lowers what a later return gives back; no goods "
        "are expected, and no cost is taken back.",
        goodwill,
    ),
    Step(
        "Paid by the channel itself",
        "A marketplace has paid its customer, and says so over the API. The credit "
        "note is made as ever and never paid again; it stays open until the "
        "marketplace takes the money off what it owes.",
        channel_paid,
    ),
    Step(
        "The channel's report is booked",
        "Finance books the deduction (here by an entry, else with the bank statement) "
        "against the credit note.",
        channel_settles,
    ),
    Step(
        "Returned before it was invoiced",
        "One more hat is delivered and comes back before its order is invoiced. "
        "Nothing was billed: there is nothing to credit, and less to invoice.",
        unbilled,
    ),
    Step(
        "Returned before it was invoiced, less a fee",
        "Nothing is credited here either, so that the fee of 5.00 and its 10 % tax "
        "stand on the order, which bills them; the customer pays.",
        unbilled_fee,
    ),
    Step(
        "Paid in advance, and given back as store credit",
        "The customer paid 60.00 for a hat, which was delivered and never invoiced. "
        "There is no revenue to take back: the payment itself becomes store credit, "
        "and 6.00 of bonus are added.",
        prepaid_credit,
    ),
    Step(
        "Repaired and sent back",
        "A hat that comes for repair stays the customer's: no value, no credit, no "
        "entry; its work and parts are costs of the house as they are elsewhere.",
        repair,
    ),
    Step(
        "Refund instead of a repair",
        "Another cannot be repaired. It becomes the company's at the 10.00 at which "
        "it had left, and the refund is booked as any other.",
        refund_instead,
    ),
    Step(
        "Store credit with a bonus, by mistake",
        "60.00 and 6.00 of bonus, as in 19.",
        give_bonus,
    ),
    Step(
        "Store credit taken back with its bonus",
        "The counter-document has the lines of the credit note the other way round, "
        "and an entry lowers what is owed by credit and bonus. What the customer had "
        "spent already would stay open on the counter-document. The hat is sent back.",
        bonus_back,
    ),
    Step(
        "Gift card sold",
        "What a gift card is sold for is no revenue: it is owed until it is spent, on "
        "the account of its product.",
        sell_card,
    ),
    Step(
        "Paid with a gift card and money",
        "A hat for 60.00: the card pays 20.00 of it, as a line of the invoice, and "
        "money the other 40.00.",
        spend_card,
    ),
    Step(
        "Split refund",
        "The credit note is for the hat in full. The card gets its 20.00 back by an "
        "entry, on the account where the invoice had taken them from; 40.00 go out.",
        split,
    ),
    Step(
        "Refunded, and sent to the vendor",
        "A faulty hat is refunded and goes back to the mill. Sending it books nothing; "
        "its value leaves the shelf. Where it was written down, the allowance is "
        "reversed as in 16.",
        to_vendor,
    ),
    Step(
        "Vendor's credit",
        "The mill credits the 10.00, as Odoo books it: on the stock account with "
        "perpetual valuation, else as an expense less. Where it credits another "
        "amount, the difference comes with the closing. Credit and cost are two rows "
        "of the profit and loss of the return.",
        vendor_credits,
    ),
    Step(
        "Refunded, and handed over to another company",
        "Company A sold the hat and takes it back; company B, of the same owner, sells "
        "it on. A invoices 120 % of what it cost: 12.00; B has the bill. Both ledgers "
        "balance, and each company has the value that it paid.",
        hand_over,
    ),
    Step(
        "Taken back from the other company",
        "*Take back* returns goods and documents together: A has the hat again at "
        "10.00, and nothing is left with B. Each pair of documents is reconciled.",
        hand_back,
    ),
    Step(
        "Sold with a tax that is due on payment",
        "Until the customer pays, the tax waits on an account of its own; the payment "
        "brings it to the tax office's, by an entry of Odoo's.",
        sell_on_payment,
    ),
    Step(
        "Refund of a tax that is due on payment",
        "The credit note takes the tax off the waiting account, and the payout brings "
        "it back from the tax office's: it ends where it began.",
        refund_on_payment,
    ),
    Step(
        "Sold in another currency",
        "50.00 euro and tax, at 2.00 dollars for a euro: 120.00 dollars are paid.",
        sell_in_euro,
    ),
    Step(
        "Refund at another rate",
        "A euro is 1.25 dollars now. The credit note has the rate of its invoice, so "
        "revenue and tax go back as they came; 60.00 euro cost 75.00 dollars, and the "
        "difference is where Odoo puts exchange differences.",
        refund_in_euro,
    ),
    Step(
        "Closing of the third month",
        "Perpetual valuation has nothing to correct. Periodic valuation finds what "
        "went and came since, as in 31.",
        close,
    ),
)
