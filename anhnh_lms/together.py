"""Writes of several threads in one transaction: one wait for the disk instead of one each.

A write is on disk only after the disk says so, and that wait is most of what saving an answer costs.
Who comes while another writes waits in line anyway; so whoever is next takes along everything that has
gathered. Each still returns only when its own write is on disk.
"""

from __future__ import annotations

import threading
from typing import Any

from .db import short_write


class _Job:
    __slots__ = ("done", "error", "rowcount", "statement", "values")

    def __init__(self, statement: Any, values: dict[str, Any]) -> None:
        self.statement, self.values = statement, values
        self.done = False
        self.rowcount = 0
        self.error: BaseException | None = None


class Together:
    """The line of one kind of write, in one process. The statements must not depend on one another."""

    def __init__(self) -> None:
        self._gathering = threading.Lock()
        self._writing = threading.Lock()
        self._jobs: list[_Job] = []

    def execute(self, statement: Any, **values: Any) -> int:
        """Run one statement; returns the number of rows that it wrote, which are on disk then. What it
        raises, it raises here, and the others' writes stand."""
        job = _Job(statement, values)
        with self._gathering:
            self._jobs.append(job)
        with self._writing:
            if not job.done:
                with self._gathering:
                    jobs, self._jobs = self._jobs, []
                self._run(jobs)
        if job.error is not None:
            raise job.error
        return job.rowcount

    def _run(self, jobs: list[_Job]) -> None:
        try:
            with short_write() as connection:
                for job in jobs:
                    job.rowcount = connection.execute(job.statement, job.values).rowcount
        except Exception as error:
            if len(jobs) > 1:  # one of them fails: nothing was written, so each goes alone
                for job in jobs:
                    self._run([job])
                return
            jobs[0].error = error
        for job in jobs:
            job.done = True
