"""Filters, orders, shapes and aggregates over rows (docs/PROTOCOL.md, sections 8.2 and 8.5)."""
from protocol import Refused
from schema import malformed

READS = {
    "select": {"filter", "order", "limit", "offset", "shape", "collection", "key"},
    "aggregate": {"filter", "group", "bucket", "measures", "order", "limit", "collection"},
    "count": {"filter", "collection"}, "many": {"reads"},
}
READS["page"] = READS["get"] = READS["select"]


class Scope:
    """For whom an operation runs, and when (section 7.2)."""

    def __init__(self, meta, now):
        self.tenant, self.is_system = meta.get("tenant"), meta.get("system") is True
        self.principal, self.now = meta.get("principal"), now
        self.granted = meta.get("collections")

    def keep_to_granted(self, name, writes=False):
        """A plugin uses the collections the host names, in whatever way it asks."""
        if self.granted is not None and name not in self.granted.get("write", []) + ([] if writes else self.granted.get("read", [])):
            raise Refused(-31006, f"{name} is not granted")

    def enter(self, collection, writes=False):
        self.keep_to_granted(collection.name, writes)
        if not self.is_system and self.tenant is None and collection.tenancy != "global":
            raise Refused(-31006, f"{collection.name} needs a tenant")

    def sees(self, collection, row):
        return self.may_change(collection, row) or collection.tenancy == "shared" and row["tenant"] is None

    def may_change(self, collection, row):
        return self.is_system or collection.tenancy == "global" or row["tenant"] == self.tenant


def only(given, allowed, what):
    if not isinstance(given, dict) or given.keys() - allowed:
        raise malformed(f"{what}: {', '.join(sorted(given.keys() - allowed)) if isinstance(given, dict) else 'not an object'}")


def rank(value):
    """For sorting: null comes before every value."""
    return (value is not None, value)


class Reader:
    """Reads on one moment's rows: `tables` has the rows of each collection by key."""

    def __init__(self, collections, tables, scope):
        self.collections, self.tables, self.scope = collections, tables, scope

    def collection(self, name, writes=False):
        if name not in self.collections:
            raise malformed(f"there is no collection {name}")
        self.scope.enter(self.collections[name], writes)
        return self.collections[name]

    def target(self, field):
        """The collection a reference leads to."""
        self.scope.keep_to_granted(field.target)
        return self.collections[field.target]

    def read(self, read):
        op = read.get("op") if isinstance(read, dict) else None
        if op not in READS:
            raise malformed(f"{op} is not a read")
        only(read, READS[op] | {"op"}, op)
        if op == "many":
            if not 1 <= len(read["reads"]) <= 16:
                raise malformed("many takes 1 to 16 reads")
            return {"results": [self.read(one) for one in read["reads"]]}
        collection = self.collection(read.get("collection"))
        if op == "aggregate":
            return {"rows": self.aggregate(collection, read)}
        rows = self.found(collection, with_key(read))
        if op == "count":
            return {"count": len(rows)}
        count, limit, offset = len(rows), read.get("limit", 100), read.get("offset", 0)
        if not 0 <= limit <= 1000 or offset < 0:
            raise malformed("limit must be 0 to 1000, offset not negative")
        rows = self.sorted(collection, rows, read.get("order"))
        show = self.shower(collection, read.get("shape", "detail"))
        if op == "get":
            return {"row": show(rows[offset]) if offset < len(rows) else None}
        shown = [show(row) for row in rows[offset:offset + limit]]
        return {"count": count, "rows": shown} if op == "page" else {"rows": shown}

    # Filters

    def found(self, collection, conditions):
        matches = self.predicate(collection, conditions)
        table = self.tables[collection.name]
        for condition in conditions:
            if isinstance(condition, list) and condition[:2] in (["$key", "eq"], [collection.key, "eq"]):  # need not look at all rows
                row = table.get(condition[2]) if isinstance(condition[2], (str, int)) else None
                return [row] if row and self.scope.sees(collection, row) and matches(row) else []
        return [row for row in table.values() if self.scope.sees(collection, row) and matches(row)]

    def predicate(self, collection, conditions):
        tests = [self.test(collection, condition) for condition in conditions]
        return lambda row: all(test(row) for test in tests)

    def test(self, collection, condition):
        if isinstance(condition, dict):
            only(condition, {"any"}, "condition")
            groups = [self.predicate(collection, group) for group in condition["any"]]
            return lambda row: any(group(row) for group in groups)
        if not isinstance(condition, list) or len(condition) != 3:
            raise malformed("a condition is [field, op, value]")
        path, op, wanted = condition
        get, field = self.getter(collection, path)
        if op == "in":
            values = [None if one is None else field.read(one) for one in wanted]
            return lambda row: get(row) in values
        if op == "isnull":
            return lambda row: (get(row) is None) == wanted
        if op == "contains":
            part = str(wanted).lower()
            return lambda row: get(row) is not None and part in get(row).lower()
        if op not in ("eq", "ne", "lt", "le", "gt", "ge"):
            raise malformed(f"{op} is not a comparison")
        value = None if wanted is None else field.read(wanted, self.scope.now)
        if op in ("eq", "ne"):
            return lambda row: (get(row) == value) == (op == "eq")
        compare = {"lt": lambda a: a < value, "le": lambda a: a <= value, "gt": lambda a: a > value, "ge": lambda a: a >= value}[op]
        return lambda row: value is not None and get(row) is not None and compare(get(row))

    def getter(self, collection, path):
        """What reads the value at a path of a row, through references if need be, and the field at its end."""
        head, _, rest = path.partition(".")
        field = collection.field(head)
        if not rest:
            return (lambda row: row[field.name]), field
        if not field.target:
            raise malformed(f"{collection.name}.{head}: is no reference")
        inner, end = self.getter(self.target(field), rest)

        def get(row):
            target = self.behind(field, row)
            return inner(target) if target else None
        return get, end

    def behind(self, field, row):
        """The row a reference points at, or None."""
        return self.tables[field.target].get(row[field.name])

    def sorted(self, collection, rows, order):
        for term in reversed([*(order or collection.order), "$key"]):  # sorting is stable: the first term comes last
            get, _ = self.getter(collection, term.lstrip("-"))
            rows = sorted(rows, key=lambda row: rank(get(row)), reverse=term.startswith("-"))
        return rows

    # Shapes

    def shower(self, collection, shape, above=()):
        members = [self.member(collection, {"name": one, "field": one} if isinstance(one, str) else one, shape, above)
                   for one in collection.shape(shape)]
        return lambda row: {name: show(row) for name, show in members}

    def member(self, collection, member, shape, above):
        kinds = [kind for kind in member if kind in MEMBERS]
        if not kinds:
            raise malformed("a member of a shape that says nothing")
        return member["name"], MEMBERS[kinds[0]](self, collection, member, shape, above)

    def show_field(self, collection, member, *_):
        if member["field"] in collection.hidden:
            return lambda row: None
        field = collection.field(member["field"])
        return lambda row: field.show(row[field.name])

    def show_lookup(self, collection, member, *_):
        reference, name = member["lookup"]
        if reference in collection.hidden:
            return lambda row: None
        get, field = self.getter(collection, f"{reference}.{name}")
        return lambda row: field.show(get(row))

    def show_one(self, collection, member, *_):
        if member["one"] in collection.hidden:
            return lambda row: None
        field = collection.field(member["one"])
        show = self.shower(self.target(field), member.get("shape", "list"))

        def one(row):
            target = self.behind(field, row)
            return show(target) if target else None
        return one

    def children(self, collection, name, by, conditions=()):
        """What finds the rows of another collection that point at a row; None when there is no such collection now."""
        child = self.collections.get(name)
        if child is None or by in child.hidden:
            return None
        self.scope.keep_to_granted(name)
        matches, field = self.predicate(child, conditions), child.field(by)
        return lambda row: [one for one in self.tables[name].values()
                            if one[field.name] == row[collection.key] and self.scope.sees(child, one) and matches(one)]

    def show_many(self, collection, member, *_):
        children = self.children(collection, member["many"], member["by"], member.get("filter") or ())
        if children is None:
            return lambda row: []
        child = self.collections[member["many"]]
        show = self.shower(child, member.get("shape", "list"))
        return lambda row: [show(one) for one in self.sorted(child, children(row), member.get("order"))[:member.get("limit")]]

    def show_count(self, collection, member, *_):
        children = self.children(collection, member["count"], member["by"], member.get("filter") or ())
        return (lambda row: 0) if children is None else lambda row: len(children(row))

    def show_sum(self, collection, member, *_):
        name, by, summed = member["sum"]
        children = self.children(collection, name, by)
        if children is None:
            return lambda row: 0
        field = self.collections[name].field(summed)
        return lambda row: field.show(total(field, [one[summed] for one in children(row)]))

    def show_isnull(self, collection, member, *_):
        name = member["isnull"]
        return lambda row: row.get(name) is None

    def show_seconds(self, collection, member, *_):
        start, end = member["seconds"]

        def seconds(row):
            if row[start] is None:
                return None
            return ((self.scope.now if row[end] is None else row[end]) - row[start]) / 1_000_000
        return seconds

    def show_number(self, collection, member, *_):
        field = collection.field(member["number"])
        return lambda row: field.number(row[field.name])

    def show_value(self, collection, member, *_):
        return lambda row: member["value"]

    def show_path(self, collection, member, *_):
        parent, name = member["path"]
        self.target(collection.field(parent))

        def path(row):
            names, place, field = [], collection, collection.field(parent)
            while row and len(names) < 65:
                names.insert(0, row[name] or "")
                row, place = self.behind(field, row), self.collections[field.target]
                field = next(one for one in place.references() if one.target == place.name)
            return "/".join(names)
        return path

    def show_tree(self, collection, member, shape, above):
        children = self.children(collection, collection.name, member["tree"])

        def tree(row):
            path = (*above, row[collection.key])
            below = [one for one in children(row) if one[collection.key] not in path]
            show = self.shower(collection, shape, path)
            return [show(one) for one in self.sorted(collection, below, member.get("order"))]
        return tree

    # Aggregates

    def aggregate(self, collection, read):
        limit = read.get("limit", 1000)
        if not 1 <= limit <= 1000:
            raise malformed("limit must be 1 to 1000")
        keys = [(name, *self.getter(collection, name)) for name in read.get("group") or []]
        bucket = read.get("bucket")
        if bucket:
            unit = {"hour": 3600, "day": 86400}[bucket["unit"]] * 1_000_000
            get, field = self.getter(collection, bucket["field"])
            keys.append(("period", lambda row: None if get(row) is None else get(row) // unit * unit, field))
        groups = {} if keys else {(): []}
        for row in self.found(collection, read.get("filter") or []):
            groups.setdefault(tuple(get(row) for _, get, _ in keys), []).append(row)
        rows = []
        for values in sorted(groups, key=lambda values: [rank(value) for value in values]):
            shown = {name: field.show(value) for (name, _, field), value in zip(keys, values)}
            for name, measure in (read.get("measures") or {}).items():
                shown[name] = self.measure(collection, measure, groups[values])
            rows.append(shown)
        for term in reversed(read.get("order") or []):
            rows.sort(key=lambda row: rank(row[term.lstrip("-")]), reverse=term.startswith("-"))
        return rows[:limit]

    def measure(self, collection, measure, rows):
        ((function, name),) = measure.items()
        if function == "count":
            return len(rows)
        field = collection.field(name)
        values = [row[name] for row in rows if row[name] is not None]
        if function == "sum":
            return field.number(total(field, values))
        if function not in ("avg", "min", "max"):
            raise malformed(f"{function} is not a measure")
        if not values:
            return None
        if function == "avg":
            mean = float(total(field, values)) / len(values)
            return mean / 10**field.places if field.kind == "decimal" else mean
        return field.number(min(values) if function == "min" else max(values))


MEMBERS = {kind: getattr(Reader, "show_" + kind)
           for kind in ("field", "lookup", "one", "many", "count", "sum", "isnull", "seconds", "number", "value", "path", "tree")}


def total(field, values):
    return sum((value for value in values if value is not None), start=0.0 if field.kind == "float" else 0)


def with_key(given):
    """The filter of a read or a step, with its `key` as a condition."""
    return (given.get("filter") or []) + ([["$key", "eq", given["key"]]] if given.get("key") is not None else [])
