{
    "name": "Inventory States",
    "summary": "Named stock states, guarded changes, a ledger of every movement, "
    "and promises that count sellable stock only",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Inventory",
    "author": "Returns Governance for Odoo",
    "license": "LGPL-3",
    "depends": ["stock_account"],
    "data": [
        "security/ir.model.access.csv",
        "security/inventory_state_change_security.xml",
        "data/inventory_state_data.xml",
        "data/inventory_state_transition_data.xml",
    ],
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
    "application": False,
}
