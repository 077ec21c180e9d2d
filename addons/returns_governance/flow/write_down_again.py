"""Written-down goods are measured again: their cost or what they bring has changed."""

from odoo import fields, models


class ReturnsStepWriteDown(models.AbstractModel):
    """The allowance follows, up or down to nothing, and is booked as a write-down is.

    More of it is asked about by the whole allowance, so that many small steps do not
    pass where one large one would not. Where no row of the table fits the goods any
    more, nothing is known of what they bring, and the allowance stays.
    """

    _inherit = "returns.step.write_down"

    # --- who asks for it --------------------------------------------------------------
    def _measure_by_hand(self, rows):
        """As a person of finance; see ``action_measure_again``."""
        companies = rows.company_id or self.env.companies
        chosen = rows or rows._standing_in(companies)
        step, chosen = self._admit(chosen)
        missed = step.env["returns.write.down"]
        if not rows:
            for company in companies:
                missed |= step._measure_missed(company, None)
        return step._measured_words(step._measure_again(chosen), missed)

    def _measure_all(self, company, date):
        """All of a company, for a day."""
        rows = self.env["returns.write.down"]._standing_in(company)
        self._measure_missed(company, date)
        return self._measure_again(rows, date)

    def _measured_words(self, measures, missed):
        """A notification that says what changed."""
        told = self.env._("Nothing has changed: every allowance is right.")
        if measures or missed:
            told = self._changed_words(measures, missed)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": told,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _changed_words(self, measures, missed):
        differences = [row.amount - row.amount_before for row in measures]
        differences += missed.mapped("amount")
        told = self.env._("%(count)s allowances differ.", count=len(differences))
        currency = measures.currency_id | missed.currency_id
        if len(currency) == 1:
            money = self.env["returns.words"]._money
            told = self.env._(
                "%(count)s allowances differ: %(up)s more, %(down)s taken back.",
                count=len(differences),
                up=money(currency, sum(x for x in differences if x > 0)),
                down=money(currency, -sum(x for x in differences if x < 0)),
            )
        waiting = [row for row in (*measures, *missed) if row.state == "waiting"]
        if waiting:
            told += " " + self.env._(
                "Of these %(count)s wait for an approval.", count=len(waiting)
            )
        return told

    # --- measured ---------------------------------------------------------------------
    def _measure_again(self, rows, date=None):
        """Measure what is left of write-downs, and let the allowance follow.

        :param date: the day for which it is booked; today without
        :return: ``returns.write.down.measure`` rows of those that changed
        """
        rows._hold()
        asked = rows.measure_ids.filtered(lambda row: row.state == "waiting")
        rows = rows.filtered(
            lambda row: (
                row.state in ("to_post", "posted")
                and row.uom_id.compare(row.quantity_left, 0.0) > 0
            )
        )
        vals_list = [
            vals
            for row in rows - asked.write_down_id
            if (vals := self._measure_vals(row, date))
        ]
        measures = self.env["returns.write.down.measure"]._machine_create(vals_list)
        ready = measures - self._ask_more(measures)
        self._follow(ready)
        return measures

    def _measure_vals(self, row, date):
        """Values of a measurement that differs from the allowance, or nothing."""
        found = self._measure(row.routing_id, row.company_id, row.quantity_left)
        if not found:
            return None
        due = float(found.allowance)
        if not row.currency_id.compare_amounts(due, row.amount_left):
            return None
        rule = self.env["returns.write.down.rule"].browse(found.rule.key)
        return {
            "write_down_id": row.id,
            "rule_id": rule.id,
            "sentence": rule.sentence,
            "quantity": row.quantity_left,
            "carrying_value": float(found.carrying),
            "net_value": float(found.net),
            "amount_before": row.amount_left,
            "amount": due,
            "date": date or fields.Date.context_today(self),
            "user_id": self.env.uid,
        }

    # --- asked ------------------------------------------------------------------------
    def _ask_more(self, measures):
        """Ask about larger allowances as the table of authority says.

        :return: the measurements that wait
        """
        more = measures.filtered(lambda row: row.amount > row.amount_before)
        if not more:
            return more
        Approval = self.env["returns.approval"]
        questions = {row: self._question_again(row) for row in more}
        asked = Approval._ask(Approval._uncovered(list(questions.values())))
        by_key = {approval.key: approval for approval in asked}
        waiting = more.browse()
        for row, question in questions.items():
            if approval := by_key.get(question["key"]):
                row._machine_write({"state": "waiting", "approval_id": approval.id})
                waiting |= row
        return waiting

    def _question_again(self, measure):
        row = measure.write_down_id
        return {
            **self._question(row),
            "key": f"write_down {row.id} measure {measure.id}",
            "amount": measure.amount,
            "why": measure.sentence,
            "data": {"write_down": row.id, "measure": measure.id},
        }

    def _answered(self, approvals):
        result = super()._answered(approvals)
        measures = self.env["returns.write.down.measure"].search(
            [("approval_id", "in", approvals.ids), ("state", "=", "waiting")]
        )
        measures.write_down_id._hold()
        for state, group in measures.grouped(lambda m: m.approval_id.state).items():
            if state == "approved":
                group._machine_write({"state": "booked"})
                self._follow(group)
            elif state == "refused":
                group._machine_write({"state": "refused"})
        return result

    def _withdraw(self, gone):
        """Nor about measurements of goods that are gone."""
        measures = gone.measure_ids.filtered(lambda row: row.state == "waiting")
        measures._machine_write({"state": "overtaken"})
        asked = measures.approval_id.filtered(lambda row: row.state == "open")
        asked._finish("withdrawn", self.env._("The goods left"))
        return super()._withdraw(gone)

    # --- booked -----------------------------------------------------------------------
    def _follow(self, measures):
        """Bring the allowances to what was measured, and book the difference."""
        vals_list = []
        for measure in measures:
            row = measure.write_down_id
            more = row.currency_id.round(self._due_now(measure) - row.amount_left)
            if row.currency_id.is_zero(more) or row.state not in ("to_post", "posted"):
                continue
            vals_list.append(
                {
                    "write_down_id": row.id,
                    "kind": "measured",
                    "quantity": 0.0,
                    "amount": -more,
                    "measure_id": measure.id,
                    "to_post": row.state == "posted",
                    "user_id": self.env.uid,
                }
            )
        releases = self.env["returns.write.down.release"]._machine_create(vals_list)
        rows = releases.write_down_id
        self._book_or_queue(rows.filtered(lambda row: any(self._open(row))))

    def _due_now(self, measure):
        """The allowance of the measured units that are still there."""
        row = measure.write_down_id
        if row.uom_id.compare(row.quantity_left, measure.quantity) >= 0:
            return measure.amount
        return self._part(row, measure.amount, row.quantity_left, measure.quantity)

    # --- never written down so far ----------------------------------------------------
    def _measure_missed(self, company, date):
        """Write down routed goods that brought more than they cost until now.

        :return: the new write-downs
        """
        rules = self.env["returns.write.down.rule"]
        if not rules._rules_in_force(company.id):
            return self.env["returns.write.down"]
        vals_list = [
            {**vals, "date": date}
            for routing, quantity in self._missed(company)
            if (vals := self._measured(routing, quantity))
        ]
        rows = self.env["returns.write.down"]._machine_create(vals_list)
        self._ask_or_post(rows)
        return rows

    def _missed(self, company):
        """(routing, units still there) of what was routed and never written down.

        Of like goods at a place the oldest are taken to have left first.
        """
        routings = self.env["returns.routing"].search(
            [
                ("company_id", "=", company.id),
                ("quantity", ">", 0),
                ("reverses_id", "=", False),
                ("move_id", "!=", False),
                ("disposition_id.state_id.code", "not in", (False, "sellable")),
                ("write_down_ids", "=", False),
            ],
            order="id desc",
        )
        there = self._not_written_down(routings)
        found = []
        for routing in routings:
            key = self._place_key(routing)
            quantity = min(routing.quantity_here, there.get(key, 0.0))
            if routing.product_id.uom_id.compare(quantity, 0.0) > 0:
                there[key] -= quantity
                found.append((routing, quantity))
        return found

    def _place_key(self, routing):
        place = routing.move_id.move_line_ids.location_dest_id[:1]
        return routing.product_id, routing.lot_id, place

    def _not_written_down(self, routings):
        """{(product, lot, place): units that lie there under no write-down}."""
        keys = {self._place_key(routing) for routing in routings}
        domain = [
            ("product_id", "in", [product.id for product, _lot, _place in keys]),
            ("location_id", "in", [place.id for _product, _lot, place in keys]),
        ]
        groups = ["product_id", "lot_id", "location_id"]
        there = self.env["stock.quant"]._read_group(domain, groups, ["quantity:sum"])
        taken = self.env["returns.write.down"]._read_group(
            [*domain, ("state", "!=", "reversed")], groups, ["quantity_left:sum"]
        )
        found = {tuple(row[:3]): row[3] for row in there}
        for *key, quantity in taken:
            if tuple(key) in found:
                found[tuple(key)] -= quantity
        return found
