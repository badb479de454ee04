"""Collections, their fields, and values: from the wire into rows and back (docs/PROTOCOL.md, sections 7.1 and 8.5)."""
import re
import uuid
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from protocol import Refused, application

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
EMPTY = {"text": "", "integer": 0, "bigint": 0, "decimal": 0, "boolean": False, "float": 0.0, "json": {}}


def malformed(message):
    """A read or a step that means nothing."""
    return Refused(-32602, message)


def invalid(field, message):
    return application("invalid", 400, f"{field}: {message}", field=field, message=message)


class Field:
    """A field; rows hold decimals as whole numbers of their smallest unit and datetimes as microseconds since 1970."""

    def __init__(self, spec):
        self.name, self.type = spec["name"], spec["type"]
        self.kind = self.type  # of a reference: its target's key's
        self.target = spec.get("to")
        self.on_delete = spec.get("on_delete") or "cascade"
        self.is_nullable = bool(spec.get("nullable"))
        self.is_required = bool(spec.get("required"))
        self.default = spec.get("default")
        self.auto = spec.get("auto")
        self.is_private = bool(spec.get("private"))
        self.places, self.digits = spec.get("places") or 0, spec.get("digits") or 18
        self.max_length, self.minimum, self.maximum = spec.get("max_length"), spec.get("minimum"), spec.get("maximum")
        self.matching, self.holds, self.max_levels = spec.get("matching") or {}, spec.get("holds"), spec.get("max_levels")

    def read(self, value, now=0):
        """A value of the wire, not null, as rows hold it."""
        reader = getattr(self, "read_" + {"integer": "int", "bigint": "int"}.get(self.kind, self.kind))
        return reader(value, now)

    def read_text(self, value, _):
        if not isinstance(value, str):
            raise invalid(self.name, "Not a valid string.")
        return value

    def read_int(self, value, _):
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if type(value) is not int:
            raise invalid(self.name, "A valid integer is required.")
        self.check_range(value)
        return value

    def read_float(self, value, _):
        if type(value) not in (int, float):
            raise invalid(self.name, "A valid number is required.")
        return float(value)

    def read_decimal(self, value, _):
        try:
            if type(value) not in (int, float, str):
                raise ValueError
            number = Decimal(value if isinstance(value, str) else repr(value))
            scaled = int(number.quantize(Decimal(1).scaleb(-self.places), ROUND_HALF_EVEN).scaleb(self.places))
        except (InvalidOperation, ValueError, OverflowError):
            raise invalid(self.name, "A valid number is required.") from None
        self.check_range(scaled)
        return scaled

    def read_boolean(self, value, _):
        if not isinstance(value, bool):
            raise invalid(self.name, "Must be a valid boolean.")
        return value

    def read_datetime(self, value, now):
        if value == {"$now": True}:
            return now
        try:
            moment = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            raise invalid(self.name, "Must be a datetime such as 2026-01-31T12:00:00Z.") from None
        return (moment.replace(tzinfo=moment.tzinfo or timezone.utc) - EPOCH) // timedelta(microseconds=1)

    def read_uuid(self, value, _):
        if not isinstance(value, str) or not re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", value):
            raise invalid(self.name, "Must be a valid UUID.")
        return value.lower()

    def read_json(self, value, _):
        return value

    def check_range(self, number):
        limit = 10**self.digits if self.kind == "decimal" else 1 << (31 if self.kind == "integer" else 63)
        if not -limit <= number < limit:
            raise invalid(self.name, "Out of range.")

    def write(self, value, now):
        """A value to store: null and length are checked too."""
        if value is None:
            if not self.is_nullable:
                raise invalid(self.name, "This field may not be null.")
            return None
        value = self.read(value, now)
        if self.max_length and self.kind == "text" and len(value) > self.max_length:
            raise invalid(self.name, f"Ensure this field has no more than {self.max_length} characters.")
        if self.kind in ("integer", "bigint") and not (self.minimum is None or value >= self.minimum):
            raise invalid(self.name, f"Ensure this value is greater than or equal to {self.minimum}.")
        if self.kind in ("integer", "bigint") and not (self.maximum is None or value <= self.maximum):
            raise invalid(self.name, f"Ensure this value is less than or equal to {self.maximum}.")
        return value

    def absent(self, now):
        """What is stored when nothing was sent."""
        if self.auto:
            return now
        if self.default is not None:
            return self.write(self.default, now)
        if self.is_nullable:
            return None
        if self.is_required or self.target or self.kind not in EMPTY:
            raise invalid(self.name, "This field is required.")
        return EMPTY[self.kind]

    def show(self, value):
        """As clients see it."""
        if value is None:
            return None
        if self.kind == "decimal":
            return str(Decimal(value).scaleb(-self.places)) if self.places == 0 else f"{Decimal(value).scaleb(-self.places):.{self.places}f}"
        return time_text(value) if self.kind == "datetime" else value

    def number(self, value):
        """A decimal as a number."""
        return value / 10**self.places if self.kind == "decimal" and value is not None else self.show(value)


def time_text(microseconds):
    moment = EPOCH + timedelta(microseconds=microseconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + (f".{moment.microsecond:06}" if moment.microsecond else "") + "Z"


class Collection:
    def __init__(self, spec):
        self.spec, self.name = spec, spec["name"]
        self.tenancy, key = spec.get("tenancy", "owned"), spec.get("key", "serial")
        self.key_type = key if isinstance(key, str) else "field"
        self.key = "id" if isinstance(key, str) else key["field"]
        self.fields = {field["name"]: Field(field) for field in spec.get("fields", [])}
        self.shown = [name for name, field in self.fields.items() if not field.is_private and name != self.key]
        if self.key == "id" and self.key_type != "field":
            self.fields["id"] = Field({"name": "id", "type": "uuid" if key == "uuid" else "bigint"})
        if self.tenancy != "global":
            self.fields["tenant"] = Field({"name": "tenant", "type": "uuid", "nullable": self.tenancy == "shared"})
        self.order = spec.get("order", [])
        self.unique = [({"fields": key} if isinstance(key, list) else key) for key in spec.get("unique", [])]
        self.quota = spec.get("quota")
        self.hidden = set()

    def field(self, name):
        if name == "$key":
            name = self.key
        if name not in self.fields:
            raise malformed(f"{self.name}.{name}: is not a field")
        return self.fields[name]

    def references(self):
        return [field for field in self.fields.values() if field.target]

    def new_key(self, number):
        return str(uuid.uuid4()) if self.key_type == "uuid" else number

    def shape(self, shape):
        if not isinstance(shape, str):
            return shape
        named = self.spec.get("shapes", {}).get(shape)
        if named is None and shape not in ("detail", "list"):
            raise malformed(f"{self.name} has no shape {shape}")
        return [self.key, *self.shown] if named is None else named


def schema(specs):
    """The collections, and what had to be left out because it refers to what is not there (section 8.1)."""
    collections = {spec["name"]: Collection(spec) for spec in specs}
    left_out = []
    while True:
        lost = [(one, field) for one in collections.values() for field in one.references() if field.target not in collections]
        if not lost:
            break
        for one, field in lost:
            if field.is_nullable and one.name in collections:
                one.hidden.add(one.fields.pop(field.name).name)
                left_out.append(f"{one.name}.{field.name}")
            elif collections.pop(one.name, None):
                left_out.append(one.name)
    for one in collections.values():
        for field in one.references():
            field.kind = key_kind(collections, field.target)
    return collections, left_out


def key_kind(collections, name):
    field = collections[name].fields[collections[name].key]
    return key_kind(collections, field.target) if field.target else field.kind
