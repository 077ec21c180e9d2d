from odoo import api, fields, models


class ReturnsReference(models.Model):
    """The caller's own reference of each writing API call (idempotency).

    Rows are inserted by SQL with ``ON CONFLICT DO NOTHING``: of many callers with one
    reference exactly one goes on. The others fail to serialise (their snapshot cannot
    see the row that they met), are run again, and find the reference taken.
    """

    _name = "returns.reference"
    _description = "Reference of an API call"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    kind = fields.Char(required=True, help="The API method, without its prefix.")
    scope = fields.Char(required=True, default="")
    reference = fields.Char(required=True)
    digest = fields.Char(required=True, help="SHA-256 of the canonical JSON content.")
    order_id = fields.Many2one("returns.order", ondelete="cascade", index=True)
    receipt_ref = fields.Char(help="Of an unmatched receipt, which has no return yet.")

    _reference_uniq = models.Constraint(
        "unique (company_id, kind, scope, reference)",
        "This reference was used before.",
    )

    @api.model
    def _known(self, keys):
        """Return {(kind, scope, reference): row} of the keys that were used before.

        References belong to the caller's main company.
        """
        if not keys:
            return {}
        # sudo: rows are only compared with the caller's own keys
        rows = self.sudo().search(
            [
                ("company_id", "=", self.env.company.id),
                ("reference", "in", [reference for _kind, _scope, reference in keys]),
            ]
        )
        found = {(row.kind, row.scope, row.reference): row for row in rows}
        return {key: found[key] for key in keys if key in found}

    @api.model
    def _take(self, digests):
        """Insert {(kind, scope, reference): digest}, sorted, so that two batches wait
        for each other instead of locking each other out.

        :return: {key: row}
        :raise SerializationFailure: another transaction took one of them
        """
        if not digests:
            return {}
        rows = [(self.env.company.id, *key, digests[key]) for key in sorted(digests)]
        self.env.cr.execute(
            """
            INSERT INTO returns_reference (company_id, kind, scope, reference, digest)
            SELECT * FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[],
                                 %s::text[])
       ON CONFLICT DO NOTHING
         RETURNING kind, scope, reference, id
            """,
            [list(column) for column in zip(*rows, strict=True)],
            log_exceptions=False,
        )
        return {
            (kind, scope, reference): self.sudo().browse(row_id)
            for kind, scope, reference, row_id in self.env.cr.fetchall()
        }

    def _settle_on(self, order, receipt_ref=False):
        """Keep what the call led to, for whoever repeats it."""
        self.sudo().write({"order_id": order.id, "receipt_ref": receipt_ref})

    @api.model
    def _match(self, receipt_ref, order):
        """A receipt that was kept has found ``order``: whoever repeats it hears so."""
        # sudo: only rows of the caller's own company
        self.sudo().search(
            [
                ("company_id", "=", self.env.company.id),
                ("kind", "=", "receive"),
                ("reference", "=", receipt_ref),
                ("order_id", "=", False),
            ]
        ).write({"order_id": order.id})

    @api.model
    def _unmatch(self, receipt_ref):
        """A receipt has lost its return again: whoever repeats it hears so."""
        # sudo: as in _match
        self.sudo().search(
            [
                ("company_id", "=", self.env.company.id),
                ("kind", "=", "receive"),
                ("reference", "=", receipt_ref),
                ("receipt_ref", "=", receipt_ref),
            ]
        ).write({"order_id": False})
