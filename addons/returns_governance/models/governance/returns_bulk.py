from odoo import api, models
from odoo.exceptions import AccessError, UserError


class ReturnsBulk(models.AbstractModel):
    """Work on many records at once, with a result for each.

    ``_run`` takes all in one batch, as the steps do, inside a savepoint. Where it is
    refused, it is undone, and each half is taken by itself, and so on: those that can
    be done are done in few batches, and each one that cannot has its own reason.
    """

    _name = "returns.bulk"
    _description = "Work on many at once"

    @api.model
    def _run(self, records, work):
        """Do ``work`` on ``records``.

        :param records: any recordset, in the order in which it is reported
        :param work: function of a recordset; takes all of it or raises a ``UserError``
            (an ``AccessError`` is one)
        :return: ``{record: why it was refused, or ''}``
        """
        found = self._try(records, work) if records else {}
        return {record: found[record] for record in records}

    def _try(self, records, work):
        try:
            with self.env.cr.savepoint():
                work(records)
                self.env.flush_all()
            return dict.fromkeys(records, "")
        except UserError as refusal:
            self.env.invalidate_all()
            if len(records) == 1:
                return {records: self.env["returns.order"]._plain(refusal)}
        half = len(records) // 2
        return {
            **self._try(records[:half], work),
            **self._try(records[half:], work),
        }

    @api.model
    def _show(self, title, results):
        """The dialog that shows a result for each record, what was refused first.

        :param str title: what was done, *Release the refund*
        :param dict results: as ``_run`` returns it
        :return: an action
        """
        refused_first = sorted(results.items(), key=lambda item: not item[1])
        dialog = self.env["returns.bulk.result"].create(
            {
                "title": title,
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "sequence": number,
                            "res_model": record._name,
                            "res_id": record.id,
                            "name": self._name_of(record),
                            "outcome": "refused" if why else "done",
                            "reason": why,
                        },
                    )
                    for number, (record, why) in enumerate(refused_first)
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": dialog._name,
            "res_id": dialog.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _name_of(self, record):
        """What people call it; a record that is out of sight has no name."""
        try:
            return record.display_name
        except AccessError:
            return self.env._("Not yours to see")
