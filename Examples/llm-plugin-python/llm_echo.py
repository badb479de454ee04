#!/usr/bin/env python3
"""A complete HiveCore LLM plugin, standard library only. The protocol: docs/PROTOCOL.md."""
import json
import socket
import struct
import sys

host = socket.socket(fileno=3).makefile("rwb")
limit = 65536  # of a frame, until $/initialize names another


# The model


TYPES = {"model": str, "purpose": str, "messages": list, "tools": list, "temperature": (int, float), "max_tokens": int, "seed": int, "deltas": bool}


def complete(params):
    for name, kind in TYPES.items():
        if name in params and not isinstance(params[name], kind):
            raise Refused(-32602, name + " is of another type")
    messages = params.get("messages", [])
    if not messages or not all(isinstance(message, dict) and isinstance(message.get("content"), str) for message in messages):
        raise Refused(-32602, "messages must hold at least one message with content")
    text = "You said: " + messages[-1]["content"]
    usage = {"input_tokens": sum(len(message["content"]) // 4 for message in messages), "cached_tokens": 0,
             "output_tokens": len(text) // 4, "reasoning_tokens": 0}
    return {"text": text, "model": "echo-1", "finish_reason": "stop", "usage": usage, "tool_calls": []}


def models(params):
    return {"models": [{"id": "echo-1", "context": 100000}], "default": "echo-1"}


# The life of a plugin (sections 3 and 5)


def initialize(params):
    global limit
    if 1 not in params["protocol"]:
        raise Refused(-31008, "llm-echo speaks protocol 1")
    limit = params["max_frame"]
    return {"protocol": 1, "name": "llm-echo", "version": "1.0.0"}


def describe(params):
    return {"provides": ["llm"], "methods": [{"name": "llm.complete", "summary": "Echoes.", "idempotent": True},
                                             {"name": "llm.models", "summary": "Lists echo-1.", "idempotent": True}]}


def nothing(params):
    return {}


METHODS = {"llm.complete": complete, "llm.models": models}
CONTROL = {"$/initialize": initialize, "$/describe": describe, "$/ready": nothing, "$/ping": nothing, "$/drain": nothing, "$/shutdown": nothing}


# Frames and messages (section 2)


class Refused(Exception):
    """An error answer: its code and message."""


class BrokenProtocol(Exception):
    """The other side broke the rules: the connection ends."""


def require(holds, rule):
    if not holds:
        raise BrokenProtocol(rule)


def unique(pairs):
    require(len(dict(pairs)) == len(pairs), "a member twice")
    return dict(pairs)


def not_json(text):
    raise BrokenProtocol(text)


def depth(value):
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(depth, inner), default=0)


def receive():
    """The next message; None at the end of file: the host is gone."""
    header = host.read(4)
    if len(header) < 4:
        return None
    (length,) = struct.unpack(">I", header)
    require(1 <= length <= limit, f"a frame of {length} bytes, limit {limit}")
    body = host.read(length)
    if len(body) < length:
        return None
    message = json.loads(body.decode(), object_pairs_hook=unique, parse_constant=not_json)
    require(isinstance(message, dict) and depth(message) <= 64, "one JSON object, at most 64 levels deep")
    json.dumps(message, ensure_ascii=False).encode()  # fails for lone surrogates
    require(message.get("jsonrpc") == "2.0" and set(message) <= {"jsonrpc", "id", "method", "params", "meta"}, "not JSON-RPC 2.0")
    require(isinstance(message.get("method"), str), "an answer, and this plugin asks nothing")
    require("id" not in message or type(message["id"]) is int and 1 <= message["id"] < 1 << 53, "a wrong id")
    require(all(isinstance(message.get(name, {}), dict) for name in ("params", "meta")), "params and meta are objects")
    return message


def send(message):
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    host.write(struct.pack(">I", len(body)) + body)
    host.flush()


def main():
    draining = False
    while message := receive():
        if "id" not in message:
            continue  # a notification: we are never busy long enough to be cancelled
        name, answer = message["method"], CONTROL.get(message["method"])
        try:
            if answer is None and draining:
                raise Refused(-31010, "llm-echo is going away")
            answer = answer or METHODS.get(name)
            if answer is None:
                raise Refused(-32601, "unknown method " + name)
            reply = {"result": answer(message.get("params", {}))}
        except Refused as error:
            reply = {"error": {"code": error.args[0], "message": error.args[1]}}
        send({"id": message["id"], **reply})
        draining = draining or name == "$/drain"
        if name == "$/shutdown":
            return


try:
    main()
except (BrokenProtocol, ValueError, RecursionError) as error:
    sys.exit(f"llm-echo: {error}")
