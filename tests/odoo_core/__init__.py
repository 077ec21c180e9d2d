"""Odoo's own tests of stock value, refunds and returns, run beside our addons."""
