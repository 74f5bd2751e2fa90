"""The report: what was run, on what, and tables of medians and ratios."""
import os
import pathlib
import platform
import re
import shutil
import subprocess
import time

PEERS = ("runc", "crun", "podman", "dockerd", "docker")


def version(program):
    if not shutil.which(program):
        return None
    said = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
    found = re.search(r"\d+\.\d+[\w.+~-]*", said)
    return f"{program} {found[0]}" if found else program


def processor():
    found = re.search(r"^model name\s*:\s*(.*)$", pathlib.Path("/proc/cpuinfo").read_text(),
                      re.MULTILINE)
    return found[1] if found else "unknown processor"


def cgroup_layout():
    mounts = pathlib.Path("/proc/self/mounts").read_text()
    if " /sys/fs/cgroup cgroup2 " in mounts:
        return "cgroup v2"
    return "hybrid cgroups" if " cgroup2 " in mounts else "cgroup v1"


def cell(number, digits):
    return "" if number is None else f"{number:,.{digits}f}"


class Report:
    def __init__(self, command, rounds):
        self.rounds = rounds
        self.left_out = {}
        self.lines = [
            f"# `{command}`", "",
            f"{time.strftime('%Y-%m-%d %H:%M')}, {platform.system()} {platform.release()}, "
            f"{cgroup_layout()}, {os.cpu_count()} x {processor()}, "
            f"load average {os.getloadavg()[0]:.1f} at the start", "",
            ", ".join(filter(None, map(version, PEERS))) or "no peers installed"]

    def leave_out(self, name, reason):
        self.left_out[name] = str(reason)

    def add_times(self, title, ours, times):
        """@param ours the name of the one that the others are compared with"""
        base = next((peer for peer in times if peer.name == ours), None)
        self.lines += ["", f"## {title}, {self.rounds} rounds", "",
                       f"| | median ms | fastest | slowest | times {ours}'s | processor ms |",
                       "| --- | ---: | ---: | ---: | ---: | ---: |"]
        for peer in times:
            ratio = f"{peer.median / base.median:.1f}" if base else ""
            self.lines.append(f"| {peer.name} | {peer.median * 1e3:.1f} | "
                              f"{min(peer.seconds) * 1e3:.1f} | {max(peer.seconds) * 1e3:.1f} | "
                              f"{ratio} | {peer.processor_median * 1e3:.1f} |")

    def add_memory(self, rows):
        self.lines += ["", "## Memory", "", "| | idle daemon, resident MiB | shim of one container, "
                       "private MiB |", "| --- | ---: | ---: |"]
        for row in rows:
            daemon = f"{row.daemon_kib / 1024:.1f}" if row.daemon_kib else "no daemon"
            self.lines.append(f"| {row.name} | {daemon} | {row.shim_kib / 1024:.2f} ({row.shim}) |")

    def add_traffic(self, rows):
        """@param rows  what networks.Traffic holds, of the limit first"""
        self.lines += ["", "## Traffic", "", "| | container to container, Gbit/s | to the host, "
                       "Gbit/s | by a published port, Gbit/s | there and back, µs | names looked up "
                       "a second | 1,000 ports published and removed, s |",
                       "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"]
        for row in rows:
            cells = [cell(row.between, 1), cell(row.to_host, 1), cell(row.published, 1),
                     cell(row.latency, 0), cell(row.look_ups, 0), cell(row.ports, 2)]
            self.lines.append(f"| {row.name} | {' | '.join(cells)} |")

    def text(self):
        lines = [*self.lines, "", "Processor time is the command's and its children's; a daemon's is not "
                 "in it. On a busy machine it says more than the clock."]
        if self.left_out:
            lines += ["", "## Left out", ""]
            lines += [f"- {name}: {reason}" for name, reason in self.left_out.items()]
        return "\n".join(lines) + "\n"
