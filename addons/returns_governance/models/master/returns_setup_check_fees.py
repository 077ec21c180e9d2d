from odoo import api, models
from odoo.tools import SQL

from ...const import FEE_KINDS
from .returns_setup_check import Check


class ReturnsSetupCheck(models.AbstractModel):
    """What the fees that a policy charges are booked with."""

    _inherit = "returns.setup.check"

    def _checks(self):
        return {
            **super()._checks(),
            "fee_product": Check(90, "finance", "disturbs", "res.company"),
            "fee_account": Check(91, "finance", "disturbs", "product.product"),
            "fee_tax": Check(92, "finance", "disturbs", "product.product"),
        }

    @api.model
    def _ways(self):
        return {
            **super()._ways(),
            "fee_product": self.env._(
                "A policy charges this fee. Choose its product under Settings > "
                "Returns; until then the fee is not charged."
            ),
            "fee_account": self.env._(
                "Choose the income account of the product, of its category, or of the "
                "company."
            ),
            "fee_tax": self.env._(
                "Choose the sales tax of the product for this company, or an exempt "
                "one: the fee is charged without tax."
            ),
        }

    def _charged_fees(self):
        """Fees that a policy in force charges, with the company's product or NULL.

        Columns: company_id, kind, product_id.
        """
        products = SQL(", ").join(
            SQL(
                "(%s, co.%s)",
                kind,
                SQL.identifier(f"returns_fee_{kind}_id"),
            )
            for kind, _label in FEE_KINDS
        )
        return SQL(
            """SELECT DISTINCT co.id AS company_id, own.kind, own.product_id
                FROM co CROSS JOIN LATERAL (VALUES %s) own(kind, product_id)
                JOIN returns_policy_rule_fee f ON f.kind = own.kind
                JOIN returns_policy_rule r ON r.id = f.rule_id AND r.fee = 'charged'
                JOIN returns_policy_version v
                    ON v.id = r.version_id AND v.state = 'published'
                JOIN returns_policy p ON p.id = v.policy_id AND p.active
                    AND COALESCE(p.company_id, co.id) = co.id""",
            products,
        )

    def _gaps_fee_product(self):
        labels = dict(FEE_KINDS)
        names = SQL(", ").join(SQL("(%s, %s)", *pair) for pair in labels.items())
        return SQL(
            """SELECT fee.company_id, fee.company_id, string_agg(l.label, ', ')
                FROM (%s) fee JOIN (VALUES %s) l(kind, label) ON l.kind = fee.kind
                WHERE fee.product_id IS NULL GROUP BY fee.company_id""",
            self._charged_fees(),
            names,
        )

    def _gaps_fee_account(self):
        return SQL(
            """SELECT DISTINCT fee.company_id, fee.product_id, NULL
                FROM (%s) fee
                JOIN co ON co.id = fee.company_id AND co.income_account_id IS NULL
                JOIN product_product pp ON pp.id = fee.product_id
                JOIN product_template t ON t.id = pp.product_tmpl_id
                LEFT JOIN product_category c ON c.id = t.categ_id
                WHERE t.property_account_income_id ->> co.id::text IS NULL
                    AND c.property_account_income_categ_id ->> co.id::text IS NULL""",
            self._charged_fees(),
        )

    def _gaps_fee_tax(self):
        """Only where the company has a tax on sales that is its default."""
        return SQL(
            """SELECT DISTINCT fee.company_id, fee.product_id, NULL
                FROM (%s) fee
                JOIN co ON co.id = fee.company_id
                    AND co.account_sale_tax_id IS NOT NULL
                JOIN product_product pp ON pp.id = fee.product_id
                WHERE NOT EXISTS (
                    SELECT FROM product_taxes_rel rel
                    JOIN account_tax tax ON tax.id = rel.tax_id
                    WHERE rel.prod_id = pp.product_tmpl_id
                        AND tax.company_id::text
                            = ANY(string_to_array(co.parent_path, '/')))""",
            self._charged_fees(),
        )
