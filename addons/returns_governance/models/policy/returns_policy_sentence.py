from odoo import models, tools


class ReturnsPolicyVersion(models.Model):
    """The sentences of a version's rules, for those who only quote them."""

    _inherit = "returns.policy.version"

    def _rule_sentence(self, code):
        """The sentence of the rule ``code``; empty where there is none.

        Of a published version every worker keeps it, as it keeps the rules: it says
        the names of what the rule is about as they were when it was first quoted.
        """
        # sudo: a decision quotes its rule, whoever may read the policy
        version = self.sudo()
        if version.state == "draft":
            return version._write_sentence(code)
        return version._kept_sentence(code, version.content_digest, self.env.lang)

    @tools.ormcache("self.id", "code", "digest", "lang")
    def _kept_sentence(self, code, digest, lang):
        """`_write_sentence`, kept by what was published."""
        return self._write_sentence(code)

    def _write_sentence(self, code):
        return self.rule_ids.filtered(lambda rule: rule.code == code)[:1].sentence or ""
