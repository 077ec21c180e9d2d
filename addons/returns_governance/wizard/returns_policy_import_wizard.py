import base64
import binascii
from pathlib import Path

from markupsafe import Markup

from odoo import api, fields, models

from odoo.addons.inventory_states.wizard.inventory_dialog import once

from .. import const
from ..guard import refuse
from ..models.policy import policy_yaml

PACKS = Path(__file__).resolve().parents[1] / "data" / "policies"


class _TakenBack(Exception):
    """Ends a try, so that its savepoint is rolled back."""


class ReturnsPolicyImportWizard(models.TransientModel):
    """Brings a policy in from a file, or starts one from a pack.

    First it reads: what the rules say in words, and which of their names this database
    does not know. Then, with an answer for each, it makes a draft, whole or not at all.
    """

    _name = "returns.policy.import.wizard"
    _description = "Import of a policy"
    _inherit = ["inventory.dialog"]

    state = fields.Selection(const.POLICY_IMPORT_STATE, default="choose", readonly=True)
    source = fields.Selection(
        const.POLICY_IMPORT_SOURCE, default="pack", required=True, string="From"
    )
    pack = fields.Selection("_packs")
    file = fields.Binary("Policy file", attachment=False)
    file_name = fields.Char()
    policy_id = fields.Many2one(
        "returns.policy",
        "As a draft of",
        ondelete="cascade",
        help="Empty: of the policy that the file names; made if it is not there.",
    )
    preview = fields.Html(readonly=True, sanitize=False)
    line_ids = fields.One2many(
        "returns.policy.import.wizard.line", "wizard_id", "Names to settle"
    )
    asks = fields.Boolean(compute="_compute_asks")

    @api.depends("line_ids")
    def _compute_asks(self):
        for dialog in self:
            dialog.asks = bool(dialog.line_ids)

    # --- packs ------------------------------------------------------------------------
    @api.model
    def _packs(self):
        """The packs that come with the app: file name, and the name of the policy."""
        return [
            (path.stem, self._pack_name(path)) for path in sorted(PACKS.glob("*.yaml"))
        ]

    @api.model
    def _pack_name(self, path):
        """The name in a pack, from its first lines: each form shows the choice."""
        for line in path.read_text(encoding="utf-8").splitlines()[:40]:
            if line.startswith("  name: "):
                return line.removeprefix("  name: ").strip("'\"")
        return path.stem

    def _text(self):
        """The file that was chosen."""
        if self.source == "pack":
            if self.pack not in dict(self._packs()):
                self._refuse_choice(self.env._("Choose a pack first."))
            return (PACKS / f"{self.pack}.yaml").read_text(encoding="utf-8")
        if not self.file:
            self._refuse_choice(self.env._("Choose a file first."))
        try:
            content = base64.b64decode(self.file)
            if len(content) > policy_yaml.MOST_BYTES:
                self._refuse_choice(self.env._("The file is too large for a policy."))
            return content.decode("utf-8-sig")
        except (binascii.Error, UnicodeDecodeError):
            self._refuse_choice(
                self.env._(
                    "The file is no text. Choose a policy file that was exported."
                )
            )

    def _refuse_choice(self, text):
        refuse("BAD_REQUEST", text)

    # --- read -------------------------------------------------------------------------
    def action_read(self):
        """Read the file, show what it says, and ask for the names it needs."""
        self.ensure_one()
        reader = self.env["returns.policy.reader"]
        content = reader._parse(self._text())
        _names, missing = reader._resolve(content, {})
        self.line_ids = [fields.Command.clear()] + [
            fields.Command.create(self._line_values(*one)) for one in missing
        ]
        self.state = "check"
        return self.action_preview()

    def action_preview(self):
        """Show again what the draft would say, with the names as they are settled."""
        self.ensure_one()
        self.preview = self._try()
        return self._show()

    def _try(self):
        """Import, read the draft, and take it back: what is shown is what comes."""
        try:
            with self.env.cr.savepoint():
                version = self._import()
                said = self._in_words(version)
                raise _TakenBack
        except _TakenBack:
            self.env.invalidate_all()
        return said

    def action_back(self):
        """Choose again."""
        self.ensure_one()
        self.state = "choose"
        return self._show()

    def _line_values(self, model, text, place, several):
        names = self.env["returns.policy.names"]
        creatable = not several and names._creatable(model)
        return {
            "res_model": model,
            "name": text,
            "place": place,
            "several": several,
            "choice": "create" if creatable else "skip",
        }

    def _in_words(self, version):
        """The policy, its rules as sentences, and how its cases come out."""
        rules = Markup("").join(
            Markup("<li>%s</li>") % rule.sentence for rule in version._whole_rules()
        )
        cases = Markup("").join(
            Markup('<li><i class="fa %s me-1"></i>%s%s</li>')
            % (
                "fa-check text-success"
                if case.result == "green"
                else "fa-times text-danger",
                case.name,
                "" if case.result == "green" else f": {case.result_words}",
            )
            for case in version.test_ids
        )
        return Markup(
            "<h4>%s</h4><p>%s</p><h5>%s</h5><ul>%s</ul><h5>%s</h5>"
            '<ul class="list-unstyled">%s</ul>'
        ) % (
            version.policy_id.name,
            version.note or "",
            self.env._("Rules, the strongest first"),
            rules,
            self.env._("Test cases"),
            cases or self.env._("None"),
        )

    def _answers(self):
        """What each missing name becomes."""
        return {(line.res_model, line.name): line._answer() for line in self.line_ids}

    def _import(self):
        return self.env["returns.policy.reader"]._import(
            self._text(), policy=self.policy_id, answers=self._answers()
        )

    # --- import -----------------------------------------------------------------------
    @once
    def action_import(self):
        """Make the draft, and open it."""
        version = self._import()
        source = self.file_name if self.source == "file" else self.pack
        version.message_post(body=self.env._("Imported from %s.", source or ""))
        self._end()
        return version._action_open()

    def _show(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Bring a policy in"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }


class ReturnsPolicyImportWizardLine(models.TransientModel):
    """One name of the file that this database does not know."""

    _name = "returns.policy.import.wizard.line"
    _description = "Name in a policy file"
    _order = "id"

    wizard_id = fields.Many2one(
        "returns.policy.import.wizard", required=True, ondelete="cascade"
    )
    res_model = fields.Char(required=True)
    name = fields.Char(readonly=True)
    label = fields.Char("Name in the file", compute="_compute_label")
    place = fields.Char("First in", readonly=True)
    several = fields.Boolean("Several have this name", readonly=True)
    choice = fields.Selection(
        const.POLICY_IMPORT_CHOICE, "What it becomes", required=True, default="skip"
    )
    record_ref = fields.Reference("_models", string="Instead")

    @api.depends("res_model", "name")
    def _compute_label(self):
        for line in self:
            # sudo: the name of a model in the reader's language is no secret
            kind = self.env["ir.model"].sudo()._get(line.res_model).name
            line.label = self.env._("%(name)s (%(kind)s)", name=line.name, kind=kind)

    @api.model
    def _models(self):
        Reader = self.env["returns.policy.reader"]
        names = {"returns.channel", "res.company"}
        for kind, model in (
            ("rules", "returns.policy.rule"),
            ("tests", "returns.policy.test"),
        ):
            for part in Reader._fields_of(kind, model).values():
                for name in part.values():
                    field = self.env[model]._fields[name]
                    names |= self._named_by(field)
        IrModel = self.env["ir.model"].sudo()
        return [(name, IrModel._get(name).name) for name in sorted(names)]

    def _named_by(self, field):
        if field.type == "one2many":
            Row = self.env[field.comodel_name]
            return set().union(
                *(self._named_by(Row._fields[name]) for name in Row._said_fields())
            )
        return {field.comodel_name} if field.relational else set()

    def _answer(self):
        """The record, *skip*, or None where nothing is answered yet."""
        self.ensure_one()
        names = self.env["returns.policy.names"]
        if self.choice == "skip":
            return "skip"
        if self.choice == "create":
            if not names._creatable(self.res_model):
                refuse(
                    "BAD_REQUEST",
                    self.env._(
                        "%(name)s cannot be made from its name alone, or not by you. "
                        "Choose another, or leave it out.",
                        name=self.name,
                    ),
                )
            return names._create_named(self.res_model, self.name)
        if self.record_ref and self.record_ref._name == self.res_model:
            return self.record_ref
        return None
