"""Reads the audit trail piece by piece, straight from the tables; writes nothing."""

from odoo import api, models
from odoo.tools import SQL

from . import chain

# Returns per piece; bounds memory, and the time until the check can be interrupted.
RETURNS = 1000
# Heads of a seal that are compared by one query.
HEADS = 10_000
# Returns whose sealed head does not fit are remembered up to here, then named at once.
SUSPECTS = 5000
# Where a check begins: at the first seal, with nothing before it.
START = {"phase": "seals", "after": 0, "previous": "", "suspects": {}}


class ReturnsEventScan(models.AbstractModel):
    """Finds what was changed behind the ORM's back.

    ``_piece`` takes a place and returns what it found there and the next place, so
    that a check can be run in one go, or in the background with a commit between the
    pieces. Its memory does not grow with the trail: a place holds nothing but the
    returns whose sealed head does not fit.
    """

    _name = "returns.event.scan"
    _description = "Reader of the audit trail"

    @api.model
    def _audited_models(self):
        """Names of the models that the check asks beside the trail.

        The one list: whoever wants to be looked at too inherits ``returns.audited``
        and adds the name here.
        """
        return ["returns.policy.version", "returns.checklist.version"]

    # --- all in one go ----------------------------------------------------------------
    @api.model
    def _findings(self, orders=None):
        """See ``returns.event._check_chain``."""
        self.env.flush_all()
        if orders is not None:
            seals = self.env["returns.event.seal"]._check_seals()
            return seals + self._findings_of(orders)
        findings, place = [], dict(START)
        while place:
            found, _seen, place = self._piece(place)
            findings += found
        return findings

    def _findings_of(self, orders):
        """What is wrong with the chains of some returns; trusts the seals."""
        sealed = self._sealed_of(orders.ids)
        ids, findings = sorted(orders.ids), []
        for start in range(0, len(ids), RETURNS):
            heads = self._heads(SQL("id = ANY(%s)", ids[start : start + RETURNS]))
            findings += self._of_chains(heads, sealed)[0]
        return findings + self._vanished(sealed)

    # --- piece by piece ---------------------------------------------------------------
    @api.model
    def _piece(self, place):
        """Look at one piece of the trail.

        :param dict place: ``START``, or what the call before returned
        :return: (findings, {company id: events looked at}, next place or None)
        """
        return getattr(self, f"_piece_{place['phase']}")(place)

    def _piece_seals(self, place):
        """One seal: its own hash, its link, and the heads that it holds."""
        Seal = self.env["returns.event.seal"]
        seal = Seal._next_row(place["after"])
        if not seal:
            return [], {}, {**place, "phase": "chains", "after": 0}
        findings = Seal._check_row(seal, place["previous"])
        suspects = dict(place["suspects"])
        # What a forged seal holds proves nothing; that it is forged is said already.
        heads = {} if findings else seal["heads"]
        for order_id, number, digest in self._unlike(heads):
            known = suspects.get(str(order_id))
            if known is None and len(suspects) >= SUSPECTS:
                findings.append(self._finding("changed", order_id, number=number))
            elif known is None or number < known[0]:
                suspects[str(order_id)] = [number, digest]
        after = {"after": seal["id"], "previous": seal["hash"], "suspects": suspects}
        return findings, {}, {**place, **after}

    def _unlike(self, heads):
        """Yield (return id, number, hash) of sealed heads that the trail has not."""
        rows = [(int(key), count, head) for key, (count, head) in heads.items()]
        for start in range(0, len(rows), HEADS):
            ids, numbers, hashes = zip(*rows[start : start + HEADS], strict=True)
            self.env.cr.execute(
                "SELECT s.order_id, s.number, s.hash"
                " FROM unnest(%s::int[], %s::int[], %s::text[])"
                " AS s (order_id, number, hash)"
                " WHERE NOT EXISTS (SELECT FROM returns_event e"
                " WHERE e.order_id = s.order_id AND e.number = s.number"
                " AND e.hash = s.hash)",
                [list(ids), list(numbers), list(hashes)],
            )
            yield from self.env.cr.fetchall()

    def _piece_chains(self, place):
        """The chains of the next returns."""
        heads = self._heads(SQL("id > %s", place["after"]))
        if not heads:
            return [], {}, {**place, "phase": "rest"}
        sealed = {
            int(key): {number: digest}
            for key, (number, digest) in place["suspects"].items()
        }
        findings, seen = self._of_chains(heads, sealed)
        suspects = {
            key: value for key, value in place["suspects"].items() if int(key) in sealed
        }
        return findings, seen, {**place, "after": max(heads), "suspects": suspects}

    def _piece_rest(self, place):
        """What is left: returns that vanished, events without one, other models."""
        sealed = dict.fromkeys(map(int, place["suspects"]))
        findings = self._vanished(sealed) + self._homeless(sealed)
        for name in self._audited_models():
            findings += self.env[name]._audit_findings()
        return findings, {}, None

    # --- the chains -------------------------------------------------------------------
    def _of_chains(self, heads, sealed):
        """Check the chains of ``heads``; takes what it used out of ``sealed``.

        :return: (findings, {company id: events looked at})
        """
        rows = self._chain_rows(list(heads))
        findings, seen = [], {}
        for order_id, (name, company_id, count, head) in heads.items():
            own = rows.get(order_id, [])
            seen[company_id] = seen.get(company_id, 0) + len(own)
            findings += [
                self._finding(kind, order_id, name, number, event_id, company_id)
                for kind, number, event_id in chain.check(
                    own, head, count, sealed.pop(order_id, None)
                )
            ]
        return findings, seen

    def _heads(self, where):
        """Return {order id: (name, company, count, head)} of the next returns."""
        self.env.cr.execute(
            SQL(
                "SELECT id, name, company_id, COALESCE(event_count, 0),"
                " COALESCE(event_head, '') FROM returns_order"
                " WHERE %s ORDER BY id LIMIT %s",
                where,
                RETURNS,
            )
        )
        return {row[0]: row[1:] for row in self.env.cr.fetchall()}

    def _chain_rows(self, order_ids):
        """Return {order id: [chain.Row]} by number."""
        names = [SQL.identifier(name) for name in chain.Row.__slots__]
        self.env.cr.execute(
            SQL(
                "SELECT %s FROM returns_event WHERE order_id = ANY(%s)"
                " ORDER BY order_id, number, id",
                SQL(", ").join(names),
                order_ids,
            )
        )
        rows = {}
        for values in self.env.cr.fetchall():
            row = chain.Row(*values)
            rows.setdefault(row.order_id, []).append(row)
        return rows

    def _sealed_of(self, order_ids):
        """Return {return id: {number: hash}} of some returns, from all seals."""
        self.env.cr.execute(
            "SELECT k.key::int, (s.heads -> k.key ->> 0)::int, s.heads -> k.key ->> 1"
            " FROM returns_event_seal s CROSS JOIN unnest(%s) AS k (key)"
            " WHERE jsonb_exists(s.heads, k.key)",
            [[str(order_id) for order_id in order_ids]],
        )
        sealed = {}
        for order_id, number, digest in self.env.cr.fetchall():
            sealed.setdefault(order_id, {})[number] = digest
        return sealed

    # --- what has no return any more --------------------------------------------------
    def _vanished(self, sealed):
        """What was sealed and is not there any more, the return included."""
        return [self._finding("cut_off", order_id) for order_id in sealed]

    def _homeless(self, known):
        """Events whose return is not there any more, one finding for each return."""
        self.env.cr.execute(
            "SELECT e.order_id, MIN(e.company_id) FROM returns_event e WHERE NOT EXISTS"
            " (SELECT FROM returns_order o WHERE o.id = e.order_id)"
            " GROUP BY e.order_id LIMIT %s",
            [SUSPECTS],
        )
        return [
            self._finding("removed", order_id, company_id=company_id)
            for order_id, company_id in self.env.cr.fetchall()
            if order_id not in known
        ]

    def _finding(
        self, kind, order_id, name=None, number=1, event_id=None, company_id=False
    ):
        return {
            "kind": kind,
            "order_id": order_id,
            "return": name or self.env._("return with id %s", order_id),
            "number": number,
            "event_id": event_id,
            "company_id": company_id,
        }
