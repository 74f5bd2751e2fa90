"""The engines, each with its own root and socket in the bench's folder."""
import contextlib
import os
import pathlib
import shutil
import subprocess
import time

from . import report
from .memory import Memory, descendants, named, private_kib, resident_kib
from .timing import Command

START_SECONDS = 60


class Engine:
    """A client's command line, and the daemon behind it if there is one."""
    name = ""
    shim = ""      # the program that stays beside a running container
    group = ""     # the control group in which it keeps those of containers
    daemon = None  # the process, once started
    network = None  # the PID of the keeper of its network namespace, if it has one of its own

    def __init__(self, work, network=None):
        self.network = network
        self.folder = work / self.name
        self.folder.mkdir()
        self.groups_before = self.groups()

    def groups(self):
        """In one hierarchy, or in each of them."""
        return {path for pattern in (self.group, f"*/{self.group}")
                for path in pathlib.Path("/sys/fs/cgroup").glob(pattern)}

    def in_network(self, words):
        return words if self.network is None else \
            ["nsenter", f"--net=/proc/{self.network}/ns/net", *words]

    def client(self):
        raise NotImplementedError

    def daemon_command(self):
        return None

    def start(self, image):
        if words := self.daemon_command():
            log = open(self.folder / "log", "wb")
            self.daemon = subprocess.Popen(self.in_network(words), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            self.wait_until_it_answers()
        self.say("load", "--input", str(image))

    def wait_until_it_answers(self):
        deadline = time.monotonic() + START_SECONDS
        while subprocess.run([*self.client(), "version"], capture_output=True).returncode != 0:
            if self.daemon.poll() is not None or time.monotonic() > deadline:
                last = (self.folder / "log").read_text(errors="replace").strip().splitlines()[-1:]
                raise RuntimeError(f"its daemon does not answer: {' '.join(last)[:200]}")
            time.sleep(0.05)

    def stop(self):
        with contextlib.suppress(RuntimeError):
            for container in self.say("ps", "--all", "--quiet").split():
                self.say("rm", "--force", container)
        if self.daemon and self.daemon.poll() is None:
            self.daemon.terminate()
            self.daemon.wait()
        # dockerd leaves the file of its network namespace mounted.
        for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines():
            place = line.split()[4]
            if place.startswith(f"{self.folder}/"):
                subprocess.run(["umount", "--lazy", place])
        for group in self.groups() - self.groups_before:
            for folder, _, _ in os.walk(group, topdown=False):
                os.rmdir(folder)

    def say(self, *words):
        done = subprocess.run([*self.client(), *words], capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{words[0]}: {done.stderr.strip()[-200:]}")
        return done.stdout.strip()

    def run_words(self, network):
        return ["run", "--network", network]

    def run_commands(self, network):
        return [Command(self.name, lambda: [*self.client(), *self.run_words(network), "--rm",
                                            "bench", "true"])]

    def memory(self):
        """Idle, and then with one container that sleeps."""
        daemons = [self.daemon.pid, *descendants(self.daemon.pid)] if self.daemon else []
        resident = sum(map(resident_kib, daemons))
        before = set(named(self.shim))
        container = self.say(*self.run_words("none"), "--detach", "bench", "sleep", "600")
        try:
            time.sleep(0.5)
            shims = set(named(self.shim)) - before
            return Memory(self.name, resident, self.shim, sum(map(private_kib, shims)))
        finally:
            self.say("rm", "--force", container)


class Minidock(Engine):
    name = "minidock"
    shim = "minidock-shim"
    group = "minidock-bench"

    def __init__(self, work, programs, network=None):
        super().__init__(work, network)
        self.programs = programs

    def socket(self):
        return f"unix://{self.folder}/socket"

    def client(self):
        return [str(self.programs / "minidock"), "-H", self.socket()]

    def daemon_command(self):
        return [str(self.programs / "minidockd"), "--host", self.socket(), "--data-root",
                str(self.folder / "data"), "--exec-root", str(self.folder / "run"),
                "--cgroup-parent", f"/{self.group}", "--nft-table", "minidock-bench", "--bridge",
                "minidock-bench" if self.network else "none"]

    def run_commands(self, network):
        ours = super().run_commands(network)
        if docker := shutil.which("docker"):
            ours.append(Command("docker's client with minidockd",
                                lambda: [docker, "-H", self.socket(), *self.run_words(network),
                                         "--rm", "bench", "true"]))
        return ours


class Docker(Engine):
    name = "docker"
    shim = "containerd-shim"
    group = "docker"

    def socket(self):
        return f"unix://{self.folder}/socket"

    def client(self):
        return ["docker", "-H", self.socket()]

    def daemon_command(self):
        return ["dockerd", "-H", self.socket(), "--data-root", str(self.folder / "data"),
                "--exec-root", str(self.folder / "run"), "--pidfile", str(self.folder / "pid"),
                *([] if self.network else ["--bridge=none", "--iptables=false",
                                           "--ip6tables=false"])]


class Podman(Engine):
    name = "podman"
    shim = "conmon"
    group = "libpod_parent"

    def client(self):
        runtime = "crun" if report.cgroup_layout() == "cgroup v2" else "runc"  # crun wants v2
        return self.in_network(self.words(runtime))

    def words(self, runtime):
        return ["podman", "--root", str(self.folder / "data"), "--runroot",
                str(self.folder / "run"), "--cgroup-manager", "cgroupfs", "--runtime", runtime]

    def run_words(self, network):
        # Its defaults are higher than root may go on every machine.
        return [*super().run_words(network), "--ulimit", "nofile=1024:1024", "--ulimit",
                "nproc=1024:1024"]


def memory_of(running, paper):
    rows = []
    for engine in running:
        try:
            rows.append(engine.memory())
        except (OSError, RuntimeError) as reason:
            paper.leave_out(f"memory of {engine.name}", reason)
    return rows


@contextlib.contextmanager
def started(programs, work, image, paper, networks=(None, None, None)):
    """The engines that are installed and run here; the paper is told of the others.

    @param networks  for each engine the keeper of its network namespace, or None for the machine's
    """
    ours, dockers, podmans = networks
    wanted = [Minidock(work, pathlib.Path(programs), ours)]
    for kind, program, network in ((Docker, "dockerd", dockers), (Podman, "podman", podmans)):
        if shutil.which(program):
            wanted.append(kind(work, network))
        else:
            paper.leave_out(kind.name, f"{program} is not installed")
    running = []
    try:
        for engine in wanted:
            try:
                engine.start(image)
                running.append(engine)
            except (OSError, RuntimeError) as reason:
                engine.stop()
                paper.leave_out(engine.name, reason)
        yield running
    finally:
        for engine in running:
            engine.stop()
