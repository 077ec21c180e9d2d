from babel.dates import format_timedelta
from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date, format_datetime
from odoo.tools.misc import babel_locale_parse, get_lang


class ReturnsWords(models.AbstractModel):
    """How the screens say figures and times: in the reader's language and zone."""

    _name = "returns.words"
    _description = "Wording of the screens"

    @api.model
    def _number(self, quantity):
        """A quantity without the zeros that say nothing."""
        return f"{round(quantity, 4):g}"

    @api.model
    def _from_now(self, moment):
        """How far ``moment`` lies from now: *in 5 hours*, *2 days ago*."""
        delta = fields.Datetime.to_datetime(moment) - fields.Datetime.now()
        return format_timedelta(
            delta, add_direction=True, threshold=1.2, locale=self._locale()
        )

    @api.model
    def _age(self, moment):
        """How long ``moment`` is ago: *2 days*."""
        delta = fields.Datetime.now() - fields.Datetime.to_datetime(moment)
        return format_timedelta(delta, threshold=1.2, locale=self._locale())

    @api.model
    def _clock(self, moment):
        """Day and time as people say them: *Tue 14 Nov, 14:00*."""
        return format_datetime(self.env, moment, dt_format="EEE d MMM, HH:mm")

    @api.model
    def _day(self, date):
        """A day as people say it: *14 Nov 2026*."""
        return format_date(self.env, date, date_format="d MMM y")

    @api.model
    def _money(self, currency, amount):
        """An amount with its currency."""
        return currency.format(amount or 0.0)

    @api.model
    def _dots(self, now, labels):
        """Steps as dots with their names: done, the one that it stands at, to come.

        :param int now: index of the current one; ``len(labels)`` when all are done
        :rtype: Markup
        """
        icons = {-1: "fa-check-circle", 0: "fa-dot-circle-o", 1: "fa-circle-o"}
        kinds = {-1: "o_done", 0: "o_now", 1: "o_open"}
        dots = []
        for place, label in enumerate(labels):
            side = (place > now) - (place < now)
            dots.append(
                Markup('<span class="o_returns_dot %s"><i class="fa %s"></i>%s</span>')
                % (kinds[side], icons[side], label)
            )
        return Markup('<span class="o_returns_dots">%s</span>') % Markup("").join(dots)

    @api.model
    def _locale(self):
        return babel_locale_parse(get_lang(self.env).code)
