#!/usr/bin/env python3
"""A HiveCore storage plugin on Python's sqlite3 (docs/PROTOCOL.md, sections 7 and 8). Standard library only."""
import json
import os
import sqlite3
import threading
import time

from jobs import Jobs
from protocol import Plugin, Refused, application
from reads import Reader, Scope
from store import Store
from transactions import Transaction

HOUR = 3600 * 1_000_000


class Storage:
    """One call at a time: whoever holds `changed` has the store to itself, and leases wait on it."""

    def __init__(self):
        self.changed = threading.Condition()
        self.store, self.plugin, self.last_time, self.is_draining = None, None, 0, False

    def open(self, plugin):
        self.plugin = plugin
        self.store = Store(os.path.join(plugin.paths["state"], "storage.db"))

    def drain(self):
        with self.changed:
            self.is_draining = True
            self.changed.notify_all()

    def now(self):
        """Microseconds since 1970, never the same twice."""
        self.last_time = max(self.last_time + 1, time.time_ns() // 1000)
        return self.last_time

    # Methods: each gets params, meta and its call

    def migrate(self, params, meta, call):
        with self.changed:
            self.store.refresh()
            return self.store.migrate(params["collections"])

    def read(self, params, meta, call):
        with self.changed:
            self.store.refresh()
            return Reader(self.store.collections, self.store.tables, Scope(meta, self.now())).read(params)

    def transact(self, params, meta, call):
        with self.changed:
            self.store.refresh()
            scope, number = Scope(meta, self.now()), meta.get("operation_id")
            operation = f"{scope.tenant} {number}"
            known = self.store.tables["$operation"].get(operation) if number else None
            if known:
                return known["reply"]
            transaction = Transaction(self.store, scope)
            try:
                reply = transaction.run(params.get("steps"))
                if len(json.dumps(reply, ensure_ascii=False).encode()) > self.plugin.limit - 128:
                    raise Refused(-31007, "the reply does not fit a frame; nothing was changed")
                if number:
                    self.remember(operation, reply, scope.now)
            except BaseException:
                self.store.rollback()
                raise
            self.store.commit()
            if transaction.events:
                self.plugin.notify("storage.committed", {"events": transaction.events})
            self.changed.notify_all()
            return reply

    def remember(self, operation, reply, now):
        operations = self.store.tables["$operation"]
        self.store.put("$operation", operation, {"reply": reply, "at": now})
        for old in [name for name in list(operations)[:2] if operations[name]["at"] < now - 2 * HOUR]:
            self.store.put("$operation", old, None)

    def events(self, params, meta, call):
        with self.changed:
            self.store.refresh()
            scope, round, after = Scope(meta, self.now()), params.get("round"), params.get("after") or 0
            if scope.tenant is None and not scope.is_system:
                raise Refused(-31006, "events need a tenant")
            number = "seq" if round else "position"
            found = sorted(
                (event for event in self.store.tables["$event"].values()
                 if (event["tenant"] == scope.tenant or scope.is_system and round) and round in (None, event["round"]) and event[number] > after),
                key=lambda event: event[number])[:params.get("limit") or 100]
            return {"events": found, "last": found[-1][number] if found else after}

    def lease(self, params, meta, call):
        end = time.monotonic() + (params.get("wait_ms") or 0) / 1000
        call.on_cancel = self.wake
        with self.changed:
            while True:
                self.store.refresh()
                jobs = Jobs(self.store, self.now())
                taken = jobs.lease(params["queue"], params["max"], params["ttl_ms"])
                self.store.commit()
                left = end - time.monotonic()
                if call.is_cancelled and not taken:
                    raise Refused(-31004, "cancelled")
                if taken or left <= 0 or self.is_draining:
                    return {"jobs": taken}
                due = jobs.next_due()
                self.changed.wait(min(left, (due - jobs.now) / 1_000_000 + 0.001 if due else left))

    def wake(self):
        with self.changed:
            self.changed.notify_all()

    def renew(self, params, meta, call):
        with self.changed:
            jobs = Jobs(self.store, self.now())
            jobs.put(jobs.held(params), lease_until=jobs.now + params["ttl_ms"] * 1000)
            self.store.commit()
            return {"expires_in_ms": params["ttl_ms"]}

    def release(self, params, meta, call):
        with self.changed:
            Jobs(self.store, self.now()).release(params["job"], params["epoch"], params.get("retry_in_ms"))
            self.store.commit()
            self.changed.notify_all()
            return {}

    def job(self, params, meta, call):
        with self.changed:
            self.store.refresh()
            job = self.store.tables["$job"].get(params["job"])
            if not job:
                raise application("not_found", 404, f"there is no job {params['job']}")
            shown = {name: job[name] for name in ("id", "tenant", "principal", "epoch", "state")}
            return {**shown, "expires_in_ms": max(0, job["lease_until"] - self.now()) // 1000}

    def backup(self, params, meta, call):
        with self.changed:
            if os.path.exists(params["to"]):
                raise application("exists", 409, f"{params['to']} exists")
            self.store.backup(params["to"])
            return {"bytes": os.path.getsize(params["to"])}

    def health(self, params, meta, call):
        return {"ok": True, "engine": "sqlite (python)", "version": sqlite3.sqlite_version}


storage = Storage()
READS, CHANGES = {"idempotent": True}, {"mutating": True}
METHODS = {
    "storage.migrate": (READS, storage.migrate), "storage.read": (READS, storage.read), "storage.transact": (CHANGES, storage.transact),
    "storage.events": (READS, storage.events), "storage.lease": ({"timeout_ms": 90000}, storage.lease),
    "storage.renew": (READS, storage.renew), "storage.release": (READS, storage.release), "storage.job": (READS, storage.job),
    "storage.backup": ({"timeout_ms": 600000}, storage.backup), "storage.health": (READS, storage.health),
}
Plugin("storage-python", "1.0.0", ["storage"], METHODS, storage.open, storage.drain).run()
