import hashlib
import re

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError

from ..guard import refuse

NEEDED = ("customer", "contract", "email")
PARAGRAPH = Markup("<p>%s</p>")


def _literal(text):
    """A text that stands for itself in a comparison without regard to case."""
    return re.sub(r"([%_\\\\])", r"\\\1", text.strip())


class ReturnsWithdrawer(models.AbstractModel):
    """Takes a withdrawal statement: kept and acknowledged first, then carried out.

    For the page of the shop. The statement counts whatever follows: where no return can
    be made of it by itself, a person is told, and the acknowledgement stands.
    """

    _name = "returns.withdrawer"
    _description = "Takes withdrawals"

    def _receive(self, statement):
        """Keep a statement, acknowledge it, and make the return that it asks for.

        :param dict statement: ``customer`` (name), ``contract`` (number of the order),
            ``email``; optional ``text``, ``company``, ``lines`` ((sale line, quantity)
            each; without: all that can still come back)
        :return: the ``returns.withdrawal``, with its return if one could be made
        :raise UserError: BAD_REQUEST where name, contract or address is missing
        """
        self._check(statement)
        # sudo: a consumer without an account states it; nothing is read for them
        taker = self.sudo()
        order = taker._find_order(statement)
        row = taker._keep(statement, order)
        taker._acknowledge(row)
        taker._carry_out(row, order, statement)
        return row.with_env(self.env)

    def _check(self, statement):
        """No more is asked than Art 11a(2) says; a reason least of all."""
        for key in NEEDED:
            if not (statement.get(key) or "").strip():
                refuse(
                    "BAD_REQUEST",
                    self.env._(
                        "A withdrawal names who withdraws, from which order, and the "
                        "e-mail address to acknowledge it to."
                    ),
                )

    def _company(self, statement):
        return statement.get("company") or self.env.company

    def _find_order(self, statement):
        """The order of that number, if the address is the one of its customer."""
        contract = _literal(statement["contract"])
        found = self.env["sale.order"].search(
            [
                ("company_id", "=", self._company(statement).id),
                "|",
                ("name", "=ilike", contract),
                ("client_order_ref", "=ilike", contract),
                ("partner_id.email", "=ilike", _literal(statement["email"])),
            ],
            limit=2,
        )
        return found if len(found) == 1 else found.browse()

    # --- keep -------------------------------------------------------------------------
    def _keep(self, statement, order):
        now = fields.Datetime.now()
        company = self._company(statement)
        number = self.env["ir.sequence"].with_company(company)
        vals = {
            "name": number.next_by_code("returns.withdrawal"),
            "company_id": company.id,
            "customer": statement["customer"].strip(),
            "contract": statement["contract"].strip(),
            "email": statement["email"].strip(),
            "text": (statement.get("text") or "").strip() or False,
            "received_at": now,
            "sale_order_id": order.id,
        }
        speaker = self.with_context(lang=order.partner_id.lang or self.env.lang)
        content = speaker._content(vals, company)
        raw = content.encode()
        row = self.env["returns.withdrawal"]._machine_create(
            [
                {
                    **vals,
                    "content": content,
                    "content_sha256": hashlib.sha256(raw).hexdigest(),
                }
            ]
        )
        file = self.env["ir.attachment"].create(
            {
                "name": f"{row.name}.txt".replace("/", "-"),
                "raw": raw,
                "mimetype": "text/plain",
                "res_model": row._name,
                "res_id": row.id,
            }
        )
        row._machine_write({"attachment_id": file.id})
        return row

    def _content(self, vals, company):
        """What the consumer stated, with date and time, as it is kept."""
        return "\n".join(
            [
                self.env._("Withdrawal from a contract"),
                "",
                self.env._("Number: %(value)s", value=vals["name"]),
                self.env._("Received: %(value)s UTC", value=vals["received_at"]),
                self.env._("Received by: %(value)s", value=company.name),
                self.env._("Name: %(value)s", value=vals["customer"]),
                self.env._("Contract: %(value)s", value=vals["contract"]),
                self.env._("Contact: %(value)s", value=vals["email"]),
                self.env._(
                    "Statement: %(value)s",
                    value=vals["text"] or self.env._("I withdraw from this contract."),
                ),
                "",
            ]
        )

    # --- acknowledge ------------------------------------------------------------------
    def _acknowledge(self, row):
        """Send it back on a durable medium (Art 11a(4)): an e-mail with the file."""
        order = row.sale_order_id
        speaker = self.with_context(lang=order.partner_id.lang or self.env.lang)
        mail = self.env["mail.mail"].create(
            {
                "subject": speaker.env._(
                    "We have received your withdrawal %(number)s", number=row.name
                ),
                "email_to": row.email,
                "email_from": row.company_id.email_formatted
                or self.env.user.email_formatted,
                "body_html": speaker._letter(row),
                "attachment_ids": [fields.Command.link(row.attachment_id.id)],
                "auto_delete": False,
                "model": row._name,
                "res_id": row.id,
            }
        )
        row._machine_write({"mail_id": mail.id})
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()

    def _letter(self, row):
        lines = Markup("<br/>").join(row.content.splitlines())
        return (
            PARAGRAPH
            % self.env._(
                "This confirms that we have received the following statement. The file "
                "that comes with it holds the same, word by word."
            )
            + PARAGRAPH % lines
            + PARAGRAPH
            % self.env._(
                "Fingerprint of the file (SHA-256): %(hash)s", hash=row.content_sha256
            )
        )

    # --- carry out --------------------------------------------------------------------
    def _carry_out(self, row, order, statement):
        """Make the return; where that fails, a person is told why."""
        why = self.env._(
            "%(number)s names the contract %(contract)s, of which no order with this "
            "e-mail address is known. Find the order and make the return as a "
            "withdrawal of %(day)s.",
            number=row.name,
            contract=row.contract,
            day=row.received_at.date(),
        )
        if order:
            try:
                with self.env.cr.savepoint():
                    back = self._submit(row, order, statement)
                    self.env.flush_all()
                row._machine_write({"order_id": back.id})
                return
            except UserError as refusal:
                self.env.invalidate_all()
                why = self.env._(
                    "%(number)s, order %(order)s: %(why)s",
                    number=row.name,
                    order=order.name,
                    why=self.env["returns.order"]._plain(refusal),
                )
        self.env["returns.exception"]._raise(
            [
                {
                    "code": "withdrawal_unmatched",
                    "company_id": row.company_id.id,
                    "cause": f"withdrawal {row.id}",
                    "note": why,
                }
            ]
        )

    def _submit(self, row, order, statement):
        channels = self.env["returns.channel"]
        lines = statement.get("lines") or self._all_that_can_come(order)
        if not lines:
            refuse(
                "QUANTITY_EXCEEDS_RETURNABLE",
                self.env._(
                    "nothing of it was delivered, or all of it comes back already. "
                    "Cancel what is not delivered yet."
                ),
            )
        request = {
            "company": order.company_id,
            "channel": order.returns_channel_id or channels.search([], limit=1),
            "partner": order.partner_id,
            "currency": order.currency_id,
            "warehouse": order.warehouse_id,
            "withdrawal": True,
            "requested_at": row.received_at,
            "source": "api",
            "lines": [
                {"sale_line": line, "quantity": quantity} for line, quantity in lines
            ],
        }
        step = self.env["returns.step.request"]
        return step._run(self.env["returns.order"], {"requests": [request]})

    def _all_that_can_come(self, order):
        goods = self.env["returns.api.lookup"]._goods(order)
        left = self.env["returns.api.intake"]._left(goods)
        return [
            (line, left[line])
            for line in goods
            if line.product_uom_id.compare(left[line], 0.0) > 0
        ]
