"""One end of the HiveCore plugin protocol (docs/PROTOCOL.md, sections 1 to 5), for any plugin in Python. Standard library only."""
import json
import os
import socket
import struct
import sys
import threading


class Refused(Exception):
    """An error answer (section 2.4)."""

    def __init__(self, code, message, /, **data):
        super().__init__(message)
        self.error = {"code": code, "message": message, **({"data": data} if data else {})}


def application(code, status, message, /, **more):
    """A defined failure of a method, which the HTTP client sees as well."""
    return Refused(-31100, message, **{"code": code, "status": status, "body": {"error": message, "code": code}, **more})


class BrokenProtocol(Exception):
    """The other side broke the rules: the connection ends."""


class Call:
    """A request being served."""

    def __init__(self):
        self.is_cancelled = False
        self.on_cancel = lambda: None

    def cancel(self):
        self.is_cancelled = True
        self.on_cancel()


class Plugin:
    """Serves `methods` (name → function of params, meta and call) until the host ends it."""

    def __init__(self, name, version, provides, methods, ready, drain=lambda: None):
        self.name, self.version, self.provides = name, version, provides
        self.methods, self.ready, self.drain = methods, ready, drain
        self.host = socket.socket(fileno=3)
        self.limit = 65536
        self.sending, self.changed = threading.Lock(), threading.Condition()
        self.calls, self.is_draining = {}, False

    def run(self):
        try:
            while True:
                self.take(self.receive())
        except (BrokenProtocol, ValueError, RecursionError) as error:
            print(f"{self.name}: {error}", file=sys.stderr, flush=True)
            os._exit(1)

    # Frames (section 2.1)

    def read(self, count):
        data = bytearray()
        while len(data) < count:
            part = self.host.recv(count - len(data))
            if not part:
                os._exit(0)  # the host is gone
            data += part
        return bytes(data)

    def receive(self):
        (length,) = struct.unpack(">I", self.read(4))
        require(1 <= length <= self.limit, f"a frame of {length} bytes, limit {self.limit}")
        message = json.loads(self.read(length).decode(), object_pairs_hook=unique, parse_constant=not_json)
        require(isinstance(message, dict) and depth(message) <= 64, "one JSON object, at most 64 levels deep")
        encode(message)  # fails for lone surrogates
        require(message.get("jsonrpc") == "2.0" and message.keys() <= {"jsonrpc", "id", "method", "params", "meta"}, "not JSON-RPC 2.0")
        require(isinstance(message.get("method"), str), "an answer, and this plugin asks nothing")
        require("id" not in message or type(message["id"]) is int and 1 <= message["id"] < 1 << 53, "a wrong id")
        require(all(isinstance(message.get(name, {}), dict) for name in ("params", "meta")), "params and meta are objects")
        return message

    def send(self, **message):
        body = encode({"jsonrpc": "2.0", **message})
        if len(body) > self.limit:
            if "id" not in message:
                return
            body = encode({"jsonrpc": "2.0", "id": message["id"], "error": {"code": -31007, "message": f"a reply of {len(body)} bytes"}})
        with self.sending:
            self.host.sendall(struct.pack(">I", len(body)) + body)

    def notify(self, method, params):
        self.send(method=method, params=params)

    # Messages (sections 2.2 and 3)

    def take(self, message):
        method, params, number = message["method"], message.get("params", {}), message.get("id")
        if number is None:
            if method == "$/cancel" and params.get("id") in self.calls:
                self.calls[params["id"]].cancel()
            return
        with self.changed:
            require(number not in self.calls, f"the id {number} is in use")
            if self.is_draining and not method.startswith("$/"):
                return self.send(id=number, error={"code": -31010, "message": f"{self.name} is going away"})
            self.is_draining = self.is_draining or method == "$/drain"
            call = self.calls[number] = Call()
        if method in ("$/initialize", "$/ping"):
            self.answer(number, method, params, message.get("meta", {}), call)
        else:
            threading.Thread(target=self.answer, args=(number, method, params, message.get("meta", {}), call), daemon=True).start()

    def answer(self, number, method, params, meta, call):
        try:
            reply = {"result": self.serve(method, params, meta, call)}
        except Refused as refused:
            reply = {"error": refused.error}
        except Exception as error:  # what nobody expected is for the log, not for the caller
            print(f"{method}: {error!r}", file=sys.stderr, flush=True)
            reply = {"error": {"code": -32603, "message": f"{method} failed in {self.name}"}}
        with self.changed:
            del self.calls[number]
            self.send(id=number, **reply)
            self.changed.notify_all()
        if method == "$/shutdown":
            os._exit(0)

    def serve(self, method, params, meta, call):
        if method == "$/initialize":
            return self.initialize(params)
        if method == "$/describe":
            return {"provides": self.provides, "methods": [{"name": name, **about} for name, (about, _) in self.methods.items()]}
        if method == "$/ready":
            self.ready(self)
            return {}
        if method == "$/drain":
            self.drain()
            with self.changed:
                self.changed.wait_for(lambda: len(self.calls) == 1)  # this one
            return {}
        if method in ("$/ping", "$/shutdown"):
            return {}
        if method not in self.methods:
            raise Refused(-32601, f"{self.name} has no method {method}")
        return self.methods[method][1](params, meta, call)

    def initialize(self, params):
        if 1 not in params["protocol"]:
            raise Refused(-31008, f"{self.name} speaks protocol 1")
        self.limit, self.config, self.paths = params["max_frame"], params["config"], params["paths"]
        return {"protocol": 1, "name": self.name, "version": self.version}


def encode(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def require(holds, rule):
    if not holds:
        raise BrokenProtocol(rule)


def unique(pairs):
    require(len(dict(pairs)) == len(pairs), "a member twice")
    return dict(pairs)


def not_json(text):
    raise BrokenProtocol(text + " is not JSON")


def depth(value):
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(depth, inner), default=0)
