{
    "name": "Returns Kits",
    "summary": "Kits come back part by part, and each part has its share of the price",
    "version": "19.0.1.0.0",
    "category": "Inventory/Returns",
    "author": "Returns Governance for Odoo",
    "license": "LGPL-3",
    "depends": ["returns_governance", "sale_mrp"],
    "auto_install": True,
    "data": [
        "security/ir.model.access.csv",
        "security/returns_mrp_rules.xml",
        "views/mrp_bom_views.xml",
        "views/returns_order_views.xml",
    ],
    "post_init_hook": "post_init_hook",
}
