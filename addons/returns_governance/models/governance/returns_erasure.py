from odoo import models


class ReturnsEvent(models.Model):
    """What is erased beside the events themselves: comments, chatter and files."""

    _inherit = "returns.event"

    def _erase_beside(self, orders):
        # sudo: erasing is asked for by law and by the caller; it takes all of them
        orders = orders.sudo()
        story = self.env["returns.audit.story"].sudo()
        erased = {}
        for order in orders:
            files = story._files(order) - order.inspection_ids.photo_ids
            told = order.line_ids.filtered("comment")
            counts = {
                "files": len(files),
                "comments": len(told),
                "messages": len(order.message_ids),
            }
            erased[order.id] = {key: count for key, count in counts.items() if count}
            files.unlink()
            order.message_ids.unlink()
            if told:
                told._machine_write({"comment": False})
        return erased
