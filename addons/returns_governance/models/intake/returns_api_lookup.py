from odoo import fields, models
from odoo.tools import email_normalize

from ...guard import refuse

# Clocks of two machines differ; so much of the future is still now.
SKEW_SECONDS = 60
# A channel that is not trusted with the past may be this late with the present.
LATE_SECONDS = 300


class ReturnsApiLookup(models.AbstractModel):
    """Find what a call names, within the companies, channels and nodes of its user.

    What the user cannot see is answered like what is not there; what names two things
    is refused and never guessed. Reads only.
    """

    _name = "returns.api.lookup"
    _description = "Public API of returns: names"

    # --- codes -----------------------------------------------------------------------
    def _channel(self, code):
        """The channel with ``code``; the record rule leaves out other users' ones."""
        channel = self.env["returns.channel"].search([("code", "=", code)])
        if not channel:
            refuse(
                "CHANNEL_UNKNOWN",
                self.env._("There is no channel %(code)s for you.", code=code),
            )
        return channel

    def _by_code(self, model, code, refusal):
        """The record of a small table of codes: reason, condition or disposition."""
        record = self.env[model].search([("code", "=", code)])
        if not record:
            codes = self.env[model].search([]).mapped("code")
            refuse(
                refusal,
                self.env._(
                    "There is no %(model)s %(code)s. Known: %(codes)s.",
                    model=self.env[model]._description.lower(),
                    code=code,
                    codes=", ".join(codes),
                ),
            )
        return record

    def _warehouse(self, code, company=None):
        """The node with ``code``, of ``company`` where two companies share the code."""
        domain = [
            ("code", "=", code),
            ("company_id", "in", (company or self.env.companies).ids),
        ]
        nodes = self.env.user.returns_node_ids
        if nodes:
            domain.append(("id", "in", nodes.ids))
        # sudo: places are read without a role of stock, narrowed as above
        found = self.env["stock.warehouse"].sudo().search(domain)
        if len(found) > 1:
            found = found.filtered(lambda w: w.company_id == self.env.company)
        if not found:
            refuse(
                "WAREHOUSE_UNKNOWN",
                self.env._("There is no warehouse %(code)s for you here.", code=code),
            )
        return found

    # --- orders and their lines ------------------------------------------------------
    def _sale_order(self, ref, email=None):
        """The confirmed sale order that ``ref`` names, by its name or the client's.

        :raise UserError: ORDER_NOT_FOUND, also where ``email`` is not the customer's;
            ORDER_AMBIGUOUS
        """
        # sudo: an order is read without a sales role, narrowed as the API promises
        orders = (
            self.env["sale.order"]
            .sudo()
            .search(
                [
                    *self._order_bounds(),
                    ("state", "=", "sale"),
                    "|",
                    ("name", "=", ref),
                    ("client_order_ref", "=", ref),
                ]
            )
        )
        if email is not None:
            orders = orders.filtered(lambda order: self._is_customer(order, email))
        if len(orders) > 1:
            refuse(
                "ORDER_AMBIGUOUS",
                self.env._(
                    "%(ref)s names %(orders)s. Use the order's own name.",
                    ref=ref,
                    orders=", ".join(orders.mapped("name")),
                ),
            )
        if not orders:
            refuse(
                "ORDER_NOT_FOUND",
                self.env._("There is no confirmed order %(ref)s for you.", ref=ref),
            )
        return orders

    def _order_bounds(self):
        user = self.env.user
        domain = [("company_id", "in", self.env.companies.ids)]
        if user.returns_channel_ids:
            domain.append(
                ("returns_channel_id", "in", [False, *user.returns_channel_ids.ids])
            )
        if user.returns_node_ids:
            domain.append(("warehouse_id", "in", user.returns_node_ids.ids))
        return domain

    def _is_customer(self, order, email):
        wanted = email_normalize(email) or email.strip().lower()
        partners = order.partner_id | order.partner_id.commercial_partner_id
        return wanted in {
            email_normalize(p.email) or (p.email or "").lower() for p in partners
        }

    def _goods(self, order):
        """The lines of an order that can come back."""
        return order.order_line.filtered(
            lambda line: (
                not line.display_type
                and line.product_id.type == "consu"
                and not line.is_downpayment
                and not line.is_delivery
                and not line.returns_is_fee
            )
        )

    def _sale_line(self, order, named):
        """The line of ``order`` that ``line_ref`` or ``sku`` names."""
        lines = self._goods(order)
        if "line_ref" in named:
            lines = lines.filtered(lambda line: line.id == named["line_ref"])
        if "sku" in named:
            lines = lines.filtered(
                lambda line: self._is_sku(line.product_id, named["sku"])
            )
        return self._the_line(lines, named, order.name)

    def _named_lines(self, lines, named):
        """The lines of returns that ``line``, ``line_ref`` and ``sku`` name, as far as
        given."""
        if "line" in named:
            lines = lines.filtered(lambda line: line.id == named["line"])
        if "line_ref" in named:
            lines = lines.filtered(
                lambda line: line.sale_line_id.id == named["line_ref"]
            )
        if "sku" in named:
            lines = lines.filtered(
                lambda line: self._is_sku(line.product_id, named["sku"])
            )
        return lines

    def _the_line(self, lines, named, whose):
        """The only one of ``lines``."""
        what = named.get("line") or named.get("line_ref") or named.get("sku")
        if len(lines) > 1:
            refuse(
                "LINE_AMBIGUOUS",
                self.env._(
                    "%(what)s names %(count)s lines of %(whose)s. Name the line by its "
                    "line_ref or, of a return, by its line.",
                    what=what,
                    count=len(lines),
                    whose=whose,
                ),
            )
        if not lines:
            refuse(
                "LINE_UNKNOWN",
                self.env._("%(whose)s has no line %(what)s.", what=what, whose=whose),
            )
        return lines

    def _is_sku(self, product, sku):
        return sku in (product.default_code, product.barcode)

    def _product(self, sku, company):
        """The product that ``sku`` names, whether or not it was sold."""
        # sudo: the catalogue of the company, for whoever stands at its dock
        found = (
            self.env["product.product"]
            .sudo()
            .search(
                [
                    ("company_id", "in", [False, company.id]),
                    ("type", "=", "consu"),
                    "|",
                    ("default_code", "=", sku),
                    ("barcode", "=", sku),
                ]
            )
        )
        if len(found) > 1:
            refuse(
                "LINE_AMBIGUOUS",
                self.env._(
                    "%(sku)s names %(count)s products. Use the barcode, or a reference "
                    "that only one has.",
                    sku=sku,
                    count=len(found),
                ),
            )
        if not found:
            refuse("LINE_UNKNOWN", self.env._("There is no product %(sku)s.", sku=sku))
        return found

    # --- returns ---------------------------------------------------------------------
    def _return(self, name):
        """The return called ``name``; record rules leave out what is not the user's."""
        return self._returns_by_name([name])[0]

    def _returns_by_name(self, names):
        """Returns in the order of ``names``."""
        found = {
            order.name: order
            for order in self.env["returns.order"].search(
                [("name", "in", list(set(names) - {"/"}))]
            )
        }
        for name in names:
            if name not in found:
                self._refuse_return(name)
        return [found[name] for name in names]

    def _refuse_return(self, name):
        refuse(
            "RETURN_UNKNOWN",
            self.env._("There is no return %(name)s for you.", name=name),
        )

    def _parcel(self, tracking_ref):
        """The parcel with this number and the user's returns in it."""
        parcels = self.env["returns.parcel"].search(
            [("tracking_ref", "=", tracking_ref)]
        )
        parcels = parcels.filtered(lambda parcel: self._returns_in(parcel))
        if len(parcels) > 1:
            parcels = parcels.filtered(lambda p: p.company_id == self.env.company)
        if not parcels:
            refuse(
                "TRACKING_UNKNOWN",
                self.env._("There is no parcel %(ref)s for you.", ref=tracking_ref),
            )
        return parcels

    def _returns_in(self, parcels):
        """The returns in ``parcels`` that the user can see."""
        # sudo: the link is read whole, then narrowed by the search
        ids = parcels.sudo().order_ids.ids
        return self.env["returns.order"].search([("id", "in", ids)], order="id")

    # --- quantities and times --------------------------------------------------------
    def _quantity(self, named, unit, whose):
        """The quantity of ``named`` in ``unit``, from the unit that it says.

        :raise UserError: QUANTITY_INVALID where the unit is unknown or of another
            kind, or the quantity is finer than the unit can be counted
        """
        quantity = named["quantity"]
        given = self._unit(named["uom"], unit, whose) if "uom" in named else unit
        exact = given._compute_quantity(quantity, unit, round=False)
        rounded = unit.round(exact)
        if abs(rounded - exact) > 1e-6 * max(1.0, exact) or not rounded:
            refuse(
                "QUANTITY_INVALID",
                self.env._(
                    "%(whose)s: %(quantity)s %(given)s cannot be counted in %(unit)s.",
                    whose=whose,
                    quantity=quantity,
                    given=given.name,
                    unit=unit.name,
                ),
            )
        return rounded

    def _unit(self, name, unit, whose):
        # the API speaks of units in English, whatever the user's language
        units = (
            self.env["uom.uom"]
            .with_context(lang="en_US")
            .sudo()
            .search([("name", "=", name)])
        )
        units = units.with_env(self.env).filtered(
            lambda u: u._has_common_reference(unit)
        )
        if len(units) != 1:
            refuse(
                "QUANTITY_INVALID",
                self.env._(
                    "%(whose)s is not counted in %(name)s. Use %(unit)s or a "
                    "unit of its "
                    "kind.",
                    whose=whose,
                    name=name,
                    unit=unit.with_context(lang="en_US").name,
                ),
            )
        return units

    def _past(self, moment, name):
        """A time that is not in the future, or now without one."""
        now = fields.Datetime.now()
        if not moment:
            return now
        if (moment - now).total_seconds() > SKEW_SECONDS:
            refuse("TIME_INVALID", self.env._("%(name)s is in the future.", name=name))
        return min(moment.replace(microsecond=0), now)

    def _asked_at(self, moment, channel):
        """When the customer asked: in the past only if the channel may say so."""
        now = fields.Datetime.now()
        asked = self._past(moment, "requested_at")
        if channel.trusted_time:
            return asked
        if (now - asked).total_seconds() > LATE_SECONDS:
            refuse(
                "TIME_INVALID",
                self.env._(
                    "Channel %(code)s is not trusted with a time in the past. Leave "
                    "requested_at out.",
                    code=channel.code,
                ),
            )
        return now
