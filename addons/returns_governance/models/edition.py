import hashlib
import json

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL

from ..const import POLICY_VERSION_STATE
from ..guard import deny, refuse


class ReturnsEdition(models.AbstractModel):
    """Base of versions: a draft, then published and never changed, then retired.

    A model names the field that leads to what it is a version of, and what the
    fingerprint is taken of (``_content_parts``). Its parts inherit
    ``returns.policy.part``.
    """

    _name = "returns.edition"
    _description = "Version of what decides returns"
    _inherit = ["returns.guarded"]
    _machine_fields = frozenset(
        {
            "state",
            "number",
            "published_by",
            "published_at",
            "retired_at",
            "content_digest",
            "content",
            "author_ids",
        }
    )

    # The field that leads to what this is a version of.
    _edition_of = None

    number = fields.Integer(
        "Version",
        readonly=True,
        copy=False,
        help="Given when it is published.",
    )
    state = fields.Selection(
        POLICY_VERSION_STATE,
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    published_by = fields.Many2one(
        "res.users", "Published by", readonly=True, copy=False
    )
    published_at = fields.Datetime("Published on", readonly=True, copy=False)
    retired_at = fields.Datetime("Retired on", readonly=True, copy=False)
    content_digest = fields.Char(
        readonly=True,
        copy=False,
        help="Fingerprint of what it says at publishing; an audit compares it.",
    )
    # What the fingerprint was taken of, so that a change can be named.
    content = fields.Text(readonly=True, copy=False)
    author_ids = fields.Many2many(
        "res.users",
        string="Written by",
        readonly=True,
        copy=False,
        help="Whoever made this version or changed it or what belongs to it.",
    )
    note = fields.Text("What is new", copy=False)

    # --- what is published stays as it is ---------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        versions = super().create(vals_list)
        versions._note_author()
        return versions

    def write(self, vals):
        if vals.keys() - self._all_machine_fields():
            self._check_is_draft()
        result = super().write(vals)
        # who publishes sets the date along with the state, and wrote nothing
        if vals.keys() - self._all_machine_fields() and "state" not in vals:
            self._note_author()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        self._check_is_draft()

    def _check_is_draft(self):
        """Refuse a change of what was published, naming the version and the way out."""
        # sudo: a version of another company is as immutable as one's own
        fixed = self.sudo().filtered(lambda version: version.state != "draft")
        if fixed:
            names = ", ".join(fixed.mapped("display_name"))
            refuse("POLICY_IMMUTABLE", fixed._fixed_words(names))

    def _fixed_words(self, names):
        """Why published versions cannot be changed, and what to do instead."""
        raise NotImplementedError

    def _content_parts(self):
        """What the version says, by ids, as JSON can carry it."""
        raise NotImplementedError

    def _content_text(self):
        """What the fingerprint is taken of."""
        self.ensure_one()
        return json.dumps(self._content_parts(), sort_keys=True, separators=(",", ":"))

    def _content_digest(self):
        """The fingerprint of what the version says (SHA-256).

        Values that are not set are left out, so that fields which a later release adds
        do not change it.
        """
        return hashlib.sha256(self._content_text().encode()).hexdigest()

    def _changed_behind_our_back(self):
        """The published versions that do not say what they said at publishing."""
        return self.filtered(
            lambda v: v.state != "draft" and v.content_digest != v._content_digest()
        )

    # --- who wrote it -----------------------------------------------------------------
    def _note_author(self):
        """Add the user to the authors; data that is installed has no author.

        By SQL, since the list is no edit of the version.
        """
        if not self or self.env.uid == SUPERUSER_ID:
            return
        self.flush_recordset()
        field = self._fields["author_ids"]
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s, %s) SELECT unnest(%s), %s ON CONFLICT DO NOTHING",
                SQL.identifier(field.relation),
                SQL.identifier(field.column1),
                SQL.identifier(field.column2),
                self.ids,
                self.env.uid,
            )
        )
        field._invalidate_cache(self.env, self._ids)

    def _authors(self):
        # sudo: the list is read whoever asks
        return self.sudo().author_ids.sudo(False)

    def _managers(self):
        """Who may publish: returns managers who may see the version's company."""
        # sudo: whom to ask is no secret of the groups' model
        group = self.env.ref("returns_governance.group_manager").sudo()
        users = group.all_user_ids.filtered(lambda u: u.active and not u.share)
        if company := self.company_id:
            users = users.filtered(lambda u: company in u.company_ids)
        return users.sudo(False)

    def _check_four_eyes(self):
        """Refuse that who wrote a version publishes it, where the company asks so."""
        author = self.env.user in self._authors()
        if not author or not self._asks_four_eyes():
            return
        others = self._managers() - self._authors()
        who = ", ".join(others.sudo().mapped("name")[:5])
        deny(
            self.env._(
                "You wrote %(version)s or changed it, so another manager has to "
                "publish it: %(who)s. %(how)s(A company with a single "
                "manager can switch this off in the settings of Returns.)",
                version=self.display_name,
                who=who or self.env._("there is no other manager yet"),
                how=self._how_to_ask(),
            )
        )

    def _how_to_ask(self):
        """How another manager is asked, as a sentence; empty: by word of mouth."""
        return ""

    def _asks_four_eyes(self):
        """Whether the version's company asks for four eyes; of one for all, any."""
        # sudo: a version for all companies binds those that the user cannot see too
        companies = self.sudo().company_id or self.env["res.company"].sudo().search([])
        return any(companies.mapped("returns_policy_four_eyes"))

    # --- publish, retire, go on -------------------------------------------------------
    def _publish_all(self):
        """Put drafts in force. Only for managers; cannot be undone."""
        self._check_manager()
        for version in self:
            version._publish()
        return True

    def _retire_all(self):
        """Take versions out of force for what comes. Only for managers."""
        self._check_manager()
        for version in self:
            if version.state != "published":
                refuse(
                    "BAD_REQUEST",
                    self.env._(
                        "%(version)s is not published, so it cannot be retired.",
                        version=version.display_name,
                    ),
                )
        self._machine_write({"state": "retired", "retired_at": fields.Datetime.now()})
        return True

    def _check_manager(self):
        manager = self.env.user.has_group("returns_governance.group_manager")
        if not (manager or self.env.su):
            deny(self._manager_words())
        self.check_access("write")

    def _manager_words(self):
        """Why somebody else has to publish."""
        raise NotImplementedError

    def _publish(self):
        raise NotImplementedError

    def _earlier(self):
        """The versions of the same that are or were in force."""
        # sudo: every version counts
        return self.sudo().search(
            [
                (self._edition_of, "=", self[self._edition_of].id),
                ("state", "!=", "draft"),
            ]
        )

    def _put_in_force(self, earlier, **values):
        """Write what publishing sets: state, number, who, when, fingerprint."""
        self._machine_write(
            {
                "state": "published",
                "number": max(earlier.mapped("number"), default=0) + 1,
                "published_by": self.env.uid,
                "published_at": fields.Datetime.now(),
                "content_digest": self._content_digest(),
                "content": self._content_text(),
                **values,
            }
        )

    def _action_open(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "name": self.display_name,
        }
