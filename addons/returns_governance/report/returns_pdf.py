"""Pages drawn with reportlab alone, so that no other program has to be there."""

import io
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

from odoo import models
from odoo.tools.misc import file_path

MARGIN = 16 * mm
PADDING = 6  # of reportlab's frame
WIDTH = A4[0] - 2 * MARGIN - 2 * PADDING
LINE = colors.HexColor("#d8dadd")
HEAD = colors.HexColor("#f1f2f4")
MUTED = colors.HexColor("#5f6670")
# Fonts that come with Odoo and know Latin, Greek and Cyrillic; the first one there is
# taken. Vera comes with reportlab and knows the languages of Western Europe.
FONTS = (
    ("web/static/fonts/google/Roboto/Roboto-%s.ttf", "Regular", "Bold"),
    ("web/static/fonts/google/Open_Sans/Open_Sans-%s.ttf", "Regular", "Bold"),
)
NORMAL, BOLD = "Returns", "Returns-Bold"
ALIGNMENTS = {"left": 0, "right": 2}


def _font_files():
    """The files of the regular and the bold face."""
    for pattern, *faces in FONTS:
        try:
            return [file_path(pattern % face) for face in faces]
        except (FileNotFoundError, ValueError):
            continue
    return ["Vera.ttf", "VeraBd.ttf"]


def _register_fonts():
    if NORMAL not in pdfmetrics.getRegisteredFontNames():
        for name, path in zip((NORMAL, BOLD), _font_files(), strict=True):
            pdfmetrics.registerFont(TTFont(name, path))


class ReturnsPdf(models.AbstractModel):
    """Draws pages of headings, texts and tables; what they say is its heirs' matter."""

    _name = "returns.pdf"
    _description = "Pages of a PDF"

    def _paper(self, flow, title, author, foot):
        """The file of ``flow``, a list of reportlab's parts.

        :param str foot: stands at the foot of each page, beside its number
        :rtype: bytes
        """
        out = io.BytesIO()
        document = SimpleDocTemplate(
            out,
            pagesize=A4,
            leftMargin=MARGIN,
            rightMargin=MARGIN,
            topMargin=18 * mm,
            bottomMargin=18 * mm,
            title=title,
            author=author,
        )

        def on_page(canvas, _document):
            canvas.saveState()
            canvas.setFont(NORMAL, 8)
            canvas.setFillColor(MUTED)
            canvas.drawString(MARGIN + PADDING, 10 * mm, foot)
            page = self.env._("Page %s", canvas.getPageNumber())
            canvas.drawRightString(A4[0] - MARGIN - PADDING, 10 * mm, page)
            canvas.restoreState()

        document.build(flow, onFirstPage=on_page, onLaterPages=on_page)
        return out.getvalue()

    def _title(self, text):
        return self._paragraph(text, fontName=BOLD, fontSize=18, leading=22)

    def _part(self, title, head, rows, widths, **look):
        """A heading and a table; nothing where there are no rows."""
        if not rows:
            return []
        heading = self._paragraph(
            title,
            fontName=BOLD,
            fontSize=12,
            leading=15,
            spaceBefore=7 * mm,
            spaceAfter=2 * mm,
            keepWithNext=True,
        )
        return [heading, self._grid(head, rows, widths, **look)]

    def _grid(self, head, rows, widths, aligns="", bold_rows=0):
        """A table whose cells break; its head stands on each page.

        :param widths: in millimetres; in all the width of the page
        :param aligns: ``l`` or ``r`` for each column; left where it is missing
        :param int bold_rows: how many of the last rows are sums
        """
        columns = range(len(widths))
        sides = ["right" if aligns[i : i + 1] == "r" else "left" for i in columns]
        first_sum = len(rows) - bold_rows
        cells = [
            [
                self._text(cell, BOLD if number >= first_sum else NORMAL, align=side)
                for cell, side in zip(row, sides, strict=True)
            ]
            for number, row in enumerate(rows)
        ]
        if head:
            cells.insert(
                0,
                [
                    self._text(cell, BOLD, align=side)
                    for cell, side in zip(head, sides, strict=True)
                ],
            )
        look = [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
            ("LEFTPADDING", (0, 0), (0, -1), 0 if not head else 3),
            ("LEFTPADDING", (1, 0), (-1, -1), 3),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ]
        if head:
            look.append(("BACKGROUND", (0, 0), (-1, 0), HEAD))
        scale = WIDTH / (sum(widths) * mm)
        return Table(
            cells,
            colWidths=[width * mm * scale for width in widths],
            repeatRows=1 if head else 0,
            style=look,
            splitInRow=1,
        )

    def _text(self, value, font=NORMAL, color=colors.black, align="left"):
        return self._paragraph(
            str(value),
            fontName=font,
            fontSize=8.5,
            leading=11,
            textColor=color,
            alignment=ALIGNMENTS[align],
            wordWrap="CJK" if self._is_long(value) else None,
        )

    def _paragraph(self, text, **style):
        """A text in a style of its own; a line of ``text`` is a line on paper."""
        _register_fonts()
        return Paragraph(
            escape(text).replace("\n", "<br/>"), ParagraphStyle("text", **style)
        )

    def _is_long(self, value):
        """Whether a word would not fit a cell: then it breaks anywhere."""
        return any(len(word) > 28 for word in str(value).split())

    def _sum(self, amount, currency):
        return f"{amount:.2f} {currency}"
