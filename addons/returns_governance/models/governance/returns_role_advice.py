from odoo import models


class ReturnsRoleAdvice(models.AbstractModel):
    """Role: gives a suggestion with its reasons; decides and writes nothing."""

    _name = "returns.role.advice"
    _description = "Role: advice"

    def _risk(self, facts):
        """:return: ``{"score": float, "factors": [{"name", "weight"}]}`` or empty"""
        return {}

    def _route(self, facts):
        """:return: ``{"disposition": code, "reasons": [str]}`` or empty"""
        return {}

    def _summary(self, facts):
        """:return: one paragraph of text, or an empty string"""
        return ""
