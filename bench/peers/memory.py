"""What processes keep in memory, from /proc (see proc(5), smaps_rollup)."""
import dataclasses
import pathlib
import re


@dataclasses.dataclass
class Memory:
    name: str
    daemon_kib: int   # resident, with the daemon's own helpers; 0 where there is no daemon
    shim: str
    shim_kib: int     # of one container, private


def field(text, *names):
    return sum(int(value) for name in names
               for value in re.findall(rf"^{name}:\s+(\d+) kB", text, re.MULTILINE))


def resident_kib(pid):
    return field(pathlib.Path(f"/proc/{pid}/status").read_text(), "VmRSS")


def private_kib(pid):
    return field(pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(),
                 "Private_Clean", "Private_Dirty")


def processes():
    """Yields (PID, parent's PID, name) of each."""
    for folder in pathlib.Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            status = (folder / "status").read_text()
        except OSError:
            continue  # it ended meanwhile
        yield (int(folder.name), int(re.search(r"^PPid:\s+(\d+)", status, re.MULTILINE)[1]),
               re.search(r"^Name:\s+(.*)", status, re.MULTILINE)[1])


def named(name):
    """The kernel keeps 15 letters of a name."""
    return [pid for pid, _, comm in processes() if comm.startswith(name[:15])]


def descendants(pid):
    children = [child for child, parent, _ in processes() if parent == pid]
    return children + [deeper for child in children for deeper in descendants(child)]
