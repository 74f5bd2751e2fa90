"""The commands of a text: read from its `console` blocks, and compared with what they print.

docs/WRITING.md says how an author writes them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\S*)\s*$")
COMMENT = re.compile(r"^\s*<!-- run: (?P<words>.*?) -->\s*$")
PROMPT = re.compile(r"^(?P<who>[$#]) (?P<command>.*)$")
DEFAULT_SECONDS = 20


class TextError(Exception):
    """A block that breaks the rules; the message says where and which."""


@dataclass(frozen=True)
class Conditions:
    """What the comment above a block says of it."""

    not_run: str | None = None  # the author's reason
    cgroups: str | None = None  # "v1" or "v2"
    programs: tuple[str, ...] = ()
    numbers_vary: bool = False
    may_fail: bool = False
    seconds: int = DEFAULT_SECONDS


@dataclass
class Step:
    """One command, and where the output that the text shows for it stands."""

    as_root: bool
    command: str
    line: int  # of the prompt, from 1, as editors count
    indent: str
    conditions: Conditions
    expected: list[str] = field(default_factory=list)
    output_at: int = 0  # index of the first output line in the text's lines


def conditions_of(words: str, where: str) -> Conditions:
    """Reads "v2, numbers vary, needs strace gcc"."""
    if words.startswith("no,"):
        return Conditions(not_run=words.removeprefix("no,").strip())
    found: dict[str, object] = {}
    for part in (part.strip() for part in words.split(",")):
        limit = re.fullmatch(r"within (\d+) s", part)
        if part in ("v1", "v2"):
            found["cgroups"] = part
        elif part == "numbers vary":
            found["numbers_vary"] = True
        elif part == "fails":
            found["may_fail"] = True
        elif part.startswith("needs "):
            found["programs"] = tuple(part.split()[1:])
        elif limit:
            found["seconds"] = int(limit[1])
        else:
            raise TextError(f'{where}: "{part}" is no word of <!-- run: … --> (docs/WRITING.md)')
    return Conditions(**found)  # type: ignore[arg-type]


def steps_of(text: str, name: str) -> list[Step]:
    """All commands of a text, in order. `name` is for messages."""
    lines = text.splitlines()
    steps: list[Step] = []
    at = 0
    while at < len(lines):
        fence = FENCE.match(lines[at])
        if not fence:
            at += 1
            continue
        end = at + 1
        while end < len(lines) and lines[end].strip() != "```":
            end += 1
        if fence["language"] == "console":
            conditions = conditions_above(lines, at, name)
            steps += steps_of_block(lines, at + 1, end, fence["indent"], conditions, name)
        at = end + 1
    return steps


def conditions_above(lines: list[str], fence_at: int, name: str) -> Conditions:
    """What the comment above the fence says; a blank line may stand between."""
    above = fence_at - 1
    if above >= 0 and not lines[above].strip():
        above -= 1
    comment = COMMENT.match(lines[above]) if above >= 0 else None
    return conditions_of(comment["words"], f"{name}:{above + 1}") if comment else Conditions()


def steps_of_block(lines: list[str], start: int, end: int, indent: str, conditions: Conditions,
                   name: str) -> list[Step]:
    """The commands between two fences."""
    steps: list[Step] = []
    for at in range(start, end):
        line = lines[at].removeprefix(indent)
        prompt = PROMPT.match(line)
        if prompt:
            steps.append(Step(prompt["who"] == "#", prompt["command"], at + 1, indent, conditions,
                              output_at=at + 1))
        elif not steps:
            raise TextError(f"{name}:{at + 1}: a console block begins with a command ($ or #)")
        elif line.startswith("> ") and not steps[-1].expected:
            steps[-1].command += "\n" + line[2:]
            steps[-1].output_at = at + 1
        else:
            steps[-1].expected.append(line.rstrip())
    return steps


def matches(expected: list[str], output: list[str], numbers_vary: bool) -> bool:
    """Whether a command printed what the text shows."""
    pattern = "".join(pattern_of(line, numbers_vary) for line in expected)
    printed = "".join(line.rstrip() + "\n" for line in output)
    return re.fullmatch(pattern, printed) is not None


def pattern_of(line: str, numbers_vary: bool) -> str:
    """The regular expression of one expected line, with its line end."""
    if line.strip() == "…":
        return r"(?:.*\n)*"
    pattern = re.escape(line).replace("…", ".*")
    if numbers_vary:
        pattern = re.sub(r"\d+", r"\\d+", pattern)
        # Columns move when numbers grow.
        pattern = re.sub(r"(?:\\ )+", lambda spaces: " *" if len(spaces[0]) > 2 else " +", pattern)
    return pattern + r"\n"


def with_output(text: str, printed: list[tuple[Step, list[str]]]) -> str:
    """The text with the output of these steps replaced by what they printed."""
    lines = text.splitlines()
    for step, output in sorted(printed, key=lambda pair: -pair[0].output_at):
        shown = [(step.indent + line).rstrip() for line in output]
        lines[step.output_at : step.output_at + len(step.expected)] = shown
    return "\n".join(lines) + "\n"


def write_output(path: Path, printed: list[tuple[Step, list[str]]]) -> None:
    """Writes real output into a text, for its author."""
    path.write_text(with_output(path.read_text(), printed))
