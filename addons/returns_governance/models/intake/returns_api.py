from psycopg2 import errors

from odoo import models

from ...guard import deny, refuse
from .api_call import Job, coded, read, refuse_used
from .api_requests import CALLS, CALLS_MOST, METHODS

GROUP = "returns_governance.group_integration"
# How often a call that met another one is run again before it answers BUSY.
RUNS = 100
MET_ANOTHER = (
    errors.SerializationFailure,
    errors.DeadlockDetected,
    errors.LockNotAvailable,
    # Two callers made the same row: run again, the second finds it.
    errors.UniqueViolation,
)
# Locked in this order, so that two calls never wait for each other.
LOCKED = ("returns_sold_line", "returns_order", "stock_quant")


class ReturnsApi(models.AbstractModel):
    """Behind the public methods: who may call, once only, one after the other.

    A writing call finds out whether its reference was used, resolves what it names,
    takes the reference, locks the rows that it will touch and takes its step. When it
    met another call, the transaction is rolled back and all is run again at once, with
    the locks as its first statement; so two callers never both see the last unit.

    ``returns.api.<part>`` answer the methods (api_requests.METHODS says which):
    ``_plan_<verb>(asked)`` resolves names and refuses, writing nothing, and returns a
    dict with ``sale_lines`` and ``orders`` to lock (and ``quant_ids``, optional);
    ``_do_<verb>(plan, asked)`` takes the step and returns the return.
    """

    _name = "returns.api"
    _description = "Public API of returns"

    def _call(self, verb, argument, unknown=()):
        """Answer one call of the API.

        :param str verb: of api_requests.METHODS
        :param argument: plain JSON value, as the caller sent it
        :param unknown: names of arguments that the method does not have
        :return: plain JSON value without a None
        :raise UserError: coded refusal; AccessError where a right is missing
        """
        api = self._admit(unknown)
        with coded():
            job = Job(METHODS[verb], argument).parse(api.env)
            return api._patiently([job], lambda: api._answer(job))

    def _call_batch(self, calls, unknown=()):
        """Answer many calls, each in its own savepoint; arguments as in ``_call``."""
        api = self._admit(unknown)
        with coded():
            if isinstance(calls, list | tuple) and len(calls) > CALLS_MOST:
                refuse(
                    "BATCH_TOO_LARGE",
                    api.env._(
                        "A batch takes at most %(most)s calls; this one has %(count)s.",
                        most=CALLS_MOST,
                        count=len(calls),
                    ),
                )
            calls = read(api.env, CALLS, calls, "calls")
            return api.env["returns.api.batch"]._answer(calls)

    def _call_page(self, verb, wanted, cursor, limit, unknown=()):
        """Answer ``search`` or ``changes``: a page from a cursor on."""
        api = self._admit(unknown)
        with coded():
            feed = api.env["returns.api.feed"]
            return getattr(feed, f"_answer_{verb}")(wanted, cursor, limit)

    def _admit(self, unknown=()):
        """Check the caller's role, and forget whatever context the caller made up."""
        user = self.env.user
        if not user.has_group(GROUP):
            deny(
                self.env._(
                    "The API needs the role Returns / Integration. Ask your "
                    "administrator "
                    "for it."
                )
            )
        companies = [user.company_id.id, *(user.company_ids - user.company_id).ids]
        api = self.with_env(
            self.env(
                su=False,
                context={
                    "lang": user.lang,
                    "tz": user.tz,
                    "allowed_company_ids": companies,
                },
            )
        )
        if unknown:
            refuse(
                "BAD_REQUEST",
                api.env._(
                    "There is no argument %(names)s.", names=", ".join(sorted(unknown))
                ),
            )
        return api

    # --- one after the other ---------------------------------------------------------
    def _patiently(self, jobs, work):
        """Run ``work`` until it meets nobody; see the class."""
        hot = {}
        for _run in range(RUNS):
            try:
                self._lock(hot)
                answer = work()
                # What fails to serialise fails here and not at the commit.
                self.env.cr.flush()
                return answer
            except MET_ANOTHER:
                hot = self._hot_rows(jobs) or hot
                self._start_again(jobs)
        refuse(
            "BUSY",
            self.env._(
                "Too many calls want the same rows at once. Nothing was done; send the "
                "call again in a moment."
            ),
        )

    def _start_again(self, jobs):
        """Forget this run, in the database and in memory."""
        self.env.cr.rollback()
        self.env.transaction.reset()
        self.env.registry.reset_changes()
        for job in jobs:
            job.forget()

    def _hot_rows(self, jobs):
        """{table: ids} that the jobs wanted, as far as they came."""
        plans = [job.plan for job in jobs if job.plan]
        return (
            {
                table: {row for plan in plans for row in plan.get(table, ())}
                for table in LOCKED
            }
            if plans
            else {}
        )

    def _lock(self, rows):
        """Lock {table: ids}, table by table and by id.

        :raise SerializationFailure: another transaction wrote one after this one began
        """
        for table in LOCKED:
            if rows.get(table):
                self.env.cr.execute(
                    f"SELECT id FROM {table} WHERE id = ANY(%s) "
                    "ORDER BY id FOR NO KEY UPDATE",
                    [sorted(rows[table])],
                    log_exceptions=False,
                )

    def _lock_plans(self, jobs):
        """Lock what the plans touch: sold lines first, then returns, then quants.

        A step writes the running totals of the one and the revision of the other, so
        whoever waited here fails to serialise instead of seeing an old sum.
        """
        plans = [job.plan for job in jobs]
        sale_lines = self.env["sale.order.line"].union(
            *(plan["sale_lines"] for plan in plans)
        )
        # sudo: the rows belong to order lines that the plan was allowed to find
        sold = self.env["returns.sold.line"].sudo()._for_sale_lines(sale_lines.sudo())
        by_line = {row.sale_line_id.id: row.id for row in sold}
        for plan in plans:
            plan["returns_sold_line"] = [by_line[i] for i in plan["sale_lines"].ids]
            plan["returns_order"] = plan["orders"].ids
        self._lock(self._hot_rows(jobs))

    # --- once only -------------------------------------------------------------------
    def _answer(self, job):
        """The answer of a single call."""
        if not job.method.reference:
            return self._read(job)
        known = self.env["returns.reference"]._known([job.key])
        if job.key in known:
            self._repeat(job, known[job.key])
        else:
            self._plan(job)
            job.row = self.env["returns.reference"]._take({job.key: job.digest})[
                job.key
            ]
            self._lock_plans([job])
            self._do(job)
        return self._tell([job])[0]

    def _read(self, job):
        """The answer of a reading method."""
        part = self.env[job.method.model]
        return getattr(part, f"_answer_{job.method.verb}")(job.asked)

    def _repeat(self, job, row):
        """A reference that was used before has no second effect."""
        # As the user: a return that this caller cannot see is told to nobody.
        order = self.env["returns.order"].search([("id", "=", row.order_id.id)])
        hidden = row.order_id and not order
        if hidden:
            self._plan(job)  # refuses what the caller names and cannot see
        if hidden or row.digest != job.digest:
            refuse_used(self.env, job.key)
        job.order = order
        job.created = False

    def _plan(self, job):
        """Resolve what the call names; refuses, and writes nothing."""
        part = self.env[job.method.model]
        job.plan = getattr(part, f"_plan_{job.method.verb}")(job.asked)

    def _do(self, job):
        """Take the step of a planned and locked job, and keep its outcome."""
        part = self.env[job.method.model]
        job.order = getattr(part, f"_do_{job.method.verb}")(job.plan, job.asked)
        job.row._settle_on(job.order, job.asked.get("receipt_ref", False))

    def _tell(self, jobs):
        """The answers of done jobs, their snapshots made together."""
        orders = self.env["returns.order"].union(*(job.order for job in jobs))
        snapshots = dict(
            zip(orders.ids, self.env["returns.snapshot"]._of(orders), strict=True)
        )
        return [self._word(job, snapshots) for job in jobs]

    def _word(self, job, snapshots):
        if not job.order:
            return {"unmatched": True, "receipt_ref": job.asked["receipt_ref"]}
        snapshot = snapshots[job.order.id]
        if job.method.verb == "submit":
            return {"created": job.created, "return": snapshot}
        return snapshot
