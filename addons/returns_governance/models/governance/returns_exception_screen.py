from odoo import api, fields, models


class ReturnsException(models.Model):
    """What the list of exceptions says beyond what is stored."""

    _inherit = "returns.exception"

    age = fields.Char(compute="_compute_age")
    scanned = fields.Char("Scanned", compute="_compute_scanned")
    can_unmatch = fields.Boolean(
        compute="_compute_can_unmatch", help="A parcel that stands on a return."
    )

    @api.depends("code", "order_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["code"]._description_selection(self.env))
        for exception in self:
            name = labels.get(exception.code, "")
            order = exception.order_id.name
            exception.display_name = f"{name}: {order}" if order else name

    @api.depends("since", "closed_at", "state")
    @api.depends_context("lang")
    def _compute_age(self):
        words = self.env["returns.words"]
        for exception in self:
            still_open = exception.state == "open" and exception.since
            exception.age = words._age(exception.since) if still_open else False

    @api.depends("payload")
    def _compute_scanned(self):
        """What the dock scanned of a parcel that names no return."""
        number = self.env["returns.words"]._number
        for exception in self:
            payload = exception.payload or {}
            parts = [str(payload.get("scan") or "")]
            for line in payload.get("lines") or ():
                name = line.get("sku") or line.get("line_ref") or "?"
                parts.append(f"{number(float(line.get('quantity') or 0))} × {name}")
            exception.scanned = ", ".join(filter(None, parts))

    @api.depends("code", "state", "receipt_ref")
    def _compute_can_unmatch(self):
        matched = self.filtered(
            lambda row: row.code == "unmatched_parcel" and row.state == "closed"
        )
        receipts = self.env["returns.receipt"].search(
            [("receipt_ref", "in", matched.mapped("receipt_ref"))]
        )
        standing = {(row.company_id, row.receipt_ref) for row in receipts._standing()}
        for exception in self:
            exception.can_unmatch = (
                exception in matched
                and (exception.company_id, exception.receipt_ref) in standing
            )
