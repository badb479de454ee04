/// A plugin in Python, on its standard library alone.
struct PythonTemplate {
  let parts: ScaffoldParts

  init(_ parts: ScaffoldParts) { self.parts = parts }

  var files: [PluginScaffold.File] {
    [
      PluginScaffold.File(path: script, text: opening + (parts.isLLM ? model : greeting) + speaking, isProgram: true),
      PluginScaffold.File(path: "test_\(script)", text: testOpening + (parts.isLLM ? modelTests : greetingTests) + testEnd),
      parts.manifest(exec: "\(parts.directory)/\(script)", concurrency: 1),
      PluginScaffold.File(path: "README.md", text: readme),
    ]
  }

  var name: String { parts.name }
  var capability: String { parts.capability }
  var script: String { parts.snakeName + ".py" }

  // MARK: - The program

  private var opening: String {
    #"""
    #!/usr/bin/env python3
    """\#(name): a HiveCore plugin, standard library only. How it speaks is docs/PROTOCOL.md of HiveCore, version 1."""
    import json
    import socket
    import struct
    import sys

    NAME = "\#(name)"
    VERSION = "1.0.0"


    class Failure(Exception):
        """What the caller gets instead of a result: a code of docs/PROTOCOL.md, section 2.4."""

        def __init__(self, code, message, data=None):
            super().__init__(message)
            self.error = {"code": code, "message": message, **({"data": data} if data else {})}


    # What it serves: make this yours.

    """#
  }

  private var greeting: String {
    #"""

    def hello(params):
        who = params.get("name", "world")
        if not isinstance(who, str):
            raise Failure(-32602, "name must be text")
        return {"text": f"Hello, {who}"}


    METHODS = {"\#(capability).hello": hello}

    # docs/PROTOCOL.md, section 5; collections and routes stand here too (sections 8.5 and 9).
    DESCRIPTION = {
        "provides": ["\#(capability)"],
        "methods": [{"name": "\#(capability).hello", "summary": "Greets.", "idempotent": True}],
    }

    """#
  }

  private var speaking: String {
    #"""

    # How it speaks: the same for every plugin.

    MEMBERS = {"jsonrpc", "id", "method", "params", "result", "error", "meta"}


    def parse(body):
        """One request or notification (docs/PROTOCOL.md, section 2); ValueError for what is none."""
        outermost = []

        def keep(pairs):
            outermost[:] = pairs
            return dict(pairs)

        def refuse(constant):
            raise ValueError(f"{constant} is not JSON")

        message = json.loads(body.decode(), object_pairs_hook=keep, parse_constant=refuse)
        # Half a surrogate pair is no text.
        json.dumps(message, ensure_ascii=False).encode()
        if not isinstance(message, dict) or depth(message) > 64:
            raise ValueError("a frame must hold one JSON object, at most 64 levels deep")
        if message.get("jsonrpc") != "2.0" or not set(message) <= MEMBERS or len(outermost) > len(message):
            raise ValueError('a message must be JSON-RPC "2.0", with known members, each once')
        if not isinstance(message.get("method"), str) or "result" in message or "error" in message:
            raise ValueError("neither a request nor a notification: this plugin asks nothing, so nobody answers it")
        if not all(isinstance(message.get(member, {}), dict) for member in ("params", "meta")):
            raise ValueError("params and meta must be objects")
        if "id" in message and not (type(message["id"]) is int and 1 <= message["id"] < 1 << 53):
            raise ValueError("id must be an integer from 1 to 9007199254740991")
        return message


    def depth(value):
        if not isinstance(value, (dict, list)):
            return 0
        return 1 + max(map(depth, value.values() if isinstance(value, dict) else value), default=0)


    class Connection:
        def __init__(self, channel):
            self.stream = channel.makefile("rwb")
            self.limit = 65_536

        def receive(self):
            """The next message, or None when the host is gone. What is no message ends the plugin."""
            header = self.stream.read(4)
            if len(header) < 4:
                return None
            (length,) = struct.unpack(">I", header)
            if not 1 <= length <= self.limit:
                raise ValueError(f"frame of {length} bytes, limit {self.limit}")
            body = self.stream.read(length)
            return parse(body) if len(body) == length else None

        def reply(self, number, answer):
            body = self.encoded({"id": number, **answer})
            if len(body) > self.limit:
                body = self.encoded({"id": number, "error": {"code": -31007, "message": f"the result has {len(body)} bytes"}})
            self.stream.write(struct.pack(">I", len(body)) + body)
            self.stream.flush()

        @staticmethod
        def encoded(message):
            return json.dumps({"jsonrpc": "2.0", **message}, ensure_ascii=False, allow_nan=False).encode()


    def initialize(params):
        if 1 not in params["protocol"]:
            raise Failure(-31008, f"{NAME} speaks protocol 1, the host {params['protocol']}")
        return {"protocol": 1, "name": NAME, "version": VERSION}


    CONTROL = {
        "$/initialize": initialize,
        "$/describe": lambda params: DESCRIPTION,
        # Open files and databases in $/ready: it is answered when the plugin can serve.
        "$/ready": lambda params: {},
        "$/ping": lambda params: {},
        "$/drain": lambda params: {},
        "$/shutdown": lambda params: {},
    }


    def answer(method, params, draining):
        handler = CONTROL.get(method) or METHODS.get(method)
        try:
            if handler is None:
                raise Failure(-32601, f"{NAME} has no method {method}")
            if draining and method not in ("$/ping", "$/shutdown"):
                raise Failure(-31010, f"{NAME} is going away", {"retryable": True, "delivered": "no"})
            return {"result": handler(params)}
        except Failure as failure:
            return {"error": failure.error}
        except Exception as error:
            print(f"{method}: {error!r}", file=sys.stderr)
            return {"error": {"code": -32603, "message": f"{method} failed in {NAME}"}}


    def serve(connection):
        """One request after the other, as `concurrency = 1` in the manifest promises; cancels therefore come too late to matter."""
        draining = False
        while (message := connection.receive()) is not None:
            if "id" not in message:
                continue
            method, params = message["method"], message.get("params", {})
            connection.reply(message["id"], answer(method, params, draining))
            if method == "$/initialize":
                connection.limit = params.get("max_frame", connection.limit)
            draining = draining or method == "$/drain"
            if method == "$/shutdown":
                return


    if __name__ == "__main__":
        try:
            serve(Connection(socket.socket(fileno=3)))
        except (ValueError, RecursionError) as error:
            sys.exit(f"{NAME}: {error}")
        except OSError as error:
            sys.exit(f"{NAME}: descriptor 3 is not the host's socket ({error}); a plugin is started by the host")

    """#
  }
}
