from datetime import timedelta

from odoo import api, fields, models

from ..fold import Fold

#: A mark stands only on moves that are older: no transaction still runs that could put
#: a move before them. What is newer is replayed each time.
SETTLED = timedelta(hours=1)
#: The clocks of the database and of Odoo's servers may differ by so much.
CLOCKS = timedelta(minutes=5)
#: So many moves are replayed before the mark is moved on.
STEP = 20


class StockAvcoMark(models.Model):
    """How far the average cost of a product is known, per company.

    It says what Odoo's replay would say after all moves up to ``date`` and, of that
    second, up to the move ``move_ref``. Whoever changes anything at or before that
    forgets the mark, and the next replay starts at the beginning again. The marks are a
    memory and no truth: deleting them costs time and nothing else.

    Written and read by SQL in one statement each, since two transactions must not each
    see an older state: the later one then fails to serialise and is run again by Odoo.
    """

    _name = "stock.avco.mark"
    _description = "Average cost known so far"
    _log_access = False

    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    date = fields.Datetime(
        "Known until", readonly=True, help="Empty: forgotten, to be replayed."
    )
    move_ref = fields.Integer("Last move", readonly=True)
    quantity = fields.Float(readonly=True)
    cost = fields.Float(readonly=True)
    value = fields.Float(readonly=True)
    last_in = fields.Datetime("Last receipt", readonly=True)
    price_date = fields.Datetime("Cost given on", readonly=True)
    price = fields.Float("Cost given", readonly=True)

    _product_company_uniq = models.Constraint(
        "unique (product_id, company_id)", "There is one mark per product and company."
    )

    @api.model
    def _read_marks(self, products):
        """What is known of products in the current company.

        :return: {product's id: dict with ``date``, ``move_ref``, ``fold``, ``last_in``,
            ``price_date`` and ``price``}; nothing of those of which nothing is known
        """
        self.env.cr.execute(
            "SELECT product_id, date, move_ref, quantity, cost, value, last_in, "
            "price_date, price FROM stock_avco_mark "
            "WHERE product_id = ANY(%s) AND company_id = %s AND date IS NOT NULL",
            [products.ids, self.env.company.id],
        )
        return {
            row[0]: {
                "date": row[1],
                "move_ref": row[2],
                "fold": Fold(*row[3:6]),
                "last_in": row[6],
                "price_date": row[7],
                "price": row[8],
            }
            for row in self.env.cr.fetchall()
        }

    @api.model
    def _write_mark(self, product, mark):
        """Keep what is known of a product in the current company."""
        fold = mark["fold"]
        self.env.cr.execute(
            "INSERT INTO stock_avco_mark AS mark (product_id, company_id, date, "
            "move_ref, quantity, cost, value, last_in, price_date, price) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) "
            "ON CONFLICT (product_id, company_id) DO UPDATE SET date = excluded.date, "
            "move_ref = excluded.move_ref, quantity = excluded.quantity, "
            "cost = excluded.cost, value = excluded.value, last_in = excluded.last_in, "
            "price_date = excluded.price_date, price = excluded.price",
            [
                product.id,
                self.env.company.id,
                mark["date"],
                mark["move_ref"],
                fold.quantity,
                fold.cost,
                fold.value,
                mark["last_in"] or None,
                mark["price_date"] or None,
                mark["price"] or 0.0,
            ],
        )

    @api.model
    def _horizon(self):
        """Before which time nothing can be added any more but by a backdated change.

        A transaction that is running dates its moves not before it began.
        """
        self.env.cr.execute(
            "SELECT min(xact_start) AT TIME ZONE 'UTC' FROM pg_stat_activity "
            "WHERE datname = current_database()"
        )
        (oldest,) = self.env.cr.fetchone()
        settled = self._settled_before()
        return min(settled, oldest - CLOCKS) if oldest else settled

    @api.model
    def _settled_before(self):
        """Marks stand on older moves only, so newer ones need not be looked at."""
        return fields.Datetime.now() - SETTLED

    @api.model
    def _forget(self, products, companies=None):
        """Forget what is known of products, because their past changed.

        A row is left even where there was none: it makes a transaction fail that is
        about to write the first one without having seen the change.

        :param companies: those whose past changed; all when left out
        """
        if not products:
            return
        # sudo: nothing of a company is read; its marks are emptied
        companies = companies or self.env["res.company"].sudo().search([])
        self.env.cr.execute(
            "INSERT INTO stock_avco_mark AS mark (product_id, company_id) "
            "SELECT product.id, company.id FROM product_product AS product, "
            "res_company AS company "
            "WHERE product.id = ANY(%s) AND company.id = ANY(%s) "
            "ON CONFLICT (product_id, company_id) DO UPDATE SET date = NULL",
            [products.ids, companies.ids],
        )

    @api.model
    def _forget_all(self):
        """Forget everything: what counts as in the house, or a unit, has changed."""
        self.env.cr.execute("UPDATE stock_avco_mark SET date = NULL")
