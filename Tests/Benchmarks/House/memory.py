"""Memory of an idle house after work: one round, 1 000 requests, then a minute of rest. Budget: DESIGN.md, section 12.

usage: memory.py [--build release|debug] [--rest SECONDS]      exit 1 = a budget is missed
"""

import argparse
import time

from house import House

PLUGIN_RSS, TOTAL_RSS, TOTAL_PSS = 15.0, 150.0, 90.0


def rollup(pid):
    """Resident and proportional megabytes of a process."""
    values = {"Rss": 0.0, "Pss": 0.0}
    with open(f"/proc/{pid}/smaps_rollup") as file:
        for line in file:
            name, _, rest = line.partition(":")
            if name in values:
                values[name] = int(rest.split()[0]) / 1024
    return values["Rss"], values["Pss"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default="release")
    parser.add_argument("--rest", type=float, default=60)
    options = parser.parse_args()
    with House(options.build) as house:
        project = house.round()
        connection = house.connection()
        for index in range(1000):
            path = ("/agents/", f"/projects/{project}/", "/execution/rounds/", f"/projects/{project}/tasks/")[index % 4]
            house.call("GET", path, connection=connection)
        time.sleep(options.rest)
        rows = [(plugin["id"], *rollup(plugin["pid"]), plugin["sandbox"]["tier"]) for plugin in house.status() if plugin["pid"]]
        times = []
        for _ in range(50):
            start = time.monotonic()
            house.call("GET", f"/projects/{project}/", connection=house.connection())
            times.append((time.monotonic() - start) * 1000)
    print(f"{'PROCESS':<18} {'RSS MB':>7} {'PSS MB':>7}  SANDBOX")
    for name, rss, pss, tier in rows:
        mark = "" if name == "host" or rss <= PLUGIN_RSS else f"   over {PLUGIN_RSS:.0f}"
        print(f"{name:<18} {rss:7.1f} {pss:7.1f}  {tier or '-'}{mark}")
    rss, pss = sum(row[1] for row in rows), sum(row[2] for row in rows)
    print(f"{'all':<18} {rss:7.1f} {pss:7.1f}  budget {TOTAL_RSS:.0f} and {TOTAL_PSS:.0f}")
    print(f"first request after the rest {times[0]:.1f} ms, median of the next {sorted(times[1:])[24]:.1f} ms")
    over = rss > TOTAL_RSS or pss > TOTAL_PSS or any(row[1] > PLUGIN_RSS for row in rows if row[0] != "host")
    raise SystemExit(1 if over else 0)


if __name__ == "__main__":
    main()
