#!/usr/bin/env python3
"""A plugin on the standard library alone, for tests: serves the capability `test`, or misbehaves as its first argument says."""
import json
import os
import signal
import socket
import struct
import sys
import threading
import time

MODE = sys.argv[1] if len(sys.argv) > 1 else "good"
STATE = sys.argv[-1] if len(sys.argv) > 2 else None
# The capability it provides, in place of `test`.
CAPABILITY = sys.argv[2] if len(sys.argv) > 3 else "test"
METHODS = [
    {"name": "test.echo", "idempotent": True},
    {"name": "test.sleep", "idempotent": False},
    {"name": "test.nap", "idempotent": True},
    {"name": "test.die", "idempotent": False},
    {"name": "test.dieonce", "mutating": True},
    {"name": "test.call", "idempotent": False},
    {"name": "test.stream", "idempotent": False},
    {"name": "test.sink", "idempotent": False},
    {"name": "test.quick", "idempotent": True, "timeout_ms": 50},
    {"name": "test.fault", "idempotent": False, "timeout_ms": 60000},
]
# What somebody would contribute to get at accounts: a route to them, and a collection that looks them up.
NOSY = {
    "collections": [{
        "name": "bad_nosy_note", "model": "Note", "tenancy": "owned", "key": "serial",
        "fields": [{"name": "title", "type": "text", "max_length": 200}, {"name": "user", "type": "reference", "to": "user"}],
        "filters": [{"name": "guess", "field": "user.password", "op": "contains"}],
        "shapes": {
            "list": ["id", {"name": "secret", "lookup": ["user", "password"]}], "detail": ["id", "title"]}}],
    "routes": [
        {"method": "CRUD", "path": "/api/v1/x/bad-nosy/notes/", "permission": "write", "target": {"collection": "bad_nosy_note"}},
        {"method": "GET", "path": "/api/v1/x/bad-nosy/users/", "permission": "read",
         "target": {"collection": "user", "action": "list"}}],
}
# How many fields its collection has, in a version that contributes one.
FIELDS = 0

channel = socket.socket(fileno=3)
writing = threading.Lock()
answers, cancelled, sinks = {}, {}, {}
last_id = 0
draining = False
running = 0
# What the main thread does instead of its work, after a fault of that name.
spell = None


def send(message):
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    with writing:
        channel.sendall(struct.pack(">I", len(body)) + body)


def receive():
    def exactly(count):
        data = b""
        while len(data) < count:
            part = channel.recv(count - len(data))
            if not part:
                while spell == "linger":
                    time.sleep(1)
                os._exit(0)
            data += part
        return data

    (length,) = struct.unpack(">I", exactly(4))
    return json.loads(exactly(length))


def call(method, params, meta):
    global last_id
    with writing:
        last_id += 1
        number = last_id
        answers[number] = [threading.Event(), None]
    send({"id": number, "method": method, "params": params, "meta": meta})
    answers[number][0].wait()
    return answers.pop(number)[1]


class Refused(Exception):
    pass


def raw(*frames):
    with writing:
        channel.sendall(b"".join(struct.pack(">I", len(body)) + body for body in frames))


def enchant(name):
    global spell
    spell = name


def memory(_):
    blocks = []
    try:
        while True:
            blocks.append(bytearray(4 << 20))
    except MemoryError:
        reached = len(blocks) * 4
        del blocks
        return {"mebibytes": reached}


def exhausted(_):
    blocks = []
    try:
        while True:
            blocks.append(bytearray(1 << 16))
    except MemoryError:
        os.abort()


def forks(_):
    children = 0
    try:
        while True:
            if os.fork() == 0:
                time.sleep(600)
                os._exit(0)
            children += 1
    except OSError as error:
        return {"children": children, "error": error.strerror}


def processor(_):
    for _ in range(2):
        if os.fork() == 0:
            end = time.monotonic() + 3
            while time.monotonic() < end:
                pass
            os._exit(0)
    time.sleep(3.5)
    return {}


def descriptors(_):
    opened = []
    try:
        while True:
            opened.append(os.open("/dev/null", os.O_RDONLY))
    except OSError as error:
        for descriptor in opened:
            os.close(descriptor)
        return {"opened": len(opened), "error": error.strerror}


def truncated(_):
    with writing:
        channel.sendall(struct.pack(">I", 100) + b'{"jsonrpc"')
        os._exit(0)


def doubled_request(number):
    message = {"jsonrpc": "2.0", "id": 7, "method": "test.nap", "params": {"ms": 2000}, "meta": {"cause": number}}
    raw(*[json.dumps(message).encode()] * 2)
    time.sleep(600)


def doubled_reply(number):
    send({"id": number, "result": {"answer": "first"}})
    return {"answer": "second"}


def stream(number):
    for _ in range(100):
        send({"method": "$/chunk", "params": {"id": number, "side": "result", "data": "x" * 60000}})
    time.sleep(600)


def closed(_):
    enchant("linger")
    channel.shutdown(socket.SHUT_RDWR)
    time.sleep(600)


def flood(_):
    line = ("a line of a flood " * 6)[:99] + "\n"
    for _ in range(30_000):
        os.write(2, line.encode())
    return {"bytes": 3_000_000}


def orphan(_):
    if os.fork() == 0:
        os.setsid()
        if os.fork() != 0:
            os._exit(0)
        time.sleep(600)
        os._exit(0)
    os.wait()
    return {}


FAULTS = {
    "kill": lambda _: os.kill(os.getpid(), signal.SIGKILL),
    "stop": lambda _: os.kill(os.getpid(), signal.SIGSTOP),
    "spin": lambda _: enchant("spin") or time.sleep(600),
    "deaf": lambda _: enchant("deaf") or {},
    "garbage": lambda _: raw(b"{no}") or time.sleep(600),
    "zero": lambda _: raw(b"") or time.sleep(600),
    "oversized": lambda _: channel.sendall(struct.pack(">I", 1 << 30)) or time.sleep(600),
    "nested": lambda _: raw(b'{"jsonrpc":"2.0","method":"$/log","params":' + b"[" * 100 + b"]" * 100 + b"}") or time.sleep(600),
    "memory": memory, "exhausted": exhausted, "forks": forks, "processor": processor, "descriptors": descriptors, "truncated": truncated,
    "doubled_request": doubled_request, "doubled_reply": doubled_reply, "stream": stream, "closed": closed, "flood": flood,
    "orphan": orphan,
}


def serve(number, method, params, meta):
    method = method.replace(CAPABILITY, "test")
    if method == "test.echo" or method == "test.quick":
        if method == "test.quick":
            time.sleep(5)
        return {"params": params, "meta": meta, "pid": os.getpid()}
    if method in ("test.sleep", "test.nap"):
        if cancelled.setdefault(number, threading.Event()).wait(params["ms"] / 1000):
            raise Refused(-31004, "cancelled")
        return {"pid": os.getpid()}
    if method == "test.fault":
        return FAULTS[params["kind"]](number)
    if method == "test.die":
        os.kill(os.getpid(), signal.SIGKILL)
    if method == "test.dieonce":
        if not os.path.exists(STATE):
            with open(STATE, "w") as file:
                file.write(meta["operation_id"])
            os.kill(os.getpid(), signal.SIGKILL)
        with open(STATE) as file:
            return {"first": file.read(), "second": meta["operation_id"]}
    if method == "test.call":
        meta = {"cause": number, **params.get("meta", {})}
        if params.get("without_cause"):
            del meta["cause"]
        answer = call(params["method"], params.get("params", {}), meta)
        return {"answer": answer.get("result"), "error": answer.get("error")}
    if method == "test.stream":
        for part in params["parts"]:
            send({"method": "$/chunk", "params": {"id": number, "side": "result", "data": part}})
        send({"method": "$/chunk", "params": {"id": number, "side": "result", "end": True}})
        return {"sent": len(params["parts"])}
    if method == "test.sink":
        done, parts = sinks.setdefault(number, (threading.Event(), []))
        done.wait()
        return {"parts": parts}
    raise Refused(-32601, "no method " + method)


def control(method, params):
    global draining
    if method == "$/initialize":
        if MODE == "garbage":
            channel.sendall(struct.pack(">I", 4) + b"{no}")
        elif MODE == "zero":
            channel.sendall(struct.pack(">I", 0))
        elif MODE == "huge":
            channel.sendall(struct.pack(">I", 1 << 30))
        elif MODE == "exit":
            print("cannot open the flux capacitor", file=sys.stderr, flush=True)
            os._exit(3)
        elif MODE == "config":
            print("model is missing", file=sys.stderr, flush=True)
            os._exit(78)
        return {"protocol": 9 if MODE == "version" else 1, "name": "test", "version": "1.0.0"}
    if method == "$/describe":
        provides = ["storage"] if MODE == "greedy" else [CAPABILITY]
        if FIELDS:
            fields = [{"name": "title", "type": "text", "required": True, "max_length": 200}]
            fields += [{"name": f"extra_{n}", "type": "text", "default": "none"} for n in range(1, FIELDS)]
            shape = [field["name"] for field in fields]
            collections = [{
                "name": "bad_schema_note", "model": "Note", "tenancy": "owned", "key": "serial", "fields": fields,
                "shapes": {"list": ["id", *shape], "detail": ["id", *shape]}}]
            routes = [{
                "method": "CRUD", "path": "/api/v1/x/bad-schema/notes/", "permission": "write",
                "target": {"collection": "bad_schema_note"}}]
            return {"provides": [], "methods": [], "collections": collections, "routes": routes}
        if MODE == "nosy":
            return {"provides": provides, "methods": METHODS, **NOSY}
        methods = [{**method, "name": method["name"].replace("test", CAPABILITY)} for method in METHODS]
        return {"provides": provides, "methods": methods}
    if method == "$/ready":
        if MODE == "never":
            time.sleep(600)
        if MODE == "unready":
            raise Refused(-31100, "the database is locked")
        if MODE == "flaky":
            threading.Timer(0.2, lambda: os._exit(4)).start()
        if MODE == "stdout":
            print('{"jsonrpc":"2.0","id":1,"result":{}}', flush=True)
        return {}
    if method == "$/ping":
        if MODE == "hang":
            time.sleep(600)
        return {}
    if method == "$/drain":
        draining = True
        while running > 0:
            time.sleep(0.005)
        return {}
    if method == "$/shutdown":
        if MODE != "stubborn":
            threading.Timer(0.01, lambda: os._exit(0)).start()
        return {}
    raise Refused(-32601, "no method " + method)


def start(work, message):
    """Does it beside the others; while another one has all the memory there is none for a thread."""
    while True:
        try:
            return threading.Thread(target=work, args=(message,), daemon=True).start()
        except (RuntimeError, MemoryError):
            time.sleep(0.01)


def answer(message):
    global running
    number, method = message["id"], message["method"]
    is_call = not method.startswith("$/")
    with writing:
        running += is_call
    try:
        params = message.get("params", {})
        result = control(method, params) if method.startswith("$/") else serve(number, method, params, message.get("meta", {}))
        send({"id": number, "result": result})
    except Refused as refusal:
        code, text = refusal.args
        data = {"code": "test", "status": 500, "body": {}} if code == -31100 else {}
        send({"id": number, "error": {"code": code, "message": text, "data": data}})
    finally:
        with writing:
            running -= is_call


def notified(method, params):
    if method == "$/cancel":
        cancelled.setdefault(params["id"], threading.Event()).set()
    elif method == "$/chunk":
        done, parts = sinks.setdefault(params["id"], (threading.Event(), []))
        if params.get("end"):
            done.set()
        else:
            parts.append(params["data"])


if MODE == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
while True:
    while spell == "spin":
        pass
    while spell == "deaf":
        time.sleep(1)
    message = receive()
    if "method" not in message:
        slot = answers[message["id"]]
        slot[1] = message
        slot[0].set()
    elif "id" not in message:
        notified(message["method"], message["params"])
    else:
        start(answer, message)
