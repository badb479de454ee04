"""Rows in memory and on disk: one SQLite table holds everything, memory is a copy of it that is quick to search."""
import json
import sqlite3

from protocol import application
from schema import Collection, schema

# Tables of our own, beside those of the collections.
OWN = ("$collection", "$counter", "$event", "$job", "$operation")


class Store:
    def __init__(self, path):
        self.file = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
        self.file.execute("PRAGMA journal_mode = WAL")
        self.file.execute("PRAGMA synchronous = FULL")  # what is acknowledged is on disk
        self.file.execute("CREATE TABLE IF NOT EXISTS row (collection TEXT, key TEXT, data TEXT, PRIMARY KEY (collection, key)) WITHOUT ROWID")
        self.undo = []
        self.load()

    def load(self):
        self.version = self.data_version()
        self.tables = {name: {} for name in OWN}
        for name, key, data in self.file.execute("SELECT collection, key, data FROM row"):
            self.tables.setdefault(name, {})[json.loads(key)] = json.loads(data)
        self.arrange([spec for _, spec in sorted(self.tables["$collection"].items())])

    def arrange(self, specs):
        """Takes these collections as those there are, and fills in what their rows lack."""
        self.collections, self.left_out = schema(specs)
        for name, collection in self.collections.items():
            rows = self.tables.setdefault(name, {})
            for field in collection.fields.values():
                for row in rows.values():
                    if field.name not in row:
                        row[field.name] = field.absent(0)

    def data_version(self):
        """Changes when another process has written: an old incarnation finishes beside its successor."""
        return self.file.execute("PRAGMA data_version").fetchone()[0]

    def refresh(self):
        if self.data_version() != self.version:
            self.load()

    # Changes: in memory at once, on disk with the commit, undone when something fails

    def put(self, name, key, row):
        """Writes a row; None removes it."""
        table = self.tables[name]
        self.undo.append((name, key, table.get(key)))
        if row is None:
            table.pop(key, None)
        else:
            table[key] = row

    def count(self, *name):
        """The next number of a counter, from 1."""
        key = json.dumps(name)
        number = self.tables["$counter"].get(key, 0) + 1
        self.put("$counter", key, number)
        return number

    def commit(self):
        changed = {(name, key) for name, key, _ in self.undo}
        try:
            self.file.execute("BEGIN IMMEDIATE")
            for name, key in changed:
                row = self.tables[name].get(key)
                if row is None:
                    self.file.execute("DELETE FROM row WHERE collection = ? AND key = ?", (name, json.dumps(key)))
                else:
                    self.file.execute("INSERT OR REPLACE INTO row VALUES (?, ?, ?)", (name, json.dumps(key), json.dumps(row)))
            self.file.execute("COMMIT")
        except sqlite3.Error as error:
            if self.file.in_transaction:
                self.file.execute("ROLLBACK")
            self.rollback()
            raise application("storage_full", 507, f"nothing was changed: {error}") from error
        self.undo = []

    def rollback(self):
        for name, key, row in reversed(self.undo):
            if row is None:
                self.tables[name].pop(key, None)
            else:
                self.tables[name][key] = row
        self.undo = []

    # Section 8.1

    def migrate(self, specs):
        applied = []
        for spec in specs:
            before = self.tables["$collection"].get(spec["name"])
            if before is None:
                applied.append(spec["name"])
            else:
                applied += self.difference(Collection(before), Collection(spec))
        for spec in specs:
            self.put("$collection", spec["name"], spec)
        self.commit()
        self.arrange(specs)
        return {"applied": applied, "left_out": self.left_out}

    def difference(self, old, new):
        """The fields that are new; refuses what would lose or guess data."""
        for field in old.fields.values():
            now = new.fields.get(field.name)
            if now is None or (now.type, now.target, now.places) != (field.type, field.target, field.places) or field.is_nullable > now.is_nullable:
                raise refused(f"{new.name}.{field.name}", "the field is gone or is another one")
        if (old.tenancy, old.key, old.key_type) != (new.tenancy, new.key, new.key_type):
            raise refused(new.name, "its key or its tenancy changed")
        added = [field for field in new.fields.values() if field.name not in old.fields]
        for field in added:
            if self.tables.get(new.name) and field.is_required and field.default is None and not field.is_nullable:
                raise refused(f"{new.name}.{field.name}", "a new field needs a default")
        return [f"{new.name}.{field.name}" for field in added]

    def backup(self, path):
        with sqlite3.connect(path) as copy:
            self.file.backup(copy)
        copy.close()


def refused(name, reason):
    return application("migration_refused", 500, f"{name}: {reason}", field=name)
