from odoo import Command, api, fields, models
from odoo.tools import SQL

from ...const import SETUP_STEPS
from ...guard import deny

#: The gaps that keep a step from being done.
GAPS = {
    "warehouse": ("warehouse_none", "warehouse_state", "disposition_place"),
    "accounts": ("journal_refund", "account_receivable"),
    "roles": ("role_nobody",),
    "channel": ("channel_none",),
    "reason": ("reason_none",),
    "policy": ("channel_policy",),
}
ACTIONS = {
    "channel": "returns_governance.returns_channel_action",
    "reason": "returns_governance.returns_reason_action",
    "policy": "returns_governance.returns_policy_action",
    "roles": "base.action_res_users",
    "accounts": "account.action_account_journal_form",
    "warehouse": "stock.action_warehouse_form",
}
TRIAL_UNITS = 3.0
#: So many lines are looked at for one that a return can be made of.
NEWEST = 80


class ReturnsSetupStep(models.Model):
    """The way of a company to its first return; each step knows whether it is done."""

    _name = "returns.setup.step"
    _description = "First set-up"
    _auto = False
    _order = "company_id, id"
    _rec_name = "step"

    step = fields.Selection(SETUP_STEPS, readonly=True)
    number = fields.Integer("No.", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    done = fields.Boolean(compute="_compute_done")
    words = fields.Char("What it is for", compute="_compute_words")
    missing = fields.Char("Still missing", compute="_compute_done")
    button = fields.Char(compute="_compute_words")

    @property
    def _table_query(self):
        codes = [code for code, _label in SETUP_STEPS]
        return SQL(
            """SELECT c.id * 100 + s.number AS id, s.code AS step,
                    s.number::int AS number, c.id AS company_id
                FROM res_company c
                CROSS JOIN unnest(%s) WITH ORDINALITY s(code, number)
                WHERE c.active""",
            codes,
        )

    @api.depends("step", "company_id")
    @api.depends_context("lang")
    def _compute_done(self):
        companies = self.company_id
        # sudo: whether something is there, for who sets the company up
        gaps = self.env["returns.setup.check"].sudo()._stopping(companies)
        sold, returned = self._tried(companies)
        labels = dict(
            self.env["returns.setup.gap"]
            ._fields["code"]
            ._description_selection(self.env)
        )
        for step in self:
            company = step.company_id
            missing = [
                labels[gap["code"]]
                for gap in gaps
                if gap["code"] in GAPS.get(step.step, ())
                and gap["company_id"] in (None, company.id)
            ]
            step.missing = ", ".join(dict.fromkeys(missing)) or False
            step.done = not missing and {
                "company": bool(company.country_id),
                "trial_order": company in sold,
                "trial_return": company in returned,
            }.get(step.step, True)

    def _tried(self, companies):
        """(companies that delivered an order, that took a return in)."""
        self = self.sudo()  # as above
        sold = self.env["stock.picking"]._read_group(
            [
                ("company_id", "in", companies.ids),
                ("sale_id", "!=", False),
                ("state", "=", "done"),
                ("picking_type_code", "=", "outgoing"),
            ],
            ["company_id"],
        )
        returned = self.env["returns.receipt"]._read_group(
            [("company_id", "in", companies.ids)], ["company_id"]
        )
        return [row[0] for row in sold], [row[0] for row in returned]

    @api.depends("step")
    @api.depends_context("lang")
    def _compute_words(self):
        words = self._words()
        for step in self:
            step.words, step.button = words[step.step]

    def _words(self):
        """{step: (what it is for, text of the button)}."""
        see = self.env._("Open")
        return {
            "company": (
                self.env._(
                    "Name, country and currency: the law and the taxes go by it."
                ),
                see,
            ),
            "warehouse": (
                self.env._(
                    "What comes back waits in a place of its own, apart from what is "
                    "for sale."
                ),
                self.env._("Make the places"),
            ),
            "accounts": (
                self.env._("Refunds are booked in a sales journal."),
                self.env._("Load the accounts"),
            ),
            "roles": (
                self.env._(
                    "Agent, inspector, finance controller and manager: each has "
                    "somebody."
                ),
                self.env._("Give roles"),
            ),
            "channel": (self.env._("Where orders come from: web shop, store…"), see),
            "reason": (self.env._("Why customers send things back."), see),
            "policy": (
                self.env._("What may come back, how long, and when money goes."),
                see,
            ),
            "trial_order": (
                self.env._(
                    "Any delivered order will do. To try: three units of a test "
                    "product, worth nothing and not invoiced."
                ),
                self.env._("Make a test order"),
            ),
            "trial_return": (
                self.env._("Submit it, receive it, inspect it: three buttons."),
                self.env._("Begin a return"),
            ),
        }

    # --- the buttons ------------------------------------------------------------------
    def action_open(self):
        """Do the step where it can be done in one go, else open its screen."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("returns_governance.group_manager"):
            deny(self.env._("Only a returns manager sets a company up. Ask one."))
        work = getattr(self, f"_do_{self.step}", None)
        return work and work() or self._open_screen()

    def _open_screen(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(ACTIONS[self.step])
        if not self.env[action["res_model"]].has_access("read"):
            deny(
                self.env._(
                    "You may not open this screen. Ask who administers the system."
                )
            )
        return action

    def _do_company(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.company_id.name,
            "res_model": "res.company",
            "res_id": self.company_id.id,
            "views": [(False, "form")],
        }

    def _do_warehouse(self):
        """Make the warehouse and the places that are missing."""
        if self.done:
            return None
        # sudo: places are the set-up of returns, which is the manager's (checked above)
        warehouses = self.env["stock.warehouse"].sudo().with_company(self.company_id)
        own = warehouses.search([("company_id", "=", self.company_id.id)])
        if not own:
            own = warehouses.create({"company_id": self.company_id.id})
        own._create_state_locations()
        own._create_disposition_places(
            self.env["returns.disposition"].sudo().search([])
        )
        return self._again()

    def _do_accounts(self):
        """Load the chart of accounts of the company's country, where there is none."""
        if self.done:
            return None
        if not self.env.user.has_group("base.group_system"):
            deny(
                self.env._("Who administers the system loads the accounts. Ask for it.")
            )
        charts = self.env["account.chart.template"].with_company(self.company_id)
        charts.try_loading(
            charts._guess_chart_template(self.company_id.country_id), self.company_id
        )
        return self._again()

    def _do_trial_order(self):
        """Show what was delivered, or make an order that the books do not see."""
        sold = self.env["sale.order"].with_company(self.company_id)
        if not self.done:
            self._make_trial_order()
            return self._again()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Orders"),
            "res_model": sold._name,
            "views": [(False, "list"), (False, "form")],
            "domain": [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "sale"),
            ],
        }

    def _do_trial_return(self):
        """Open a draft with what the newest delivered order could send back."""
        company = self.company_id
        if not self.done and (order := self._last_order()):
            back = self._draft_of(order)
            action = self.env["returns.order"].with_company(company)
            return action._action_open(back)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "returns_governance.returns_order_action"
        )
        return action

    def _last_order(self):
        """The newest order of which something can come back and is not asked for."""
        lines = self.env["sale.order.line"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "sale"),
                ("qty_delivered", ">", 0),
                ("returns_line_ids", "=", False),
            ],
            order="id desc",
            limit=NEWEST,
        )
        return self.env["returns.rollout"]._governed(lines)[:1].order_id

    def _draft_of(self, order):
        lines = order.order_line.filtered(
            lambda line: line.qty_delivered > 0 and not line.returns_line_ids
        )
        sold = self.env["returns.sold.line"]._for_sale_lines(lines)
        channels = self.env["returns.channel"]
        reason = self.env["returns.reason"].search(
            [("code", "=", "changed_mind")]
        ) or self.env["returns.reason"].search([], limit=1)
        return self.env["returns.order"].create(
            {
                "company_id": order.company_id.id,
                "partner_id": order.partner_id.id,
                "channel_id": (
                    order.returns_channel_id or channels.search([], limit=1)
                ).id,
                "warehouse_id": order.warehouse_id.id,
                "currency_id": order.currency_id.id,
                "line_ids": [
                    Command.create(
                        {
                            "sold_line_id": row.id,
                            "quantity": row.sale_line_id.qty_delivered,
                            "reason_id": reason.id,
                        }
                    )
                    for row in sold
                ],
            }
        )

    def _make_trial_order(self):
        """Three units of a test product, sold and delivered, worth nothing.

        Without cost and without an invoice: neither stock value nor books change.
        """
        # sudo: the manager of returns need not sell; the goods are worth nothing
        env = self.with_company(self.company_id).sudo().env
        company = self.company_id
        product = env["product.product"].create(
            {
                "name": self.env._("Test product for returns"),
                "default_code": "RETURNS-TEST",
                "company_id": company.id,
                "type": "consu",
                "is_storable": True,
                "list_price": 10.0,
                "standard_price": 0.0,
                "taxes_id": [Command.clear()],
                "invoice_policy": "delivery",
            }
        )
        customer = env["res.partner"].create(
            {
                "name": self.env._("Test customer for returns"),
                "country_id": company.country_id.id,
                "company_id": company.id,
            }
        )
        warehouse = env["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        )
        env["stock.quant"].with_context(inventory_mode=True).create(
            {
                "product_id": product.id,
                "inventory_quantity": TRIAL_UNITS,
                "location_id": warehouse.lot_stock_id.id,
            }
        ).action_apply_inventory()
        order = env["sale.order"].create(
            {
                "partner_id": customer.id,
                "company_id": company.id,
                "warehouse_id": warehouse.id,
                "order_line": [
                    Command.create(
                        {"product_id": product.id, "product_uom_qty": TRIAL_UNITS}
                    )
                ],
            }
        )
        order.action_confirm()
        # Each hop of a delivery in several steps comes into being with the one before.
        while waiting := order.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        ):
            waiting.action_assign()
            for move in waiting.move_ids:
                move.quantity = move.product_uom_qty
                move.picked = True
            waiting._action_done()

    def _again(self):
        return {"type": "ir.actions.client", "tag": "soft_reload"}
