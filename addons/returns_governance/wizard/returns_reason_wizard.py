from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.inventory_states.patience import patient
from odoo.addons.inventory_states.wizard.inventory_dialog import once

# What a reason is asked for: the action, and the model whose records it is taken on.
STEPS_OF_ROWS = {
    "returns.receipt": "receive",
    "returns.inspection": "inspect",
    "returns.routing": "route",
    "returns.settlement": "settle",
}
# What can be done to which records.
KINDS = {
    "release": {"returns.order"},
    "override": {"returns.order"},
    "approve": {"returns.approval"},
    "refuse": {"returns.approval"},
    "close": {"returns.exception"},
    "unmatch": {"returns.exception"},
    "reopen": {"returns.order"},
    "ask": {"returns.order"},
    "correct": STEPS_OF_ROWS.keys(),
    "lift": {"returns.recall"},
    "appeal": {"returns.customer.list"},
    "uphold": {"returns.customer.list"},
    "overturn": {"returns.customer.list"},
}


class ReturnsReasonWizard(models.TransientModel):
    """Ask why, name the consequence, and go on.

    For what needs a person's words: releasing money by hand, deciding an approval,
    clearing an exception, putting a row right, opening a return again. Opened by an
    action with ``kind`` in the context; the records are those that it was opened on.
    Many are taken at once, with a result for each; one refusal stops no other.
    """

    _name = "returns.reason.wizard"
    _description = "Reason"
    _inherit = ["returns.dialog"]

    kind = fields.Char(required=True)
    question = fields.Text(compute="_compute_question")
    reason = fields.Text()
    result = fields.Text(readonly=True)
    # Of receipts that were booked on the wrong line.
    product_ids = fields.Many2many("product.product", compute="_compute_product_ids")
    line_id = fields.Many2one(
        "returns.order.line",
        "It belongs to",
        domain="[('product_id', 'in', product_ids), "
        "('case_state', 'in', ('authorised', 'closed', 'expired'))]",
        help="The line, of this return or another one, on which the goods are booked "
        "instead.",
    )

    @api.depends("kind")
    @api.depends_context("active_ids", "active_model")
    def _compute_product_ids(self):
        for dialog in self:
            rows = dialog._records()
            receipts = rows if rows._name == "returns.receipt" else False
            dialog.product_ids = receipts and receipts.product_id

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if not self._records():
            raise UserError(self.env._("There is nothing to decide here."))
        return values

    def _records(self):
        """The records that the dialog was opened on."""
        model = self.env.context.get("active_model")
        known = {
            "returns.order",
            "returns.approval",
            "returns.exception",
            *STEPS_OF_ROWS,
        }
        ids = self._context_ids()
        if model not in known or not ids:
            raise UserError(self.env._("Choose first what this is about."))
        records = self.env[model].browse(ids).exists()
        if self._kind() in ("approve", "refuse") and model == "returns.order":
            records = records.approval_ids.filtered(lambda row: row.state == "open")
        return records

    def _kind(self):
        return self.kind or self.env.context.get("default_kind")

    def _fits(self, records):
        """Whether what is asked can be done to these records."""
        return records._name in KINDS.get(self.kind, ())

    @api.depends("kind")
    @api.depends_context("active_ids", "active_model", "lang")
    def _compute_question(self):
        for dialog in self:
            records = dialog._records()
            dialog.question = (
                getattr(dialog, f"_question_{dialog.kind}")(records)
                if dialog._fits(records)
                else ""
            )

    def _question_release(self, orders):
        words = self.env["returns.words"]
        sums = ", ".join(
            words._money(order.currency_id, order.amount_due - order.amount_settled)
            for order in orders
        )
        return self.env._(
            "Release %(sums)s now, before the release rule is met? The credit note is "
            "made and the money goes back.",
            sums=sums,
        )

    def _question_override(self, orders):
        return self.env._(
            "Let %(names)s in although the policy refused it? It goes its way like "
            "any other return, and your reason stays in the audit trail.",
            names=", ".join(orders.mapped("name")),
        )

    def _question_approve(self, approvals):
        if len(approvals) > 1:
            return self.env._(
                "Approve these %(count)s? Each goes on by itself after its last "
                "approval:\n%(questions)s",
                count=len(approvals),
                questions="\n".join(approvals.mapped("question")),
            )
        return self.env._(
            "%(question)s Approved, it goes on by itself; refused, it does not.",
            question=approvals.question or "",
        )

    def _question_refuse(self, approvals):
        names = ", ".join(approvals.mapped("display_name"))
        if all(row.kind == "refund" for row in approvals):
            names = ", ".join(approvals.order_id.mapped("name"))
            return self.env._(
                "Refuse? %(names)s is rejected and nothing is taken back.", names=names
            )
        return self.env._("Refuse? What was asked is not done: %(names)s.", names=names)

    def _question_close(self, exceptions):
        return self.env._(
            "Clear %(names)s? Money that it holds may then go.",
            names=self._kinds_in_words(exceptions),
        )

    def _question_unmatch(self, exceptions):
        names = ", ".join(filter(None, exceptions.mapped("receipt_ref")))
        return self.env._(
            "Take the match of %(names)s back? Its goods leave the return, and the "
            "parcel waits again for the return that it belongs to.",
            names=names,
        )

    def _question_reopen(self, orders):
        return self.env._(
            "Open %(names)s again? What was done stays; the next step closes it again "
            "when nothing is left to do.",
            names=", ".join(orders.mapped("name")),
        )

    def _question_ask(self, orders):
        words = self.env["returns.words"]
        sums = ", ".join(
            words._money(order.currency_id, order.amount_due) for order in orders
        )
        return self.env._(
            "Ask once more for the approval of %(sums)s? It was refused; whoever "
            "decides reads your reason.",
            sums=sums,
        )

    def _question_correct(self, rows):
        told = {
            "returns.receipt": self.env._(
                "Take this receipt back? The goods leave the stock again; the row "
                "stays, and another one reverses it."
            ),
            "returns.inspection": self.env._(
                "Take this finding back? The goods return to inspection, to be graded "
                "anew, and a refund for them is credited back."
            ),
            "returns.routing": self.env._(
                "Take this routing back? The goods return to inspection until a person "
                "chooses their place."
            ),
            "returns.settlement": self.env._(
                "Take this refund back? A document in the opposite direction is made."
            ),
        }
        return told[rows._name]

    def _title(self):
        """What the dialog does, over the results of many."""
        name = f"returns_governance.returns_reason_wizard_action_{self.kind}"
        # sudo: the name of a window is no secret
        action = self.env.ref(name, raise_if_not_found=False)
        return action.sudo().name if action else self.env._("Results")

    # --- go on ------------------------------------------------------------------------
    @patient
    def action_refuse(self):
        """Refuse what could be approved."""
        self.kind = "refuse"
        return self.action_confirm()

    @once
    def action_confirm(self):
        """Do it, with the reason."""
        records = self._records()
        if len(records) == 1 or self.kind == "correct":
            told = self._do(records)
            if isinstance(told, dict):  # what there is to say instead
                self._end()
                return told
            return self._done(self.env._("Done."))
        bulk = self.env["returns.bulk"]
        results = bulk._run(records, self._do)
        self.result = "\n".join(
            f"{bulk._name_of(record)}: {why}" for record, why in results.items() if why
        )
        self._end()
        return bulk._show(self._title(), results)

    def _do(self, records):
        if not self._fits(records):
            raise UserError(self.env._("Choose first what this is about."))
        work = getattr(self, f"_do_{self.kind}")
        return self._in_plain_words(lambda: work(records))

    def _do_release(self, orders):
        return orders.action_release(self.reason)

    def _do_override(self, orders):
        reasons = {order.id: self.reason for order in orders}
        return self.env["returns.step.override"]._run(orders, reasons)

    def _do_approve(self, approvals):
        return approvals.action_approve(self.reason)

    def _do_refuse(self, approvals):
        return approvals.action_refuse(self.reason)

    def _do_close(self, exceptions):
        return exceptions.action_close(self.reason)

    def _do_unmatch(self, exceptions):
        step = self.env["returns.step.receive"]
        for exception in exceptions:
            step._unmatch(exception, self.reason)

    def _do_reopen(self, orders):
        reasons = {order.id: self.reason for order in orders}
        return self.env["returns.step.reopen"]._run(orders, reasons)

    def _do_ask(self, orders):
        return self.env["returns.step.authorise"]._ask_by_hand(orders, self.reason)

    def _do_correct(self, rows):
        step = self.env[f"returns.step.{STEPS_OF_ROWS[rows._name]}"]
        if self.line_id:
            return step._reassign(rows, self.line_id, self.reason)
        return step._reverse(rows, self.reason)
