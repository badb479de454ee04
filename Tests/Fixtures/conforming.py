#!/usr/bin/env python3
"""A plugin that keeps docs/PROTOCOL.md, on the standard library alone; or breaks the one rule that its first argument names."""
import base64
import json
import os
import re
import socket
import struct
import sys
import threading
import time

BROKEN = sys.argv[1] if len(sys.argv) > 1 else "nothing"
WINDOW, CHUNK, DEPTH = 1 << 20, 1 << 16, 64
MEMBERS = {"jsonrpc", "id", "method", "params", "result", "error", "meta"}

host = socket.socket(fileno=3)
lock = threading.RLock()
limit = 1 << 16
calls = {}
sent_calls = 0
draining = False
pings = 0


class Refused(Exception):
    """An error answer: code and message."""


class Broken(Exception):
    """The host broke the protocol."""


class Call:
    """A request being served."""

    def __init__(self, is_work):
        self.is_work = is_work
        self.changed = threading.Condition(lock)
        self.cancelled = self.ended = False
        self.credit, self.received = WINDOW, []

    def wait(self, condition, seconds=None):
        with self.changed:
            if BROKEN == "deaf-to-cancel":
                return self.changed.wait_for(condition, seconds)
            self.changed.wait_for(lambda: self.cancelled or condition(), seconds)
            if self.cancelled:
                raise Refused(-31004, "cancelled")

    def change(self, cancelled=False, ended=False, chunk=None, credit=0):
        with self.changed:
            self.cancelled, self.ended = self.cancelled or cancelled, self.ended or ended
            self.received += [chunk] if chunk else []
            self.credit += credit
            self.changed.notify_all()


# Frames and messages


def exactly(count):
    data = b""
    while len(data) < count:
        part = host.recv(count - len(data))
        if not part:
            if BROKEN == "outlives-host":
                time.sleep(600)
            os._exit(0)
        if count == 4 and len(part) < 4 and BROKEN == "takes-whole-headers":
            raise Broken("half a header")
        data += part
    return data


def send(message, **more):
    body = json.dumps({"jsonrpc": "2.0", **message, **more}, ensure_ascii=False).encode()
    with lock:
        host.sendall(struct.pack(">I", len(body)) + body)


def no_number(text):
    if BROKEN != "takes-nan":
        raise Broken(text + " is no JSON")


def once(pairs):
    if len({name for name, _ in pairs}) < len(pairs) and BROKEN != "takes-doubles":
        raise Broken("a member twice")
    return dict(pairs)


def depth(text):
    level = deepest = 0
    for character in re.sub(r'"(\\.|[^"\\])*"', "", text):
        level += (character in "[{") - (character in "]}")
        deepest = max(deepest, level)
    return deepest


def parse(body):
    text = body.decode("utf-8", "replace" if BROKEN == "takes-bad-utf8" else "strict")
    if depth(text) > DEPTH and BROKEN != "takes-any-depth":
        raise Broken("too deep")
    message = json.loads(text, object_pairs_hook=once, parse_constant=no_number)
    if not isinstance(message, dict):
        raise Broken("no object")
    if BROKEN != "takes-bad-utf8":
        json.dumps(message, ensure_ascii=False).encode()
    kind = "method" in message, "result" in message, "error" in message
    number = message.get("id")
    rules = [
        (message.get("jsonrpc") == "2.0", "takes-any-version"),
        (set(message) <= MEMBERS, "takes-any-member"),
        ("params" in message or BROKEN != "needs-params", "nothing"),
        (number is None or type(number) is not int or number < 1 << 31 or BROKEN != "short-ids", "nothing"),
        ("id" not in message or type(number) is int and 1 <= number < 1 << 53, "takes-any-id"),
        (all(isinstance(message.get(name, {}), dict) for name in ("params", "error", "meta")), "takes-any-params"),
        (isinstance(message.get("method", ""), str), "takes-any-params"),
        (sum(kind) == 1 and ("id" in message or kind[0]), "takes-any-kind"),
        (kind[0] or number in range(1, sent_calls + 1), "takes-stray-answers"),
    ]
    for holds, mode in rules:
        if not holds and BROKEN != mode:
            raise Broken(mode)
    return message


def receive():
    (length,) = struct.unpack(">I", exactly(4))
    if length == 0 and BROKEN == "takes-empty-frames":
        return {"method": "$/nothing"}
    if not 1 <= length <= limit:
        if length > limit and BROKEN == "takes-long-frames":
            return {"method": "$/nothing"}
        raise Broken(f"a frame of {length} bytes")
    body = exactly(length)
    try:
        return parse(body)
    except (ValueError, RecursionError) as error:
        if isinstance(error, json.JSONDecodeError) and BROKEN == "answers-garbage":
            send({"id": None, "error": {"code": -32700, "message": "parse error"}})
        if isinstance(error, json.JSONDecodeError) and BROKEN == "takes-garbage":
            return {"method": "$/nothing"}
        raise Broken(str(error)) from error


# Methods


def initialize(params):
    global limit
    if 1 not in params["protocol"]:
        if BROKEN != "takes-any-host":
            raise Refused(-31008, "I speak protocol 1")
    if BROKEN == "picky" and params.keys() - {"protocol", "plugin", "incarnation", "max_frame", "config", "secrets", "paths", "concurrency"}:
        raise Refused(-32602, "unknown member")
    if BROKEN != "short-of-breath":
        limit = params["max_frame"]
    if BROKEN == "talks-on-stdout":
        print('{"jsonrpc":"2.0","id":1,"result":{}}', flush=True)
    return {"protocol": 7 if BROKEN == "wrong-version" else 1, "name": "conforming", "version": "1.0.0"}


def describe(number):
    if BROKEN == "mixes-up" and number > 20:
        return {}
    methods = [{"name": f"test.{name}", "summary": name.capitalize() + "s."} for name in ("echo", "hold", "stream", "sink")]
    if BROKEN == "describes-others":
        methods.append({"name": "storage.read"})
    return {"provides": [] if BROKEN == "provides-nothing" else ["test"], "methods": methods}


def ready():
    if BROKEN == "never-ready":
        time.sleep(600)
    return {}


def drain(number):
    with lock:
        mine = [call for other, call in calls.items() if other != number]
    if BROKEN != "drains-early":
        for call in mine:
            with call.changed:
                call.changed.wait_for(lambda: call not in calls.values())
    return {}


def stream(number, params, call):
    rest = params["bytes"]
    while rest > 0:
        count = min(CHUNK, rest) + (1 if BROKEN == "long-chunks" else 0)
        if BROKEN != "ahead-of-credit":
            call.wait(lambda: call.credit >= count)
        with lock:
            call.credit -= count
            data = base64.b64encode(b"x" * count).decode().rstrip("=" if BROKEN == "bare-base64" else "")
            send({"method": "$/chunk"}, params={"id": number, "side": "result", "data": data})
        rest -= count
    return {"bytes": params["bytes"]}


def sink(number, call):
    total = 0
    while True:
        call.wait(lambda: call.received or call.ended)
        with lock:
            chunks, call.received = call.received, []
        if not chunks:
            return {"bytes": total}
        count = sum(map(len, chunks))
        total += count
        if BROKEN != "stingy":
            send({"method": "$/credit"}, params={"id": number, "side": "params", "bytes": count * (2 if BROKEN == "generous" else 1)})


def serve(number, method, params, call):
    if method == "test.echo":
        return params
    if method == "test.hold":
        call.wait(lambda: False, params.get("seconds", 600))
        return {}
    if method == "test.stream":
        return stream(number, params, call)
    if method == "test.sink":
        return sink(number, call)
    controls = {"$/initialize": lambda: initialize(params), "$/describe": lambda: describe(number), "$/ready": ready, "$/drain": lambda: drain(number)}
    if method in controls:
        return controls[method]()
    if BROKEN == "knows-everything":
        return {}
    raise Refused(-32601, "no method " + method)


def answer(number, method, params):
    call = calls[number]
    try:
        try:
            reply = {"result": serve(number, method, params, call)}
        except Refused as refusal:
            code, text = refusal.args
            if code == -32601 and BROKEN == "long-winded":
                text += "\nand more"
            reply = {"error": {"code": code, "message": text}}
        with lock:
            send(reply, id=number)
            if BROKEN == "answers-twice" and "error" in reply and reply["error"]["code"] == -32601:
                send(reply, id=number)
    finally:
        with lock:
            del calls[number]
            call.change()


def notified(method, params):
    with lock:
        call = calls.get(params.get("id"))
    if BROKEN == "strict" and method not in ("$/cancel", "$/chunk", "$/credit", "$/progress"):
        raise Broken("unknown notification " + method)
    if call is None:
        return
    if method == "$/cancel":
        call.change(cancelled=True)
    elif method == "$/chunk" and params.get("end"):
        call.change(ended=True)
    elif method == "$/chunk":
        call.change(chunk=base64.b64decode(params["data"], validate=True))
    elif method == "$/credit":
        call.change(credit=params["bytes"])


def request(number, method, params):
    global draining, pings
    with lock:
        if number in calls and BROKEN != "takes-double-ids":
            raise Broken("an id twice")
    if method == "$/ping":
        with lock:
            pings += 1
            if BROKEN == "tires" and pings > 100:
                return
            if BROKEN == "busy" and any(call.is_work for call in calls.values()):
                return
        return send({"id": number, "result": {}})
    if method == "$/shutdown":
        send({"id": number, "result": {}})
        if BROKEN != "never-ends":
            os._exit(3 if BROKEN == "ends-badly" else 0)
        return
    is_work = not method.startswith("$/")
    if draining and is_work and BROKEN != "keeps-serving":
        return send({"id": number, "error": {"code": -31010, "message": "going away"}})
    draining = draining or method == "$/drain"
    with lock:
        calls[number] = Call(is_work)
    threading.Thread(target=answer, args=(number, method, params), daemon=True).start()


try:
    while True:
        message = receive()
        if "method" not in message:
            continue
        if "id" in message:
            request(message["id"], message["method"], message.get("params", {}))
        else:
            notified(message["method"], message.get("params", {}))
except Broken as broken:
    print(broken, file=sys.stderr, flush=True)
    os._exit(1)
