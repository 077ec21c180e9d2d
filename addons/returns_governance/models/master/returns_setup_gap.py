from odoo import api, fields, models

from ...const import DATA_KINDS, GAP_SEVERITIES, SETUP_GAPS
from ...guard import deny


class ReturnsSetupGap(models.Model):
    """What is missing in the master data, looked up live; a mended gap is gone.

    Each row names what it stops or disturbs, who owns it, and the way to close it.
    """

    _name = "returns.setup.gap"
    _description = "Missing master data"
    _auto = False
    _order = "severity desc, kind, code, res_id, id"
    _rec_name = "code"

    code = fields.Selection(SETUP_GAPS, "What is missing", readonly=True)
    kind = fields.Selection(DATA_KINDS, "Master data", readonly=True)
    severity = fields.Selection(GAP_SEVERITIES, readonly=True)
    company_id = fields.Many2one(
        "res.company", readonly=True, help="Empty: all companies."
    )
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    detail = fields.Char(readonly=True)
    where = fields.Char(compute="_compute_where")
    way = fields.Char("What to do", compute="_compute_way")
    owner = fields.Char("Who mends it", compute="_compute_owner")

    @property
    def _table_query(self):
        return self.env["returns.setup.check"]._query()

    @api.depends("res_model", "res_id", "detail")
    @api.depends_context("lang")
    def _compute_where(self):
        """The names of what is incomplete, of many gaps by model."""
        names = {}
        for model, gaps in self.filtered("res_id").grouped("res_model").items():
            # sudo: that it is incomplete is for whoever keeps master data
            records = self.env[model].sudo().browse(gaps.mapped("res_id")).exists()
            names |= {(model, record.id): record.display_name for record in records}
        for gap in self:
            parts = [names.get((gap.res_model, gap.res_id)), gap._detail_words()]
            gap.where = ": ".join(filter(None, parts)) or False

    def _detail_words(self):
        """The detail, with the names of kinds instead of their codes."""
        if self.code != "owner_none":
            return self.detail
        labels = dict(self.env["returns.data.owner"]._kinds())
        return ", ".join(labels[kind] for kind in self.detail.split(", "))

    @api.depends("code")
    @api.depends_context("lang")
    def _compute_way(self):
        ways = self.env["returns.setup.check"]._ways()
        for gap in self:
            gap.way = ways.get(gap.code)

    @api.depends("kind", "company_id")
    @api.depends_context("lang")
    def _compute_owner(self):
        names = self.env["returns.data.owner"]._names(self.company_id.ids)
        for gap in self:
            gap.owner = names.get((gap.kind, gap.company_id.id)) or self.env._(
                "Nobody is named"
            )

    def action_mend(self):
        """Open the very record in which the gap is closed, or close it at once.

        :raises AccessError: to who may not change it, with the owner's name
        """
        self.ensure_one()
        self.check_access("read")
        if self.code in ("warehouse_state", "disposition_place"):
            return self._make_places()
        return self._open()

    def _open(self):
        if not self.env[self.res_model].has_access("write"):
            deny(
                self.env._(
                    "You may not change this. Ask %(owner)s: %(way)s",
                    owner=self.owner,
                    way=self.way,
                )
            )
        action = {
            "type": "ir.actions.act_window",
            "name": dict(self._fields["code"]._description_selection(self.env))[
                self.code
            ],
            "res_model": self.res_model,
            "views": [(False, "list"), (False, "form")],
        }
        if self.res_id:
            action.update(res_id=self.res_id, views=[(False, "form")])
        return action

    def _make_places(self):
        """Make what is missing; what is archived is shown, to be taken back."""
        if not self.env.user.has_group("stock.group_stock_manager"):
            manager = self.env.user.has_group("returns_governance.group_manager")
            if not manager:
                deny(
                    self.env._(
                        "Only a returns manager or who administers the stock can make "
                        "places. Ask %(owner)s.",
                        owner=self.owner,
                    )
                )
        # sudo: places belong to the set-up of a warehouse; the right is checked above
        warehouse = self.env["stock.warehouse"].sudo().browse(self.res_id)
        warehouse._create_state_locations()
        warehouse._create_disposition_places(
            self.env["returns.disposition"].sudo().search([])
        )
        places = self.env["stock.location"].with_context(active_test=False)
        archived = places.search(
            [
                ("warehouse_id", "=", warehouse.id),
                ("active", "=", False),
                ("returns_disposition_id", "!=", False),
            ]
        )
        if archived:
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Archived places"),
                "res_model": "stock.location",
                "views": [(False, "list"), (False, "form")],
                "domain": [("id", "in", archived.ids)],
                "context": {"active_test": False},
            }
        return {"type": "ir.actions.client", "tag": "soft_reload"}
