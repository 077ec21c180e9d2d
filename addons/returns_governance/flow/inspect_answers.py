from odoo import models

from ..engine.errors import EngineError
from ..guard import refuse


class ReturnsStepInspect(models.AbstractModel):
    """The checklist of the goods: what has to be answered, and the answers.

    An entry of the dialog has ``answers`` (``{code: value}``), which have to be
    whole. Of the API's ``checklist`` only those are kept that fit a question, unless
    the version asks for them over the API, too.
    """

    _inherit = "returns.step.inspect"

    def _read_answers(self, orders, data):
        """What each entry answers; refuses where something needed is missing.

        :return: as many lists as entries, by order, of (question, answer as kept)
        """
        versions = self.env["returns.checklist"]._in_force(
            {
                (order.company_id, entry["product"])
                for order in orders
                for entry in data.get(order.id, ())
            }
        )
        return {
            order.id: [
                self._read_entry(versions[order.company_id, entry["product"]], entry)
                for entry in data.get(order.id, ())
            ]
            for order in orders
        }

    def _read_entry(self, version, entry):
        # sudo: what is asked is told to who answers
        questions = version.sudo().question_ids
        whole = "answers" in entry or version.sudo().api_required
        given = entry.get("answers") or entry.get("checklist") or {}
        photos = [name for name, _content in entry.get("photos") or ()]
        answers = []
        for question in questions:
            kept = self._read_one(question, entry, given, photos, whole)
            if kept is not None:
                answers.append((question, kept))
            elif whole and question.required:
                self._refuse_unanswered(question, entry)
        return answers

    def _read_one(self, question, entry, given, photos, whole):
        try:
            return question._read_answer(given.get(question.code), photos)
        except EngineError:
            if not whole:
                return None
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "%(product)s: %(question)s is answered by %(wanted)s.",
                    product=entry["product"].display_name,
                    question=self._quote(question, entry),
                    wanted=question._wanted(),
                ),
            )

    def _quote(self, question, entry):
        """The question; for programs, which send no ``answers``, also its code."""
        if "answers" in entry:
            return f'"{question.name}"'
        return f'"{question.name}" ({question.code})'

    def _refuse_unanswered(self, question, entry):
        refuse(
            "CHECKLIST_REQUIRED",
            self.env._(
                "%(product)s: %(question)s is not answered yet, and %(checklist)s "
                "needs it. Answer it, then save.",
                product=entry["product"].display_name,
                question=self._quote(question, entry),
                checklist=question.version_id.display_name,
            ),
        )

    def _keep_answers(self, rows, answers, files):
        """Add the answers to the findings, all in one go.

        :param answers: for each finding its (question, answer as kept)
        :param files: for each finding its photos
        """
        vals_list = [
            self._answer_vals(row, question, kept, photos)
            for row, given, photos in zip(rows, answers, files, strict=True)
            for question, kept in given
        ]
        if vals_list:
            self.env["returns.inspection.answer"]._machine_create(vals_list)

    def _answer_vals(self, row, question, kept, photos):
        photos = [photos[place] for place in kept] if question.kind == "photo" else []
        return {
            "inspection_id": row.id,
            "version_id": question.version_id.id,
            "question_id": question.id,
            # of a photo its fingerprint is kept, also when the file is gone
            "value": " ".join(p.checksum for p in photos) if photos else kept,
            "attachment_ids": [(4, photo.id) for photo in photos],
        }
