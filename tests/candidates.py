#!/usr/bin/env python3
"""What qroute-resolve names is what qroute-remote tries, group by group.

    tests/candidates.py DIRECTORY [--homes N] [--seed N]

DIRECTORY holds both programs. Homes, routes and zones are drawn at random, the same ones for the same seed. Everything runs
in a private network namespace, as in delivery.py: a name server with the zone, and servers on every address that turn
each connection away with 421, so that the deliverer comes to the last candidate.
Last line: 'N questions, M differences'.  Standard library only; needs Linux, util-linux and root or user namespaces.
"""
import argparse, asyncio, itertools, json, os, random, socket, subprocess, sys, tempfile

import delivery

PORTS = (25, 2600)
DIALECTS = [None, None, "qroute", "notqmail", "sagredo", "qmail-ldap", "s-qmail", "indimail", "skarnet", "qsmtp"]
HOSTS = ["a.test", "b.a.test", "c.b.a.test", "A.TEST", "d.test", "[198.51.100.9]", "nosuch.test", "e.test.", ""]
KEYS = ["a.test", ".a.test", "b.a.test", ".b.a.test", "test", ".test", "d.test", "", "[198.51.100.9]"]
RELAYS = ["", "r1.test", "r2.test", "198.51.100.7", "[198.51.100.8]", "[fd00:25::7]", "nosuch.test", "broken.test",
          "198.51.356.7", "mx1.test", ""]
SENDERS = ["", "joe@client.test", "zoe@x.client.test"]


def routes(rng, dialect):
    separator = ";" if dialect == "s-qmail" else ":"
    lines = []
    for _ in range(rng.randrange(4)):
        relay = rng.choice(RELAYS)
        port = rng.choice(["", "", separator + "2600", separator + "25"]) if relay else ""
        if rng.random() < 0.05 and dialect != "skarnet":
            port = separator + rng.choice(["0", "65561", "x"])
        lines.append("%s:%s%s\n" % (rng.choice(KEYS), relay, port))
    return "".join(lines)


def zone(rng):
    def address():
        return "198.51.100.%d" % rng.randrange(20, 60)
    records = [["broken.test", "RCODE", "SERVFAIL"]]
    for n in range(1, 6):
        for _ in range(rng.randrange(3)):
            records.append(["mx%d.test" % n, "A", address()])
        if rng.random() < 0.3:
            records.append(["mx%d.test" % n, "AAAA", "fd00:25::%x" % rng.randrange(20, 60)])
    records.append(["self.test", "A", "127.0.0.1"])
    for name in ("r1.test", "r2.test"):
        for _ in range(rng.randrange(1, 4)):
            records.append([name, "A", address()])
        if rng.random() < 0.4:
            records.append([name, "AAAA", "fd00:25::%x" % rng.randrange(20, 60)])
    for name in ("a.test", "b.a.test", "c.b.a.test", "d.test", "e.test"):
        kind = rng.random()
        if kind < 0.1:
            continue
        if kind < 0.2:
            records.append([name, "A", address()])
        elif kind < 0.25:
            records.append([name, "MX", 0, "."])
        elif kind < 0.3:
            records.append([name, "RCODE", "SERVFAIL"])
        else:
            for _ in range(rng.randrange(1, 6)):
                host = rng.choice(["mx%d.test" % rng.randrange(1, 6)] * 9 + ["self.test"])
                records.append([name, "MX", 10 * rng.randrange(1, 4), host])
    unique = []
    for record in records:
        if record not in unique:
            unique.append(record)
    return unique


class Listeners:
    """Servers on all addresses; `met` holds the addresses that were connected to, in order."""

    def __init__(self):
        self.met = []

    async def start(self):
        for port in PORTS:
            for family, any_address in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
                s = socket.socket(family, socket.SOCK_STREAM)
                s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                s.bind((any_address, port))
                await asyncio.start_server(self.handle, sock=s)

    async def handle(self, reader, writer):
        self.met.append(writer.get_extra_info("sockname")[:2])
        try:
            writer.write(b"421 go on\r\n")
            await writer.drain()
            await reader.read(100)
        except OSError:
            pass
        writer.close()


async def run(*command, env, stdin=subprocess.DEVNULL):
    p = await asyncio.create_subprocess_exec(*command, env=env, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = await asyncio.wait_for(p.communicate(), 60)
    return p.returncode, out, err


def groups(answer):
    """Candidates as (ip, port), those of equal preference together; ports that nobody can connect to left out."""
    found = []
    for _, some in itertools.groupby(answer["candidates"], key=lambda c: c.get("preference")):
        some = sorted((c["ip"], c["port"]) for c in some if c["port"] != 0)
        if some:
            found.append(some)
    return found


async def inside(a):
    tmp = tempfile.mkdtemp(prefix="candidates.")
    a.binary = os.path.join(a.directory, "qroute-remote")
    worker = delivery.Worker(a)
    await worker.setup()
    listeners = Listeners()
    await listeners.start()
    rng = random.Random(a.seed)
    asked = different = connected = several = 0
    for number in range(a.homes):
        home = os.path.join(tmp, str(number))
        control = os.path.join(home, "control")
        os.makedirs(control)
        dialect = rng.choice(DIALECTS)
        files = {"me": "client.test\n", "smtproutes": routes(rng, dialect), "timeoutconnect": "2\n"}
        if dialect:
            files["smtproutesdialect"] = dialect + "\n"
        if rng.random() < 0.3:
            separator = ";" if dialect == "s-qmail" else ":"
            files["authsenders"] = "joe@client.test:r1.test%s2600|joe|secret\n.client.test:198.51.100.7\n" % separator
        for name, text in files.items():
            with open(os.path.join(control, name), "w") as f:
                f.write(text)
        worker.dns.zone = zone(rng)
        env = {"PATH": os.environ.get("PATH", ""), "QMAILHOME": home, "QROUTE_DNS": "127.0.0.1:5300"}
        for host in rng.sample(HOSTS, 4):
            sender = rng.choice(SENDERS)
            asked += 1
            command = [os.path.join(a.directory, "qroute-resolve"), "--no-config", "--home", home, "--hosts",
                       "--sender", sender, "--output-format", "jsonl"]
            # Without smtproutesdialect the tester takes notqmail, the deliverer its own.
            command += [] if dialect else ["--dialect", "qroute"]
            _, out, err = await run(*command, "--", host, env=env)
            answer = json.loads(out)
            listeners.met = []
            with open(os.path.join(home, "message"), "w") as f:
                f.write("Subject: t\n\nhello\n")
            with open(os.path.join(home, "message")) as f:
                status, report, _ = await run(a.binary, host, sender, "bob@example.test", env=env, stdin=f)
            await asyncio.sleep(0.01)
            wanted, met, problem = groups(answer), list(listeners.met), None
            if status != 0 or delivery.well_formed(report):
                problem = "status %s, report %r" % (status, report)
            left = list(met)
            for group in wanted:
                if sorted(left[:len(group)]) != group:
                    problem = "a group is not what was tried"
                left = left[len(group):]
            if left:
                problem = "more was tried"
            error = answer["error"]
            if error and delivery.rspawn_verdict(report, status)[0] != ("Z" if error["temporary"] else "D"):
                problem = "the error is %r" % error
            connected += len(met)
            several += len(wanted) > 1
            if problem:
                different += 1
                print("%s\n  host %r sender %r files %r\n  zone %r\n  named %r\n  tried %r\n  report %r" %
                      (problem, host, sender, files, worker.dns.zone, wanted, met, report), flush=True)
    print("%d questions, %d connections, %d plans of several groups" % (asked, connected, several))
    if connected * 2 < asked or several * 20 < asked:
        print("too few to mean anything")
        different += 1
    print("%d questions, %d differences" % (asked, different), flush=True)
    os._exit(1 if different else 0)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("directory")
    ap.add_argument("--homes", type=int, default=100)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    a = ap.parse_args()
    a.directory = os.path.abspath(a.directory)
    if a.inside:
        asyncio.run(inside(a))
    ns = ["unshare", "-n", "-m"] if os.geteuid() == 0 else ["unshare", "-Urnm"]
    return subprocess.call(ns + [sys.executable, os.path.abspath(__file__)] + sys.argv[1:] + ["--inside"])


if __name__ == "__main__":
    sys.exit(main())
