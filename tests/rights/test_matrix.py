from matrix import BEGIN, DOCUMENT, END, Matrix

from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestMatrix(Matrix):
    """docs/security.md says who may call what; here it is tried."""

    def test_the_document_says_what_happens(self):
        self.maxDiff = None
        text = DOCUMENT.read_text(encoding="utf-8")
        written = text.partition(BEGIN)[2].partition(END)[0].strip()
        self.assertEqual(self._text().splitlines(), written.splitlines())
