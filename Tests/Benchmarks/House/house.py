"""A real host with the real plugins in a data directory of its own, for measurements. Standard library only."""

import http.client
import json
import pathlib
import subprocess
import tempfile
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[3]


class House:
    """Runs `hivecore serve` of a build beside the body of a `with`, on a free port, with one tenant without limits."""

    def __init__(self, build: str = "release", environment: str = "production"):
        self.program = ROOT / ".build" / build / "hivecore"
        if not self.program.exists():
            raise SystemExit(f"{self.program} is missing: swift build -c {build}")
        self.environment = environment

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="hivecore-bench-")
        self.data = pathlib.Path(self._folder.name)
        self._log = open(self.data / "host.log", "wb")
        self.host = subprocess.Popen(
            [self.program, "serve", "--listen", "127.0.0.1:0", "--data", self.data],
            stderr=self._log, env={"PATH": "/usr/bin:/bin", "HIVECORE_ENV": self.environment})
        self.address = urllib.parse.urlparse(self._wait("the host's address", self._read_address)).netloc
        self._wait("every plugin to get ready", lambda: all(p["state"] == "ready" for p in self.status()))
        self.key = self.command("tenant", "create", "--name", "Bench", "--slug", "bench", "--max-projects", "0", "--max-tokens", "0")["api_key"]
        return self

    def __exit__(self, *_):
        self.host.terminate()
        self.host.wait(60)
        self._log.close()
        self._folder.cleanup()

    def _read_address(self):
        file = self.data / "run/address"
        return file.read_text().strip() if file.exists() else None

    def _wait(self, what, condition, seconds=120):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.host.poll() is not None:
                raise SystemExit(f"the host ended with {self.host.returncode}:\n{(self.data / 'host.log').read_text()[-4000:]}")
            try:
                value = condition()
            except (OSError, subprocess.CalledProcessError):
                value = None
            if value:
                return value
            time.sleep(0.05)
        raise SystemExit(f"timed out waiting for {what}:\n{(self.data / 'host.log').read_text()[-4000:]}")

    def command(self, *arguments):
        text = subprocess.run([self.program, *arguments, "--data", self.data, "--json"], check=True, capture_output=True).stdout
        return json.loads(text)

    def status(self):
        """Host and plugins as `hivecore status --json` tells them."""
        status = self.command("status")
        return [{"id": "host", "state": "ready", **status["host"]}, *status["plugins"]]

    def connection(self):
        return http.client.HTTPConnection(self.address, timeout=60)

    def call(self, method, path, body=None, connection=None):
        """One request with the tenant's key; anything but success ends the measurement."""
        connection = connection or self.connection()
        headers = {"X-API-Key": self.key, "Content-Type": "application/json"}
        connection.request(method, "/api/v1" + path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"{method} {path}: {answer.status} {text[:500]!r}")
        return json.loads(text) if text else None

    def round(self, text="A landing page for a bakery with opening hours, a menu and a contact form"):
        """A round from a sentence to delivered files. Returns the project's id."""
        project = self.call("POST", "/projects/", {"name": "Bench"})["id"]
        conversation = self.call("POST", "/conversations/", {"project": project})["id"]
        self.call("PATCH", f"/projects/{project}/", {"main_conversation": conversation})
        self.call("POST", f"/conversations/{conversation}/chat/", {"content": text})
        started = self.call("POST", f"/projects/{project}/execute/", {"requirement": ""})["execution_round_id"]
        end = lambda: self.call("GET", f"/execution/rounds/{started}/status/")["status"] in ("completed", "failed", "cancelled")
        self._wait("the round to end", end)
        status = self.call("GET", f"/execution/rounds/{started}/status/")
        if status["status"] != "completed":
            raise SystemExit(f"the round {status['status']}: {status['error_message']}")
        return project
