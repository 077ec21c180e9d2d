from odoo import models
from odoo.tools import SQL

from .returns_setup_check import Check

#: The roles without which a return stays where it is.
NEEDED = ("agent", "inspector", "finance", "manager")
#: Who works with what returns are about.
NEIGHBOURS = (
    "stock.group_stock_user",
    "sales_team.group_sale_salesman",
    "account.group_account_invoice",
)
#: (group, user who holds it, by himself or through another group)
HOLDERS = SQL(
    """WITH RECURSIVE up(role, gid) AS (
            SELECT id, id FROM res_groups
            UNION SELECT up.role, i.gid FROM up
                JOIN res_groups_implied_rel i ON i.hid = up.gid)
        SELECT DISTINCT up.role, u.id AS user_id, u.company_id, u.notification_type
        FROM up JOIN res_groups_users_rel g ON g.gid = up.gid
        JOIN res_users u ON u.id = g.uid AND u.active AND u.share IS NOT TRUE"""
)


class ReturnsSetupCheck(models.AbstractModel):
    """Who holds the roles, and how they are told."""

    _inherit = "returns.setup.check"

    def _checks(self):
        return {
            **super()._checks(),
            "role_nobody": Check(60, "people", "stops", "res.groups"),
            "user_no_role": Check(61, "people", "disturbs", "res.users"),
            "mail_server": Check(62, "people", "disturbs", "ir.mail_server"),
        }

    def _group_ids(self, *names):
        # Known by their names in every worker: no query.
        return [
            self.env["ir.model.data"]._xmlid_to_res_id(name, raise_if_not_found=True)
            for name in names
        ]

    def _gaps_role_nobody(self):
        return SQL(
            """SELECT co.id, r.id, NULL FROM co CROSS JOIN unnest(%(roles)s) r(id)
                WHERE NOT EXISTS (
                    SELECT FROM (%(holders)s) h
                    JOIN res_company_users_rel c ON c.user_id = h.user_id
                    WHERE h.role = r.id AND c.cid = co.id)""",
            roles=self._group_ids(
                *(f"returns_governance.group_{role}" for role in NEEDED)
            ),
            holders=HOLDERS,
        )

    def _gaps_user_no_role(self):
        reader = self._group_ids("returns_governance.group_reader")
        return SQL(
            """SELECT DISTINCT h.company_id, h.user_id, NULL FROM (%(holders)s) h
                JOIN co ON co.id = h.company_id
                WHERE h.role = ANY(%(near)s) AND NOT EXISTS (
                    SELECT FROM (%(holders)s) k
                    WHERE k.user_id = h.user_id AND k.role = ANY(%(reader)s))""",
            holders=HOLDERS,
            near=self._group_ids(*NEIGHBOURS),
            reader=reader,
        )

    def _gaps_mail_server(self):
        """Colleagues asked to be told by e-mail, and no mail can leave."""
        return SQL(
            """SELECT NULL::int, 0, NULL WHERE NOT EXISTS (
                    SELECT FROM ir_mail_server WHERE active)
                AND EXISTS (
                    SELECT FROM (%s) h
                    WHERE h.role = ANY(%s) AND h.notification_type = 'email')""",
            HOLDERS,
            self._group_ids("returns_governance.group_reader"),
        )
