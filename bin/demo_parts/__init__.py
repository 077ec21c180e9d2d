"""What `bin/demo` is made of; each file does one job.

| file | job | runs |
|---|---|---|
| `shop.py` | read the sample shop from `data/shop` | anywhere |
| `dates.py` | shift its dates; hold the clock at a past moment | anywhere |
| `invent.py` | draw, with a fixed seed, what the shop did not record | anywhere |
| `load.py` | the loading from first to last, in one Odoo process | in Odoo |
| `company.py` | company, taxes, warehouses, users and their keys | in Odoo |
| `policies.py` | a policy for each release rule | in Odoo |
| `worth.py` | what returned goods bring, and what a step costs | in Odoo |
| `catalogue.py` | products, customers, and the goods to sell | in Odoo |
| `orders.py` | the orders: confirmed, sent, invoiced, paid | in Odoo |
| `clients.py` | the public API on XML-RPC and on JSON-2 | over HTTP |
| `story.py` | one return, told to the API from its request to its money | over HTTP |
| `mistakes.py` | bad input, and the code that must refuse it | over HTTP |
| `play.py` | all returns, from several clients at once | over HTTP |
| `closing.py` | the month end: figures, write-downs, statement, accrual | in Odoo |
| `checks.py`, `checks_money.py`, `sums.py` | what must hold afterwards | in Odoo |
| `report.py` | the tables that a person reads | anywhere |
| `server.py` | start and stop Odoo, run a function inside it | anywhere |

"In Odoo" is a process of Odoo's own shell on the demo's database; "over HTTP" is a
client that knows nothing but the public API.
"""
