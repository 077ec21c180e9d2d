import json

from odoo import api, fields, models

from ...const import APPROVAL_KIND, APPROVAL_ROLES, APPROVAL_STATE
from ...engine.authority import merge

QUIET = {"tracking_disable": True, "mail_create_nolog": True}
# Where the company has no working hours: so many hours by the clock.
HOURS_BY_THE_CLOCK = 24


class ReturnsApproval(models.Model):
    """A question that other people have to answer (four eyes).

    Any step asks through ``_ask``. What needs whose answer stands in the policy (the
    return itself) and in the table of authority (``returns.authority``). The levels
    are answered one after another; the last answer lets ``returns.step.approve`` go on.

    ``returns_approval_decide.py`` says who may, ``returns_approval_remind.py`` tells
    them and escalates, ``returns_approval_words.py`` says what is asked.
    """

    _name = "returns.approval"
    _description = "Approval of a return"
    _inherit = ["returns.guarded", "mail.activity.mixin", "mail.thread"]
    _append_only = True
    _order = "id desc"
    _mail_post_access = "read"

    order_id = fields.Many2one(
        "returns.order", "Return", ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    warehouse_id = fields.Many2one("stock.warehouse", "Node", index=True)
    kind = fields.Selection(
        APPROVAL_KIND,
        required=True,
        default="refund",
    )
    key = fields.Char(index=True, help="Names the one question, e.g. 'refund 42'.")
    amount = fields.Monetary(
        help="In the company's currency: a refund with tax, a payment, or what the "
        "goods are worth."
    )
    limit = fields.Monetary(help="From which amount it is asked.")
    currency_id = fields.Many2one("res.currency", required=True)
    state = fields.Selection(
        APPROVAL_STATE,
        default="open",
        required=True,
        index=True,
    )
    requested_by_id = fields.Many2one("res.users", required=True)
    why = fields.Char("Why it is asked")
    editor_ids = fields.Many2many(
        "res.users",
        "returns_approval_editor_rel",
        string="Changed by",
        help="They changed what is asked, and so do not approve it.",
    )
    # What the step needs to go on with, and what the answer is good for: exactly this.
    data = fields.Json()
    used_at = fields.Datetime("Used", help="The step that asked was taken with it.")

    level_ids = fields.One2many("returns.approval.level", "approval_id", "Levels")
    round = fields.Integer(default=1)
    level = fields.Integer("Level now", default=1)
    level_count = fields.Integer("Levels in all", default=1)
    role = fields.Selection(APPROVAL_ROLES, "Who decides", default="manager")
    escalated_from = fields.Selection(APPROVAL_ROLES, "Escalated from")
    owner_id = fields.Many2one(
        "res.users",
        "Assigned to",
        index=True,
        help="Others of the role may decide too.",
    )
    decided_by_id = fields.Many2one("res.users", readonly=True)
    for_user_id = fields.Many2one("res.users", "In place of", readonly=True)
    decided_at = fields.Datetime(readonly=True)
    reason = fields.Char("Reason of the decision")
    due_at = fields.Datetime("Decide by")

    # Of a change of state: exactly this, and nothing else, is approved.
    stock_move_id = fields.Many2one(
        "stock.move", "Stock move", ondelete="cascade", index="btree_not_null"
    )
    transition_id = fields.Many2one("inventory.state.transition", "Change")
    product_id = fields.Many2one("product.product", "Product")
    quantity = fields.Float(digits="Product Unit", help="In the product's unit.")
    location_dest_id = fields.Many2one("stock.location", "To")
    disposition_id = fields.Many2one("returns.disposition", "Disposition")
    # Of money: whose.
    partner_id = fields.Many2one("res.partner", "Payee")
    move_id = fields.Many2one(
        "account.move", "Document", ondelete="cascade", index="btree_not_null"
    )
    payment_id = fields.Many2one(
        "account.payment", "Payment", ondelete="cascade", index="btree_not_null"
    )

    _one_open_per_return = models.UniqueIndex(
        "(order_id, kind) WHERE state = 'open' AND kind = 'refund'",
        "This return waits for an approval already.",
    )
    _one_open_per_move = models.UniqueIndex(
        "(stock_move_id) WHERE state = 'open'",
        "This stock move waits for an approval already.",
    )
    _one_open_per_key = models.UniqueIndex(
        "(key) WHERE state = 'open'",
        "This waits for an approval already.",
    )

    def init(self):
        """Name the questions of a database that is older than their keys."""
        self.env.cr.execute(
            "UPDATE returns_approval SET key = kind || ' ' || "
            "COALESCE(order_id, stock_move_id) WHERE key IS NULL"
        )

    @api.depends("order_id.name", "stock_move_id.reference", "move_id", "payment_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for approval in self:
            what = (
                approval.order_id.name
                or approval.stock_move_id.reference
                # sudo: the name of a document, for who can read the approval of it
                or approval.sudo().move_id.display_name
                or approval.sudo().payment_id.display_name
                or ""
            )
            approval.display_name = f"{what}: {kinds[approval.kind]}"

    # --- ask, by the steps ------------------------------------------------------------
    @api.model
    def _ask(self, rows):
        """Open approvals, one per question; an open one takes the new sum.

        Where an open one has a part of its answers already, and more is asked now or
        it is for somebody else, it is opened again and the answers stay as history.

        :param list[dict] rows: ``kind``, ``amount`` (company currency), ``limit``;
            ``order`` or ``company``; any of ``key`` (what is asked about, where it is
            not the return), ``levels`` (``(above, role)`` each; one manager without),
            ``why``, ``data`` (plain JSON that the answer is bound to), ``values``
            (of further fields)
        :return: the open approvals
        """
        if not rows:
            return self.browse()
        # sudo: the machine asks, whoever's step it was
        model = self.sudo().with_context(**QUIET)
        waiting = model._open_by_key([self._key(row) for row in rows])
        new = []
        for row in rows:
            known = waiting.get(self._key(row))
            if known:
                known._ask_once_more(row)
            else:
                new.append(row)
        return model.union(*waiting.values()) | model._open_all(new)

    @api.model
    def _key(self, row):
        return row.get("key") or f"{row['kind']} {row['order'].id}"

    @api.model
    def _open_by_key(self, keys):
        """{key: the open approval}, in one query."""
        found = self.search([("state", "=", "open"), ("key", "in", keys)])
        return {approval.key: approval for approval in found}

    def _open_all(self, rows):
        """New approvals with their levels; those who decide are told at once."""
        if not rows:
            return self.browse()
        companies = self.env["res.company"].union(*map(self._company_of, rows))
        due = {company: self._due(company) for company in companies}
        approvals = self._machine_create([self._opening_vals(row, due) for row in rows])
        approvals._add_levels([self._levels_of(row) for row in rows])
        self._wake()
        return approvals

    @api.model
    def _company_of(self, row):
        return row["order"].company_id if row.get("order") else row["company"]

    @api.model
    def _levels_of(self, row):
        return row.get("levels") or [(row.get("limit") or 0.0, "manager")]

    def _opening_vals(self, row, due):
        company = self._company_of(row)
        order = row.get("order") or self.env["returns.order"]
        levels = self._levels_of(row)
        return {
            "order_id": order.id,
            "company_id": company.id,
            "warehouse_id": order.warehouse_id.id,
            "kind": row["kind"],
            "key": self._key(row),
            "amount": row["amount"],
            "limit": row.get("limit") or levels[0][0],
            "currency_id": company.currency_id.id,
            "requested_by_id": self.env.uid,
            "why": row.get("why") or False,
            "data": row.get("data") or False,
            "partner_id": order.partner_id.id,
            "role": levels[0][1],
            "level_count": len(levels),
            "due_at": due[company],
            **(row.get("values") or {}),
        }

    def _add_levels(self, chains):
        """The levels of the round that begins; the first one is open."""
        self.env["returns.approval.level"].sudo()._machine_create(
            [
                {
                    "approval_id": approval.id,
                    "company_id": approval.company_id.id,
                    "order_id": approval.order_id.id,
                    "warehouse_id": approval.warehouse_id.id,
                    "currency_id": approval.currency_id.id,
                    "round": approval.round,
                    "number": number,
                    "role": role,
                    "above": above,
                    "amount": approval.amount,
                    "state": "open" if number == 1 else "waiting",
                }
                for approval, chain in zip(self, chains, strict=True)
                for number, (above, role) in enumerate(chain, start=1)
            ]
        )

    # --- ask once more ----------------------------------------------------------------
    def _ask_once_more(self, row):
        """An open question is asked anew, perhaps about more."""
        chain = [role for _above, role in self._levels_of(row)]
        standing = self._standing_levels()
        answered = standing.filtered(lambda level: level.state == "approved")
        more = self.currency_id.compare_amounts(row["amount"], self.amount) > 0
        other = not _same(row.get("data"), self.data)
        vals = {"amount": row["amount"], "limit": row.get("limit") or self.limit}
        if row.get("why"):
            vals["why"] = row["why"]
        if not (more or other):
            # Less of the same: who said yes said it to more.
            self._machine_write(vals)
            return
        if other:
            vals["data"] = row.get("data") or False
        if answered or chain != standing.mapped("role") or other:
            self._begin_round(vals, self._levels_of(row), answered, row.get("why"))
        else:
            self._machine_write(vals)
            standing._machine_write({"amount": row["amount"]})
        self._note_editor()

    def _note_editor(self):
        """Whoever made it more, or for somebody else, does not approve it."""
        if self.env.uid != self.requested_by_id.id:
            self._machine_write({"editor_ids": [fields.Command.link(self.env.uid)]})

    def _standing_levels(self):
        """The levels of the round that is going on."""
        return self.level_ids.filtered(
            lambda level: level.round == level.approval_id.round
        )

    def _begin_round(self, vals, chain, answered, why):
        """What was answered stays as history, and all are asked again."""
        answered._machine_write({"state": "reopened"})
        (self._standing_levels() - answered)._machine_write({"state": "withdrawn"})
        self._machine_write(
            {
                **vals,
                "round": self.round + 1,
                "level": 1,
                "level_count": len(chain),
                "role": chain[0][1],
                "owner_id": False,
                "escalated_from": False,
                "due_at": self._due(self.company_id),
            }
        )
        self._add_levels([chain])
        self.activity_ids.unlink()
        self._wake()
        if answered and self.order_id:
            self.env["returns.event"]._log(
                [
                    {
                        "order": self.order_id,
                        "what": "approval_reopened",
                        "why": why,
                        "data": self._event_data(),
                    }
                ]
            )

    # --- what is needed, and what is covered ------------------------------------------
    @api.model
    def _uncovered(self, rows):
        """Of what a step is about to do, the rows that need an answer first.

        A row needs none where the table of authority asks for nobody, or where it was
        approved as it is: the same question, no more than that sum, the same data; an
        approval is good for one use, and ``_use`` takes it.

        :param list[dict] rows: as for ``_ask``, with ``reasons`` and ``dispositions``
        :return: the rows that need an answer, each with its ``levels``
        """
        needed = []
        for row in rows:
            chain = self.env["returns.authority"]._needed(
                row["kind"],
                self._company_of(row),
                row["amount"],
                row.get("reasons", ()),
                row.get("dispositions", ()),
            )
            if chain:
                row["levels"] = chain
                needed.append(row)
        if not needed:
            return []
        given = self._given([self._key(row) for row in needed])
        return [row for row in needed if not self._covers(given, row)]

    @api.model
    def _given(self, keys):
        """{key: approvals that were given and not used yet}."""
        # sudo: who takes the step need not see the approval that lets it pass
        found = self.sudo().search(
            [("state", "=", "approved"), ("key", "in", keys), ("used_at", "=", False)]
        )
        return found.grouped("key")

    @api.model
    def _covers(self, given, row):
        """The approval that lets a row pass, if any."""
        for approval in given.get(self._key(row), ()):
            enough = approval.currency_id.compare_amounts(
                row["amount"], approval.amount
            )
            if enough <= 0 and _same(approval.data, row.get("data")):
                row["approval"] = approval
                return True
        return False

    @api.model
    def _use(self, rows):
        """Take the approvals that let these rows pass."""
        used = self.sudo().union(
            *(row["approval"] for row in rows if row.get("approval"))
        )
        if used:
            used._machine_write({"used_at": fields.Datetime.now()})

    @api.model
    def _withdraw(self, orders):
        """What was asked about ``orders`` needs no answer any more."""
        # sudo: as in _ask
        self.sudo().search(
            [("state", "=", "open"), ("order_id", "in", orders.ids)]
        )._finish("withdrawn", False)

    @api.model
    def _merge(self, chains):
        return merge(chains)


def _same(one, other):
    """Whether two values are the same JSON; nothing and empty are."""
    return json.dumps(one or {}, sort_keys=True) == json.dumps(
        other or {}, sort_keys=True
    )
