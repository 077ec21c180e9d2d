from odoo import api, fields, models

from ...guard import refuse

# What clears an exception: the buttons that a type can name, in its ``actions``. Each
# ``key`` opens what is there already (``_clear_by_<key>``); none is a way of its own.
ACTIONS = (
    "receive",
    "inspect",
    "route",
    "cancel",
    "correct",
    "match",
    "scan",
    "decide",
    "release",
    "retry",
    "document",
    "transaction",
    "refunds",
    "withdrawal",
    "payout",
    "repair",
)


class ReturnsException(models.Model):
    """The buttons that clear an exception, by its type.

    They open the step, the dialog or the document where the cause is put right, with
    the rights and the checks of that place. When the cause is gone, the exception
    closes itself.
    """

    _inherit = "returns.exception"

    type_id = fields.Many2one(
        "returns.exception.type", "Type", compute="_compute_type_id"
    )
    advice = fields.Text(compute="_compute_type_id")
    checked = fields.Text("What is checked", compute="_compute_type_id")
    actions = fields.Json(
        compute="_compute_actions", help="Buttons that clear it: key and label."
    )

    @api.depends_context("lang")
    def _compute_type_id(self):
        """The type of each code, in one search, with what it says."""
        kinds = self.env["returns.exception.type"].search([]).grouped("code")
        none = self.env["returns.exception.type"]
        for exception in self:
            kind = kinds.get(exception.code, none)
            exception.type_id = kind
            exception.advice, exception.checked = kind.advice, kind.cause

    @api.depends("state")
    @api.depends_context("lang")
    def _compute_actions(self):
        labels = self._action_labels()
        for exception in self:
            keys = exception.type_id._action_keys() if exception.state == "open" else ()
            exception.actions = [
                {"key": key, "label": labels[key]}
                for key in keys
                if exception._can_show(key)
            ]

    def _action_labels(self):
        return {
            "receive": self.env._("Receive"),
            "inspect": self.env._("Inspect"),
            "route": self.env._("Route"),
            "cancel": self.env._("Cancel the rest"),
            "correct": self.env._("Correct the receipt"),
            "match": self.env._("Match to a return"),
            "scan": self.env._("Tell what the carrier says"),
            "decide": self.env._("Decide"),
            "release": self.env._("Release the refund"),
            "retry": self.env._("Try again"),
            "document": self.env._("Open the document"),
            "transaction": self.env._("Look at the provider's answer"),
            "refunds": self.env._("Open the refunds"),
            "withdrawal": self.env._("Open the withdrawal"),
            "payout": self.env._("Say what became of it"),
        }

    def _can_show(self, key):
        """Whether there is something that the button would open."""
        if key == "document":
            return bool(self.move_id)
        alone = ("match", "retry", "transaction", "withdrawal", "payout")
        return key in alone or bool(self.order_id)

    def action_clear_by(self, key):
        """Open what clears these, for one and for many of a type.

        :param str key: of the buttons that the type names
        :return: an action
        """
        self.check_access("read")
        for exception in self:
            if key not in exception.type_id._action_keys():
                refuse(
                    "BAD_REQUEST",
                    self.env._(
                        "%(name)s is not cleared in this way.",
                        name=exception.display_name,
                    ),
                )
        self._check_open()
        return getattr(self, f"_clear_by_{key}")()

    # --- one method for each key ----------------------------------------------------
    def _clear_by_receive(self):
        return self.order_id.action_receive()

    def _clear_by_inspect(self):
        return self.order_id.action_inspect()

    def _clear_by_route(self):
        return self.order_id.action_route()

    def _clear_by_cancel(self):
        return self.order_id.action_cancel()

    def _clear_by_release(self):
        return self._ask("release", self.order_id)

    def _clear_by_correct(self):
        return self._ask("correct", self._records_named("returns.receipt", "receipt"))

    def _clear_by_decide(self):
        approvals = self._records_named("returns.approval", "approval")
        approvals |= self.order_id.approval_ids.filtered(lambda a: a.state == "open")
        return self._ask("approve", approvals)

    def _clear_by_match(self):
        self.ensure_one()
        return self._dialog_on("returns_match_wizard_action", self)

    def _clear_by_scan(self):
        parcels = self._records_named("returns.parcel", "parcel")
        return self._dialog_on("returns_scan_wizard_action", parcels[:1])

    def _clear_by_retry(self):
        rows = self._calls().filtered(lambda row: row.state == "failed")
        if not rows:
            refuse(
                "RETURN_STATE",
                self.env._(
                    "Nothing waits to be tried again. Open the document, and post or "
                    "pay it there."
                ),
            )
        rows.action_retry()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "It is tried again in the background. When it succeeds, this "
                    "clears itself."
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _clear_by_document(self):
        return self._open(self.move_id, self.env._("Document"))

    def _clear_by_transaction(self):
        return self._open(self._calls().transaction_id, self.env._("Payment"))

    def _clear_by_payout(self):
        return self._open(self._calls(), self.env._("Payout"))

    def _clear_by_refunds(self):
        return self._open(self.order_id.settlement_ids, self.env._("Refunds"))

    # --- parts ------------------------------------------------------------------------
    def _records_named(self, model, word):
        """The records that the causes name, as the user may read them."""
        named = self._named(model, word).values()
        return self.env[model].browse({record.id for record in named if record})

    def _calls(self):
        """The calls to the outside behind these."""
        rows = self._records_named("returns.outbox", "payout")
        posts = self._records_named("returns.settlement", "settlement").outbox_ids
        return rows | posts.filtered(lambda row: row.kind == "post")

    def _ask(self, kind, records):
        return self._dialog_on(f"returns_reason_wizard_action_{kind}", records)

    def _dialog_on(self, name, records):
        """A dialog of the addon, opened as on ``records``."""
        if not records:
            refuse(
                "RETURN_STATE",
                self.env._(
                    "What this is about is not there any more; it clears itself soon."
                ),
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"returns_governance.{name}"
        )
        kind = name.removeprefix("returns_reason_wizard_action_")
        action["context"] = {
            "active_model": records._name,
            "active_id": records[0].id,
            "active_ids": records.ids,
        }
        if kind != name:
            action["context"]["default_kind"] = kind
        return action

    def _open(self, records, name):
        if not records:
            refuse("RETURN_STATE", self.env._("There is nothing to open yet."))
        return self.env["returns.order"]._window(records, name)
