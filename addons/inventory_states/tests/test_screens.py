from odoo.tests import HttpCase, tagged

from ..const import DAMAGED, QUARANTINE
from .common import InventoryStatesCommon


@tagged("post_install", "-at_install")
class TestScreens(InventoryStatesCommon, HttpCase):
    """A person reads the states back."""

    def test_the_states_of_yesterday_are_read_back(self):
        self._stock(QUARANTINE, 7.0)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE inventory_state_change SET date = date - interval '3 days'"
        )
        self.env.invalidate_all()
        self._move(self._place(QUARANTINE), self._place(DAMAGED), 2.0)
        self.user.password = self.user.login
        self.start_tour(
            "/odoo/inventory-states-as-of",
            "inventory_states_tour_as_of",
            login=self.user.login,
        )
