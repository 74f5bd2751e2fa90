"""Quotes of the source in a text: found, filled in, and compared.

A text never holds a copy of code made by hand. It names a region of a source file between two
comments, and what stands between them is made from the source as it is now.
"""

from __future__ import annotations

import os
import re
import textwrap
from collections.abc import Callable
from pathlib import Path

OPENING = re.compile(r"^<!-- quote (?P<file>\S+)(?: (?P<region>\S+))? -->$")
CLOSING = "<!-- end quote -->"
REGION_MARK = re.compile(r"^\s*(?://|#) \[(?P<end>/?)(?P<name>[\w.-]+)\]\s*$")
LAB_START = re.compile(r"^\s*// lab \d\d\.\d+:")
LAB_END = re.compile(r"^\s*// end lab\s*$")
FAIL_POINT = re.compile(r'^\s*fail_point\("[^"]*"\);$')  # only tests of crashes care
COMMENT = re.compile(r"^\s*// ")
LANGUAGES = {".cpp": "cpp", ".hpp": "cpp", ".json": "json", ".txt": "cmake", ".cmake": "cmake",
             ".py": "python", ".sh": "sh", ".dot": "dot"}

# Reads a file of the source by its path from the root. The student's kit brings a reader of its
# own, which shows a lab's task where the solution stands.
Reader = Callable[[str], str]


class QuoteError(Exception):
    """A quote that cannot be filled in; the message says which, and why."""


def region_of(source: str, name: str) -> list[str]:
    """The lines between `// [name]` and `// [/name]`."""
    lines = source.splitlines()
    starts = [i for i, line in enumerate(lines) if is_mark(line, name, "")]
    ends = [i for i, line in enumerate(lines) if is_mark(line, name, "/")]
    if len(starts) != 1 or len(ends) != 1 or ends[0] < starts[0]:
        raise QuoteError(f"want one // [{name}] and below it one // [/{name}]")
    return lines[starts[0] + 1 : ends[0]]


def is_mark(line: str, name: str, end: str) -> bool:
    """Whether the line is the opening (end is "") or closing ("/") mark of this region."""
    mark = REGION_MARK.match(line)
    return mark is not None and mark["name"] == name and mark["end"] == end


def without_marks(lines: list[str]) -> list[str]:
    """The lines as a reader wants them: no marks of regions, no marks and tasks of labs, no points
    at which a test lets the program die."""
    kept: list[str] = []
    in_task = False
    for line in lines:
        if LAB_START.match(line):
            in_task = True
            continue
        # The task may go on in comments right below its first line.
        in_task = in_task and COMMENT.match(line) is not None
        is_mark_or_point = any(pattern.match(line) for pattern in (LAB_END, REGION_MARK, FAIL_POINT))
        if not in_task and not is_mark_or_point:
            kept.append(line)
    return kept


def quote(text_folder: str, file: str, region: str | None, read: Reader) -> list[str]:
    """The lines that belong between the two comments of a quote."""
    source = read(file)
    lines = region_of(source, region) if region else source.splitlines()
    code = textwrap.dedent("\n".join(without_marks(lines))).strip("\n")
    link = os.path.relpath(file, text_folder)
    language = LANGUAGES.get(Path(file).suffix, "text")
    return ["", f"```{language}", *code.split("\n"), "```", "", f"*from [{file}]({link})*", ""]


def weave(text: str, text_folder: str, read: Reader) -> str:
    """The text with each of its quotes made anew. `text_folder` is its folder from the root."""
    woven: list[str] = []
    lines = iter(text.splitlines())
    for line in lines:
        woven.append(line)
        opening = OPENING.match(line)
        if not opening:
            continue
        where = f"quote of {opening['file']} {opening['region'] or ''}".rstrip()
        for old in lines:
            if old == CLOSING:
                break
        else:
            raise QuoteError(f"{where}: no line {CLOSING} below it")
        try:
            woven += quote(text_folder, opening["file"], opening["region"], read)
        except (OSError, QuoteError) as problem:
            raise QuoteError(f"{where}: {problem}") from problem
        woven.append(CLOSING)
    return "\n".join(woven) + "\n"
