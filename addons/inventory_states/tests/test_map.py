from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import html2plaintext


@tagged("post_install", "-at_install")
class TestMap(TransactionCase):
    """The table of allowed changes, as a map that a person can read."""

    def _map(self):
        user = new_test_user(self.env, "map_reader", "stock.group_stock_user")
        return self.env["inventory.state.map"].with_user(user).create({}).map

    def test_each_allowed_change_is_an_arrow_and_a_line_of_the_list(self):
        rows = self.env["inventory.state.transition"].search([])
        drawn = self._map()
        self.assertEqual(drawn.count("marker-end="), len(rows))
        text = html2plaintext(drawn)
        for row in rows:
            self.assertIn(row.state_dest_id.name, text)
            self.assertIn(f"<title>{row.display_name}: ", drawn)

    def test_it_says_who_may_and_what_is_needed(self):
        row = self.env["inventory.state.transition"].search([], limit=1)
        group = self.env["res.groups"].create({"name": "Keepers <of> keys"})
        row._permitted().write(
            {"group_ids": group.ids, "needs_reason": True, "needs_approval": False}
        )
        drawn = self._map()
        self.assertIn("needs a reason; Keepers &lt;of&gt; keys", drawn)
        row._permitted().write({"needs_approval": True})
        row.flush_recordset()
        self.env.invalidate_all()
        again = self.env["inventory.state.map"].create({}).map
        self.assertIn("needs an approval and a reason; Keepers", again)

    def test_arrows_begin_and_end_outside_of_the_boxes(self):
        Map = self.env["inventory.state.map"]
        x, y = Map._edge((100.0, 100.0), (300.0, 100.0))
        self.assertEqual((x, y), (179.0, 100.0))
        x, y = Map._edge((100.0, 100.0), (100.0, 0.0))
        self.assertEqual((x, y), (100.0, 73.0))
