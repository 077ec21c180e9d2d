"""One way of taking goods back per file, with the same three functions each.

``prepare(env)`` is called once when the database is made, and announces a return of
one unit of the first line of each order. ``receive(env, lines)`` takes those of these
order lines in, and ``refund(env, lines)`` gives the money back: posted, and reconciled
with the invoice of the order. ``place(env)`` is where the goods lie then.
"""

from . import native, oca, ours

ENGINES = {"ours": ours, "oca": oca, "native": native}
