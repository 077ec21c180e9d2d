"""Everything that happened to a return, as plain data: the auditor's JSON and PDF."""

import hashlib

from lxml import html

from odoo import api, fields, models
from odoo.tools import html2plaintext

from . import chain


class ReturnsAuditStory(models.AbstractModel):
    """Tells a return whole: facts, decisions, rows of the steps, money, files, chain.

    Words are in the reader's language; beside them stand the codes and the raw events,
    so that ``bin/check-seals`` can check the chain without this system.
    """

    _name = "returns.audit.story"
    _description = "Story of a return for an auditor"

    @api.model
    def _of(self, order):
        """The story of one return; writes nothing.

        :param order: a return that the caller was allowed to read
        :rtype: dict of plain JSON
        """
        # sudo: an auditor's file is whole, whatever its reader may see elsewhere
        order = order.sudo().with_context(active_test=False)
        return {
            "kind": "returns return",
            "version": 1,
            "exported_at": self._moment(fields.Datetime.now()),
            "exported_by": self.env.user.name,
            "return": self._facts(order),
            "lines": [self._line(line) for line in order.line_ids],
            "decisions": [self._decision(row) for row in order.decision_ids],
            **self._steps(order),
            "money": [self._settlement(row) for row in order.settlement_ids],
            "approvals": [self._approval(row) for row in order.approval_ids],
            "exceptions": [self._exception(row) for row in order.exception_ids],
            "messages": self._messages(order),
            "attachments": self._attachments(order),
            "events": self._events(order),
            "chain": self._chain(order),
        }

    # --- parts ------------------------------------------------------------------------
    def _facts(self, order):
        return {
            "id": order.id,
            "name": order.name,
            "company": order.company_id.name,
            "channel": order.channel_id.name,
            "customer": order.partner_id.display_name,
            "orders": order.sale_order_ids.mapped("name"),
            "node": order.warehouse_id.name or "",
            "responsible": order.user_id.name or "",
            "policy": order.policy_version_id.display_name or "",
            "withdrawal": order.withdrawal,
            "asked_at": self._moment(order.requested_at),
            "authorised_at": self._moment(order.authorised_at),
            "closed_at": self._moment(order.closed_at),
            "refund_by_law": self._moment(order.refund_due_date),
            "currency": order.currency_id.name,
            "paid": order.amount_paid,
            "owed": order.amount_due,
            "settled": order.amount_settled,
            **{
                name: self._label(order, name)
                for name in ("case_state", "goods_state", "money_state")
            },
        }

    def _line(self, line):
        return {
            "id": line.id,
            "order": line.sale_order_id.name or "",
            "product": line.product_id.display_name or "",
            "unit": line.uom_id.name or "",
            "reason": line.reason_id.name or "",
            "resolution": self._label(line, "resolution"),
            "comment": line.comment or "",
            "asked": line.quantity,
            "authorised": line.quantity_authorised,
            "cancelled": line.quantity_cancelled,
            "received": line.quantity_received,
            "inspected": line.quantity_inspected,
            "refunded": line.quantity_refunded,
            "owed": line.amount_due,
        }

    def _decision(self, row):
        return {
            "at": self._moment(row.create_date),
            "stage": self._label(row, "stage"),
            "product": row.line_id.product_id.display_name or "",
            "policy": row.version_id.display_name or "",
            "eligible": row.eligible,
            "rule": row.rule or "",
            "sentence": row.sentence or "",
            "codes": row.codes or [],
            "until": self._moment(row.until),
            "because": self._because(row),
            "outcomes": row.outcomes or {},
            "trace": row.trace or [],
        }

    def _because(self, row):
        """The trace in sentences, one for facts, rules, near misses and the law."""
        if not row.trace:
            return []
        said = []
        tables = html.fromstring(self.env["returns.trace"]._html(row))
        for part in tables.findall("div"):
            rows = [
                " ".join(filter(None, (cell.text_content().strip() for cell in line)))
                for line in part.iter("tr")
            ]
            said.append(f"{part.findtext('h5')}: {'; '.join(rows)}")
        return said

    def _steps(self, order):
        """The rows that receipt, inspection and routing appended, and the parcels."""
        return {
            "parcels": [
                {
                    "tracking": parcel.tracking_ref,
                    "carrier": parcel.carrier or "",
                    "status": self._label(parcel, "status"),
                    "at": self._moment(parcel.status_at),
                }
                for parcel in order.parcel_ids
            ],
            "receipts": [
                {
                    **self._row(row),
                    "what": self._label(row, "kind"),
                    "lot": row.lot_id.name or "",
                    "transfer": row.picking_id.name or "",
                }
                for row in order.receipt_ids
            ],
            "findings": [
                {
                    **self._row(row),
                    "what": row.condition_id.name,
                    "note": row.note or "",
                    "checklist": row.checklist or {},
                    "answers": [answer._tell() for answer in row.answer_ids],
                }
                for row in order.inspection_ids
            ],
            "routings": [
                {
                    **self._row(row),
                    "what": row.disposition_id.name,
                    "sentence": row.sentence or "",
                    "overridden": row.overridden,
                }
                for row in order.routing_ids
            ],
        }

    def _row(self, row):
        return {
            "id": row.id,
            "at": self._moment(row.occurred_at),
            "who": row.user_id.name or "",
            "product": row.product_id.display_name,
            "quantity": row.quantity,
            "node": row.warehouse_id.name or "",
            "takes_back": row.reverses_id.id,
            "reason": row.reason or "",
        }

    def _settlement(self, row):
        return {
            "id": row.id,
            "at": self._moment(row.occurred_at),
            "who": row.user_id.name or "",
            "what": self._label(row, "kind"),
            "state": self._label(row, "state"),
            "document": row.move_id.name or row.settlement_ref or "",
            "currency": row.currency_id.name,
            "amount": row.amount,
            "tax": row.amount_tax,
            "takes_back": row.reverses_id.id,
            "reason": row.reason or "",
        }

    def _approval(self, row):
        return {
            "what": self._label(row, "kind"),
            "state": self._label(row, "state"),
            "asked_by": row.requested_by_id.name,
            "decided_by": row.decided_by_id.name or "",
            "decided_at": self._moment(row.decided_at),
            "amount": row.amount,
            "currency": row.currency_id.name,
            "reason": row.reason or "",
        }

    def _exception(self, row):
        return {
            "what": self._label(row, "code"),
            "state": self._label(row, "state"),
            "since": self._moment(row.since),
            "closed_at": self._moment(row.closed_at),
            "closed_by": row.closed_by_id.name or "",
            "note": row.note or "",
            "closed_because": row.closed_because or "",
        }

    def _messages(self, order):
        return [
            {
                "at": self._moment(message.date),
                "who": message.author_id.name or message.email_from or "",
                "text": html2plaintext(message.body or "").strip(),
            }
            for message in order.message_ids.sorted("id")
            if message.body
        ]

    @api.model
    def _files(self, order):
        """The files of a return: evidence, photos, and what hangs on it."""
        own = self.env["ir.attachment"].search(
            [("res_model", "=", order._name), ("res_id", "=", order.id)]
        )
        found = (
            own
            | order.line_ids.evidence_ids
            | order.inspection_ids.photo_ids
            | order.message_ids.attachment_ids
        )
        return found.sorted("id")

    def _attachments(self, order):
        return [
            {
                "id": file.id,
                "name": file.name,
                "type": file.mimetype or "",
                "bytes": file.file_size,
                "by": file.create_uid.name or "",
                "at": self._moment(file.create_date),
                "sha256": hashlib.sha256(file.raw or b"").hexdigest(),
            }
            for file in self._files(order)
        ]

    # --- the chain --------------------------------------------------------------------
    def _events(self, order):
        """Each event, readable, with all that its hash covers."""
        return [
            {
                "number": event.number,
                "what": event.what,
                "label": self._label(event, "what"),
                "sentence": event.sentence,
                "at": self._moment(event.at),
                "user_id": event.user_id.id,
                "who": event.user_id.name,
                "data": event.data or {},
                "why": event.why or "",
                "salt": event.salt or "",
                "why_digest": event.why_digest or "",
                "previous_hash": event.previous_hash or "",
                "hash": event.hash,
            }
            for event in order.event_ids.sorted("number")
        ]

    def _chain(self, order):
        """Head and count, the youngest seal of it, and what a check says now."""
        sealed = self.env["returns.event.scan"]._sealed_of(order.ids).get(order.id, {})
        number = max(sealed, default=0)
        self.env.flush_all()
        findings = self.env["returns.event.scan"].sudo()._findings_of(order)
        return {
            "order_id": order.id,
            "company_id": order.company_id.id,
            "first_hash": chain.GENESIS,
            "head": order.event_head or "",
            "count": order.event_count,
            "sealed_up_to": number,
            "sealed_hash": sealed.get(number, ""),
            "seal": self._seal_of(order, number),
            "findings": [[found["kind"], found["number"]] for found in findings],
        }

    def _seal_of(self, order, number):
        """The seal that holds the return's chain up to ``number``."""
        if not number:
            return {}
        self.env.cr.execute(
            "SELECT id, hash, sealed_at FROM returns_event_seal"
            " WHERE (heads -> %s ->> 0)::int = %s ORDER BY id LIMIT 1",
            [str(order.id), number],
        )
        seal_id, digest, sealed_at = self.env.cr.fetchone()
        return {"id": seal_id, "hash": digest, "sealed_at": self._moment(sealed_at)}

    # --- words ------------------------------------------------------------------------
    def _label(self, record, name):
        value = record[name]
        labels = dict(record._fields[name]._description_selection(self.env))
        return labels.get(value, value or "")

    def _moment(self, value):
        """A moment as the hash has it (UTC), a day, or an empty text."""
        if not value:
            return ""
        if hasattr(value, "hour"):
            return value.isoformat(sep=" ", timespec="seconds")
        return value.isoformat()
