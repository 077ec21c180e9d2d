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
        folder = Path(os.environ["FAULTY_FOLDER"])
        with (folder / "paid").open("a") as book:
            book.write(f"{self.source_transaction_id.reference} {self.amount}\n")
        answers = folder / "answers"
        how = answers.read_text().strip() if answers.exists() else ""
        return getattr(self, f"_answer_{how or 'at_once'}")()

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

    def _answer_never(self):
        """It has paid, and the line is dead: as core's own requests end then."""
        try:
            raise requests.exceptions.ReadTimeout("no answer in 10 seconds")
        except requests.exceptions.RequestException as error:
            raise ValidationError("Could not establish the connection") from error


PENDING = "pending"
