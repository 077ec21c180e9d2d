"""Files that callers send: evidence and photos, as base64 in JSON."""

import base64
import binascii
import re

from odoo.tools import LazyTranslate
from odoo.tools.mimetypes import guess_mimetype

from .api_schema import ShapeError, Struct, Text

_lt = LazyTranslate(__name__)

FILE_BYTES = 10 * 1024 * 1024
FILE_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp", "application/pdf")


class File:
    """``{name, content_base64}`` of an image or a PDF, as (name, bytes).

    The type is told by the content; what the name says does not count.
    """

    shape = Struct(
        {
            "name": Text(200),
            # base64 takes four characters for three bytes; line breaks may be in it
            "content_base64": Text(FILE_BYTES * 2, lines=True),
        }
    )

    def __init__(self, *types):
        self.types = types or FILE_TYPES

    def parse(self, value, path):
        given = self.shape.parse(value, path)
        if re.search(r"[/\\]", given["name"]):
            raise ShapeError(
                "EVIDENCE_INVALID",
                _lt("%(path)s.name is a path; send the name alone.", path=path),
            )
        return given["name"], self._content(given["content_base64"], path)

    def _content(self, text, path):
        try:
            content = base64.b64decode("".join(text.split()), validate=True)
        except (binascii.Error, ValueError):
            raise ShapeError(
                "EVIDENCE_INVALID",
                _lt("%(path)s.content_base64 is not base64.", path=path),
            ) from None
        if not 0 < len(content) <= FILE_BYTES:
            raise ShapeError(
                "EVIDENCE_INVALID",
                _lt(
                    "%(path)s is empty or larger than %(most)s MB.",
                    path=path,
                    most=FILE_BYTES // 1024**2,
                ),
            )
        found = guess_mimetype(content, default="application/octet-stream")
        if found not in self.types:
            raise ShapeError(
                "EVIDENCE_INVALID",
                _lt(
                    "%(path)s is %(found)s; send one of %(types)s.",
                    path=path,
                    found=found,
                    types=", ".join(self.types),
                ),
            )
        return content
