import os
import time
from pathlib import Path

import requests

from odoo import models
from odoo.exceptions import ValidationError

HANG_SECONDS = 2


class PaymentTransaction(models.Model):
    """The demo provider, with the faults of true ones.

    How it behaves stands in a file (``FAULTY_FOLDER/answers``); what it has paid it
    writes into a file of its own, which no rollback touches.
    """

    _inherit = "payment.transaction"

    def _send_refund_request(self):
        how = self._how()
        if how not in ("refused", "lost"):
            with (self._folder() / "paid").open("a") as book:
                book.write(f"{self.source_transaction_id.reference} {self.amount}\n")
        return getattr(self, f"_answer_{how}")()

    def _folder(self):
        return Path(os.environ["FAULTY_FOLDER"])

    def _how(self):
        """How it answers now: to all, or to refunds of one payment (``name how``)."""
        answers = self._folder() / "answers"
        how = "at_once"
        for line in answers.read_text().splitlines() if answers.exists() else ():
            reference, _space, answer = line.rpartition(" ")
            if reference in ("", self.source_transaction_id.reference):
                how = answer
        return how

    def _answer_at_once(self):
        return super()._send_refund_request()

    def _answer_slowly(self):
        time.sleep(HANG_SECONDS)
        return super()._send_refund_request()

    def _answer_late(self):
        """It takes the order, and says later that it has paid."""
        self._process("demo", {"reference": self.reference, "simulated_state": PENDING})

    def _answer_twice(self):
        super()._send_refund_request()
        return super()._send_refund_request()

    def _answer_refused(self):
        """It says no, and has not paid."""
        raise ValidationError("The card was closed")

    def _answer_never(self):
        """It has paid, and the line is dead: as core's own requests end then."""
        try:
            raise requests.exceptions.ReadTimeout("no answer in 10 seconds")
        except requests.exceptions.RequestException as error:
            raise ValidationError("Could not establish the connection") from error

    def _answer_lost(self):
        """The line was dead before it had heard of it."""
        return self._answer_never()

    # --- its notice comes before its answer ---------------------------------------
    def _tell(self, page):
        reference = self.source_transaction_id.reference
        url = f"{os.environ['FAULTY_URL']}/faulty/{page}?reference={reference}"
        requests.get(url, timeout=30).raise_for_status()

    def _answer_early(self):
        self._tell("notice")
        return super()._send_refund_request()

    def _answer_early_late(self):
        """It answers that it will pay, after it told that it has."""
        self._tell("notice")
        return self._answer_late()

    def _answer_early_dead(self):
        self._tell("notice")
        return self._answer_never()

    def _answer_early_twin(self):
        """Its notice knows only its own number, and makes a refund of its own."""
        self._tell("twin")
        number = f"re-{self.source_transaction_id.reference}"
        data = {"reference": self.reference, "simulated_state": "done"}
        self._process("demo", {**data, "number": number})

    def _answer_never_twin(self):
        """The same, and the line is dead: nothing but the amount tells what it is."""
        self._tell("twin")
        return self._answer_never()

    def _apply_updates(self, payment_data):
        super()._apply_updates(payment_data)
        if number := payment_data.get("number"):
            self.provider_reference = number


PENDING = "pending"
