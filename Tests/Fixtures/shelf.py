#!/usr/bin/env python3
"""A plugin that is nothing but a resource: books with tags. It declares them and has no handler (docs/checklists/add-a-collection.md)."""
import json
import socket
import struct

DESCRIPTION = {
    "provides": ["shelf"],
    "collections": [
        {
            "name": "shelf_book", "model": "ShelfBook",
            "fields": [
                {"name": "title", "type": "text", "max_length": 100, "required": True},
                {"name": "kind", "type": "text", "choices": ["novel", "essay"], "default": "novel"},
                {"name": "pages", "type": "integer", "default": 0, "minimum": 0},
                {"name": "created_at", "type": "datetime", "auto": "created", "read_only": True},
            ],
            "order": ["title"],
            "shapes": {
                "list": ["id", "title", "kind", "pages", {"name": "tag_count", "count": "shelf_tag", "by": "book"}],
                "detail": ["id", "title", "kind", "pages", {"name": "tags", "many": "shelf_tag", "by": "book", "shape": ["word"]}, "created_at"],
            },
            "filters": ["kind"],
            "nested": [{"name": "tags", "collection": "shelf_tag", "by": "book", "text": "word"}],
        },
        {
            "name": "shelf_tag", "model": "ShelfTag", "order": ["id"],
            "fields": [
                {"name": "book", "type": "reference", "to": "shelf_book", "required": True},
                {"name": "word", "type": "text", "max_length": 30, "required": True},
            ],
        },
    ],
    "routes": [{"method": "CRUD", "path": "/api/v1/x/shelf/books/", "permission": "write", "target": {"collection": "shelf_book"}}],
}

channel = socket.socket(fileno=3)


def receive(count):
    data = b""
    while len(data) < count:
        part = channel.recv(count - len(data))
        if not part:
            raise SystemExit
        data += part
    return data


while True:
    (length,) = struct.unpack(">I", receive(4))
    message = json.loads(receive(length))
    if "id" not in message:
        continue
    results = {"$/initialize": {"protocol": 1, "name": "shelf", "version": "1.0.0"}, "$/describe": DESCRIPTION}
    reply = json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": results.get(message["method"], {})}).encode()
    channel.sendall(struct.pack(">I", len(reply)) + reply)
    if message["method"] == "$/shutdown":
        break
