"""What is done: the whole life of a return, one step per file, in order.

=  ===============  ===========================  =====================================
#  file             appends                      asks the engine
=  ===============  ===========================  =====================================
1  request.py       returns.order and its lines  -
2  authorise.py     returns.decision             eligibility
3  label.py         returns.parcel               - (role carrier, by the outbox)
4  receive.py       returns.receipt              matching
5  inspect.py       returns.inspection           -
6  route.py         returns.routing              disposition
7  settle.py        returns.settlement           release, refund
=  ===============  ===========================  =====================================

``rematch.py`` books goods on the line to which they belong, ``route_on.py`` sends
routed goods on to another disposition, ``cancel.py`` takes back what was asked,
``override.py`` lets in what was refused, ``reopen.py`` opens a closed return,
``inspect_answers.py`` reads what a checklist asks.
``write_down.py`` books what routed goods are worth less than they cost, and
``write_down_goods.py`` takes it back as they leave; ``write_down_again.py`` lets it
follow what they cost and bring later.
``exchange.py`` holds, sends and frees what goes out for a return, with its bill in
``exchange_bill.py`` and its place in the steps in ``exchange_steps.py``;
``unreturned.py`` charges what was sent ahead and for which nothing came,
``returnless.py`` lets the customer keep the goods.
``repair.py`` keeps goods for repair the customer's in each step, ``repair_end.py`` says
how it ended, ``send_back.py`` delivers them, ``repair_switch.py`` gives something else.
``returnless.py`` lets the customer keep the goods, and ``replacement_cost.py`` books
what goes out for nothing.
``repair.py`` ends the repair of goods that stay the customer's, ``send_back.py``
delivers them, ``repair_switch.py`` gives another resolution instead.
``join.py`` lets Odoo's own buttons join a return or ask for one, and
``receive_transfer.py`` takes what Odoo's own transfer brings in as its receipt.
``replay.py`` asks another policy about past returns and writes nothing.
``settle_foreign.py`` and ``settle_foreign_paid.py`` know invoices in another currency
than their order.
``settle_taken_back.py`` says what of a credit that was taken back has come in.
``settle_prepaid.py`` gives back what was paid before an invoice,
``settle_prepaid_pay.py`` pays it, ``settle_prepaid_back.py`` follows what is billed
again, and ``settle_written_off.py`` takes discounts back. ``settle_fees.py`` takes fees
off, ``settle_fees_order.py`` bills those of goods that were never billed.
``settle_payout.py`` sends money back, ``settle_hand.py`` pays it by hand and
``settle_outcome.py`` takes what others say of a payout.
``approve.py`` goes on after an answer; ``route_authority.py`` and
``settle_authority.py`` ask for one.
``advance.py`` runs once after the outermost step and does whatever the pinned policy
makes due by itself. ``terms.py`` acts on what a decision gives beside the permission,
``goods.py`` makes the stock moves, ``origins.py`` finds the
deliveries and lots behind them. ``step.py`` is the common base, with the one door
through which a case changes its state. A step is an AbstractModel
(``returns.step.<verb>``) that bridges extend by ``_inherit``; its methods are private,
so nothing in here can be called from outside.
"""

from . import (
    step,
    terms,
    goods,
    origins,
    request,
    authorise,
    label,
    receive,
    receive_transfer,
    rematch,
    inspect,
    inspect_answers,
    route,
    route_on,
    route_authority,
    settle,
    settle_preview,
    settle_law,
    settle_paid,
    settle_paid_credits,
    settle_foreign_paid,
    settle_paid_down,
    settle_discounts,
    settle_worth,
    settle_fees,
    settle_credit,
    settle_credit_extra,
    settle_fees_order,
    settle_prepaid,
    settle_post,
    settle_payout,
    settle_hand,
    settle_correct,
    settle_authority,
    approve,
    settle_outcome,
    settle_prepaid_back,
    settle_prepaid_pay,
    settle_written_off,
    settle_written_off_down,
    settle_currency,
    settle_prepaid_currency,
    settle_taken_back,
    cancel,
    override,
    reopen,
    advance,
    replay,
    law_authorise,
    law_route,
    recall,
    withdraw,
    rollout,
    write_down,
    write_down_goods,
    write_down_again,
    route_write_down,
    exchange,
    exchange_bill,
    exchange_steps,
    request_preview,
    returnless,
    unreturned,
    replacement_cost,
    join,
    repair,
    repair_end,
    send_back,
    repair_switch,
)
