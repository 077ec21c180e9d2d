from odoo import api, models


class ReturnsEdited(models.AbstractModel):
    """Base of what people may still change while a return is a draft.

    It notes on the return who had a hand in it, since nobody approves an own request:
    ``write_uid`` would not do, the flow writes it at each step.
    """

    _name = "returns.edited"
    _description = "Notes who edited a draft"

    def _edited_orders(self):
        """:return: the returns that these records belong to"""
        raise NotImplementedError

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._note_editor()
        return records

    def write(self, vals):
        res = super().write(vals)
        self._note_editor()
        return res

    def _note_editor(self):
        """Add the user to the editors; the flow (superuser) is nobody's hand.

        :raise AccessError: the change puts a return out of the user's own sight, into
            another channel, node or company; core looks at it before the change only
        """
        if self.env.su or not self:
            return
        orders = self._edited_orders()
        orders.check_access("write")
        orders.flush_recordset()
        self.env.cr.execute(
            "INSERT INTO returns_order_editor_rel (order_id, user_id)"
            " SELECT unnest(%s), %s ON CONFLICT DO NOTHING",
            [orders.ids, self.env.uid],
        )
        orders._fields["editor_ids"]._invalidate_cache(self.env, orders._ids)
