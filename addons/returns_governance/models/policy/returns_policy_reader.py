from odoo import Command, api, models

from ...guard import deny, refuse


class ReturnsPolicyReader(models.AbstractModel):
    """Reads a policy file into a new draft, whole or not at all.

    What the file names and the database lacks is told all at once; a caller may say
    what each such name becomes (``answers``). To leave a name out is to leave out what
    only holds for it, never to let a rule fit more than it says.
    """

    _name = "returns.policy.reader"
    _description = "Reader of policy files"

    @api.model
    def _import(self, text, policy=None, answers=None):
        """Make a draft of a file.

        :param str text: the file
        :param policy: the ``returns.policy`` that gets the draft; else the one with
            the file's code, else a new one
        :param dict answers: ``{(model, name): record}``, or *skip*
        :return: the ``returns.policy.version``
        :raises UserError: BAD_REQUEST with everything that is wrong or missing
        """
        content = self._parse(text)
        names, missing = self._resolve(content, answers or {})
        if missing:
            self._refuse_missing(missing)
        rules, tests = self._all_values(content, names)
        policy = policy or self._policy(content, names)
        version = content.get("version") or {}
        return self.env["returns.policy.version"].create(
            {
                "policy_id": policy.id,
                "note": version.get("note", False),
                "rule_ids": [Command.create(vals) for vals in rules],
                "test_ids": [Command.create(vals) for vals in tests],
            }
        )

    # --- names ------------------------------------------------------------------------
    @api.model
    def _named(self, content):
        """{model: {name: where it stands}} of all that the file names."""
        named = {}
        policy = content["policy"]
        for text in self._texts(policy.get("channel")):
            named.setdefault("returns.channel", {})[text] = "policy"
        for text in self._texts(policy.get("company")):
            named.setdefault("res.company", {})[text] = "policy"
        for _kind, model, place, values in self._said(content):
            self._named_in(model, values, place, named)
        return named

    def _named_in(self, model, values, place, named):
        Model = self.env[model]
        for name, value in values.items():
            field = Model._fields[name]
            if field.type == "one2many":
                keys = self._row_keys(field.comodel_name)
                for row in value:
                    said = {keys[key]: one for key, one in row.items()}
                    self._named_in(field.comodel_name, said, place, named)
            elif field.relational:
                for text in self._texts(value):
                    named.setdefault(field.comodel_name, {}).setdefault(text, place)

    def _texts(self, value):
        if not value:
            return []
        return value if isinstance(value, list) else [value]

    def _said(self, content):
        """(kind, model, code or name, {field: text}) of each rule and case."""
        for kind, model in (
            ("rules", "returns.policy.rule"),
            ("tests", "returns.policy.test"),
        ):
            known = self._fields_of(kind, model)
            for item in content.get(kind) or []:
                values = {
                    known[part][key]: value
                    for part in known
                    for key, value in (item.get(part) or {}).items()
                }
                yield kind, model, item["code" if kind == "rules" else "name"], values

    @api.model
    def _resolve(self, content, answers):
        """The records of the names, and what is missing.

        :return: ``{(model, name): record or *skip*}``, and a list of
            (model, name, where, whether several fit)
        """
        names, missing = {}, []
        for model, texts in self._named(content).items():
            found = self.env["returns.policy.names"]._found(model, set(texts))
            for text, place in texts.items():
                record = answers.get((model, text)) or found.get(text)
                if isinstance(record, str) or (record and len(record) == 1):
                    names[model, text] = record
                else:
                    missing.append((model, text, place, bool(record)))
        return names, missing

    def _refuse_missing(self, missing):
        lines = [
            self.env._(
                "%(kind)s %(name)s (first in %(place)s)%(several)s",
                kind=self.env["ir.model"]._get(model).sudo().name,
                name=text,
                place=place,
                several=self.env._(": several have this name") if several else "",
            )
            for model, text, place, several in missing
        ]
        refuse(
            "BAD_REQUEST",
            self.env._(
                "The file names what is not here, so nothing was imported. Make it, or "
                "import with the dialog, which asks what each becomes:\n%(names)s",
                names="\n".join(lines),
            ),
        )

    # --- records ----------------------------------------------------------------------
    def _policy(self, content, names):
        said = content["policy"]
        Policy = self.env["returns.policy"].with_context(active_test=False)
        policy = Policy.search([("code", "=", said["code"])], limit=1)
        if policy:
            return policy
        if not Policy.has_access("create"):
            deny(
                self.env._(
                    "Only a returns manager can make a new policy. Choose the policy "
                    "that gets the draft, or ask a manager."
                )
            )
        companies = self._records("res.company", said.get("company"), names)
        channels = self._records("returns.channel", said.get("channel"), names)
        if companies is None or channels is None:
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "The policy is only for what was left out, so there is nothing to "
                    "import. Choose a policy that gets the draft."
                ),
            )
        return Policy.create(
            {
                "code": said["code"],
                "name": said.get("name") or said["code"],
                "channel_ids": [Command.set(channels.ids)],
                "company_id": companies.id,
            }
        )

    @api.model
    def _all_values(self, content, names):
        """The values of the rules and of the cases; without what was left out."""
        made = {"rules": [], "tests": []}
        plain = {item["code"]: item for item in content.get("rules") or []}
        for kind, model, code, said in self._said(content):
            values = self._values(model, said, names)
            if values is None:
                continue
            if kind == "rules":
                item = plain[code]
                values["code"] = code
                values["name"] = item.get("name", False)
                values["priority"] = int(item.get("priority", 0))
            else:
                values["name"] = code
                values["sequence"] = 10 * (len(made["tests"]) + 1)
            made[kind].append(values)
        return made["rules"], made["tests"]

    def _values(self, model, said, names):
        """The values of one record, None where it only holds for what is left out."""
        values = {}
        for name, value in said.items():
            field = self.env[model]._fields[name]
            if field.type == "one2many":
                values[name] = self._row_commands(field.comodel_name, value, names)
            elif field.relational:
                records = self._records(field.comodel_name, value, names)
                if records is None:
                    return None
                many = field.type == "many2many"
                values[name] = [Command.set(records.ids)] if many else records.id
            else:
                values[name] = self._plain(field, value)
        return values

    def _row_commands(self, model, rows, names):
        keys = self._row_keys(model)
        made = [
            self._values(model, {keys[key]: one for key, one in row.items()}, names)
            for row in rows
        ]
        return [Command.create(values) for values in made if values is not None]

    def _records(self, model, value, names):
        """The records of some names, None where all of them were left out."""
        found = [names[model, text] for text in self._texts(value)]
        records = self.env[model].union(
            *(one for one in found if not isinstance(one, str))
        )
        return None if found and not records else records
