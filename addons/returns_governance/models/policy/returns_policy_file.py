from odoo import api, models

from ...guard import refuse
from . import policy_yaml
from .rule_fields import CONDITION_FIELDS

FORMAT = "1"
HEAD = """\
# A return policy: to read, to keep in a repository, and to move between databases.
# Lines that begin with # say what a rule does; they are not read.
"""
EXPECT = "expect"


class ReturnsPolicyFile(models.AbstractModel):
    """Writes a version as a file that people and other databases can read."""

    _name = "returns.policy.file"
    _description = "Writer of policy files"

    @api.model
    def _text(self, version):
        """The file of one version.

        :rtype: str
        :raises UserError: BAD_REQUEST, where something has no name of its own; all of
            it at once
        """
        version.check_access("read")
        version = version.with_context(lang="en_US", active_test=False)
        self = self.with_env(version.env)
        # All of it, whoever writes: a rule whose channel the writer may not see is no
        # rule for every channel.
        whole = version._whole_rules()
        names = self._names_of(version)
        rules = [(rule.sentence, self._rule(rule, names)) for rule in whole]
        tests = [("", self._case(case, names)) for case in version.sudo().test_ids]
        parts = [
            HEAD,
            policy_yaml.write({"format": int(FORMAT)}),
            policy_yaml.write(
                {"policy": self._policy(version.sudo().policy_id, names)}
            ),
            policy_yaml.write({"version": self._version(version)}),
            self._listed("rules", rules),
            self._listed("tests", tests) if tests else "",
        ]
        return "".join(parts)

    def _listed(self, key, items):
        """A list of mappings, each below a comment that says it in words."""
        if not items:
            return f"{key}: []\n"
        lines = [f"{key}:"]
        for comment, item in items:
            if comment:
                lines.append(f"  # {' '.join(comment.split())}")
            body = policy_yaml.write([item]).rstrip("\n")
            lines += [f"  {line}" if line else line for line in body.split("\n")]
        return "\n".join(lines) + "\n"

    def _policy(self, policy, names):
        said = {"code": policy.code, "name": policy.name}
        if policy.channel_ids:
            said["channel"] = policy_yaml.Line(
                sorted(names[record] for record in policy.channel_ids)
            )
        if policy.company_id:
            said["company"] = names[policy.company_id]
        return said

    def _version(self, version):
        said = {"number": version.number} if version.number else {}
        if version.note:
            said["note"] = version.note
        return said

    def _rule(self, rule, names):
        said = {"code": rule.code}
        when, then = {}, {}
        for name in rule._said_fields():
            if name == "code" or (value := self._value(rule, name, names)) is None:
                continue
            if name in ("name", "priority"):
                said[name] = value
            elif name in CONDITION_FIELDS:
                when[self._key(rule, name)] = value
            elif not self._idle(rule, name):
                then[self._key(rule, name)] = value
        return (
            said | ({"when": when} if when else {}) | ({"then": then} if then else {})
        )

    def _idle(self, rule, name):
        """A default that decides nothing, since the choice before it is not made."""
        return name == "evidence_images" and rule.evidence != "images"

    def _case(self, case, names):
        given, expect = {}, {}
        for name in case._said_fields():
            if name == "name" or (value := self._value(case, name, names)) is None:
                continue
            if name == EXPECT:
                expect["return"] = value
            elif name.startswith(f"{EXPECT}_"):
                expect[self._key(case, name).removeprefix(f"{EXPECT}_")] = value
            else:
                given[self._key(case, name)] = value
        return {"name": case.name, "given": given, "expect": expect}

    @api.model
    def _key(self, Model, name):
        """The name of a field in a file; a list of rows in the plural."""
        if Model._fields[name].type == "one2many":
            return name.removesuffix("_ids") + "s"
        return name.removesuffix("_ids").removesuffix("_id")

    def _value(self, record, name, names):
        """The value of a field as the file writes it, None for what is not set."""
        field, value = record._fields[name], record[name]
        if field.type == "one2many":
            rows = [self._row(row, names) for row in value]
            return rows or None
        if field.relational:
            texts = [names[one] for one in value]
            if field.type == "many2one":
                return texts[0] if texts else None
            return policy_yaml.Line(sorted(texts)) or None
        if field.type == "date":
            return value.isoformat() if value else None
        if not value and field.type in ("integer", "float") and field.default:
            return 0  # what is not written gets the default
        return value or None

    def _row(self, row, names):
        return policy_yaml.LineMap(
            (self._key(row, name), value)
            for name in row._said_fields()
            if (value := self._value(row, name, names)) is not None
        )

    # --- names ------------------------------------------------------------------------
    def _names_of(self, version):
        """{record: name} of all that a version names, with a few queries per model."""
        named = {}
        policy = version.sudo().policy_id
        for record in (*policy.channel_ids, *policy.company_id):
            named.setdefault(record._name, set()).add(record.id)
        self._gather(version._whole_rules(), named)
        self._gather(version.sudo().test_ids, named)
        names = {}
        for model, ids in named.items():
            records = self.env[model].browse(sorted(ids))
            texts = self.env["returns.policy.names"]._texts(records)
            names |= {record: texts[record.id] for record in records}
        self._check_named(names)
        return names

    def _gather(self, records, named):
        if not records:
            return
        for name in records._said_fields():
            field = records._fields[name]
            if field.type == "one2many":
                self._gather(records[name], named)
            elif field.relational:
                found = named.setdefault(field.comodel_name, set())
                found.update(records[name].ids)

    def _check_named(self, names):
        nameless = [record for record, text in names.items() if not text]
        if nameless:
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "A file names things by a code, and these have none that is "
                    "theirs alone. Give each one (a product its internal reference) "
                    "and export again:\n%(names)s",
                    names="\n".join(r.sudo().display_name for r in nameless),
                ),
            )
