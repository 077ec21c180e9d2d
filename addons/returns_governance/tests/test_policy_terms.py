import base64

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ReturnsCommon

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestPolicyTerms(ReturnsCommon):
    """What a policy gives beside the permission takes effect where it can."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel = cls.env["returns.channel"].create(
            {"code": "test_terms", "name": "Terms"}
        )
        cls.policy = cls.env["returns.policy"].create(
            {
                "code": "test_terms",
                "name": "Terms",
                "channel_ids": [Command.set(cls.channel.ids)],
            }
        )
        cls.damaged = cls.env.ref("returns_governance.reason_damaged_in_transit")

    def _publish(self, *rules):
        version = self.env["returns.policy.version"].create(
            {
                "policy_id": self.policy.id,
                "rule_ids": [Command.create(rule) for rule in rules],
            }
        )
        version.action_publish()
        return version

    def _ask(self, sale=None, **line):
        """Submit a return of one unit in the channel of the policy."""
        request = self._request(sale or self._sell())
        request["channel"] = self.channel
        request["lines"][0].update({"quantity": 1.0, **line})
        return self._submit(request)

    # --- where to, and how ------------------------------------------------------------
    def test_goods_are_expected_where_the_policy_sends_them(self):
        other = self.env["stock.warehouse"].create(
            {"name": "Outlet", "code": "OUTL", "company_id": self.company.id}
        )
        self._publish({"code": "all", "destination_id": other.id})
        back = self._ask()
        self.assertEqual(back.warehouse_id, other)
        self.assertEqual(
            back.line_ids.decision_id.outcomes["destination"], str(other.id)
        )

    def test_a_node_of_another_company_is_no_destination(self):
        company = self.env["res.company"].create({"name": "Other"})
        foreign = self.env["stock.warehouse"].create(
            {"name": "Foreign", "code": "FRGN", "company_id": company.id}
        )
        self._publish({"code": "all", "destination_id": foreign.id})
        self.assertEqual(self._ask().warehouse_id, self.warehouse)

    def test_the_parcel_keeps_how_it_is_labelled(self):
        self._publish({"code": "all", "label_mode": "qr"})
        self.assertEqual(self._ask().parcel_ids.label_mode, "qr")

    def test_without_a_rule_the_parcel_has_no_label_mode(self):
        self._publish({"code": "all", "window": "unlimited"})
        self.assertFalse(self._ask().parcel_ids.label_mode)

    # --- reasons ----------------------------------------------------------------------
    def test_the_suppliers_reason_comes_from_the_rule_or_from_the_reason(self):
        self.damaged.supplier_reason = "Transit damage"
        self._publish(
            {"code": "all"},
            {
                "code": "dear",
                "value_min": 100.0,
                "supplier_reason": "Dead on arrival",
            },
        )
        cheap = self._ask(reason=self.damaged)
        self.assertEqual(cheap.line_ids.supplier_reason, "Transit damage")
        dear = self._ask(
            self._sell([(self.shirt, 4.0)]), reason=self.damaged, quantity=4.0
        )
        self.assertEqual(dear.line_ids.supplier_reason, "Dead on arrival")
        cheap.line_ids.supplier_reason = "Box crushed"
        self.assertEqual(cheap.line_ids.supplier_reason, "Box crushed")

    def test_only_what_is_mapped_to_the_reason_is_offered(self):
        self._publish(
            {"code": "all", "offer_refund": True},
            {
                "code": "damaged",
                "reason_ids": [Command.set(self.damaged.ids)],
                "offer_repair": True,
            },
        )
        with self.assertRaisesRegex(UserError, "RESOLUTION_NOT_ALLOWED"):
            self._ask(reason=self.damaged)
        self.assertEqual(self._ask().case_state, "authorised")

    def test_the_screen_offers_what_the_policy_offers(self):
        self._publish(
            {"code": "all", "offer_refund": True, "offer_exchange": True},
            {
                "code": "photo",
                "reason_ids": [Command.set(self.damaged.ids)],
                "evidence": "images",
                "evidence_images": 2,
            },
        )
        sale = self._sell()
        dialog = self.env["returns.add.wizard"].create(
            {
                "partner_id": sale.partner_id.id,
                "sale_order_ids": [Command.set(sale.ids)],
                "line_ids": [
                    Command.create(
                        {"sale_line_id": sale.order_line.id, "quantity": 1.0}
                    )
                ],
            }
        )
        sale.returns_channel_id = self.channel
        self.assertEqual(dialog.line_ids.offered, "refund,exchange")
        dialog.action_confirm()
        line = self.env["returns.order.line"].search(
            [("sale_line_id", "=", sale.order_line.id)]
        )
        line.order_id.channel_id = self.channel
        self.assertEqual((line.offered, line.evidence_asked), ("refund,exchange", ""))
        line.reason_id = self.damaged
        self.assertEqual(line.evidence_asked, "photos: 2")
        self.assertTrue(line.order_id.asks_evidence)

    # --- evidence ---------------------------------------------------------------------
    def test_evidence_is_checked_by_kind_number_and_size(self):
        row = {"kind": "image", "count": 1, "megabytes": 0.0001}
        self._publish(
            {
                "code": "all",
                "evidence": "files",
                "evidence_ids": [Command.create(row)],
            }
        )
        with self.assertRaisesRegex(UserError, "EVIDENCE_REQUIRED.*photos: 1"):
            self._ask()
        with self.assertRaisesRegex(UserError, "EVIDENCE_REQUIRED"):
            self._ask(evidence=[("box.pdf", b"%PDF-1.4 text")])
        large = [("box.png", PIXEL + b"0" * 200)]
        with self.assertRaisesRegex(UserError, "EVIDENCE_INVALID"):
            self._ask(evidence=large)
        back = self._ask(evidence=[("box.png", PIXEL)])
        self.assertEqual(back.line_ids.evidence_ids.name, "box.png")

    # --- facts ------------------------------------------------------------------------
    def test_opened_goods_are_refused_and_sealed_ones_taken(self):
        version = self._publish(
            {"code": "all"},
            {"code": "opened", "sealed": "no", "eligible": "no", "name": "Opened"},
        )
        opened = self._ask(sealed="no")
        self.assertEqual(opened.case_state, "rejected")
        self.assertEqual(opened.line_ids.decision_id.rule, "opened")
        self.assertEqual(self._ask(sealed="yes").case_state, "authorised")
        # Nobody asked: not known, so the rule does not fit.
        self.assertEqual(self._ask().case_state, "authorised")
        self.assertIn("sealed", version._rulebook().asked)

    def test_what_was_found_says_whether_it_is_sealed(self):
        self.grade_a.sealed = "no"
        spec = self._spec(self._sell().order_line, condition=self.grade_a, sealed="yes")
        self.assertIs(self.env["returns.facts"]._of([spec])[0].sealed, False)

    def _spec(self, line, **values):
        return {
            "sale_line": line,
            "quantity": 1.0,
            "reason": self.damaged,
            "resolution": "refund",
            "withdrawal": False,
            "evidence": (),
            "channel": self.channel,
            "company": self.company,
            "partner": line.order_id.partner_id,
            "now": fields.Datetime.now(),
            **values,
        }

    def test_the_age_of_the_stock_counts_and_is_read_only_when_asked_for(self):
        line = self._sell().order_line
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", self.shirt.id),
                ("location_id", "=", self.warehouse.lot_stock_id.id),
            ]
        )
        quants.in_date = fields.Datetime.subtract(fields.Datetime.now(), days=100)
        Facts = self.env["returns.facts"]
        spec = self._spec(line)
        self.assertIsNone(Facts._of([spec])[0].stock_age_days)
        age = Facts._of([spec], {"stock_age_days"})[0].stock_age_days
        self.assertEqual(age, 100)
        for product, many in ((self.shirt, 1), (self.shirt, 30)):
            self.env.flush_all()
            with self.subTest(many=many), self.assertQueryCount(1):
                Facts._oldest_in_stock([{**spec, "product": product}] * many)

    # --- goods by worth ---------------------------------------------------------------
    def test_worth_and_condition_choose_where_the_goods_go(self):
        """The same goods go the same way each time, with the rule as the reason."""
        row = Command.create
        grade = {"condition_id": self.grade_c.id}
        ref = self.env.ref
        recycle = ref("returns_governance.disposition_recycle")
        refurbish = ref("returns_governance.disposition_refurbish")
        version = self._publish(
            {
                "code": "cheap",
                "disposition_ids": [
                    row({**grade, "disposition_id": recycle.id, "value_below": 40.0}),
                    row({**grade, "disposition_id": refurbish.id, "value_min": 40.0}),
                ],
            }
        )
        dear = self._sell([(self.shirt, 3.0)]).order_line
        cheap = self._sell([(self.belt, 5.0)]).order_line
        for line, code in ((dear, "refurbish"), (cheap, "recycle")):
            for quantity in (1.0, line.product_uom_qty):
                spec = self._spec(line, condition=self.grade_c, quantity=quantity)
                for _run in range(2):
                    verdict = version._dispose([spec])[0]
                    with self.subTest(code, quantity=quantity):
                        self.assertEqual((verdict.code, verdict.rule), (code, "cheap"))
                        self.assertIn("rule cheap", verdict.reason)

    # --- money ------------------------------------------------------------------------
    def test_a_deduction_by_condition_lowers_the_refund(self):
        self._publish(
            {
                "code": "all",
                "window": "unlimited",
                "release": "inspection",
                "deduction_ids": [
                    Command.create({"condition_id": self.grade_c.id, "percent": 30})
                ],
            }
        )
        back = self._ask()
        paid = back.amount_due
        self._receive(back)
        self._inspect(back, grade=self.grade_c)
        self.assertAlmostEqual(back.amount_due, paid * 0.7)

    def test_a_version_says_what_no_step_does_yet(self):
        version = self._publish(
            {"code": "all", "offer_repair": True, "credit_bonus": "percent"}
        )
        built = self.env["returns.order.line"]._resolutions_built()
        self.assertEqual("store_credit" in built, not version.told_only)
        self.assertFalse(
            self.env.ref("returns_governance.policy_standard_v1").told_only
        )
