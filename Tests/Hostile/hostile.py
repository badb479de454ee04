#!/usr/bin/env python3
"""Sends a running host what no client should send, over raw sockets, and watches its memory.

usage: hostile.py PORT API_KEY PID COUNT [SEED]

Every answer must be below 500, every connection must end, and the process must not hold more than 1.2 times the memory it held after
the first requests. Prints one line a thousand requests and what was wrong; exit 1 = something was.
"""

import collections
import os
import random
import re
import socket
import sys
import threading

PORT, KEY, PID, COUNT = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
SEED = int(sys.argv[5]) if len(sys.argv) > 5 else 1
THREADS, PATIENCE, MEMORY_RATIO = 8, 30, 1.2

RESOURCES = """projects tasks files conversations decisions execution/rounds messages observability/ingest/usage
observability/ingest/timeline projects/1/execute conversations/1/chat folders agents tenant/api-key file-registry requirements
agent-thinkings team-members""".split()
READS = RESOURCES[:8] + """execution/history observability/usage/summary observability/usage/trend observability/timeline files/search
execution/selections/by_round projects/1/context files/1/download agents/1/detail-panel execution/artifacts observability/executions
execution/selections/agent_history execution/rounds/00000000-0000-0000-0000-000000000000/events""".split()
FIELDS = """name project title status progress cost type content file_ids parent agent execution_round timestamp category key value
total_tokens size url is_active requirement options""".split()
# JSON as it should be, as it must not be, and as it is beyond what a column can hold.
VALUES = [
    "1e999", "-1e400", "NaN", "Infinity", "01", "1.", ".5", "1e", "99999999999999999999999", "-0", "1E5", "0x10", '"\\ud800"', '"\\u0000"',
    '"\\x"', '"a\x01b"', "tru", "nul", "[[[[", '{"a":', '"2026-13-45T99:99:99Z"', '"0000-00-00"', '"2026-02-30T00:00:00+99:99"',
    '"not-a-uuid"', '"ffffffff-ffff-ffff-ffff-fffffffffffff"', "[]", "{}", "null", "true", '"' + "x" * 3000 + '"',
    "123456789012345678901234567890.123456789", "-9223372036854775809", "9223372036854775808", '"\xf0\x28"', '{"$ref":"a.id"}',
    '{"$now":true}', '{"$next":{}}', '[{"$ref":"x.y"}]', '"\\"', '""', '" "', "1,2", "]", "}",
]
BODIES = [
    b"", b"[", b"{", b'"', b"nul", b"[]", b"1", b'"x"', b"null", b"\xff\xfe", b"\xef\xbb\xbf{}", b"{}{}", b'{"a":1,"a":2}', b"\x00",
    b'{"a":"\xc0\xaf"}', b'{"a":"\xed\xa0\x80"}', b'{"name":"a\\u0000b"}', b'{"name":"\\udc00\\ud83d"}',
]
QUERIES = """page page_size ordering project status execution_round from to limit offset after q interval agent speed expires_in""".split()
QUERY_VALUES = [
    "abc", "-1", "0", "99999999999999999999", "%00", "%ff%fe", "%zz", "%", "NaN", "1e9", "", "2026-99-99", "../..", "%F0%9F", "a" * 1500,
    "'%20OR%201=1%20--", "1;drop", "%C0%AF",
]
PATHS = [
    "projects/%00/", "projects/-1/", "projects/99999999999999999999/", "projects/%2e%2e/", "execution/rounds/not-a-uuid/",
    "..//..//etc/passwd", "%", "%zz/", "a" * 3000 + "/", "files/%F0%28/download/", "//", "projects//1/", "projects/1/../2/",
]
HEADS = [
    b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\xaa" * 60, b"GET / HTTP/9.9\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: abc\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n", b"GET / HTTP/1.1\r\n: x\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
    b"\r\n\r\n\r\n", b"GET /\xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET http://other/ HTTP/1.1\r\nHost: a\r\n\r\n", b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
    b"FOO / HTTP/1.1\r\nHost: a\r\n\r\n", b"TRACE / HTTP/1.1\r\nHost: a\r\n\r\n",
]
CHUNKS = [
    b"zz\r\n", b"5\r\nhello", b"ffffffffffffffffffff\r\n", b"-1\r\n", b'3\r\n{"a\r\n0\r\n\r\n', b"2\r\n{}\r\n0\r\n\r\n",
    b"2;ext=1\r\n{}XX0\r\n\r\n", b"1\r\n{\r\n1\r\n}\r\n0\r\nTrailer: x\r\n\r\n",
]
PART = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc\r\n'
FIELD = b'--x\r\nContent-Disposition: form-data; name="project"\r\n\r\n'
FORMS = [b"--x--", b"", b"--x\r\n", b"--x\r\n\r\n", PART, PART * 40, PART + FIELD + b"abc\r\n--x--", PART + FIELD + b"999\r\n--x--", FIELD]
FORM_TYPES = ["; boundary=x"] * 6 + ["", "; boundary=", '; boundary="' + "y" * 80 + '"']
HEADERS = [
    "X-A: " + "a" * 17000, "\r\n".join(f"H{i}: v" for i in range(150)), "Authorization: Bearer " + "a." * 50, "Authorization: Bearer",
    "Idempotency-Key: " + "k" * 100, "Range: bytes=abc", "X-Request-Id: \x7f\x7f", "traceparent: " + "z" * 500, "Last-Event-ID: x",
    "X-Execution-Round: nonsense\r\nX-Project-Id: abc",
]


def request(method, path, body=b"", kind="application/json", more="", key=KEY):
    head = f"{method} /api/v1/{path} HTTP/1.1\r\nHost: a\r\n"
    if key:
        head += f"X-API-Key: {key}\r\n"
    if body or method != "GET":
        head += f"Content-Length: {len(body)}\r\nContent-Type: {kind}\r\n"
    return (head + more + "\r\n").encode("latin-1") + body


def body(random):
    choice = random.random()
    if choice < 0.6:
        members = (f'"{name}":{random.choice(VALUES)}' for name in random.sample(FIELDS, random.randint(1, 4)))
        return ("{" + ",".join(members) + "}").encode("latin-1")
    if choice < 0.75:
        return random.choice(BODIES)
    if choice < 0.85:
        depth = random.choice([10, 63, 64, 65, 1000, 20000])
        return b'{"options":' + b"[" * depth + b"]" * depth + b"}"
    return random.randbytes(random.randint(1, 300))


def bytes_to_send(random):
    choice = random.random()
    resource = random.choice(RESOURCES) + "/" + ("1/" if random.random() < 0.2 else "")
    if choice < 0.45:
        kind = random.choice(["application/json"] * 8 + ["text/plain", "application/json; charset=utf-16", "", "x" * 200])
        return request(random.choice(["POST", "POST", "PUT", "PATCH"]), resource, body(random), kind)
    if choice < 0.62:
        query = "&".join(f"{random.choice(QUERIES)}={random.choice(QUERY_VALUES)}" for _ in range(random.randint(1, 3)))
        return request("GET", f"{random.choice(READS)}/?{query}")
    if choice < 0.70:
        return request(random.choice(["GET", "DELETE", "PATCH"]), random.choice(PATHS))
    if choice < 0.78:
        return random.choice(HEADS)
    if choice < 0.84:
        return request("GET", "projects/", more="Transfer-Encoding: chunked\r\n").replace(b"GET", b"POST") + random.choice(CHUNKS)
    if choice < 0.88:
        return request("POST", "files/upload/", random.choice(FORMS), "multipart/form-data" + random.choice(FORM_TYPES))
    if choice < 0.92:
        return request("GET", "projects/", more=random.choice(HEADERS) + "\r\n")
    if choice < 0.97:
        many = [request(random.choice(["GET", "POST"]), resource, body(random)) for _ in range(random.randint(2, 8))]
        return b"".join(many)
    return request("POST", "auth/token/", body(random), key=None)


def exchange(message):
    """What came back until the host closed; None when it did not in time."""
    received = b""
    with socket.create_connection(("127.0.0.1", PORT), timeout=PATIENCE) as connection:
        try:
            connection.sendall(message)
            connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(1 << 16):
                received += piece
        except TimeoutError:
            return None
        except OSError:
            pass
    return received


class Attack:
    def __init__(self):
        self.random, self.lock = random.Random(SEED), threading.Lock()
        self.statuses, self.wrong = collections.Counter(), []

    def run(self, count):
        threads = [threading.Thread(target=self.some, args=(count // THREADS,)) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def some(self, count):
        for _ in range(count):
            with self.lock:
                message = bytes_to_send(self.random)
            received = exchange(message)
            with self.lock:
                self.judge(message, received)

    def judge(self, message, received):
        statuses = re.findall(rb"HTTP/1\.1 (\d{3}) ", received or b"")
        for status in statuses:
            self.statuses[status.decode()] += 1
        if not statuses:
            self.statuses["closed"] += 1
        if received is None or any(status >= b"500" for status in statuses):
            self.wrong.append((message[:500], "no end" if received is None else received[:1000]))


def resident():
    with open(f"/proc/{PID}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def main():
    attack = Attack()
    attack.run(max(2000, COUNT // 20))
    first = most = resident()
    for done in range(1000, COUNT + 1000, 1000):
        attack.run(1000)
        most = max(most, resident())
        print(f"{done} requests, {most / first:.3f} of {first} KiB, {dict(attack.statuses)}", flush=True)
    for message, received in attack.wrong[:20]:
        print("sent", message, "\nreceived", received)
    if most > MEMORY_RATIO * first:
        print(f"memory grew to {most / first:.3f} of what it was")
    sys.exit(1 if attack.wrong or most > MEMORY_RATIO * first else 0)


main()
