"""Decides about kits; imports nothing of Odoo."""
