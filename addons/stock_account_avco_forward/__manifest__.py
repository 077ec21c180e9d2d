{
    "name": "Average Cost Brought Forward",
    "summary": "Average cost goes on from what is known, instead of replaying all "
    "old moves of the product",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Inventory",
    "author": "Returns Governance for Odoo",
    "license": "LGPL-3",
    "depends": ["stock_account"],
    "data": [
        "security/ir.model.access.csv",
        "security/stock_avco_mark_security.xml",
    ],
    "application": False,
}
