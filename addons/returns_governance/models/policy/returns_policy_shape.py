from odoo import api, fields, models

from ...guard import refuse
from . import policy_yaml
from .returns_policy_file import EXPECT, FORMAT
from .rule_fields import CONDITION_FIELDS

TRUTH = {"true": True, "yes": True, "false": False, "no": False}


class ReturnsPolicyReader(models.AbstractModel):
    """The shape of a policy file: what it may hold, and every mistake in it at once."""

    _inherit = "returns.policy.reader"

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
                    self.env._(
                        "%(place)s, %(part)s: not a list of what holds",
                        place=place,
                        part=part,
                    )
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
        parts = (
            {"when": {}, "then": {}} if kind == "rules" else {EXPECT: {}, "given": {}}
        )
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

    def _refuse_shape(self, problems):
        refuse(
            "BAD_REQUEST",
            self.env._(
                "This is no policy file that can be read, so nothing was imported. "
                "Correct it:\n%(problems)s",
                problems="\n".join(problems),
            ),
        )
