"""The auditor's file of a return as a PDF."""

from reportlab.lib.units import mm
from reportlab.platypus import Spacer

from odoo import api, models

from .returns_pdf import MUTED


class ReturnsAuditPdf(models.AbstractModel):
    """Lays the story of a return (``returns.audit.story``) out on paper."""

    _name = "returns.audit.pdf"
    _inherit = ["returns.pdf"]
    _description = "Story of a return as a PDF"

    @api.model
    def _render(self, story):
        """The PDF of one story.

        :param dict story: as ``returns.audit.story._of`` makes it
        :rtype: bytes
        """
        name = story["return"]["name"]
        return self._paper(
            self._flow(story),
            title=self.env._("Return %s", name),
            author=story["exported_by"],
            foot=self.env._(
                "%(name)s, exported %(at)s UTC by %(who)s",
                name=name,
                at=story["exported_at"],
                who=story["exported_by"],
            ),
        )

    def _flow(self, story):
        """All parts in their order."""
        facts = story["return"]
        return [
            self._title(self.env._("Return %s", facts["name"])),
            self._text(
                ", ".join(filter(None, (facts["customer"], *facts["orders"]))),
                color=MUTED,
            ),
            Spacer(1, 4 * mm),
            *self._facts(facts),
            *self._lines(story["lines"]),
            *self._timeline(story["events"], story["chain"]["findings"]),
            *self._decisions(story["decisions"]),
            *self._steps(story),
            *self._money(story["money"]),
            *self._people(story),
            *self._files(story["attachments"]),
            *self._chain(story["chain"], story["events"]),
        ]

    # --- parts ------------------------------------------------------------------------
    def _facts(self, facts):
        labels = (
            (self.env._("State"), "case_state"),
            (self.env._("Goods"), "goods_state"),
            (self.env._("Money"), "money_state"),
            (self.env._("Company"), "company"),
            (self.env._("Channel"), "channel"),
            (self.env._("Node"), "node"),
            (self.env._("Responsible"), "responsible"),
            (self.env._("Policy"), "policy"),
            (self.env._("Asked on"), "asked_at"),
            (self.env._("Authorised on"), "authorised_at"),
            (self.env._("Closed on"), "closed_at"),
            (self.env._("Refund by law"), "refund_by_law"),
        )
        rows = [(label, facts[key]) for label, key in labels if facts[key]]
        if facts["withdrawal"]:
            rows.append((self.env._("Withdrawal from the contract"), self.env._("Yes")))
        for label, key in (
            (self.env._("Paid"), "paid"),
            (self.env._("Refund"), "owed"),
            (self.env._("Settled"), "settled"),
        ):
            rows.append((label, self._sum(facts[key], facts["currency"])))
        return [self._grid(None, rows, (45, 133))]

    def _lines(self, lines):
        head = (
            self.env._("Product"),
            self.env._("Reason"),
            self.env._("Wants"),
            self.env._("Asked"),
            self.env._("Auth."),
            self.env._("Rec."),
            self.env._("Refund"),
        )
        rows = [
            (
                line["product"] + (f"\n{line['comment']}" if line["comment"] else ""),
                line["reason"],
                line["resolution"],
                f"{line['asked']:g}",
                f"{line['authorised']:g}",
                f"{line['received']:g}",
                f"{line['owed']:.2f}",
            )
            for line in lines
        ]
        widths = (60, 36, 22, 14, 14, 14, 18)
        return self._part(self.env._("What was asked for"), head, rows, widths)

    def _timeline(self, events, findings):
        kind = self.env["returns.event.finding"]._fields["kind"]
        kinds = dict(kind._description_selection(self.env))
        wrong = {number: kinds[kind] for kind, number in findings}
        head = (
            self.env._("No."),
            self.env._("When (UTC)"),
            self.env._("What happened"),
            self.env._("Who"),
        )
        rows = [
            (
                event["number"],
                event["at"],
                self._said(event, wrong.get(event["number"])),
                event["who"],
            )
            for event in events
        ]
        return self._part(self.env._("Timeline"), head, rows, (10, 34, 98, 36))

    def _said(self, event, wrong):
        """The sentence of an event, the person's words, and what a check found."""
        words = [event["sentence"]]
        if event["why"]:
            words.append(f"“{event['why']}”")
        if wrong:
            words.append(f"(!) {wrong}")
        return "\n".join(words)

    def _decisions(self, decisions):
        head = (
            self.env._("When (UTC)"),
            self.env._("Product"),
            self.env._("Decision, and why"),
        )
        rows = [
            (
                row["at"],
                row["product"],
                "\n".join([row["sentence"], *row["because"]])
                + (f"\n{', '.join(row['codes'])}" if row["codes"] else ""),
            )
            for row in decisions
        ]
        return self._part(self.env._("Decisions"), head, rows, (34, 40, 104))

    def _steps(self, story):
        """Parcels, receipts, findings and routings."""
        parcels = [
            (row["tracking"], row["carrier"], row["status"], row["at"])
            for row in story["parcels"]
        ]
        head = (
            self.env._("Tracking number"),
            self.env._("Carrier"),
            self.env._("Status"),
            self.env._("Since"),
        )
        parts = self._part(self.env._("Parcels"), head, parcels, (60, 40, 44, 34))
        for title, key in (
            (self.env._("Receipts"), "receipts"),
            (self.env._("Findings"), "findings"),
            (self.env._("Routings"), "routings"),
        ):
            parts += self._rows(title, story[key])
        return parts

    def _rows(self, title, rows):
        head = (
            self.env._("When (UTC)"),
            self.env._("Product"),
            self.env._("Quantity"),
            self.env._("What"),
            self.env._("Who"),
        )
        told = [
            (
                row["at"],
                row["product"],
                f"{row['quantity']:g}",
                "\n".join(filter(None, self._about(row))),
                row["who"],
            )
            for row in rows
        ]
        return self._part(title, head, told, (34, 46, 18, 50, 30))

    def _about(self, row):
        yield row["what"]
        yield row.get("lot") or row.get("transfer") or row.get("sentence")
        yield from (row.get("note"), *row.get("answers", ()), row["reason"])
        if row["takes_back"]:
            yield self.env._("takes an earlier row back")

    def _money(self, money):
        head = (
            self.env._("When (UTC)"),
            self.env._("What"),
            self.env._("Document"),
            self.env._("State"),
            self.env._("Amount"),
        )
        rows = [
            (
                row["at"],
                "\n".join(filter(None, (row["what"], row["reason"]))),
                row["document"],
                row["state"],
                self._sum(row["amount"], row["currency"]),
            )
            for row in money
        ]
        return self._part(self.env._("Money"), head, rows, (34, 46, 42, 26, 30))

    def _people(self, story):
        """Approvals, exceptions and messages: what people said and decided."""
        rows = [
            (
                row["decided_at"],
                f"{row['what']}: {row['state']}, "
                f"{self._sum(row['amount'], row['currency'])}",
                row["decided_by"] or row["asked_by"],
                row["reason"],
            )
            for row in story["approvals"]
        ]
        rows += [
            (
                row["since"],
                f"{row['what']}: {row['state']}",
                row["closed_by"],
                "\n".join(filter(None, (row["note"], row["closed_because"]))),
            )
            for row in story["exceptions"]
        ]
        rows += [
            (row["at"], self.env._("Message"), row["who"], row["text"])
            for row in story["messages"]
        ]
        head = (
            self.env._("When (UTC)"),
            self.env._("What"),
            self.env._("Who"),
            self.env._("In their words"),
        )
        title = self.env._("Approvals, exceptions, messages")
        return self._part(title, head, rows, (34, 50, 34, 60))

    def _files(self, files):
        head = (self.env._("File"), self.env._("Bytes"), self.env._("SHA-256"))
        rows = [(row["name"], row["bytes"], row["sha256"]) for row in files]
        return self._part(self.env._("Attachments"), head, rows, (52, 20, 106))

    def _chain(self, chain, events):
        """The hashes, and whether a check finds the chain whole."""
        seal = chain["seal"]
        rows = [
            (
                self.env._("Checked at this export"),
                self.env._("not whole: see the check of the audit trail")
                if chain["findings"]
                else self.env._("whole"),
            ),
            (self.env._("Events"), chain["count"]),
            (self.env._("Hash of the last event"), chain["head"]),
            (
                self.env._("Sealed up to event"),
                chain["sealed_up_to"] or self.env._("not sealed yet"),
            ),
        ]
        if seal:
            rows += [
                (self.env._("Sealed on (UTC)"), seal["sealed_at"]),
                (self.env._("Hash of that seal"), seal["hash"]),
            ]
        parts = self._part(self.env._("Audit chain"), None, rows, (50, 128))
        hashes = [(event["number"], event["hash"]) for event in events]
        head = (self.env._("Event"), self.env._("Hash"))
        return [*parts, Spacer(1, 3 * mm), self._grid(head, hashes, (20, 158))]
