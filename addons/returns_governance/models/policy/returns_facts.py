from odoo import api, models
from odoo.tools.mimetypes import guess_mimetype

from ...engine.facts import LineFacts, calendar_days, local_date


class ReturnsFacts(models.AbstractModel):
    """What is known of returned lines, as the engine's facts; reads only.

    Facts are named as the rules name them (``returns.policy.rule``): channels, reasons,
    conditions and countries by code, companies, products and nodes by id, categories
    and tags, of which a line has several, by id as text.
    """

    _name = "returns.facts"
    _description = "Facts of returned lines"

    @api.model
    def _of(self, specs, asked=()):
        """The facts of many lines, in few queries whatever their number.

        :param list specs: dicts with ``sale_line``, ``quantity`` (in its unit),
            ``reason``, ``resolution``, ``withdrawal``, ``evidence`` (attachments, or
            (name, bytes) each), ``channel``, ``company``, ``partner``, ``now`` (UTC),
            and any of ``condition``, ``value`` (with tax, company currency), ``node``,
            ``sealed`` (yes, no or False)
        :param asked: names of the facts that the rules ask for; those that cost a query
            of their own are read only then
        :rtype: list of engine.facts.LineFacts
        """
        # sudo: a decision looks at all facts, whoever handles the return; joined, so
        # that records which come one by one are read together
        joined = {
            name: self.env[model].sudo().union(*(spec[name] for spec in specs))
            for name, model in (
                ("sale_line", "sale.order.line"),
                ("partner", "res.partner"),
            )
        }
        known = {name: {r.id: r for r in records} for name, records in joined.items()}
        delivered = joined["sale_line"].order_id._returns_last_delivery()
        ages = self._oldest_in_stock(specs) if "stock_age_days" in asked else {}
        return [
            self._of_one(
                # a wrong item has no sold line
                {
                    **spec,
                    **{
                        name: known[name].get(spec[name].id, spec[name])
                        for name in known
                    },
                },
                delivered,
                ages,
            )
            for spec in specs
        ]

    @api.model
    def _oldest_in_stock(self, specs):
        """{(product, company): when its oldest unit for sale came in}, in one query."""
        products = self.env["product.product"].union(
            *(self._product(spec) for spec in specs)
        )
        unavailable = self.env["inventory.state"]._get_unavailable_ids()
        # sudo: a decision looks at all facts, whoever handles the return
        groups = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                [
                    ("product_id", "in", products.ids),
                    ("company_id", "in", [spec["company"].id for spec in specs]),
                    ("location_id.usage", "=", "internal"),
                    ("location_id.effective_state_id", "not in", list(unavailable)),
                    ("quantity", ">", 0),
                ],
                ["product_id", "company_id"],
                ["in_date:min"],
            )
        )
        return {(product.id, company.id): day for product, company, day in groups}

    def _product(self, spec):
        """What was sold, or what came where nothing was sold."""
        line = spec["sale_line"]
        return line.product_id or spec.get("product", line.product_id)

    def _of_one(self, spec, delivered, ages):
        line = spec["sale_line"]
        order, now = line.order_id, spec["now"]
        zone = self._time_zone(spec)
        last = delivered.get(order)
        return LineFacts(
            **self._place_facts(spec, order),
            **self._product_facts(spec, line),
            **self._value_facts(spec, line, order),
            **self._finding_facts(spec),
            reason=spec["reason"].code,
            reason_class=spec["reason"].cause_class or None,
            resolution=spec["resolution"],
            withdrawal=bool(spec["withdrawal"]),
            evidence=self._evidence(spec.get("evidence")),
            quantity=spec["quantity"],
            today=local_date(now, zone),
            order_date=local_date(order.date_order, zone) if order.date_order else None,
            delivered_date=local_date(last, zone) if last else None,
            days_since_delivery=calendar_days(last, now, zone),
            stock_age_days=self._days_since(
                ages.get((self._product(spec).id, spec["company"].id)), now
            ),
        )

    def _days_since(self, moment, now):
        """Whole days, None where nothing is known; a replay may look before it."""
        return max(0, (now - moment).days) if moment else None

    def _time_zone(self, spec):
        """The customer's time zone: own, the customer company's, the seller's."""
        partner = spec["partner"]
        return (
            partner.tz
            or partner.commercial_partner_id.tz
            or spec["company"].sudo().partner_id.tz
            or "UTC"
        )

    def _place_facts(self, spec, order):
        partner = spec["partner"]
        address = order.partner_shipping_id or partner
        state = address.state_id
        code = f"{state.country_id.code}-{state.code}" if state else None
        tags = partner.category_id | partner.commercial_partner_id.category_id
        return {
            "channel": spec["channel"].code,
            "company": spec["company"].id,
            "country": address.country_id.code,
            "country_state": code,
            "segment": tuple(str(tag.id) for tag in tags),
            "node": (spec.get("node") or order.warehouse_id).id or None,
        }

    def _product_facts(self, spec, line):
        product = self._product(spec).with_company(spec["company"])
        path = (product.categ_id.parent_path or "").split("/")[:-1]
        return {
            "product": product.id,
            "categories": tuple(reversed(path)),
            "tags": tuple(str(tag.id) for tag in product.all_product_tag_ids),
            "cost": product.standard_price,
            "on_sale": line.discount > 0,
        }

    def _value_facts(self, spec, line, order):
        """What was paid, with tax, in the company's currency at the order's rate."""
        rate = order.currency_rate or 1.0
        value = spec.get("value")
        if value is None and not line:
            return {}  # nothing was sold, so nothing is known of what was paid
        if value is None:
            share = spec["quantity"] / (line.product_uom_qty or 1.0)
            value = line.price_total * share / rate
        rounded = spec["company"].sudo().currency_id.round
        return {
            "value": rounded(value),
            "order_value": rounded(order.amount_total / rate),
        }

    def _finding_facts(self, spec):
        """What was found; before that, what the customer says of the seal."""
        sealed = {"yes": True, "no": False}
        condition = spec.get("condition")
        if not condition:
            return {"sealed": sealed.get(spec.get("sealed"))}
        return {
            "condition": condition.code,
            "excess_handling": condition.excess_handling,
            "sealed": sealed.get(condition.sealed or spec.get("sealed")),
        }

    def _evidence(self, given):
        """(name, mimetype, bytes) each; None while nobody has asked for it."""
        if given is None:
            return None
        if isinstance(given, models.BaseModel):
            return tuple(
                (file.name, file.mimetype, file.file_size) for file in given.sudo()
            )
        return tuple(
            (name, guess_mimetype(content), len(content)) for name, content in given
        )
