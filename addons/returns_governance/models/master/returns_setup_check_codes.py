from odoo import models
from odoo.tools import SQL

from .returns_setup_check import Check

#: Versions in force now, one per policy.
IN_FORCE = SQL(
    """SELECT DISTINCT ON (v.policy_id) v.id, v.policy_id, p.company_id
        FROM returns_policy_version v JOIN returns_policy p ON p.id = v.policy_id
        WHERE p.active AND v.state = 'published'
            AND v.date_from <= now() AT TIME ZONE 'UTC'
        ORDER BY v.policy_id, v.date_from DESC, v.number DESC"""
)


class ReturnsSetupCheck(models.AbstractModel):
    """Channels, policies, reasons, conditions, dispositions."""

    _inherit = "returns.setup.check"

    def _checks(self):
        return {
            **super()._checks(),
            "channel_none": Check(1, "channel", "stops", "returns.channel"),
            "channel_policy": Check(2, "policy", "stops", "returns.channel"),
            "reason_none": Check(3, "reason", "stops", "returns.reason"),
            "reason_cause": Check(4, "reason", "disturbs", "returns.reason"),
            "condition_none": Check(5, "condition", "stops", "returns.condition"),
            "condition_disposition": Check(6, "policy", "disturbs", "returns.policy"),
            "disposition_none": Check(7, "disposition", "stops", "returns.disposition"),
            "disposition_state": Check(
                8, "disposition", "stops", "returns.disposition"
            ),
            "owner_none": Check(9, "people", "disturbs", "returns.data.owner"),
        }

    def _gaps_channel_none(self):
        return self._gaps_none("returns_channel")

    def _gaps_channel_policy(self):
        return SQL(
            """SELECT co.id, ch.id, NULL FROM co CROSS JOIN returns_channel ch
                WHERE ch.active AND NOT EXISTS (
                    SELECT FROM (%s) v
                    WHERE COALESCE(v.company_id, co.id) = co.id AND (
                        NOT EXISTS (
                            SELECT FROM returns_channel_returns_policy_rel r
                            WHERE r.returns_policy_id = v.policy_id)
                        OR EXISTS (
                            SELECT FROM returns_channel_returns_policy_rel r
                            WHERE r.returns_policy_id = v.policy_id
                                AND r.returns_channel_id = ch.id)))""",
            IN_FORCE,
        )

    def _gaps_reason_none(self):
        return self._gaps_none("returns_reason")

    def _gaps_reason_cause(self):
        return SQL(
            "SELECT NULL::int, id, NULL FROM returns_reason "
            "WHERE active AND cause_class IS NULL"
        )

    def _gaps_condition_none(self):
        return self._gaps_none("returns_condition")

    def _gaps_condition_disposition(self):
        return SQL(
            """SELECT v.company_id, v.policy_id,
                    string_agg(c.code, ', ' ORDER BY c.sequence, c.id)
                FROM (%s) v CROSS JOIN returns_condition c
                WHERE c.active AND NOT EXISTS (
                    SELECT FROM returns_policy_rule r
                    JOIN returns_policy_rule_disposition d ON d.rule_id = r.id
                    WHERE r.version_id = v.id AND d.condition_id = c.id)
                GROUP BY v.company_id, v.policy_id""",
            IN_FORCE,
        )

    def _gaps_disposition_none(self):
        return self._gaps_none("returns_disposition")

    def _gaps_disposition_state(self):
        return SQL(
            """SELECT NULL::int, d.id, NULL FROM returns_disposition d
                LEFT JOIN inventory_state s ON s.id = d.state_id
                WHERE d.active AND (s.active IS FALSE
                    OR d.state_id IS NULL AND d.kind <> 'keep_with_customer')"""
        )

    def _gaps_owner_none(self):
        kinds = [code for code, _label in self.env["returns.data.owner"]._kinds()]
        return SQL(
            """SELECT NULL::int, 0, string_agg(k, ', ')
                FROM unnest(%s) k WHERE NOT EXISTS (
                    SELECT FROM returns_data_owner o
                    LEFT JOIN res_users u ON u.id = o.user_id
                    WHERE o.kind = k AND o.company_id IS NULL
                        AND (o.group_id IS NOT NULL OR u.active))
                HAVING count(*) > 0""",
            kinds,
        )
