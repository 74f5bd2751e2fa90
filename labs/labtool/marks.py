"""The marks of labs in the source, and what is made of them.

    // lab 01.2: stat the kind's file of this process, and keep the inode number.
    …the real code…
    // end lab

Cut, the real code gives way to `not_implemented("01.2");`. Filled, a student's file gets it back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .errors import LabError

START = re.compile(r"^(?P<indent>\s*)// lab (?P<task>\d\d\.\d+): (?P<text>.*)$")
END = re.compile(r"^\s*// end lab\s*$")
COMMENT = re.compile(r"^\s*// ?(?P<text>.*)$")
HELPER = '#include "lab.hpp"  // not_implemented()'


@dataclass
class Region:
    """One marked place of a file."""

    task: str  # "01.2"
    indent: str
    task_lines: list[str]
    body: list[str]
    end_line: str

    @property
    def text(self) -> str:
        """The task, as one line of prose."""
        first = START.match(self.task_lines[0])
        more = [COMMENT.match(line) for line in self.task_lines[1:]]
        return " ".join([first["text"] if first else "", *(m["text"] for m in more if m)])

    def with_body(self, body: list[str]) -> list[str]:
        """The region's lines with something else between task and end."""
        return [*self.task_lines, *body, self.end_line]

    def hole(self) -> list[str]:
        """The region as a student gets it."""
        return self.with_body([f'{self.indent}not_implemented("{self.task}");'])


def split(source: str, name: str) -> list[str | Region]:
    """A file as its lines and its marked regions, in order. `name` is for messages."""
    pieces: list[str | Region] = []
    region: Region | None = None
    for number, line in enumerate(source.splitlines(), start=1):
        start = START.match(line)
        if start and region is not None:
            raise LabError(f"{name}:{number}: lab {region.task} has no // end lab before this mark")
        if start:
            region = Region(start["task"], start["indent"], [line], [], "")
        elif region is None:
            if END.match(line):
                raise LabError(f"{name}:{number}: // end lab without a // lab NN.K: above it")
            pieces.append(line)
        elif END.match(line):
            region.end_line = line
            pieces.append(region)
            region = None
        elif not region.body and COMMENT.match(line):
            region.task_lines.append(line)
        else:
            region.body.append(line)
    if region is not None:
        raise LabError(f"{name}: lab {region.task} has no // end lab")
    return pieces


def regions(source: str, name: str) -> list[Region]:
    """The marked regions of a file."""
    return [piece for piece in split(source, name) if isinstance(piece, Region)]


def rewrite(source: str, name: str, change: Callable[[Region], list[str]]) -> str:
    """The file with each region's lines as `change` wants them."""
    lines: list[str] = []
    for piece in split(source, name):
        lines += change(piece) if isinstance(piece, Region) else [piece]
    return "\n".join(lines) + "\n"


def cut(source: str, name: str) -> str:
    """The file as students get it: holes, and the header that declares not_implemented()."""
    if not regions(source, name):
        return source
    holed = rewrite(source, name, Region.hole)
    before, include, after = holed.partition("#include ")
    return f"{before}{HELPER}\n{include}{after}"


def fill(source: str, name: str, solutions: Mapping[str, list[str]]) -> str:
    """A student's file with the reference put back for the tasks in `solutions`."""
    return rewrite(source, name,
                   lambda region: region.with_body(solutions.get(region.task, region.body)))
