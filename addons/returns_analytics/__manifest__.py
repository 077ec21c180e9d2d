{
    "name": "Returns Analytics",
    "summary": "How much comes back, why and where it goes; and where a return disagrees",
    "version": "19.0.1.0.0",
    "category": "Inventory/Returns",
    "author": "Returns Governance for Odoo",
    "license": "LGPL-3",
    "depends": ["returns_governance", "spreadsheet_dashboard"],
    "data": [
        "security/ir.model.access.csv",
        "security/returns_analytics_rules.xml",
        "data/ir_cron.xml",
        "views/returns_fact_views.xml",
        "views/returns_fact_sold_views.xml",
        "views/returns_gap_views.xml",
        "report/returns_rate_report_views.xml",
        "views/returns_analytics_menus.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "returns_analytics/static/src/**/*.js",
            "returns_analytics/static/src/**/*.xml",
            "returns_analytics/static/src/**/*.scss",
        ],
        "web.assets_tests": [
            "returns_analytics/static/tests/tours/**/*.js",
        ],
    },
    "post_init_hook": "post_init_hook",
}
