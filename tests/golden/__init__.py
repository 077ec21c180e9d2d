"""The golden cases: public bugs of Odoo and of returns modules, each told once."""
