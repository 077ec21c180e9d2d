"""Whether Odoo's own code still replays, in the way that this addon knows.

The addon stands in for methods of ``stock_account``. Where Odoo has mended or changed
them, it must keep out of the way, so their text is compared with the texts that it was
proved against. A new text is one line in ``KNOWN``, after the property test has passed.
"""

import ast
import functools
import hashlib
import inspect
import textwrap

from odoo.addons.stock_account.models import product, stock_move

#: Digests of the methods below, comments and docstrings left out: Odoo 19.0.
KNOWN = {"7bf320d1f03bd329"}


def methods():
    """Odoo's methods whose result is brought forward, and those they lean on."""
    return (
        product.ProductProduct._run_avco,
        product.ProductProduct._update_standard_price,
        stock_move.StockMove._get_valued_qty,
    )


@functools.cache
def replays():
    """Whether the methods are the known ones, which read all old moves."""
    try:
        return digest(*methods()) in KNOWN
    except (AttributeError, OSError, SyntaxError):
        return False  # gone, or without a text to compare


def is_next(model, name, module):
    """Whether Odoo's own class is what ``super()`` reaches from ``module``.

    Another addon in between may value otherwise, and has to be asked.
    """
    makers = [cls for cls in type(model).mro() if name in vars(cls)]
    places = [cls.__module__ for cls in makers]
    return places[places.index(module) + 1 :] == [product.__name__]


def digest(*functions):
    """Hash of the functions' code."""
    text = "\n".join(_code(function) for function in functions)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _code(function):
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    body = tree.body[0].body
    if ast.get_docstring(tree.body[0], clean=False) is not None:
        body.pop(0)
    return ast.unparse(tree)
