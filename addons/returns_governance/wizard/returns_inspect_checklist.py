from odoo import models
from odoo.exceptions import UserError


class ReturnsInspectWizard(models.TransientModel):
    """The dialog asks what the checklist in force for the goods asks."""

    _inherit = "returns.inspect.wizard"

    def _rows(self, receipts):
        rows = super()._rows(receipts)
        goods = [
            (
                self.env["returns.order"].browse(row["order_id"]).company_id,
                self.env["product.product"].browse(row["product_id"]),
            )
            for row in rows
        ]
        versions = self.env["returns.checklist"]._in_force(goods)
        for row, pair in zip(rows, goods, strict=True):
            if version := versions[pair]:
                row["grid"]["checklist"] = version._asked()
        return rows


class ReturnsInspectWizardLine(models.TransientModel):
    """Goods to inspect, with the answers to their checklist."""

    _inherit = "returns.inspect.wizard.line"

    def _entries(self):
        entries = super()._entries()
        pair = (self.order_id.company_id, self.product_id)
        version = self.env["returns.checklist"]._in_force([pair])[pair]
        given = self._given(version) if entries else {}
        if version:
            photos, answers = self._answers(version, given)
            for entry in entries:
                entry["photos"] = [*entry["photos"], *photos]
                entry["answers"] = answers
        return entries

    def _given(self, version):
        """{code: what the browser sent}, given to the version that is asked now."""
        shown = self.grid.get("checklist") or {}
        questions = shown.get("questions") if isinstance(shown, dict) else None
        if not version and not shown:
            return {}
        if (
            not isinstance(questions, list)
            or not all(isinstance(question, dict) for question in questions)
            or shown.get("version") != version.id
        ):
            raise UserError(
                self.env._(
                    "%(product)s: its checklist was changed while this dialog was "
                    "open. Open the dialog again and answer the questions anew.",
                    product=self.product_id.display_name,
                )
            )
        return {str(q.get("code")): q.get("value") for q in questions}

    def _answers(self, version, given):
        """(photos as (name, bytes), {code: answer}); photos are answered by place."""
        photos, answers = [], dict(given)
        before = len(self.photo_ids)
        # sudo: what is asked is told to who answers
        for question in version.sudo().question_ids:
            if question.kind == "photo":
                files = self._uploaded(given.get(question.code))
                places = range(before + len(photos), before + len(photos) + len(files))
                answers[question.code] = list(places)
                photos += [(file.name, file.raw) for file in files]
        return photos, answers

    def _uploaded(self, value):
        """Files that this user uploaded in this dialog; the browser names their ids."""
        named = value if isinstance(value, list) else []
        ids = [item.get("id") for item in named if isinstance(item, dict)]
        # A true is no id, though Python counts with it; nor is what no column holds.
        known = [i for i in ids if type(i) is int and 0 < i < 2**31]
        return self.env["ir.attachment"].search(
            [
                ("id", "in", known),
                ("res_model", "=", self._name),
                ("res_id", "in", (0, False)),
                ("create_uid", "=", self.env.uid),
            ],
            order="id",
        )
