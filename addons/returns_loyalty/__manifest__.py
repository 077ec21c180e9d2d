{
    "name": "Returns Loyalty",
    "summary": "Pay returns back with store credit: a wallet or a gift card, with a bonus",
    "version": "19.0.1.0.0",
    "category": "Inventory/Returns",
    "author": "Returns Governance for Odoo",
    "license": "LGPL-3",
    "depends": ["returns_governance", "sale_loyalty"],
    "auto_install": True,
    "data": [
        "security/ir.model.access.csv",
        "views/res_config_settings_views.xml",
        "views/returns_card_views.xml",
        "views/returns_settlement_views.xml",
    ],
    "post_init_hook": "post_init_hook",
}
