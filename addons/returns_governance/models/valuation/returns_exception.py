from odoo import models


class ReturnsException(models.Model):
    """Whether a write-down that could not be posted still waits."""

    _inherit = "returns.exception"

    def _still_posting_failed(self):
        ours = self.filtered(lambda e: (e.cause or "").startswith("write_down "))
        standing = super(ReturnsException, self - ours)._still_posting_failed()
        standing |= ours._stands_where(
            "returns.write.down", "write_down", lambda row: bool(row.problem)
        )
        return standing
