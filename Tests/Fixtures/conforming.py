#!/usr/bin/env python3
"""A plugin that keeps docs/PROTOCOL.md, on the standard library alone; or breaks the one rule that its first argument names.

Its second argument is the capability it serves: `test`, or `blobs`.
"""
import base64
import hashlib
import json
import os
import re
import socket
import struct
import sys
import threading
import time

BROKEN = sys.argv[1] if len(sys.argv) > 1 else "nothing"
CAPABILITY = sys.argv[2] if len(sys.argv) > 2 else "test"
VERBS = {"test": ("echo", "hold", "stream", "sink"), "blobs": ("put", "get", "delete", "url")}[CAPABILITY]
WINDOW, CHUNK, DEPTH = 1 << 20, 1 << 16, 64
MEMBERS = {"jsonrpc", "id", "method", "params", "result", "error", "meta"}

host = socket.socket(fileno=3)
lock = threading.RLock()
limit = 1 << 16
calls, kept = {}, {}
state = ""
sent_calls = 0
draining = False
pings = 0


class Refused(Exception):
    """An error answer: code, message and, if any, data."""


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
    global limit, state
    state = params["paths"]["state"]
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
    methods = [{"name": f"{CAPABILITY}.{name}", "summary": name.capitalize() + "s."} for name in VERBS]
    if BROKEN == "describes-others":
        methods.append({"name": "storage.read"})
    return {"provides": [] if BROKEN == "provides-nothing" else [CAPABILITY], "methods": methods}


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


def stream(number, data, call):
    while data:
        part = data[:CHUNK + (1 if BROKEN == "long-chunks" else 0)]
        if BROKEN != "ahead-of-credit":
            call.wait(lambda: call.credit >= len(part))
        with lock:
            call.credit -= len(part)
            text = base64.b64encode(part).decode().rstrip("=" if BROKEN == "bare-base64" else "")
            send({"method": "$/chunk"}, params={"id": number, "side": "result", "data": text})
        data = data[len(part):]


def sink(number, call):
    data = b""
    while True:
        call.wait(lambda: call.received or call.ended)
        with lock:
            chunks, call.received = call.received, []
        if not chunks:
            return data
        count = sum(map(len, chunks))
        data += b"".join(chunks)
        if BROKEN != "stingy":
            send({"method": "$/credit"}, params={"id": number, "side": "params", "bytes": count * (2 if BROKEN == "generous" else 1)})


# Blobs: a file each, named by the digest of tenant and key


def blob(verb, number, params, meta, call):
    key, tenant = params.get("key"), meta.get("tenant")
    if not isinstance(key, str) or BROKEN == "blobs-choose-keys" and "/" in key:
        raise Refused(-32602, "key must be a text")
    if tenant is None:
        raise Refused(-31006, "blobs belong to a tenant")
    name = hashlib.sha256(f"{'' if BROKEN == 'blobs-share' else tenant} {key}".encode()).hexdigest()
    path = os.path.join(state, name)
    if verb == "url":
        return {} if BROKEN == "blobs-without-links" else {"url": None}
    if verb == "put":
        return put(number, path, params, call)
    if not os.path.exists(path) and path not in kept:
        if verb == "delete":
            return {"deleted": False}
        if BROKEN == "blobs-make-up":
            return {"key": key, "size": 0, "sha256": "", "content_type": ""}
        raise Refused(-31100, "no such blob", {"code": "not_found", "status": 404, "body": {}})
    if verb == "delete":
        kept.pop(path, None) or os.remove(path)
        return {"deleted": True}
    about, data = kept[path] if BROKEN == "blobs-forget" else load(path)
    start, length = (0, None) if BROKEN == "blobs-without-parts" else (params.get("offset", 0), params.get("length"))
    stream(number, data[start:] if length is None else data[start:start + length], call)
    return about


def put(number, path, params, call):
    data = b""
    try:
        data = sink(number, call)
    except Refused:
        if BROKEN != "blobs-keep-halves":
            raise
    about = {"key": params["key"], "size": len(data), "sha256": hashlib.sha256(data + (b"x" if BROKEN == "blobs-miscount" else b"")).hexdigest()}
    if BROKEN == "blobs-keep-the-first" and os.path.exists(path):
        return about
    shown = {**about, "content_type": params["content_type"]}
    if BROKEN == "blobs-forget":
        kept[path] = shown, data
    else:
        with open(path + ".new", "wb") as file:
            file.write(json.dumps(shown).encode() + b"\n" + data)
            os.fsync(file.fileno())
        os.rename(path + ".new", path)
    return about


def load(path):
    with open(path, "rb") as file:
        return json.loads(file.readline()), file.read()


def serve(number, method, params, meta, call):
    if CAPABILITY == "blobs" and method.removeprefix("blobs.") in VERBS:
        return blob(method.removeprefix("blobs."), number, params, meta, call)
    if method == "test.echo":
        return params
    if method == "test.hold":
        call.wait(lambda: False, params.get("seconds", 600))
        return {}
    if method == "test.stream":
        stream(number, b"x" * params["bytes"], call)
        return {"bytes": params["bytes"]}
    if method == "test.sink":
        return {"bytes": len(sink(number, call))}
    controls = {"$/initialize": lambda: initialize(params), "$/describe": lambda: describe(number), "$/ready": ready, "$/drain": lambda: drain(number)}
    if method in controls:
        return controls[method]()
    if BROKEN == "knows-everything":
        return {}
    raise Refused(-32601, "no method " + method)


def answer(number, method, params, meta):
    call = calls[number]
    try:
        try:
            reply = {"result": serve(number, method, params, meta, call)}
        except Refused as refusal:
            code, text, *data = refusal.args
            if code == -32601 and BROKEN == "long-winded":
                text += "\nand more"
            reply = {"error": {"code": code, "message": text, **({"data": data[0]} if data else {})}}
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


def request(number, method, params, meta):
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
    threading.Thread(target=answer, args=(number, method, params, meta), daemon=True).start()


try:
    while True:
        message = receive()
        if "method" not in message:
            continue
        if "id" in message:
            request(message["id"], message["method"], message.get("params", {}), message.get("meta", {}))
        else:
            notified(message["method"], message.get("params", {}))
except Broken as broken:
    print(broken, file=sys.stderr, flush=True)
    os._exit(1)
