from odoo import models
from odoo.tools.misc import format_date, formatLang

from .rule_fields import OFFERS


class ReturnsPolicyProse(models.AbstractModel):
    """A rule read back as one sentence in the reader's language.

    "Apparel from Germany, Changed mind: 30 days, refund on carrier scan". The words
    come from the typed fields alone, so the sentence cannot say anything else than
    what the rule does.
    """

    _name = "returns.policy.prose"
    _description = "Wording of policy rules"

    def _sentence(self):
        """The rule as one sentence."""
        asked = ", ".join(filter(None, self._condition_words()))
        given = ", ".join(filter(None, self._outcome_words()))
        text = self.env._(
            "%(conditions)s: %(outcomes)s",
            conditions=asked or self.env._("Everything"),
            outcomes=given or self.env._("sets nothing"),
        )
        return text[:1].upper() + text[1:]

    # --- what it asks for -------------------------------------------------------------
    def _condition_words(self):
        yield self._what_words()
        yield self._names("channel_ids", self.env._("by %(names)s"))
        yield self._names("company_ids", self.env._("sold by %(names)s"))
        yield self._names("reason_ids", "%(names)s")
        yield self._label("reason_class")
        yield self._label("resolution", self.env._("customer wants: %(label)s"))
        yield self._either(
            "withdrawal", self.env._("withdrawn"), self.env._("not withdrawn")
        )
        yield self._names("segment_ids", self.env._("customers tagged %(names)s"))
        yield self._either(
            "on_sale",
            self.env._("sold at a discount"),
            self.env._("sold at full price"),
        )
        yield self._either("sealed", self.env._("still sealed"), self.env._("opened"))
        yield self._range(self._money, "value", self.env._("worth %(range)s"))
        yield self._range(
            self._money, "order_value", self.env._("order worth %(range)s")
        )
        yield self._range(self._money, "cost", self.env._("costing %(range)s each"))
        yield self._range(str, "days", self.env._("%(range)s days after delivery"))
        yield self._range(
            self._date, "order_date", self.env._("ordered %(range)s"), dates=True
        )
        yield self._range(
            self._date, "delivery_date", self.env._("delivered %(range)s"), dates=True
        )
        yield self._range(str, "stock_age", self.env._("in stock for %(range)s days"))
        yield self._names("condition_ids", self.env._("found %(names)s"))
        yield self._names("node_ids", self.env._("at %(names)s"))

    def _what_words(self):
        """The goods and where they were sent: "Apparel from Germany"."""
        goods = [
            self._names(name, "%(names)s") for name in ("product_ids", "category_ids")
        ]
        goods.append(self._names("tag_ids", self.env._("tagged %(names)s")))
        goods = ", ".join(filter(None, goods))
        places = ", ".join(
            filter(
                None,
                (
                    self._names("country_state_ids", "%(names)s"),
                    self._names("country_ids", "%(names)s"),
                ),
            )
        )
        if not places:
            return goods
        return self.env._(
            "%(goods)s from %(places)s",
            goods=goods or self.env._("Everything"),
            places=places,
        )

    def _names(self, field, pattern):
        """The names of the records in a field, joined by "or"."""
        records = self[field]
        if not records:
            return ""
        # sudo: a rule may name what its reader may not open, such as a category
        names = records.sudo().mapped(
            "name" if field == "category_ids" else "display_name"
        )
        return pattern % {"names": self.env._(" or ").join(names)}

    def _label(self, field, pattern="%(label)s"):
        """The reader's label of a selection."""
        if not self[field]:
            return ""
        labels = dict(self._fields[field]._description_selection(self.env))
        return pattern % {"label": labels[self[field]]}

    def _either(self, field, yes, no):
        return {"yes": yes, "no": no}.get(self[field], "")

    def _range(self, say, name, pattern, dates=False):
        """A lower end, an upper end, or both."""
        ends = ("_from", "_to") if dates else ("_min", "_max")
        low, high = (self[name + end] for end in ends)
        if not (low or high):
            return ""
        if low and high:
            text = self.env._("%(low)s to %(high)s", low=say(low), high=say(high))
        elif low:
            since = self.env._("from %(low)s", low=say(low))
            text = since if dates else self.env._("at least %(low)s", low=say(low))
        else:
            until = self.env._("up to %(high)s", high=say(high))
            text = until if dates else self.env._("at most %(high)s", high=say(high))
        return pattern % {"range": text}

    def _number(self, number):
        """A number without digits that say nothing: 30, 2.5."""
        return formatLang(self.env, number, digits=0 if number == int(number) else 2)

    def _money(self, amount):
        company = self.version_id.policy_id.company_id or self.env.company
        return formatLang(self.env, amount, currency_obj=company.currency_id)

    def _date(self, day):
        return format_date(self.env, day)

    # --- what it sets -----------------------------------------------------------------
    def _outcome_words(self):
        yield self._either("eligible", "", self.env._("may not come back"))
        if self.window == "days":
            yield self.env._("%(days)s days", days=self.window_days)
        yield self.window == "unlimited" and self.env._("no time limit")
        yield self._offer_words()
        yield self._release_words()
        yield self._fee_words()
        yield from self._deduction_words()
        yield self._approval_words()
        yield self._evidence_words()
        yield self._shipping_words()
        yield from self._bonus_words()
        yield self._returnless_words()
        yield self._advance_words()
        yield self._label_words()
        if self.destination_id:
            # sudo: a rule may name a warehouse that its reader may not open
            yield self.env._(
                "sent to %(warehouse)s", warehouse=self.destination_id.sudo().name
            )
        yield from self._goods_words()
        if self.supplier_reason:
            yield self.env._(
                "told to the supplier as %(reason)s", reason=self.supplier_reason
            )
        if self.expiry == "days":
            yield self.env._("expires after %(days)s days", days=self.expire_days)
        yield self.expiry == "never" and self.env._("never expires")

    def _offer_words(self):
        offered = [
            self._fields[name]._description_string(self.env)
            for name in OFFERS
            if self[name]
        ]
        if not offered:
            return ""
        names = self.env._(" or ").join(offered)
        return self.env._("offered: %(resolutions)s", resolutions=names)

    def _release_words(self):
        return {
            "request": self.env._("refund on request"),
            "carrier_scan": self.env._("refund on carrier scan"),
            "receipt": self.env._("refund on receipt"),
            "inspection": self.env._("refund on inspection"),
            "manual": self.env._("refund released by hand"),
        }.get(self.release)

    def _approval_words(self):
        if self.approval == "above":
            amount = self._money(self.approval_above)
            return self.env._("approval above %(amount)s", amount=amount)
        if self.approval == "levels":
            levels = [
                self.env._(
                    "above %(amount)s by %(role)s",
                    amount=self._money(row.above),
                    role=row._label("role"),
                )
                for row in self.level_ids.sorted("above")
            ]
            return self.env._("approval %(levels)s", levels=", ".join(levels))
        return self.approval == "never" and self.env._("no approval")

    def _evidence_words(self):
        if self.evidence == "images":
            size = self.evidence_megabytes
            asked = self.env._("%(count)s photos asked", count=self.evidence_images)
            return self._sized(asked, size)
        if self.evidence == "files":
            files = [
                self._sized(
                    self.env._(
                        "%(count)s %(kind)s", count=row.count, kind=row._label("kind")
                    ),
                    row.megabytes,
                )
                for row in self.evidence_ids
            ]
            return self.env._("asked for: %(files)s", files=" + ".join(files))
        return self.evidence == "none" and self.env._("no photos asked")

    def _sized(self, asked, megabytes):
        if not megabytes:
            return asked
        size = self._number(megabytes)
        return self.env._("%(asked)s of at most %(size)s MB", asked=asked, size=size)

    def _fee_words(self):
        if self.fee == "charged":
            fees = [row._words() for row in self.fee_ids]
            return self.env._("fee: %(fees)s", fees=" + ".join(fees))
        return self.fee == "none" and self.env._("no fee")

    def _deduction_words(self):
        """ "30 % off for Used", one part per condition."""
        for row in self.deduction_ids:
            condition = row.condition_id.display_name
            if row.percent:
                yield self.env._(
                    "%(percent)s %% off for %(condition)s",
                    percent=self._number(row.percent),
                    condition=condition,
                )
            else:
                yield self.env._("nothing off for %(condition)s", condition=condition)

    def _shipping_words(self):
        return {
            "never": self.env._("delivery not refunded"),
            "withdrawal": self.env._("delivery refunded with a full withdrawal"),
            "always": self.env._("delivery refunded"),
        }.get(self.refund_shipping)

    def _bonus_words(self):
        percent = self._number(self.exchange_percent)
        if self.exchange_bonus == "percent":
            yield self.env._("%(percent)s %% more on an exchange", percent=percent)
        yield self.exchange_bonus == "none" and self.env._("no bonus on an exchange")
        percent = self._number(self.credit_percent)
        if self.credit_bonus == "percent":
            yield self.env._("%(percent)s %% more on store credit", percent=percent)
        yield self.credit_bonus == "none" and self.env._("no bonus on store credit")

    def _returnless_words(self):
        if self.returnless == "no":
            return self.env._("no refund without the goods")
        if not self.returnless:
            return ""
        limits = []
        if self.returnless_limit:
            amount = self._money(self.returnless_limit)
            limits.append(self.env._("up to %(amount)s", amount=amount))
        if self.returnless_per_month:
            limits.append(
                self.env._(
                    "%(count)s times a month for a customer",
                    count=self.returnless_per_month,
                )
            )
        if self.returnless_month_value:
            amount = self._money(self.returnless_month_value)
            limits.append(self.env._("%(amount)s a month in all", amount=amount))
        if not limits:
            return self.env._("refund without the goods")
        return self.env._(
            "refund without the goods %(limits)s", limits=", ".join(limits)
        )

    def _label_words(self):
        return {
            "none": self.env._("no label"),
            "label": self.env._("with a label to print"),
            "qr": self.env._("with a code for the counter"),
            "drop_off": self.env._("dropped off without a label"),
            "customer": self.env._("sent by the customer"),
        }.get(self.label_mode)

    def _goods_words(self):
        """ "As new or Opened to Restock", one part per disposition and worth."""
        yield self._either(
            "route_by_human", self.env._("a person chooses where goods go"), ""
        )
        groups = self.disposition_ids.grouped(
            lambda row: (row.disposition_id, row.value_min, row.value_below)
        )
        for (disposition, _low, _below), rows in groups.items():
            yield self.env._(
                "%(conditions)s to %(disposition)s",
                conditions=rows[0]._worth_words(
                    self.env._(" or ").join(rows.condition_id.mapped("display_name"))
                ),
                disposition=disposition.display_name,
            )
