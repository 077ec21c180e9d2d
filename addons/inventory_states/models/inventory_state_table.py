import hashlib
import json

from odoo import SUPERUSER_ID, Command, api, fields, models, tools
from odoo.exceptions import AccessError, UserError

from ..const import ERROR_GUARDED, ERROR_TABLE, KEY_PERMIT, TABLE_STATES
from ..ledger import Permit


class InventoryStateTable(models.Model):
    """An edition of the table of allowed state changes.

    The guard goes by ``inventory.state.transition``. Those rows are changed by
    publishing an edition of the table and in no other way, so that each row of the
    ledger can name the edition under which it was booked, and every edition can be
    read for ever.
    """

    _name = "inventory.state.table"
    _description = "Edition of the Table of State Changes"
    _inherit = ["mail.thread"]
    _order = "number desc, id desc"
    _rec_name = "number"
    _machine = frozenset(
        {"state", "number", "published_by", "published_at", "digest", "author_ids"}
    )

    number = fields.Integer("Edition", readonly=True, copy=False)
    state = fields.Selection(
        TABLE_STATES, default="draft", required=True, readonly=True, copy=False
    )
    note = fields.Text("What Is New", copy=False)
    line_ids = fields.One2many(
        "inventory.state.table.line", "table_id", "Allowed Changes", copy=True
    )
    author_ids = fields.Many2many(
        "res.users",
        "inventory_state_table_author_rel",
        string="Written By",
        readonly=True,
        copy=False,
    )
    published_by = fields.Many2one("res.users", readonly=True, copy=False)
    published_at = fields.Datetime("In Force From", readonly=True, copy=False)
    digest = fields.Char("Fingerprint", readonly=True, copy=False)
    difference = fields.Text("What It Changes", compute="_compute_difference")

    _number_uniq = models.UniqueIndex(
        "(number) WHERE state != 'draft'", "This edition is there already."
    )

    @api.depends("number", "state")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for table in self:
            if table.state == "draft":
                table.display_name = self.env._("Allowed changes, draft")
            else:
                table.display_name = self.env._(
                    "Allowed changes, edition %s", table.number
                )

    # ------------------------------------------------------------ immutability

    @api.model_create_multi
    def create(self, vals_list):
        """Drafts only; what is published is made by publishing."""
        for vals in vals_list:
            self._check_machine(vals)
        tables = super().create(vals_list)
        machine = {"state": "draft", "number": 0, "published_by": False}
        for table in tables:
            if any(
                table[name] != value and (table[name] or value)
                for name, value in machine.items()
            ):
                # a default in a context gets past the check of the values
                table._write_machine({**machine, "published_at": False})
        tables._note_author()
        return tables

    def write(self, vals):
        """Drafts only."""
        if not Permit._take(self.env, "table"):
            self._check_machine(vals)
            self._check_is_draft()
            super().write(vals)
            self._note_author()
            return True
        return super(
            InventoryStateTable, self.with_context(**{KEY_PERMIT: False})
        ).write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        self._check_is_draft()

    def _write_machine(self, vals):
        self.with_context(**{KEY_PERMIT: Permit("table")}).write(vals)

    def _check_machine(self, vals):
        if typed := self._machine & vals.keys():
            raise UserError(
                self.env._(
                    "[%(code)s] %(fields)s cannot be typed: publishing sets it.",
                    code=ERROR_GUARDED,
                    fields=", ".join(sorted(typed)),
                )
            )

    def _check_is_draft(self):
        """Refuse a change of an edition that was published."""
        if fixed := self.filtered(lambda table: table.state != "draft"):
            raise UserError(
                self.env._(
                    "[%(code)s] %(tables)s was published, and rows of the ledger name "
                    "it, so it cannot be changed. Press Change the Table, change the "
                    "draft, and publish it.",
                    code=ERROR_TABLE,
                    tables=", ".join(fixed.mapped("display_name")),
                )
            )

    def _note_author(self):
        """Add the user to those who wrote a draft, by SQL: it is no edit of it."""
        if not self or self.env.uid == SUPERUSER_ID:
            return
        self.flush_recordset()
        self.env.cr.execute(
            "INSERT INTO inventory_state_table_author_rel"
            " (inventory_state_table_id, res_users_id)"
            " SELECT unnest(%s), %s ON CONFLICT DO NOTHING",
            [self.ids, self.env.uid],
        )
        self._fields["author_ids"]._invalidate_cache(self.env, self._ids)

    # -------------------------------------------------------------- publishing

    def action_new_draft(self):
        """Open a draft with the rows that are in force."""
        draft = self._make_draft()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": draft.id,
            "views": [(False, "form")],
            "name": draft.display_name,
        }

    @api.model
    def _make_draft(self):
        return self.create({"line_ids": self._live_commands()})

    @api.model
    def _live_commands(self):
        return [
            Command.create(row._said())
            for row in self.env["inventory.state.transition"].search([])
        ]

    def action_publish(self):
        """Put this draft in force: from now on the guard goes by it.

        :raise AccessError: who wrote it cannot publish it, where four eyes are asked
        :raise UserError: with ``[TABLE_IMMUTABLE]`` for what is published already
        """
        self.ensure_one()
        self.check_access("write")
        self._check_is_draft()
        self._check_four_eyes()
        difference = self.difference
        # One at a time: the second waits here and then finds the number taken.
        self.env.cr.execute(
            "SELECT id FROM inventory_state_table WHERE state = 'published' FOR UPDATE"
        )
        self._put_in_force()
        self.message_post(body=self.env._("Published."), subtype_xmlid="mail.mt_note")
        if difference:
            self.message_post(body=difference, subtype_xmlid="mail.mt_note")
        return True

    def _check_four_eyes(self):
        # sudo: the list is read whoever asks
        if self.env.user in self.sudo().author_ids and self._asks_four_eyes():
            raise AccessError(
                self.env._(
                    "[ACCESS_DENIED] You wrote %(table)s or changed it, so somebody "
                    "else who may change the table has to publish it.",
                    table=self.display_name,
                )
            )

    @api.model
    def _asks_four_eyes(self):
        """Whether who wrote an edition cannot publish it; addons above may ask so."""
        return False

    def _put_in_force(self):
        # sudo: who may publish is checked; the rows and editions follow
        table = self.sudo()
        before = table.search([("state", "=", "published")])
        last = table.search([("state", "!=", "draft")], limit=1)
        before._write_machine({"state": "retired"})
        table._apply()
        table._write_machine(
            {
                "state": "published",
                "number": last.number + 1,
                "published_by": self.env.uid,
                "published_at": fields.Datetime.now(),
                "digest": table._fingerprint(),
            }
        )
        self.env.registry.clear_cache()

    def _apply(self):
        """Make the rows of the guard those of this edition; a row keeps its id."""
        Row = self.env["inventory.state.transition"].with_context(active_test=False)
        rows = {row._pair(): row for row in Row.search([])}
        wanted = {line._pair(): line for line in self.line_ids}
        for pair, line in wanted.items():
            if pair not in rows:
                Row._permitted().create(line._said())
            elif not rows[pair].active or rows[pair]._said() != line._said():
                rows[pair]._permitted().write({**line._said(), "active": True})
        gone = Row.browse(row.id for pair, row in rows.items() if pair not in wanted)
        gone = gone.filtered("active")
        if gone:
            # kept, since approvals that were asked for name it
            gone._permitted().write({"active": False})

    @api.model
    @tools.ormcache()
    def _current_id(self):
        """The id of the edition in force, for the ledger; False before the first."""
        # sudo: whoever moves stock goes by it
        return self.sudo().search([("state", "=", "published")], limit=1).id

    # ------------------------------------------------------------- installation

    def _register_hook(self):
        """Publish what an installation or an upgrade made of the table.

        Rows that an addon brings or takes along are written while the registry loads;
        they become an edition of their own.
        """
        result = super()._register_hook()
        registry = self.env.registry
        if registry.updated_modules and not registry.ready:
            current = self.browse(self.env["inventory.state.table"]._current_id())
            if not current or registry.__dict__.pop("_state_table_touched", False):
                self._publish_as_installed(current)
        return result

    def _publish_as_installed(self, current):
        draft = self._make_draft()
        if current and draft._content() == current._content():
            draft.unlink()
            return
        draft.note = self.env._("As the installed apps bring it.")
        draft._put_in_force()

    # ------------------------------------------------------------ what it says

    def _content(self):
        return sorted(line._content() for line in self.line_ids)

    def _fingerprint(self):
        self.ensure_one()
        text = json.dumps(self._content(), separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @api.depends("line_ids.group_ids", "line_ids.needs_reason", "state")
    @api.depends("line_ids.needs_approval", "line_ids.state_dest_id")
    @api.depends("line_ids.state_id")
    @api.depends_context("lang")
    def _compute_difference(self):
        """Against the edition before; of a draft, against the one in force."""
        for table in self:
            domain = [("state", "!=", "draft")]
            if table.state != "draft":
                domain.append(("number", "<", table.number))
            before = self.search(domain, limit=1)
            table.difference = "\n".join(table._changes_since(before))

    def _changes_since(self, before):
        """What this edition allows otherwise, a line of text each."""
        was = {line._pair(): line for line in before.line_ids}
        now = {line._pair(): line for line in self.line_ids}
        for pair in dict.fromkeys([*now, *was]):
            old, new = was.get(pair), now.get(pair)
            if not old:
                yield self.env._("New: %s", new._in_words())
            elif not new:
                yield self.env._("No longer allowed: %s", old._in_words())
            elif old._in_words() != new._in_words():
                yield self.env._(
                    "Changed: %(old)s \N{RIGHTWARDS ARROW} %(new)s",
                    old=old._in_words(),
                    new=new._in_words(),
                )

    # ------------------------------------------------------------------- audit

    @api.model
    def _audit_findings(self):
        """What was changed in published editions, or in the guard's rows, past Odoo.

        :return: a dict each, with ``table`` (id), ``table_name`` and ``words``
        :rtype: list of dict
        """
        # sudo: the check looks at everything
        found = []
        for table in self.sudo().search([("state", "!=", "draft")]):
            if table.digest != table._fingerprint():
                words = self.env._(
                    "%s: its rows were changed after publishing, past the app",
                    table.display_name,
                )
                found.append(table._as_finding(words))
        current = self.sudo().browse(self._current_id())
        if current:
            rows = self.env["inventory.state.transition"].sudo().search([])
            if sorted(row._content() for row in rows) != current._content():
                words = self.env._(
                    "%s: the table that is applied is another one", current.display_name
                )
                found.append(current._as_finding(words))
        return found

    def _as_finding(self, words):
        return {"table": self.id, "table_name": self.display_name, "words": words}
