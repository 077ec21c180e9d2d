from odoo import Command, api, fields, models

from ...guard import deny, refuse
from . import policy_yaml
from .returns_policy_file import EXPECT, FORMAT
from .rule_fields import CONDITION_FIELDS

TRUTH = {"true": True, "yes": True, "false": False, "no": False}


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

    # --- the shape --------------------------------------------------------------------
    @api.model
    def _parse(self, text):
        """The mappings of a file, all of it known and of the right kind.

        :raises UserError: BAD_REQUEST, with every mistake
        """
        try:
            content = policy_yaml.read(text)
        except policy_yaml.NotReadable as error:
            self._refuse_shape([str(error)])
        problems = []
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            self._refuse_shape(
                [self.env._("it does not begin with format: %s", FORMAT)]
            )
        self._check_keys(
            content, ("format", "policy", "version", "rules", "tests"), "", problems
        )
        self._check_maps(content, problems)
        for kind, model in (
            ("rules", "returns.policy.rule"),
            ("tests", "returns.policy.test"),
        ):
            for place, item in self._items(content, kind, problems):
                self._check_item(kind, model, item, place, problems)
        if problems:
            self._refuse_shape(problems)
        return content

    def _check_maps(self, content, problems):
        policy = content.get("policy")
        if not isinstance(policy, dict) or not self._is_text(policy.get("code")):
            problems.append(self.env._("policy: a code is missing"))
        else:
            self._check_keys(
                policy, ("code", "name", "channel", "company"), "policy", problems
            )
        version = content.get("version") or {}
        if not isinstance(version, dict):
            problems.append(self.env._("version: not a number and a note"))
        else:
            self._check_keys(version, ("number", "note"), "version", problems)

    def _items(self, content, kind, problems):
        items = content.get(kind) or []
        if not isinstance(items, list):
            problems.append(self.env._("%s: not a list", kind))
            return
        for number, item in enumerate(items, 1):
            key = "code" if kind == "rules" else "name"
            if not isinstance(item, dict) or not self._is_text(item.get(key)):
                problems.append(
                    self.env._(
                        "%(kind)s, number %(number)s: its %(key)s is missing",
                        kind=kind,
                        number=number,
                        key=key,
                    )
                )
            else:
                yield item[key], item

    def _check_item(self, kind, model, item, place, problems):
        parts = {
            "rules": ("code", "name", "priority", "when", "then"),
            "tests": ("name", "given", "expect"),
        }[kind]
        self._check_keys(item, parts, place, problems)
        known = self._fields_of(kind, model)
        for part in parts[-2:]:
            said = item.get(part) or {}
            if not isinstance(said, dict):
                problems.append(
                    self.env._("%(place)s, %(part)s: not a list of what holds",
                               place=place, part=part)
                )
                continue
            self._check_keys(said, known[part], f"{place}, {part}", problems)
            for key in said.keys() & known[part].keys():
                where = f"{place}, {part}, {key}"
                self._check_value(model, known[part][key], said[key], where, problems)
        if "priority" in item:
            self._check_value(model, "priority", item["priority"], place, problems)

    def _check_keys(self, said, known, place, problems):
        problems += [
            self.env._(
                "%(place)s: %(key)s is not known; known are %(known)s",
                place=place or self.env._("the file"),
                key=key,
                known=", ".join(known),
            )
            for key in said
            if key not in known
        ]

    @api.model
    def _fields_of(self, kind, model):
        """{part of an item: {key in the file: field}}"""
        Model, key_of = self.env[model], self.env["returns.policy.file"]._key
        parts = {"when": {}, "then": {}} if kind == "rules" else {EXPECT: {}, "given": {}}
        for name in Model._said_fields():
            if name in ("code", "name", "priority"):
                continue
            if kind == "rules":
                part = "when" if name in CONDITION_FIELDS else "then"
                parts[part][key_of(Model, name)] = name
            elif name == EXPECT:
                parts[EXPECT]["return"] = name
            elif name.startswith(f"{EXPECT}_"):
                key = key_of(Model, name).removeprefix(f"{EXPECT}_")
                parts[EXPECT][key] = name
            else:
                parts["given"][key_of(Model, name)] = name
        return parts

    def _row_keys(self, model):
        """{key in the file: field} of the rows of a list."""
        Row, key_of = self.env[model], self.env["returns.policy.file"]._key
        return {key_of(Row, name): name for name in Row._said_fields()}

    # --- values -----------------------------------------------------------------------
    @staticmethod
    def _is_text(value):
        return isinstance(value, str) and bool(value)

    def _check_value(self, model, name, value, place, problems):
        field = self.env[model]._fields[name]
        if field.type == "one2many":
            rows = value if isinstance(value, list) else [None]
            keys = self._row_keys(field.comodel_name)
            for row in rows:
                if not isinstance(row, dict):
                    problems.append(self.env._("%s: not a list of rows", place))
                    continue
                self._check_keys(row, keys, place, problems)
                for key in row.keys() & keys.keys():
                    self._check_value(
                        field.comodel_name, keys[key], row[key], place, problems
                    )
        elif field.relational:
            texts = value if isinstance(value, list) else [value]
            if not all(self._is_text(text) for text in texts):
                problems.append(self.env._("%s: not a name", place))
        else:
            try:
                self._plain(field, value)
            except (ValueError, TypeError, AttributeError):
                problems.append(self._wrong_value(field, value, place))

    def _wrong_value(self, field, value, place):
        known = ""
        if field.type == "selection":
            known = ", ".join(field.get_values(self.env))
            known = self.env._("; it is one of %s", known)
        return self.env._(
            "%(place)s: %(value)s is not possible%(known)s",
            place=place,
            value=value,
            known=known,
        )

    def _plain(self, field, text):
        """A text of the file as the field takes it, or ValueError."""
        if not isinstance(text, str):
            raise ValueError(text)
        if field.type == "selection" and text not in field.get_values(self.env):
            raise ValueError(text)
        convert = {
            "integer": int,
            "float": float,
            "date": lambda t: fields.Date.to_date(t) or int("no date"),
            "boolean": lambda t: TRUTH.get(t.lower(), None),
        }.get(field.type, str)
        value = convert(text)
        if value is None or value != value or value in (float("inf"), -float("inf")):
            raise ValueError(text)
        return value

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

    def _refuse_shape(self, problems):
        refuse(
            "BAD_REQUEST",
            self.env._(
                "This is no policy file that can be read, so nothing was imported. "
                "Correct it:\n%(problems)s",
                problems="\n".join(problems),
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
        records = self.env[model].union(*(one for one in found if not isinstance(one, str)))
        return None if found and not records else records
