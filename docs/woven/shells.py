"""The reader's two terminals: a shell of an ordinary user and one of root, fed command by command."""

from __future__ import annotations

import os
import pwd
import re
import select
import signal
import subprocess
import time
import uuid
from pathlib import Path

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
TOKEN_VARIABLE = "MINIDOCK_COMMANDS"


class TookTooLong(Exception):
    """A command did not end; what it printed until then is in args[0]."""


class ShellEnded(Exception):
    """The shell is gone (a command ended it); what was printed is in args[0]."""


def ordinary_user() -> tuple[int, int]:
    """Uid and gid of the user that `$` stands for, when we are root."""
    for user in pwd.getpwall():
        if 1000 <= user.pw_uid < 60000:
            return user.pw_uid, user.pw_gid
    return 1000, 1000


class Shell:
    """A bash without a terminal. It lives from a text's first command to its last."""

    def __init__(self, folder: Path, programs: Path, token: str, as_root: bool) -> None:
        command = ["bash", "--norc", "--noprofile"]
        if os.geteuid() == 0 and not as_root:
            uid, gid = ordinary_user()
            command = ["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups", *command]
        environment = {"PATH": f"{programs}:{SYSTEM_PATH}", "HOME": str(folder), "LANG": "C.UTF-8",
                       "TERM": "dumb", TOKEN_VARIABLE: token}
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            cwd=folder, env=environment, start_new_session=True)
        self.run("umask 022", seconds=5)

    def run(self, command: str, seconds: float) -> tuple[list[str], int]:
        """Types a command; returns the lines that it printed, and its status."""
        mark = f"end-{uuid.uuid4().hex}"
        self._type(command + "\n")
        if command.split()[:1] == ["exit"]:
            # An inner shell may read ahead: what comes next is for the outer one.
            time.sleep(0.3)
        self._type(f"printf '\\n%s %d\\n' {mark} $?\n")
        return self._read_until(mark, time.monotonic() + seconds)

    def _type(self, text: str) -> None:
        assert self._process.stdin
        try:
            self._process.stdin.write(text.encode())
            self._process.stdin.flush()
        except BrokenPipeError as problem:
            raise ShellEnded("") from problem

    def _read_until(self, mark: str, deadline: float) -> tuple[list[str], int]:
        assert self._process.stdout
        pipe = self._process.stdout.fileno()
        printed = b""
        while True:
            found = re.search(rf"\n{mark} (\d+)\n".encode(), printed)
            if found:
                return self._lines(printed[: found.start()]), int(found[1])
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([pipe], [], [], left)[0]:
                raise TookTooLong("\n".join(self._lines(printed)))
            piece = os.read(pipe, 65536)
            if not piece:
                raise ShellEnded("\n".join(self._lines(printed)))
            printed += piece

    @staticmethod
    def _lines(printed: bytes) -> list[str]:
        return printed.decode(errors="replace").removesuffix("\n").splitlines()

    def close(self) -> None:
        """Ends the shell itself; what it left running is `left_running`'s to find."""
        assert self._process.stdin and self._process.stdout
        try:
            self._process.stdin.close()
        except BrokenPipeError:
            pass  # it was gone already
        try:
            self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()


def left_running(token: str) -> list[str]:
    """Ends the processes that a text's commands left behind, and says which they were."""
    found: list[str] = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"{TOKEN_VARIABLE}={token}".encode() not in (folder / "environ").read_bytes():
                continue
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
            os.kill(int(folder.name), signal.SIGKILL)
        except (ProcessLookupError, FileNotFoundError, PermissionError):
            continue  # it ended meanwhile, or is another user's
        found.append(f"{folder.name} ({command})")
    return found


def left_mounted(folder: Path) -> list[str]:
    """The mounts that a text's commands left below the scratch folder."""
    mounts = Path("/proc/self/mounts").read_text().splitlines()
    return [line.split()[1] for line in mounts if line.split()[1].startswith(str(folder))]
