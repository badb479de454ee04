"""Durable jobs and their leases (docs/PROTOCOL.md, section 8.4). Times are microseconds since 1970."""
import uuid

from protocol import application


class Jobs:
    def __init__(self, store, now):
        self.store, self.jobs, self.now = store, store.tables["$job"], now

    def put(self, job, **changes):
        self.store.put("$job", job["id"], {**job, **changes})

    def enqueue(self, step, scope):
        for job in self.jobs.values():
            same = (job["tenant"], job["queue"], job["unique"]) == (scope.tenant, step["queue"], step.get("unique"))
            if step.get("unique") and same and job["state"] in ("queued", "leased"):
                return job["id"]
        job = {
            "id": str(uuid.uuid4()), "number": self.store.count("job"), "queue": step["queue"], "kind": step["kind"], "payload": step["payload"],
            "tenant": scope.tenant, "principal": scope.principal, "group": step.get("group"), "unique": step.get("unique"),
            "state": "queued", "epoch": 0, "attempt": 0, "run_at": self.now + (step.get("delay_ms") or 0) * 1000, "lease_until": 0,
        }
        self.put(job)
        return job["id"]

    def is_leased(self, job):
        return job["state"] == "leased" and job["lease_until"] > self.now

    def held(self, step, scope=None):
        """The job, if its lease still has this epoch."""
        job = self.jobs.get(step["job"])
        mine = job and (scope is None or scope.is_system or job["tenant"] == scope.tenant)
        if not mine or not self.is_leased(job) or job["epoch"] != step["epoch"]:
            raise application("lease_lost", 409, f"the lease of job {step['job']} is lost")
        return job

    def end(self, job, state):
        self.put(job, state=state, epoch=job["epoch"] + (state == "cancelled"))

    def cancel(self, number, scope):
        job = self.jobs.get(number)
        if not job or job["state"] not in ("queued", "leased") or not (scope.is_system or job["tenant"] == scope.tenant):
            return 0
        self.end(job, "cancelled")
        return 1

    def lease(self, queue, count, ttl_ms):
        taken = []
        for job in sorted(self.jobs.values(), key=lambda job: (job["run_at"], job["number"])):
            if len(taken) < count and job["queue"] == queue and self.is_due(job) and not self.group_is_busy(job):
                self.put(job, state="leased", epoch=job["epoch"] + 1, attempt=job["attempt"] + 1, lease_until=self.now + ttl_ms * 1000)
                job = self.jobs[job["id"]]
                taken.append({name: job[name] for name in ("id", "queue", "kind", "payload", "tenant", "principal", "attempt", "epoch")})
        return taken

    def is_due(self, job):
        return job["state"] == "queued" and job["run_at"] <= self.now or job["state"] == "leased" and job["lease_until"] <= self.now

    def group_is_busy(self, job):
        return job["group"] is not None and any(
            other["group"] == job["group"] and other["tenant"] == job["tenant"] and other["id"] != job["id"] and self.is_leased(other)
            for other in self.jobs.values())

    def next_due(self):
        """When the clock alone may bring a job."""
        times = [job["run_at"] for job in self.jobs.values() if job["state"] == "queued" and job["run_at"] > self.now]
        return min(times + [job["lease_until"] for job in self.jobs.values() if self.is_leased(job)], default=None)

    def release(self, number, epoch, retry_ms):
        job = self.jobs.get(number)
        if job and job["state"] == "leased" and job["epoch"] == epoch and retry_ms is not None:
            self.put(job, state="queued", epoch=epoch + 1, run_at=self.now + retry_ms * 1000)
