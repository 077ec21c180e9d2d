from odoo import api, fields, models
from odoo.tools import SQL

from ..const import LABOUR_STEPS, PROFIT_KINDS
from ..sql import UNITS_MOVED


class ReturnsProfit(models.Model):
    """Profit and loss of returns: what each earned or cost, entry by entry.

    What was booked comes from the journal items, and each row is just what its item
    says: revenue and delivery given back, cost taken back, fees, write-downs, what
    replacements cost. Where no entry tells it, the value of goods comes from their
    moves; labels and labour are reckoned at the company's rates. Looked up live; a cost
    is below zero. An addon adds a source with ``returns.profit.source._sources``.
    """

    _name = "returns.profit"
    _description = "Profit and loss of returns"
    _auto = False
    _order = "order_id desc, kind, id"
    _rec_name = "kind"

    order_id = fields.Many2one("returns.order", "Return", readonly=True)
    line_id = fields.Many2one("returns.order.line", "Return line", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", "Category", readonly=True)
    reason_id = fields.Many2one("returns.reason", "Reason", readonly=True)
    channel_id = fields.Many2one("returns.channel", "Channel", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", "Node", readonly=True)
    kind = fields.Selection(PROFIT_KINDS, "What", readonly=True)
    step = fields.Selection(LABOUR_STEPS, readonly=True, help="Of labour.")
    date = fields.Date(readonly=True)
    quantity = fields.Float("Units", readonly=True, digits="Product Unit")
    amount = fields.Monetary(
        readonly=True, help="In the company's currency; below zero it is a cost."
    )
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)

    @property
    def _table_query(self):
        return self.env["returns.profit.source"]._query()

    def action_open(self):
        """Open the entry, move or row behind the amount."""
        self.ensure_one()
        record = self.env[self.res_model].browse(self.res_id)
        if record._name == "account.move.line":
            record = record.move_id
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }


class ReturnsProfitSource(models.AbstractModel):
    """The statements behind the profit and loss of returns.

    A source gives (id, line_id, order_id, kind, date, quantity, amount, res_model,
    res_id), amounts in the company's currency.
    """

    _name = "returns.profit.source"
    _description = "What the profit and loss of returns is read from"

    @api.model
    def _sources(self):
        """``{number: query}``: below twenty for this addon, above for others, for ever;
        below a hundred."""
        return {
            1: self._booked(),
            2: self._cost_relieved(),
            3: self._goods_back(),
            4: self._labels(),
            5: self._labour_of("receive", "returns_receipt", SQL("TRUE")),
            6: self._labour_of("inspect", "returns_inspection", SQL("TRUE")),
            7: self._labour_of("route", "returns_routing", SQL("TRUE")),
            8: self._labour_of("refurbish", "returns_routing", self._is_refurbished()),
            9: self._labour_once(),
            10: self._written_off(),
        }

    @api.model
    def _query(self):
        """All sources under one another, with what they are cut by."""
        rows = SQL(" UNION ALL ").join(
            SQL(
                """
            SELECT s.id::bigint * 100 + %(number)s AS id, s.order_id, s.line_id,
                o.company_id, l.product_id, t.categ_id, l.reason_id, o.channel_id,
                o.warehouse_id, s.kind::varchar AS kind,
                (%(step)s)::varchar AS step, s.date::date AS date,
                s.quantity::numeric AS quantity, s.amount::numeric AS amount,
                s.res_model::varchar AS res_model, s.res_id
              FROM (%(source)s) AS s(id, line_id, order_id, kind, date, quantity,
                    amount, res_model, res_id)
              JOIN returns_order o ON o.id = s.order_id
              LEFT JOIN returns_order_line l ON l.id = s.line_id
              LEFT JOIN product_product p ON p.id = l.product_id
              LEFT JOIN product_template t ON t.id = p.product_tmpl_id""",
                number=number,
                step=self._steps().get(number, SQL("NULL")),
                source=source,
            )
            for number, source in self._sources().items()
        )
        return rows

    @api.model
    def _steps(self):
        """``{number of a source: the step of its labour}``."""
        return {
            5: SQL("'receive'"),
            6: SQL("'inspect'"),
            7: SQL("'route'"),
            8: SQL("'refurbish'"),
            9: SQL(
                "CASE s.res_model WHEN 'returns.order' THEN 'request' ELSE 'settle' END"
            ),
        }

    # --- booked -----------------------------------------------------------------------
    def _line_of_item(self, column):
        """The line of the return that a journal item ``i`` is for."""
        return SQL(
            """
          LEFT JOIN LATERAL (
            SELECT rl.id AS line_id, sl.is_delivery
              FROM sale_order_line_invoice_rel rel
              JOIN sale_order_line sl ON sl.id = rel.order_line_id
              LEFT JOIN returns_order_line rl ON rl.sale_line_id = sl.id
               AND rl.order_id = m.returns_order_id
             WHERE rel.invoice_line_id = %s ORDER BY rl.id LIMIT 1) own ON TRUE""",
            SQL(column),
        )

    def _is_result(self):
        """Whether an item on account ``a`` is profit or loss; a gift card's line is
        none, nor is what was paid in advance."""
        return SQL("split_part(a.account_type, '_', 1) IN ('income', 'expense')")

    def _booked(self):
        """Revenue and delivery that credit notes gave back, and fees that they kept.

        A line without a product is a rounding of the revenue, and no fee.
        """
        return SQL(
            """
            SELECT i.id, own.line_id, m.returns_order_id,
                CASE WHEN own.is_delivery THEN 'delivery'
                     WHEN own.is_delivery IS NULL AND i.product_id IS NOT NULL
                     THEN 'fee' ELSE 'revenue' END,
                m.date, CASE WHEN own.line_id IS NULL THEN 0 ELSE i.quantity
                    * CASE WHEN m.move_type = 'out_refund' THEN 1 ELSE -1 END END,
                -i.balance, 'account.move.line', i.id
              FROM account_move m
              JOIN account_move_line i ON i.move_id = m.id
              JOIN account_account a ON a.id = i.account_id AND %(result)s
              %(line)s
             WHERE m.returns_order_id IS NOT NULL AND m.state = 'posted'
               AND m.returns_credit_kind = 'return'
               AND i.display_type = 'product'
               AND (m.move_type = 'out_refund' OR m.reversed_entry_id IS NOT NULL)""",
            line=self._line_of_item("i.id"),
            result=self._is_result(),
        )

    def _cost_relieved(self):
        """Cost of goods sold that credit notes took back."""
        return SQL(
            """
            SELECT i.id, own.line_id, m.returns_order_id, 'goods', m.date, 0,
                -i.balance, 'account.move.line', i.id
              FROM account_move m
              JOIN account_move_line i ON i.move_id = m.id
              JOIN account_account a ON a.id = i.account_id
              %(line)s
             WHERE m.returns_order_id IS NOT NULL AND m.state = 'posted'
               AND i.display_type = 'cogs'
               AND NOT starts_with(a.account_type, 'asset')""",
            line=self._line_of_item("i.cogs_origin_id"),
        )

    def _goods_back(self):
        """With periodic valuation no entry says what came back: the move does."""
        return SQL(
            """
            SELECT r.id, r.line_id, r.order_id, 'goods', r.occurred_at, 0,
                v.value / %(units)s * r.quantity, 'stock.move', v.id
              FROM returns_receipt r
              JOIN stock_move v ON v.id = r.move_id
              JOIN product_product p ON p.id = r.product_id
              JOIN product_template t ON t.id = p.product_tmpl_id
             WHERE v.value <> 0 AND NOT (%(perpetual)s)""",
            units=UNITS_MOVED,
            perpetual=self._is_perpetual(),
        )

    def _is_perpetual(self):
        """Whether goods of template ``t`` are valued with each invoice in the company
        of the receipt ``r``."""
        parts = [
            SQL(
                "r.company_id = %s AND COALESCE(t.categ_id, 0) = ANY(%s)",
                company.id,
                company._returns_perpetual_ids(),
            )
            for company in self.env.companies
        ]
        return SQL(" OR ").join(parts)

    # --- reckoned ---------------------------------------------------------------------
    def _labels(self):
        """Labels, shared by the returns in the parcel."""
        return SQL(
            """
            SELECT rel.parcel_id::bigint * 1000000 + rel.order_id %% 1000000, NULL::int,
                rel.order_id, 'label', p.create_date, 0,
                -COALESCE(NULLIF(p.label_cost, 0), co.returns_label_cost)::numeric
                    / shared.returns, 'returns.parcel', p.id
              FROM returns_parcel p
              JOIN returns_parcel_order_rel rel ON rel.parcel_id = p.id
              JOIN res_company co ON co.id = p.company_id
              -- No window over all parcels: of one return, its own are looked up.
              JOIN LATERAL (
                SELECT count(*) AS returns FROM returns_parcel_order_rel other
                 WHERE other.parcel_id = p.id) shared ON TRUE
             WHERE p.label_mode IN ('label', 'qr')
               AND COALESCE(NULLIF(p.label_cost, 0), co.returns_label_cost) > %s""",
            0,
        )

    def _minutes_sql(self, step, warehouse):
        """Cost of one unit of a step in the return ``o``, at a node."""
        return SQL(
            """
              JOIN res_company co ON co.id = o.company_id
              JOIN LATERAL (
                SELECT b.minutes / 60.0
                    * COALESCE(NULLIF(b.hour_cost, 0), co.returns_hour_cost, 0) AS cost
                  FROM returns_labour b
                 WHERE b.company_id = o.company_id AND b.step = %(step)s
                   AND COALESCE(b.warehouse_id, %(node)s) = %(node)s
                 ORDER BY b.warehouse_id NULLS LAST LIMIT 1) work ON work.cost > 0""",
            step=step,
            node=SQL(warehouse),
        )

    def _labour_of(self, step, table, where):
        """Labour for each unit of the rows of a step; a row that takes another back
        takes its labour back as well."""
        kind = "refurbish" if step == "refurbish" else "labour"
        node = "r.warehouse_id" if table == "returns_receipt" else "o.warehouse_id"
        return SQL(
            """
            SELECT r.id, r.line_id, r.order_id, %(kind)s, r.occurred_at, 0,
                -r.quantity * work.cost, %(model)s, r.id
              FROM %(table)s r
              JOIN returns_order o ON o.id = r.order_id
              %(minutes)s
             WHERE %(where)s""",
            kind=kind,
            model=table.replace("_", ".", 1),
            table=SQL.identifier(table),
            minutes=self._minutes_sql(step, node),
            where=where,
        )

    def _is_refurbished(self):
        return SQL(
            "EXISTS (SELECT FROM returns_disposition d WHERE d.id = r.disposition_id"
            " AND d.kind = 'refurbish')"
        )

    def _labour_once(self):
        """Labour for each return: to ask for it, and to settle it once."""
        return SQL(
            """
            SELECT o.id, NULL::int, o.id, 'labour', o.create_date, 0, -work.cost,
                'returns.order', o.id
              FROM returns_order o %(asked)s WHERE o.case_state <> 'draft'
            UNION ALL
            SELECT o.id + 1000000000::bigint, NULL::int, o.id, 'labour',
                first.occurred_at, 0, -work.cost, 'returns.settlement', first.id
              FROM returns_order o
              JOIN LATERAL (
                SELECT s.id, s.occurred_at FROM returns_settlement s
                 WHERE s.order_id = o.id ORDER BY s.id LIMIT 1) first ON TRUE
              %(settled)s""",
            asked=self._minutes_sql("request", "o.warehouse_id"),
            settled=self._minutes_sql("settle", "o.warehouse_id"),
        )

    # --- goods ------------------------------------------------------------------------
    def _written_off(self):
        """Goods that were routed out of the valued stock: their value is gone."""
        return SQL(
            """
            SELECT r.id, r.line_id, r.order_id, 'write_down', r.occurred_at, 0,
                -abs(v.value) / %s * r.quantity, 'stock.move', v.id
              FROM returns_routing r
              JOIN stock_move v ON v.id = r.move_id
             WHERE v.is_out AND v.value <> 0""",
            UNITS_MOVED,
        )
