from odoo import models


class IrSequence(models.Model):
    """Numbers of many documents at once."""

    _inherit = "ir.sequence"

    def _next_many(self, count):
        """The next ``count`` numbers; where there is no sequence, none.

        Core draws each by a statement of its own, and must, where a number may not be
        lost or belongs to a span of dates.
        """
        if not self:
            return []
        if count == 1 or self.implementation != "standard" or self.use_date_range:
            return [self.next_by_id() for _number in range(count)]
        self.browse().check_access("read")
        # The name that core gives the sequence in the database.
        self.env.cr.execute(
            "SELECT nextval(%s::regclass) FROM generate_series(1, %s)",
            [f"ir_sequence_{self.id:03d}", count],
        )
        return [self.get_next_char(number) for (number,) in self.env.cr.fetchall()]
