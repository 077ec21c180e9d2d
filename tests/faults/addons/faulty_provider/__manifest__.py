{
    "name": "Faulty payment provider (test)",
    "summary": "A provider of tests that answers late, twice or never",
    "version": "19.0.1.0.0",
    "author": "Returns Governance for Odoo",
    "license": "LGPL-3",
    "category": "Hidden",
    "depends": ["payment_demo"],
}
