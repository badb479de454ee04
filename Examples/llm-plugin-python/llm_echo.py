#!/usr/bin/env python3
"""A complete HiveCore LLM plugin, standard library only. The protocol: docs/PROTOCOL.md."""
import json
import socket
import struct
import sys

host = socket.socket(fileno=3).makefile("rwb")


def send(message):
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    host.write(struct.pack(">I", len(body)) + body)
    host.flush()


def complete(params):
    text = "You said: " + params["messages"][-1]["content"]
    usage = {"input_tokens": sum(len(m["content"]) // 4 for m in params["messages"]), "cached_tokens": 0,
             "output_tokens": len(text) // 4, "reasoning_tokens": 0}
    return {"text": text, "model": "echo-1", "finish_reason": "stop", "usage": usage, "tool_calls": []}


def method(name, summary):
    return {"name": name, "summary": summary, "idempotent": True}


METHODS = {
    "$/initialize": lambda p: {"protocol": 1, "name": "llm-echo", "version": "1.0.0"},
    "$/describe": lambda p: {"provides": ["llm"], "methods": [method("llm.complete", "Echoes."), method("llm.models", "Lists echo-1.")]},
    "llm.complete": complete,
    "llm.models": lambda p: {"models": [{"id": "echo-1", "context": 100000}]},
}

while header := host.read(4):
    message = json.loads(host.read(struct.unpack(">I", header)[0]))
    if "id" not in message:
        continue  # notifications: we are never busy long enough to be cancelled
    name = message["method"]
    answer = METHODS.get(name) or (name in ("$/ready", "$/ping", "$/drain", "$/shutdown") and (lambda p: {}))
    try:
        reply = {"result": answer(message.get("params", {}))} if answer else {"error": {"code": -32601, "message": "unknown method " + name}}
    except (KeyError, TypeError, IndexError) as error:
        reply = {"error": {"code": -32602, "message": f"bad params: {error!r}"}}
    send({"id": message["id"], **reply})
    if name == "$/shutdown":
        sys.exit(0)
