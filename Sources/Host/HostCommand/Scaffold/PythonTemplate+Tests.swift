/// The tests that come with a plugin in Python, and its README.
extension PythonTemplate {
  var testOpening: String {
    #"""
    """Runs \#(script) as the host would: python3 -m unittest"""
    import json
    import os
    import shutil
    import socket
    import struct
    import subprocess
    import sys
    import unittest

    PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "\#(script)")
    HIVECORE = os.environ.get("HIVECORE") or shutil.which("hivecore")


    class Host:
        """The host's end of the plugin's socket."""

        def __init__(self):
            ours, theirs = socket.socketpair()

            def inherit():
                os.dup2(theirs.fileno(), 3)
                os.set_inheritable(3, True)

            self.process = subprocess.Popen([sys.executable, PROGRAM], preexec_fn=inherit, close_fds=False, stderr=subprocess.PIPE)
            theirs.close()
            ours.settimeout(10)
            self.stream = ours.makefile("rwb")
            ours.close()
            self.number = 0

        def call(self, method, params=None):
            self.number += 1
            body = json.dumps({"jsonrpc": "2.0", "id": self.number, "method": method, "params": params or {}}).encode()
            self.send(struct.pack(">I", len(body)) + body)
            (length,) = struct.unpack(">I", self.stream.read(4))
            reply = json.loads(self.stream.read(length))
            assert reply["id"] == self.number, reply
            return reply

        def result(self, method, params=None):
            return self.call(method, params)["result"]

        def send(self, data):
            self.stream.write(data)
            self.stream.flush()

        def begin(self):
            hello = {
                "protocol": [1], "plugin": "\#(name)", "incarnation": 1, "max_frame": 4_194_304, "config": {}, "secrets": {},
                "paths": {}, "concurrency": 1,
            }
            return self.result("$/initialize", hello), self.result("$/describe"), self.result("$/ready")

        def end(self):
            self.stream.close()
            self.process.wait(timeout=10)
            self.process.stderr.close()


    class PluginTests(unittest.TestCase):
        def setUp(self):
            self.host = Host()
            self.hello, self.description, _ = self.host.begin()

        def tearDown(self):
            self.host.end()


    """#
  }

  var greetingTests: String {
    #"""
        def test_greets(self):
            self.assertEqual(self.host.result("\#(capability).hello", {"name": "Ada"}), {"text": "Hello, Ada"})
            self.assertEqual(self.host.result("\#(capability).hello"), {"text": "Hello, world"})

        def test_refuses_a_name_that_is_no_text(self):
            self.assertEqual(self.host.call("\#(capability).hello", {"name": 7})["error"]["code"], -32602)

    """#
  }

  var testEnd: String {
    #"""

        def test_introduces_itself(self):
            self.assertEqual(self.hello, {"protocol": 1, "name": "\#(name)", "version": "1.0.0"})
            self.assertEqual(self.description["provides"], ["\#(capability)"])

        def test_knows_what_it_does_not_know(self):
            self.assertEqual(self.host.call("\#(capability).nothing")["error"]["code"], -32601)

        def test_drains_and_ends(self):
            self.host.result("$/drain")
            self.assertEqual(self.host.call(self.description["methods"][0]["name"])["error"]["code"], -31010)
            self.host.result("$/shutdown")
            self.assertEqual(self.host.process.wait(timeout=10), 0)

        def test_ends_when_the_host_is_gone(self):
            self.host.stream.close()
            self.assertEqual(self.host.process.wait(timeout=10), 0)

        def test_ends_at_what_is_no_frame(self):
            self.host.send(b"\x00\x00\x00\x00")
            self.assertEqual(self.host.process.wait(timeout=10), 1)
            self.assertIn(b"frame of 0 bytes", self.host.process.stderr.read())

        def test_ends_at_what_is_no_message(self):
            self.host.send(b"\x00\x00\x00\x02[]")
            self.assertEqual(self.host.process.wait(timeout=10), 1)


    class ConformanceTests(unittest.TestCase):
        @unittest.skipUnless(HIVECORE, "hivecore is not in PATH; name it with $HIVECORE")
        def test_conforms_to_the_protocol(self):
            verdict = subprocess.run([HIVECORE, "plugin", "test", "--concurrency", "1", PROGRAM], capture_output=True, text=True)
            self.assertEqual(verdict.returncode, 0, verdict.stdout + verdict.stderr)


    if __name__ == "__main__":
        unittest.main()

    """#
  }

  var readme: String {
    """
    # \(name)

    A HiveCore plugin in Python, standard library only: it serves `\(capability)`.

    | File | What it is |
    |---|---|
    | `\(script)` | the whole plugin: what it serves stands first, how it speaks below |
    | `\(parts.manifestName)` | what the operator says of it: capability, limits, sandbox |
    | `test_\(script)` | runs it as the host would |

        python3 -m unittest                              # with hivecore in PATH also the conformance kit
        cp \(parts.manifestName) /etc/hivecore/plugins.d/       # or wherever your host's plugins.d is
        hivecore reload
        \(parts.trial)

    `exec` in the manifest is the script's absolute path: change it when you move the folder. In the sandbox the script sees Python, itself, and
    what the manifest's `read` and `write` name; a second module beside it needs this folder in `read`. What it prints is a log:
    `hivecore plugin logs \(name) -f`. After a change: `hivecore plugin upgrade \(name)`, without losing a call.

    It serves one request at a time, as `concurrency = 1` says; for more, start more: `replicas`.

    """
  }
}
