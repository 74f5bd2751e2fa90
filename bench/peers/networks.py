"""What networks cost: to set one up and take it down, and in traffic.

Each engine runs in a network namespace of its own, with bridges, rules and all, so that none meets
another's or the machine's. The programs at both ends of the traffic are the machine's, inside the
namespaces of containers: the same for all.
"""
import contextlib
import dataclasses
import json
import pathlib
import subprocess
import sys
import time

from .timing import Command

SECONDS = 3  # of traffic, for each figure
MANY_PORTS = 1000
TRAFFIC_PORT = 5201
PUBLISHED_PORT = 15201
PROBE = [sys.executable, str(pathlib.Path(__file__).with_name("probe.py"))]


@dataclasses.dataclass
class Traffic:
    """None where an engine could not be asked."""
    name: str
    between: float | None = None    # Gbit/s, container to container
    to_host: float | None = None    # Gbit/s, container to the bridge's address
    published: float | None = None  # Gbit/s, the host to a published port
    latency: float | None = None    # microseconds there and back, container to container
    ports: float | None = None      # seconds to start and remove one with MANY_PORTS ports
    look_ups: float | None = None   # a second, of another container's name


def inside(pid, *words):
    """Words that run in the network namespace of a process."""
    return ["nsenter", f"--net=/proc/{pid}/ns/net", *words]


@contextlib.contextmanager
def namespace():
    """A network namespace with nothing but its loopback. @return the PID of its keeper"""
    keeper = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
    try:
        ours = pathlib.Path("/proc/self/ns/net").readlink()
        while pathlib.Path(f"/proc/{keeper.pid}/ns/net").readlink() == ours:
            time.sleep(0.01)
        subprocess.run(inside(keeper.pid, "ip", "link", "set", "lo", "up"), check=True)
        yield keeper.pid
    finally:
        keeper.kill()
        keeper.wait()


@contextlib.contextmanager
def background(words):
    """A server, as long as it is wanted; it has a moment to open its socket."""
    server = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    try:
        time.sleep(0.5)
        yield
    finally:
        server.kill()
        server.wait()


def gigabits(server, client, address, port=TRAFFIC_PORT):
    """What iperf3 gets through, from the network of one process to that of another."""
    with background(inside(server, "iperf3", "--server")):
        said = subprocess.run(inside(client, "iperf3", "--client", address, "--port", str(port),
                                     "--time", str(SECONDS), "--json"),
                              capture_output=True, text=True, timeout=SECONDS + 30)
    report = json.loads(said.stdout)
    if "error" in report:
        raise RuntimeError(f"iperf3: {report['error']}")
    return report["end"]["sum_received"]["bits_per_second"] / 1e9


def probe(pid, *words):
    done = subprocess.run(inside(pid, *PROBE, *words), capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    return float(done.stdout)


def latency(server, client, address):
    with background(inside(server, *PROBE, "echo", str(TRAFFIC_PORT))):
        return probe(client, "latency", address, str(TRAFFIC_PORT))


def veth_pair():
    """The limit: two namespaces and a cable, without a bridge, a rule or an engine."""
    with namespace() as one, namespace() as other:
        script = (f"ip link add name bench0 type veth peer name bench1 netns /proc/{other}/ns/net && "
                  "ip address add 192.0.2.1/24 dev bench0 && ip link set bench0 up")
        subprocess.run(inside(one, "sh", "-c", script), check=True)
        script = "ip address add 192.0.2.2/24 dev bench1 && ip link set bench1 up"
        subprocess.run(inside(other, "sh", "-c", script), check=True)
        return Traffic("a plain veth pair", between=gigabits(other, one, "192.0.2.2"),
                       latency=latency(other, one, "192.0.2.2"))


def run_commands(engine):
    return [Command(engine.name, lambda: [*engine.client(), *engine.run_words("bridge"), "--rm",
                                          "bench", "true"])]


@dataclasses.dataclass
class Pair:
    """Two containers on a network of their own, by the PIDs of their first processes."""
    one: int
    other: int
    address: str  # of the first
    gateway: str


@contextlib.contextmanager
def pair(engine):
    """Containers `one` and `other` of an engine, on a network where names are served."""
    def start(name, *more):
        return engine.say(*engine.run_words("bench-net"), "--detach", "--name", name, *more,
                          "bench", "sleep", "600")

    def shown(template, name):
        return engine.say("inspect", "--format", template, name)

    with contextlib.ExitStack() as made:
        engine.say("network", "create", "bench-net")
        made.callback(engine.say, "network", "rm", "bench-net")
        start("one", "--publish", f"{PUBLISHED_PORT}:{TRAFFIC_PORT}")
        made.callback(engine.say, "rm", "--force", "one")
        start("other")
        made.callback(engine.say, "rm", "--force", "other")
        networks = "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{.Gateway}}{{end}}"
        address, gateway = shown(networks, "one").split()
        yield Pair(int(shown("{{.State.Pid}}", "one")), int(shown("{{.State.Pid}}", "other")),
                   address, gateway)


def with_many_ports(engine):
    """The seconds from start to removal of a container with MANY_PORTS published ports."""
    ports = f"20000-{20000 + MANY_PORTS - 1}:1000-{1000 + MANY_PORTS - 1}"
    start = time.perf_counter()
    made = engine.say(*engine.run_words("bridge"), "--detach", "--publish", ports, "bench", "sleep",
                      "600")
    engine.say("rm", "--force", made)
    return time.perf_counter() - start


def traffic_of(engine, paper):
    found = Traffic(engine.name)

    def measure(field, work):
        try:
            setattr(found, field, work())
        except (OSError, RuntimeError, ValueError, subprocess.TimeoutExpired) as reason:
            paper.leave_out(f"{field} of {engine.name}", reason)

    try:
        with pair(engine) as two:
            host = engine.network
            measure("between", lambda: gigabits(two.one, two.other, two.address))
            measure("to_host", lambda: gigabits(host, two.other, two.gateway))
            measure("published", lambda: gigabits(two.one, host, "127.0.0.1", PUBLISHED_PORT))
            measure("latency", lambda: latency(two.one, two.other, two.address))
            measure("look_ups", lambda: probe(two.other, "look-ups", "one"))
    except RuntimeError as reason:
        paper.leave_out(f"traffic of {engine.name}", reason)
    measure("ports", lambda: with_many_ports(engine))
    return found
