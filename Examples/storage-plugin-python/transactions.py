"""Transactions, step by step (docs/PROTOCOL.md, section 8.3)."""
from jobs import Jobs
from protocol import Refused, application
from reads import Reader, only, with_key
from schema import invalid, malformed, time_text

STEPS = {
    "insert": {"collection", "values", "rows", "return", "as", "stop_at_quota"},
    "update": {"collection", "filter", "key", "set", "increment", "expect", "return", "as"},
    "upsert": {"collection", "match", "values", "set", "increment", "return", "as", "stop_at_quota"},
    "delete": {"collection", "filter", "key", "expect"},
    "expect": {"collection", "filter", "count", "tag", "error"},
    "read": {"read"}, "event": {"type", "data", "round", "project"},
    "job_enqueue": {"queue", "kind", "payload", "group", "delay_ms", "unique", "as"},
    "job_complete": {"job", "epoch"}, "job_cancel": {"job"}, "fence": {"job", "epoch"},
}


class QuotaReached(Exception):
    pass


class Transaction:
    def __init__(self, store, scope):
        self.store, self.scope, self.tables = store, scope, store.tables
        self.reader = Reader(store.collections, store.tables, scope)
        self.jobs = Jobs(store, scope.now)
        self.named, self.events = {}, []

    def run(self, steps):
        if not isinstance(steps, list):
            raise malformed("steps must be a list")
        results = []
        for index, step in enumerate(steps):
            op = step.get("op") if isinstance(step, dict) else None
            if op not in STEPS:
                raise malformed(f"{op} is not a step")
            only(step, STEPS[op] | {"op"}, op)
            try:
                results.append(getattr(self, op)(step))
            except Refused as refused:
                if refused.error["code"] == -31100 and refused.error.get("data") is not step.get("error"):
                    refused.error["data"]["step"] = index
                raise
        return {"results": results}

    # Values

    def resolve(self, value):
        """`$ref` and `$next` become what they stand for."""
        if isinstance(value, dict) and len(value) == 1:
            if "$ref" in value:
                known, found = self.look_up(value["$ref"])
                if not known:
                    raise malformed(f"$ref {value['$ref']} names no earlier step and field")
                return found
            if "$next" in value:
                collection = self.reader.collection(value["$next"]["collection"])
                rows = self.found(collection, value["$next"].get("filter") or [])
                return max((row[value["$next"]["field"]] or 0 for row in rows), default=0) + 1
        return value

    def resolve_deep(self, value):
        """In events and payloads; a `$ref` that names nothing is somebody's data and stays."""
        if isinstance(value, list):
            return [self.resolve_deep(one) for one in value]
        if isinstance(value, dict):
            if value.keys() == {"$ref"}:
                known, found = self.look_up(value["$ref"])
                return found if known else value
            return {name: self.resolve_deep(one) for name, one in value.items()}
        return value

    def look_up(self, text):
        name, _, field = str(text).partition(".")
        known = field in self.named.get(name, {})
        return known, self.named[name][field] if known else None

    def found(self, collection, conditions):
        return self.reader.found(collection, [self.resolve_condition(one) for one in conditions])

    def resolve_condition(self, condition):
        if isinstance(condition, dict):
            return {"any": [[self.resolve_condition(one) for one in group] for group in condition["any"]]}
        field, op, value = condition
        return [field, op, [self.resolve(one) for one in value] if isinstance(value, list) else self.resolve(value)]

    def accept(self, collection, values):
        """Given values as rows hold them."""
        row = {}
        for name, value in values.items():
            if name not in collection.fields:
                raise invalid(name, "There is no such field.")
            field = collection.fields[name]
            row[name] = field.write(value if field.kind == "json" else self.resolve(value), self.scope.now)
        return row

    # Rows

    def insert(self, step):
        collection = self.reader.collection(step.get("collection"), writes=True)
        given = step["rows"] if "rows" in step else [step.get("values", {})]
        rows = self.add(collection, given, step.get("stop_at_quota"))
        result = {"count": len(rows), "ids": [collection.field("$key").show(row[collection.key]) for row in rows]}
        return self.returned(collection, step, rows, result, len(given) == 1)

    def add(self, collection, given, stops=False):
        rows = [self.complete(collection, values) for values in given]
        if stops:
            rows = list(self.within_quota(collection, rows))
        self.check_references(collection, rows, ["shared"])
        for row in rows:
            self.check_unique(collection, row)
            self.check_references(collection, [row], ["owned", "global"])
            self.store.put(collection.name, row[collection.key], row)
        self.check_quota(collection, rows)
        self.check_rules(collection, rows)
        return rows

    def complete(self, collection, values):
        """A whole new row."""
        row, now = self.accept(collection, values), self.scope.now
        if collection.tenancy != "global":
            row["tenant"] = self.tenant(collection, row.get("tenant"))
        for field in collection.fields.values():
            if field.name in row:
                continue
            if field.name == "id" and collection.key_type != "field":
                row["id"] = collection.new_key(None) if collection.key_type == "uuid" else self.store.count(collection.name, "id")
            else:
                row[field.name] = field.absent(now)
        return row

    def tenant(self, collection, given):
        if self.scope.is_system:
            if given or collection.tenancy == "shared":
                return given
            if self.scope.tenant is None:
                raise invalid("tenant", "This field is required.")
        elif given not in (None, self.scope.tenant):
            raise Refused(-31006, f"{collection.name}.tenant is another's")
        return self.scope.tenant

    def update(self, step):
        collection = self.reader.collection(step.get("collection"), writes=True)
        rows = self.changeable(collection, with_key(step))
        self.check_count(step, len(rows))
        rows = self.change(collection, rows, self.accept(collection, step.get("set") or {}), step.get("increment") or {})
        return self.returned(collection, step, rows[:1], {"count": len(rows)}, True)

    def changeable(self, collection, conditions):
        if not conditions:
            raise malformed("a filter or a key is needed")
        rows = self.found(collection, conditions)
        if not all(self.scope.may_change(collection, row) for row in rows):
            raise application("read_only", 403, f"a row of {collection.name} is everybody's")
        return rows

    def change(self, collection, rows, values, increment):
        changed = []
        for field in collection.fields.values():
            if field.auto == "updated":
                values.setdefault(field.name, self.scope.now)
        for row in rows:
            row = {**row, **values}
            for name, amount in increment.items():
                field = collection.field(name)
                row[name] = (row[name] or 0) + field.read(self.resolve(amount))
                if field.kind != "float":
                    field.check_range(row[name])
            changed.append(row)
            self.store.put(collection.name, row[collection.key], row)
        self.check_references(collection, changed, ["shared"], values)
        for row in changed:
            self.check_unique(collection, row)
        self.check_references(collection, changed, ["owned", "global"], values)
        self.check_rules(collection, changed)
        return changed

    def upsert(self, step):
        collection = self.reader.collection(step.get("collection"), writes=True)
        values, match = step.get("values") or {}, step.get("match") or []
        rows = self.changeable(collection, [[name, "eq", values.get(name)] for name in match])
        if not rows:
            added = self.add(collection, [values], step.get("stop_at_quota"))
            result = {"count": len(added), "created": bool(added), "ids": [row[collection.key] for row in added]}
            return self.returned(collection, step, added, result, True)
        increment = step.get("increment") or {}
        names = [name for name in step.get("set") or values if name not in match and name not in increment] if step.get("set") != [] else []
        rows = self.change(collection, rows[:1], self.accept(collection, {name: values[name] for name in names if name in values}), increment)
        result = {"count": 1, "created": False, "ids": [row[collection.key] for row in rows]}
        return self.returned(collection, step, rows, result, True)

    def delete(self, step):
        collection = self.reader.collection(step.get("collection"), writes=True)
        rows = self.changeable(collection, with_key(step))
        self.check_count(step, len(rows))
        self.check_held(collection, rows)
        gone, waiting = {}, [(collection.name, row[collection.key]) for row in rows]
        while waiting:
            name, key = waiting.pop()
            if key in gone.setdefault(name, set()):
                continue
            gone[name].add(key)
            for child, field in self.pointing_at(name):
                if field.on_delete == "cascade":
                    waiting += [(child.name, row[child.key]) for row in self.tables[child.name].values() if row[field.name] == key]
        for name, keys in gone.items():
            for key in keys:
                self.store.put(name, key, None)
        for name, keys in gone.items():
            for child, field in self.pointing_at(name):
                for row in [row for row in self.tables[child.name].values() if row[field.name] in keys]:
                    if field.on_delete == "restrict":
                        raise application("in_use", 409, f"a row of {child.name} refers to it", collection=child.name)
                    self.store.put(child.name, row[child.key], {**row, field.name: None})
        return {"count": len(rows)}

    def pointing_at(self, name):
        return [(child, field) for child in self.store.collections.values() for field in child.references() if field.target == name]

    def returned(self, collection, step, rows, result, is_single):
        shown = []
        if step.get("return"):
            show = self.reader.shower(collection, step["return"])
            shown = [show(row) for row in rows]
            result.update({"row": shown[0] if shown else None} if is_single else {"rows": shown})
        if step.get("as") and rows:
            values = {name: field.show(rows[0][name]) for name, field in collection.fields.items()}
            self.named[step["as"]] = {**values, "id": values[collection.key], **(shown[0] if shown else {})}
        return result

    # Rules

    def check_references(self, collection, rows, tenancies, only_fields=None):
        for row in rows:
            for field in collection.references():
                target = self.store.collections[field.target]
                if row[field.name] is None or target.tenancy not in tenancies or only_fields is not None and field.name not in only_fields:
                    continue
                found = self.tables[field.target].get(row[field.name])
                tenant = row.get("tenant")
                if found is None or not (target.tenancy == "global" or found["tenant"] in (tenant, None)):
                    value = field.show(row[field.name])
                    raise application("no_reference", 400, f"{field.name}: there is no such row", field=field.name, value=value)

    def check_unique(self, collection, row):
        keys = [{"fields": [collection.key]}, *collection.unique]
        for fields, where in [(key["fields"], key.get("where")) for key in keys]:
            values = [row[name] for name in fields]
            if None in values or where and not row[where]:
                continue
            for other in self.tables[collection.name].values():
                near = fields == [collection.key] or other.get("tenant") in (row.get("tenant"), *([None] if collection.tenancy == "shared" else []))
                if other is not row and near and (not where or other[where]) and [other[name] for name in fields] == values:
                    raise application("not_unique", 400, f"{', '.join(fields)}: a row has this already", fields=fields)

    def check_rules(self, collection, rows):
        for field in collection.references():
            for row in rows:
                target = self.tables[field.target].get(row[field.name])
                for theirs, mine in field.matching.items() if target else ():
                    if target[theirs] != row[collection.key if mine == "$key" else mine]:
                        raise invalid(field.name, f"This {field.target} has another {theirs}.")
                if field.max_levels and self.levels_above(field, row) + self.levels_below(collection, field, row) > field.max_levels + 1:
                    raise invalid(field.name, f"Nested too deeply: at most {field.max_levels} levels.")

    def levels_above(self, field, row):
        levels = 0
        while row and levels <= field.max_levels:  # a ring never ends
            row, levels = self.tables[field.target].get(row[field.name]), levels + 1
        return levels

    def levels_below(self, collection, field, row, depth=0):
        below = [one for one in self.tables[collection.name].values() if one[field.name] == row[collection.key]] if depth <= field.max_levels else []
        return 1 + max((self.levels_below(collection, field, one, depth + 1) for one in below), default=0)

    def check_held(self, collection, rows):
        keys = {row[collection.key] for row in rows}
        for child, field in self.pointing_at(collection.name):
            if field.holds is not None and any(self.reader.predicate(child, field.holds)(row)
                                               for row in self.tables[child.name].values() if row[field.name] in keys):
                raise application("in_use", 409, f"a row of {child.name} holds it", collection=child.name)

    def quota_room(self, collection, row):
        """The limit and how many rows there are, for the tenant and reference of a row; None where nothing limits."""
        quota = collection.quota
        owner = self.tables.get("tenant", {}).get(row.get("tenant")) if quota and not self.scope.is_system else None
        limit = (owner or {}).get(quota["limit"] if quota else None) or 0
        if not limit:
            return None
        per = quota.get("per")
        used = sum(one["tenant"] == row["tenant"] and (not per or one[per] == row[per]) for one in self.tables[collection.name].values())
        return limit, used, (row["tenant"], row[per] if per else None)

    def within_quota(self, collection, rows):
        taken = {}
        for row in rows:
            room = self.quota_room(collection, row)
            if room:
                limit, used, owner = room
                if used + taken.get(owner, 0) >= limit:
                    continue
                taken[owner] = taken.get(owner, 0) + 1
            yield row

    def check_quota(self, collection, rows):
        for row in rows:
            room = self.quota_room(collection, row)
            if room and room[1] > room[0]:
                limit, used, owner = room
                added = sum(self.quota_room(collection, one)[2] == owner for one in rows)
                name = collection.quota["name"]
                body = {"error": f"The limit of {limit} {name} is reached.", "code": "quota_exceeded", "quota": name,
                        "used": used - added, "limit": limit, "resets_at": None}
                raise Refused(-31100, body["error"], code="quota_exceeded", status=403, body=body)

    def check_count(self, step, count):
        expected = step.get("expect")
        if expected and count != expected["count"]:
            raise application("expectation", 409, f"{count} rows, not {expected['count']}", tag=expected["tag"], count=count)

    # Everything else

    def expect(self, step):
        collection = self.reader.collection(step.get("collection"))
        found, bounds = len(self.found(collection, step.get("filter") or [])), step.get("count") or {}
        low, high = bounds.get("eq", bounds.get("min")) or 0, bounds.get("eq", bounds.get("max"))
        if found < low or high is not None and found > high:
            if step.get("error"):
                refused = Refused(-31100, "an expectation did not hold")
                refused.error["data"] = step["error"]
                raise refused
            raise application("expectation", 409, "an expectation did not hold", tag=step.get("tag"), count=found)
        return {"count": found}

    def read(self, step):
        read = dict(step["read"])
        if "filter" in read:
            read["filter"] = [self.resolve_condition(one) for one in read["filter"]]
        return self.reader.read(read)

    def event(self, step):
        self.need_tenant("an event")
        tenant, round = self.scope.tenant, self.resolve_deep(step.get("round"))
        event = {
            "tenant": tenant, "round": round, "project": self.resolve_deep(step.get("project")),
            "seq": self.store.count("seq", tenant, round) if round else None, "position": self.store.count("position", tenant),
            "type": step["type"], "data": self.resolve_deep(step.get("data", {})), "created_at": time_text(self.scope.now),
        }
        self.store.put("$event", f"{tenant} {event['position']}", event)
        self.events.append(event)
        return {"seq": event["seq"], "position": event["position"]}

    def need_tenant(self, what):
        if self.scope.tenant is None and not self.scope.is_system:
            raise Refused(-31006, f"{what} needs a tenant")

    def job_enqueue(self, step):
        self.need_tenant("a job")
        job = self.jobs.enqueue({**step, "payload": self.resolve_deep(step.get("payload", {}))}, self.scope)
        if step.get("as"):
            self.named[step["as"]] = {"id": job}
        return {"id": job}

    def job_complete(self, step):
        self.jobs.end(self.jobs.held(step, self.scope), "done")
        return {}

    def job_cancel(self, step):
        return {"count": self.jobs.cancel(step["job"], self.scope)}

    def fence(self, step):
        self.jobs.held(step, self.scope)
        return {}
