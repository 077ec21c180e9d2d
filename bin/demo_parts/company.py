"""The company of the demo: money, taxes, warehouses, people and their keys."""

from datetime import timedelta

from . import invent

#: Log-in, name and roles of who takes part. The password is the log-in: it is a demo.
#: The dock's system may also send goods elsewhere than the policy does.
PEOPLE = {
    "agent": ("Ada Agent", ("agent",)),
    "inspector": ("Ivan Inspector", ("inspector",)),
    "lead": ("Wanda Warehouse", ("warehouse_lead",)),
    "finance": ("Finn Finance", ("finance",)),
    "planner": ("Petra Planner", ("planner",)),
    "manager": ("Mara Manager", ("manager",)),
    "auditor": ("Aud Auditor", ("auditor",)),
    "integration": ("Shop system", ("integration",)),
    "dock": ("Dock system", ("integration", "warehouse_lead")),
}
#: Who works through the network in the demo, and so needs a key.
KEYS = ("integration", "dock", "finance", "manager")
KEY_DAYS = 30


def set_up(env):
    """Give the company its name, its money and perpetual average cost."""
    company = env.company
    company.write(
        {
            "name": "Sample Gift Shop",
            "currency_id": pound(env).id,
            "country_id": env.ref("base.uk").id,
            "cost_method": "average",
            "inventory_valuation": "real_time",
        }
    )
    company.partner_id.tz = env.user.tz = "Europe/London"
    env["product.pricelist"].search([]).currency_id = company.currency_id
    provider = env["payment.provider"].search([("code", "=", "demo")], limit=1)
    provider.write({"state": "test", "journal_id": bank(env).id})
    silence_mail(env)


def pound(env):
    """The shop's currency."""
    currency = env.ref("base.GBP")
    currency.active = True
    return currency


def bank(env):
    """The journal that all payments go through."""
    return env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", env.company.id)], limit=1
    )


def silence_mail(env):
    """Nothing leaves the machine, and no mail waits for a PDF that nobody can make."""
    env["ir.mail_server"].search([]).active = False
    env.ref("mail.ir_cron_mail_scheduler_action").active = False
    env["mail.template"].search([]).write({"report_template_ids": [(5, 0, 0)]})


def make_taxes(env):
    """The taxes by the names of `invent.TAXES`."""
    group = env["account.tax.group"].create({"name": "VAT"})

    def tax(name, amount, **more):
        return env["account.tax"].create(
            {
                "name": name,
                "amount": amount,
                "type_tax_use": "sale",
                "tax_group_id": group.id,
                **more,
            }
        )

    taxes = {
        "standard": tax("VAT 20%", 20),
        "reduced": tax("VAT 5%", 5),
        "zero": tax("VAT 0%", 0),
        "included": tax(
            "VAT 20% in the price", 20, price_include_override="tax_included"
        ),
    }
    assert taxes.keys() == invent.TAXES.keys()
    return taxes


def make_warehouses(env):
    """The company's own warehouse and a second one."""
    first = env["stock.warehouse"].search(
        [("company_id", "=", env.company.id)], limit=1
    )
    first.name = "Main"
    second = env["stock.warehouse"].create({"name": "North", "code": "NORTH"})
    return first | second


def make_people(env):
    """The users by log-in."""
    people = {}
    for login, (name, roles) in PEOPLE.items():
        groups = env.ref("base.group_user")
        for role in roles:
            groups |= env.ref(f"returns_governance.group_{role}")
        people[login] = env["res.users"].create(
            {
                "name": name,
                "login": login,
                "password": login,
                "email": f"{login}@example.com",
                "tz": "Europe/London",
                "group_ids": [(6, 0, groups.ids)],
            }
        )
    return people


def make_keys(env, people):
    """API keys by log-in. Over RPC nobody can make one, so they are made here."""
    expires = env.cr.now() + timedelta(days=KEY_DAYS)
    return {
        login: env["res.users.apikeys"]
        .with_user(people[login])
        .sudo()
        ._generate("rpc", "demo", expires)
        for login in KEYS
    }


def accept_conflicts(env, manager):
    """The administrator holds every duty, and says so: it sets the demo up.

    Of the people who work in the demo none holds two that belong apart.
    """
    admin = env.ref("base.user_admin")
    open_rows = env["returns.duty"].search(
        [("user_id", "=", admin.id), ("state", "=", "open")]
    )
    env["returns.duty.exception"].with_user(manager).create(
        [
            {
                "user_id": admin.id,
                "conflict": conflict,
                "reason": "Sets the demo up and works on no return",
                "until": env.cr.now().date() + timedelta(days=KEY_DAYS),
            }
            for conflict in open_rows.mapped("conflict")
        ]
    )
