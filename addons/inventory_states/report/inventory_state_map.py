import math

from markupsafe import Markup

from odoo import api, fields, models

WIDTH, HEIGHT = 1080, 640
BOX_WIDTH, BOX_HEIGHT = 150, 46
BEND = 26  # how far an arrow bends aside, so that two ways do not lie on each other
SVG = Markup(
    '<svg viewBox="0 0 %s %s" role="img" aria-label="%s" '
    'class="o_inventory_state_map d-none d-md-block w-100">'
    "<defs>%s</defs>%s%s</svg>"
)
HEAD = Markup(
    '<marker id="o_map_%s" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" '
    'markerHeight="7" orient="auto"><path d="M0 0L10 5L0 10z" fill="%s"/></marker>'
)
ARROW = Markup(
    '<path d="M%.1f %.1f Q%.1f %.1f %.1f %.1f" fill="none" stroke="%s" '
    'stroke-width="%s" stroke-dasharray="%s" marker-end="url(#o_map_%s)">'
    "<title>%s</title></path>"
)
BOX = Markup(
    '<g><rect x="%.1f" y="%.1f" width="%s" height="%s" rx="8" fill="%s" '
    'stroke="currentColor"/><text x="%.1f" y="%.1f" text-anchor="middle" '
    'dominant-baseline="central" font-weight="bold" fill="#212529">%s</text></g>'
)
# kind of arrow -> (colour, width, dashes)
STYLES = {
    "free": ("#198754", 1.5, "none"),
    "reason": ("#b25f00", 1.8, "7 4"),
    "approval": ("#b02a37", 2.4, "2 4"),
}


class InventoryStateMap(models.TransientModel):
    """The table of allowed changes as a map: boxes, arrows, who may, what it needs.

    Read from the table as it stands; on a narrow screen it is a list.
    """

    _name = "inventory.state.map"
    _description = "Map of Allowed Changes"

    map = fields.Html(compute="_compute_map", sanitize=False)

    @api.depends_context("lang")
    def _compute_map(self):
        rows = self.env["inventory.state.transition"].search([])
        for dialog in self:
            dialog.map = self._svg(rows) + self._legend() + self._list(rows)

    @api.depends_context("lang")
    def _compute_display_name(self):
        for dialog in self:
            dialog.display_name = self.env._("Map of allowed changes")

    def _kind(self, row):
        if row.needs_approval:
            return "approval"
        return "reason" if row.needs_reason else "free"

    def _words(self, row):
        """What a change needs and who may make it."""
        # sudo: the name of a group tells who may, whoever reads it
        groups = row.group_ids.sudo().mapped("name")
        return self.env._(
            "%(needs)s; %(who)s",
            needs={
                "free": self.env._("needs nothing"),
                "reason": self.env._("needs a reason"),
                "approval": self.env._("needs an approval and a reason")
                if row.needs_reason
                else self.env._("needs an approval"),
            }[self._kind(row)],
            who=", ".join(groups) or self.env._("everybody who may move stock"),
        )

    # --- the drawing ------------------------------------------------------------------
    def _svg(self, rows):
        states = (rows.state_id | rows.state_dest_id).sorted("sequence")
        if not states:
            return Markup("")
        centres = dict(zip(states, self._places(len(states)), strict=True))
        heads = Markup("").join(HEAD % (k, STYLES[k][0]) for k in STYLES)
        arrows = Markup("").join(self._arrow(row, centres) for row in rows)
        boxes = Markup("").join(self._box(s, *centre) for s, centre in centres.items())
        title = self.env._("Map of allowed changes; the list below says the same")
        return SVG % (WIDTH, HEIGHT, title, heads, arrows, boxes)

    def _places(self, count):
        """Centres on an ellipse, from the left and clockwise."""
        for number in range(count):
            angle = math.pi + 2 * math.pi * number / count
            yield (
                WIDTH / 2 + (WIDTH / 2 - BOX_WIDTH / 2 - 10) * math.cos(angle),
                HEIGHT / 2 + (HEIGHT / 2 - BOX_HEIGHT / 2 - 10) * math.sin(angle),
            )

    def _box(self, state, x, y):
        fill = "#d1e7dd" if state.available else "#e9ecef"
        return BOX % (
            x - BOX_WIDTH / 2,
            y - BOX_HEIGHT / 2,
            BOX_WIDTH,
            BOX_HEIGHT,
            fill,
            x,
            y,
            state.name,
        )

    def _arrow(self, row, centres):
        """An arrow from edge to edge, bent to its own left."""
        (x1, y1), (x2, y2) = centres[row.state_id], centres[row.state_dest_id]
        length = math.hypot(x2 - x1, y2 - y1)
        aside_x, aside_y = (y2 - y1) / length * BEND, -(x2 - x1) / length * BEND
        middle = (x1 + x2) / 2 + aside_x, (y1 + y2) / 2 + aside_y
        start = self._edge((x1, y1), middle)
        end = self._edge((x2, y2), middle)
        kind = self._kind(row)
        colour, width, dashes = STYLES[kind]
        title = f"{row.display_name}: {self._words(row)}"
        return ARROW % (*start, *middle, *end, colour, width, dashes, kind, title)

    def _edge(self, centre, towards):
        """Where the line from the centre of a box towards a point leaves the box."""
        (x, y), (to_x, to_y) = centre, towards
        dx, dy = to_x - x, to_y - y
        scale = min(
            (BOX_WIDTH / 2 + 4) / abs(dx) if dx else math.inf,
            (BOX_HEIGHT / 2 + 4) / abs(dy) if dy else math.inf,
        )
        return x + dx * scale, y + dy * scale

    def _legend(self):
        """What the lines mean, in words: colour never stands alone."""
        names = {
            "free": self.env._("needs nothing"),
            "reason": self.env._("needs a reason (long dashes)"),
            "approval": self.env._("needs an approval (dots)"),
        }
        line = Markup(
            '<span class="me-4"><svg width="46" height="10" aria-hidden="true">'
            '<line x1="0" y1="5" x2="46" y2="5" stroke="%s" stroke-width="%s" '
            'stroke-dasharray="%s"/></svg> %s</span>'
        )
        said = Markup("").join(
            line % (*STYLES[kind], name) for kind, name in names.items()
        )
        return Markup('<p class="d-none d-md-block text-center">%s</p>') % said

    # --- the list ---------------------------------------------------------------------
    def _list(self, rows):
        """The same in words, one block per state that goods can leave."""
        block = Markup(
            '<div class="col-12 col-md-6 col-xl-4 mb-3"><h5>%s</h5>'
            '<ul class="list-unstyled">%s</ul></div>'
        )
        item = Markup(
            '<li><i class="fa fa-long-arrow-right me-1" title="%s"></i>'
            '<strong>%s</strong> <span class="text-muted">%s</span></li>'
        )
        blocks = [
            block
            % (
                self.env._("From %s", state.name),
                Markup("").join(
                    item % (self.env._("to"), row.state_dest_id.name, self._words(row))
                    for row in group
                ),
            )
            for state, group in rows.grouped("state_id").items()
        ]
        return Markup('<div class="row mt-3">%s</div>') % Markup("").join(blocks)
