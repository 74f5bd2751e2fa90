"""Takes the time of commands, in turns."""
import dataclasses
import resource
import statistics
import subprocess
import time

WARM_UP_ROUNDS = 3
LIMIT_SECONDS = 60


@dataclasses.dataclass
class Command:
    """What one peer runs; `arguments` gives the words anew each time, for names that must differ."""
    name: str
    arguments: callable
    environment: dict | None = None


@dataclasses.dataclass
class Times:
    name: str
    seconds: list
    processor_seconds: list  # of the command and its children; a daemon's are not in it

    @property
    def median(self):
        return statistics.median(self.seconds)

    @property
    def processor_median(self):
        return statistics.median(self.processor_seconds)


def processor_seconds_of_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run_once(command):
    """@return the seconds it took by the clock, and those of the processor"""
    before = processor_seconds_of_children()
    start = time.perf_counter()
    done = subprocess.run(command.arguments(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, env=command.environment, close_fds=False,
                          timeout=LIMIT_SECONDS)
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        words = done.stderr.decode(errors="replace").strip().splitlines() or ["no message"]
        raise RuntimeError(f"exit status {done.returncode}: {words[-1][:200]}")
    return seconds, processor_seconds_of_children() - before


def measure(commands, rounds, report):
    """@return the Times of each command that runs here; the report is told of the others"""
    plain = Command("a plain process", lambda: ["/bin/true"])
    able = []
    for command in (plain, *commands):
        try:
            for _ in range(WARM_UP_ROUNDS):
                run_once(command)
            able.append(command)
        except (OSError, RuntimeError, subprocess.TimeoutExpired) as reason:
            report.leave_out(command.name, reason)
    times = [Times(command.name, [], []) for command in able]
    for _ in range(rounds):
        for command, taken in zip(able, times):
            seconds, processor_seconds = run_once(command)
            taken.seconds.append(seconds)
            taken.processor_seconds.append(processor_seconds)
    return times
