"""What the figures mean, in pure Python beside the ORM.

===================  =========================================================
open                 to read
===================  =========================================================
``statement.py``     one line of a return at two moments: which classes explain
                     what was credited and what its cost is
``completion.py``    how much of what was sold has still to come back, from
                     triangles of months of dispatch and of age
===================  =========================================================

Money and quantities are `Decimal`; nothing in here imports odoo.
"""
