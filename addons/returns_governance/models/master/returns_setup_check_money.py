from odoo import models
from odoo.tools import SQL

from .returns_setup_check import Check


class ReturnsSetupCheck(models.AbstractModel):
    """What the refund of a return is booked with and paid by."""

    _inherit = "returns.setup.check"

    def _checks(self):
        return {
            **super()._checks(),
            "journal_refund": Check(40, "finance", "stops", "account.journal"),
            "account_receivable": Check(41, "finance", "stops", "account.account"),
            "account_income": Check(42, "finance", "disturbs", "product.category"),
            "disposition_account": Check(43, "finance", "disturbs", "stock.location"),
            "provider_refund": Check(44, "finance", "disturbs", "payment.provider"),
            "sequence_none": Check(45, "finance", "stops", "ir.sequence"),
        }

    def _gaps_journal_refund(self):
        return SQL(
            """SELECT co.id, 0, NULL FROM co WHERE NOT EXISTS (
                SELECT FROM account_journal j
                WHERE j.company_id = co.id AND j.type = 'sale' AND j.active)"""
        )

    def _gaps_account_receivable(self):
        return SQL(
            """SELECT co.id, 0, NULL FROM co WHERE NOT EXISTS (
                SELECT FROM account_account a
                JOIN account_account_res_company_rel r ON r.account_account_id = a.id
                WHERE r.res_company_id = co.id AND a.active
                    AND a.account_type = 'asset_receivable')"""
        )

    def _gaps_account_income(self):
        """Neither the category, nor the default of its field, nor the company."""
        default = self.env["ir.model.fields"]._get(
            "product.category", "property_account_income_categ_id"
        )
        return SQL(
            """SELECT co.id, c.id, NULL FROM co CROSS JOIN product_category c
                WHERE co.income_account_id IS NULL
                    AND c.property_account_income_categ_id ->> co.id::text IS NULL
                    AND NOT EXISTS (
                        SELECT FROM ir_default d WHERE d.field_id = %s
                            AND COALESCE(d.company_id, co.id) = co.id
                            AND d.user_id IS NULL)
                    AND EXISTS (
                        SELECT FROM product_template t
                        WHERE t.categ_id = c.id AND t.active AND t.sale_ok)""",
            default.id,
        )

    def _gaps_disposition_account(self):
        return SQL(
            """SELECT l.company_id, l.id, NULL FROM stock_location l
                JOIN co ON co.id = l.company_id
                WHERE l.usage = 'inventory' AND l.active
                    AND l.valuation_account_id IS NULL AND EXISTS (
                        SELECT FROM returns_disposition d
                        JOIN inventory_state s ON s.id = d.state_id
                        WHERE d.active AND s.code = 'write_off')"""
        )

    def _gaps_provider_refund(self):
        # sudo: which provider can refund is read by whoever reads the gaps
        providers = self.env["payment.provider"].sudo()
        used = providers.search([("state", "!=", "disabled")])
        without = used.filtered(lambda p: p.support_refund in (False, "none"))
        return SQL(
            "SELECT company_id, id, NULL FROM payment_provider WHERE id = ANY(%s)",
            without.ids,
        )

    def _gaps_sequence_none(self):
        return SQL(
            """SELECT co.id, 0, NULL FROM co WHERE NOT EXISTS (
                SELECT FROM ir_sequence s
                WHERE s.code = 'returns.order' AND s.active
                    AND COALESCE(s.company_id, co.id) = co.id)"""
        )
