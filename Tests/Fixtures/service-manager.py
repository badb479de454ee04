#!/usr/bin/env python3
"""What systemd does for a service, in small: binds its socket, hears its notifications, restarts it.

usage: service-manager.py FOLDER RESTARTS PROGRAM ARGUMENT...

Starts the program with LISTEN_FDS, NOTIFY_SOCKET, WATCHDOG_USEC and CREDENTIALS_DIRECTORY, and asks it for /api/health/ over new
connections all the time, also while it is restarted. Prints one JSON object: what was asked and answered, and what each incarnation
notified.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

READY_SECONDS = 120
WATCHDOG_USEC = 1_500_000
REQUEST = b"GET /api/health/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


class Manager:
    def __init__(self, folder, command):
        self.command = command
        self.folder = folder
        self.notify_path = os.path.join(folder, "notify")
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self.listener.getsockname()[1]
        self.news = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.news.bind(self.notify_path)
        self.notifications = []

    def start(self):
        """Starts an incarnation and waits until it is ready."""
        environment = dict(
            os.environ, LISTEN_FDS="1", LISTEN_FDNAMES="http", NOTIFY_SOCKET=self.notify_path, WATCHDOG_USEC=str(WATCHDOG_USEC),
            CREDENTIALS_DIRECTORY=self.folder)
        # The shell's pid becomes the program's; descriptor 3 is the socket.
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", f'exec 3<&{self.listener.fileno()}; LISTEN_PID=$$ exec "$@"', "sh", *self.command],
            pass_fds=[self.listener.fileno()], env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr)
        self.heard = []
        self.notifications.append(self.heard)
        self.listen(lambda: any("READY=1" in text for text in self.heard), READY_SECONDS)

    def listen(self, enough, seconds):
        deadline = time.monotonic() + seconds
        while not enough():
            if time.monotonic() > deadline or (self.process.poll() is not None and not self.pending()):
                raise SystemExit(f"gave up; heard {self.heard}, exit {self.process.poll()}")
            self.pending(0.05)

    def pending(self, seconds=0.0):
        self.news.settimeout(seconds or 0.001)
        try:
            self.heard.append(self.news.recv(4096).decode())
            return True
        except TimeoutError:
            return False

    def reload(self):
        self.process.send_signal(signal.SIGHUP)
        self.listen(lambda: any("RELOADING=1" in text for text in self.heard) and "READY=1" in self.heard, 60)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.listen(lambda: self.process.poll() is not None, 60)
        while self.pending():
            pass
        return self.process.returncode


class Client(threading.Thread):
    def __init__(self, port):
        super().__init__(daemon=True)
        self.port = port
        self.stopping = threading.Event()
        self.count, self.refused, self.broken, self.slowest = 0, 0, [], 0.0

    def run(self):
        while not self.stopping.is_set():
            began = time.monotonic()
            self.count += 1
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
                    connection.sendall(REQUEST)
                    answer = b""
                    while chunk := connection.recv(65536):
                        answer += chunk
                if not answer.startswith(b"HTTP/1.1 200"):
                    self.broken.append(answer[:80].decode(errors="replace") or "closed without an answer")
            except ConnectionRefusedError:
                self.refused += 1
            except OSError as error:
                self.broken.append(str(error))
            self.slowest = max(self.slowest, time.monotonic() - began)
            time.sleep(0.01)


def main():
    folder, restarts, command = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    with open(os.path.join(folder, "hivecore.secret_key"), "w") as file:
        file.write("a key of at least thirty-two bytes, as a credential\n")
    manager = Manager(folder, command)
    codes = []
    client = None
    for _ in range(restarts + 1):
        manager.start()
        if client is None:
            client = Client(manager.port)
            client.start()
        asked = client.count
        manager.listen(lambda: client.count > asked + 20 and sum("WATCHDOG=1" in text for text in manager.heard) >= 3, 60)
        if not codes:
            manager.reload()
        if len(codes) == restarts:
            client.stopping.set()
            client.join(60)
        codes.append(manager.stop())
    json.dump(
        {"port": manager.port, "asked": client.count, "refused": client.refused, "broken": client.broken, "slowest": client.slowest,
         "codes": codes, "notifications": manager.notifications}, sys.stdout)


main()
