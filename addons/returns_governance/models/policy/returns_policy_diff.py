from markupsafe import Markup

from odoo import api, models
from odoo.tools.misc import format_date, formatLang

from .rule_fields import GIVEN

# a choice -> (the amount that belongs to it, the word that has one), told together
AMOUNTS = {
    **{given.field: (given.amount, given.word) for given in GIVEN if given.amount},
    "expect_window": ("expect_window_days", "days"),
    "expect_evidence": ("expect_images", "images"),
}


class ReturnsPolicyDiff(models.AbstractModel):
    """Says in words how one version differs from another."""

    _name = "returns.policy.diff"
    _description = "Comparison of policy versions"

    @api.model
    def _between(self, old, new):
        """The differences, rule by rule, then case by case.

        :return: a dict each: ``what`` (*rule* or *case*), ``change`` (*added*,
            *removed* or *changed*), ``key``, ``name``, ``old`` and ``new`` (the
            sentences) and ``fields`` (label, before, after)
        :rtype: list of dict
        """
        old.check_access("read")
        new.check_access("read")
        # sudo: whoever may read a version is told all that it says
        found = self._of_kind("rule", "code", old._whole_rules(), new._whole_rules())
        cases = old.sudo().test_ids, new.sudo().test_ids
        return found + self._of_kind("case", "name", *cases)

    def _of_kind(self, what, key, old, new):
        was = {self._key(record, key): record for record in old}
        now = {self._key(record, key): record for record in new}
        found = []
        for name in dict.fromkeys([*now, *was]):
            before, after = was.get(name, old.browse()), now.get(name, new.browse())
            changed = self._fields_between(before, after) if before and after else []
            if before and after and not changed:
                continue
            if not after:
                change = "removed"
            else:
                change = "changed" if before else "added"
            found.append(
                {
                    "what": what,
                    "change": change,
                    "key": name,
                    "name": (after or before).name or name,
                    "old": self._sentence(before),
                    "new": self._sentence(after),
                    "fields": changed,
                }
            )
        return found

    def _key(self, record, key):
        return record[key]

    def _sentence(self, record):
        if not record:
            return ""
        return record.sentence if "sentence" in record._fields else record.name

    def _fields_between(self, old, new):
        amounts = {amount for amount, _word in AMOUNTS.values()}
        found = []
        for name in new._said_fields():
            if name in amounts:
                continue
            before, after = self._words(old, name), self._words(new, name)
            if before != after:
                label = new._fields[name]._description_string(self.env)
                found.append((label, before, after))
        return found

    # --- values in words --------------------------------------------------------------
    def _words(self, record, name):
        """The value of a field as a person would say it."""
        field, value = record._fields[name], record[name]
        amount_field, word = AMOUNTS.get(name, ("", ""))
        if word and value == word:
            amount = self._number(record[amount_field])
            if value == "days":
                return self.env._("%s days", amount)
            label = dict(field._description_selection(self.env))[value]
            return f"{label} {amount}"
        if field.type == "one2many":
            return ", ".join(self._row_words(row) for row in value) or self._nothing()
        if field.relational:
            # sudo: a rule may name what its reader may not open
            names = sorted(value.sudo().mapped("display_name"))
            return ", ".join(names) or self._nothing()
        if field.type == "selection":
            labels = dict(field._description_selection(self.env))
            return labels.get(value) or self._nothing()
        if field.type == "boolean":
            return self.env._("yes") if value else self.env._("no")
        if field.type == "date":
            return format_date(self.env, value) or self._nothing()
        if field.type in ("integer", "float"):
            return self._number(value) if value else self._nothing()
        return value or self._nothing()

    def _row_words(self, row):
        """ "As new: Restock" """
        said = [self._words(row, name) for name in row._said_fields()]
        return ": ".join(text for text in said if text != self._nothing())

    def _number(self, value):
        digits = 0 if float(value).is_integer() else 2
        return formatLang(self.env, value, digits=digits)

    def _nothing(self):
        return self.env._("nothing")

    # --- the whole --------------------------------------------------------------------
    @api.model
    def _as_text(self, old, new):
        """The comparison as lines of text."""
        lines = [
            self.env._(
                "%(new)s compared with %(old)s",
                new=new.display_name,
                old=old.display_name,
            )
        ]
        for difference in self._between(old, new):
            lines += ["", self._title(difference)]
            if difference["change"] != "added" and difference["old"]:
                lines.append(f"- {difference['old']}")
            if difference["change"] != "removed" and difference["new"]:
                lines.append(f"+ {difference['new']}")
            lines += [f"  {self._change(*change)}" for change in difference["fields"]]
        if len(lines) == 1:
            lines += ["", self.env._("They say the same.")]
        return "\n".join(lines)

    def _title(self, difference):
        words = {
            ("rule", "added"): self.env._("New rule"),
            ("rule", "removed"): self.env._("Rule removed"),
            ("rule", "changed"): self.env._("Rule changed"),
            ("case", "added"): self.env._("New test case"),
            ("case", "removed"): self.env._("Test case removed"),
            ("case", "changed"): self.env._("Test case changed"),
        }[difference["what"], difference["change"]]
        return self.env._("%(what)s: %(name)s", what=words, name=difference["name"])

    def _change(self, label, before, after):
        return self.env._(
            "%(label)s: %(before)s \N{RIGHTWARDS ARROW} %(after)s",
            label=label,
            before=before,
            after=after,
        )

    @api.model
    def _as_html(self, old, new):
        """The comparison as a page: one block for each rule that differs."""
        blocks = [self._block(one) for one in self._between(old, new)]
        if not blocks:
            return Markup('<p class="text-muted">%s</p>') % self.env._(
                "They say the same."
            )
        return Markup('<div class="o_returns_diff">%s</div>') % Markup("").join(blocks)

    def _block(self, difference):
        change = difference["change"]
        icon, colour = {
            "added": ("fa-plus", "text-success"),
            "removed": ("fa-minus", "text-danger"),
            "changed": ("fa-pencil", "text-primary"),
        }[change]
        parts = [
            Markup('<h5><i class="fa %s %s me-1"></i> %s</h5>')
            % (icon, colour, self._title(difference))
        ]
        if change == "changed":
            rows = Markup("").join(
                Markup(
                    "<tr><th>%s</th><td><del>%s</del></td>"
                    "<td>\N{RIGHTWARDS ARROW}</td><td><ins>%s</ins></td></tr>"
                )
                % row
                for row in difference["fields"]
            )
            parts.append(Markup('<table class="table table-sm">%s</table>') % rows)
        sentence = difference["new"] or difference["old"]
        if difference["what"] == "rule":
            parts.append(Markup('<p class="text-muted">%s</p>') % sentence)
        return Markup('<div class="mb-3">%s</div>') % Markup("").join(parts)
