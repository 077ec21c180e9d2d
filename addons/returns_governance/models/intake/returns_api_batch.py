from odoo import models
from odoo.exceptions import UserError

from .api_call import code_of, coded, read_call


class ReturnsApiBatch(models.AbstractModel):
    """Many calls in one transaction: each in its own savepoint, each with its answer.

    The references of all are taken and the rows of all locked before the first one is
    done, both sorted, so that two batches wait for each other and never lock each
    other out. Which rows a later call needs may depend on an earlier one; those are
    locked when its turn comes.
    """

    _name = "returns.api.batch"
    _description = "Public API of returns: batches"

    def _answer(self, calls):
        """:return: list of ``{ok, result}`` or ``{ok, error: {code, message}}``"""
        jobs = [
            self._refusable(lambda c=call: read_call(self.env, c)) for call in calls
        ]
        good = [job for job in jobs if not isinstance(job, dict)]
        return self.env["returns.api"]._patiently(good, lambda: self._work(jobs, good))

    def _refusable(self, work):
        """The result of ``work``, or the refusal as the batch tells it."""
        try:
            with coded():
                return work()
        except UserError as error:
            code = code_of(error)
            message = str(error)[len(code) + 3 :]
            return {"ok": False, "error": {"code": code, "message": message}}

    def _work(self, jobs, good):
        references = self.env["returns.reference"]
        used = references._known({job.key for job in good if job.key})
        free = references._take(
            {
                job.key: job.digest
                for job in reversed(good)
                if job.key and job.key not in used
            }
        )
        self._lock_ahead([job for job in good if job.key in free])
        answers, waiting = [], []
        for job in jobs:
            if isinstance(job, dict):
                answers.append(job)
                continue
            answers.append(
                self._refusable(
                    lambda j=job: self._one(j, used, free, answers, waiting)
                )
            )
            if answers[-1] is None:
                waiting.append((len(answers) - 1, job))
        self._tell(answers, waiting)
        references.sudo().union(*free.values()).unlink()
        return answers

    def _lock_ahead(self, jobs):
        """Lock what can be known before the first call is done."""
        for job in jobs:
            self._refusable(lambda j=job: self.env["returns.api"]._plan(j))
        self.env["returns.api"]._lock_plans([job for job in jobs if job.plan])

    def _one(self, job, used, free, answers, waiting):
        """Answer one call; None where its snapshot is still to be made."""
        api = self.env["returns.api"]
        if not job.key:
            self._tell(answers, waiting)
            return {"ok": True, "result": api._read(job)}
        if job.key in used:
            api._repeat(job, used[job.key])
            return None
        with self.env.cr.savepoint():
            job.plan, job.row = None, free[job.key]
            api._plan(job)
            if job.plan["orders"] & self._orders(waiting):
                self._tell(answers, waiting)
            api._lock_plans([job])
            job.row.digest = job.digest
            api._do(job)
        used[job.key] = free.pop(job.key)
        return None

    def _orders(self, waiting):
        return self.env["returns.order"].union(*(job.order for _number, job in waiting))

    def _tell(self, answers, waiting):
        """Make the snapshots of what was done so far, before more happens to it."""
        told = self.env["returns.api"]._tell([job for _number, job in waiting])
        for (number, _job), result in zip(waiting, told, strict=True):
            answers[number] = {"ok": True, "result": result}
        waiting.clear()
