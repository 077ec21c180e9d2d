from odoo import fields, models


class ReturnsReference(models.Model):
    """The caller's own reference of each writing API call (idempotency).

    Rows are inserted by SQL with ``ON CONFLICT DO NOTHING`` as the first statement of
    a call, so that of many callers with one reference exactly one goes on.
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
