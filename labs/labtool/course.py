"""The labs of a checkout: which there are, their marks in the source, their points and hints."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from . import marks
from .errors import LabError

SECTIONS = ("Goal", "Time", "Background", "Tasks", "Try it by hand", "Stretch", "Hand in")
HINT_TASK = re.compile(r"^## .*?(\d\d\.\d+)")
HINT_ITEM = re.compile(r"^(\d)\. +(.*)$")


@dataclass(frozen=True)
class LabTest:
    """A GoogleTest test that a lab gives points for."""

    name: str  # "Suite.Name"
    task: str  # "01.2"
    points: int


@dataclass(frozen=True)
class Sheet:
    """What a lab's lab.json says."""

    title: str
    minutes: int
    tests: tuple[LabTest, ...]
    folders: tuple[str, ...]  # tests and programs that it needs beside the chapter's own

    @staticmethod
    def read(file: Path) -> Sheet:
        try:
            data = json.loads(file.read_text())
            tests = tuple(LabTest(name, str(test["task"]), int(test["points"]))
                          for name, test in data["tests"].items())
            folders = tuple(str(name) for name in data.get("folders", []))
            return Sheet(str(data["title"]), int(data["minutes"]), tests, folders)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
            raise LabError(f"{file}: not a lab's sheet: {problem!r} (docs/WRITING.md)") from problem


def read_hints(file: Path) -> dict[str, list[str]]:
    """The hints of hints.md: three for each task, from weak to strong."""
    hints: dict[str, list[str]] = {}
    task: str | None = None
    for line in file.read_text().splitlines():
        heading, item = HINT_TASK.match(line), HINT_ITEM.match(line)
        if heading:
            task = heading[1]
            hints[task] = []
        elif task and item:
            hints[task].append(item[2])
        elif task and hints[task]:
            hints[task][-1] = f"{hints[task][-1]}\n{line.strip()}"
    return {task: [hint.strip() for hint in found] for task, found in hints.items()}


class Lab:
    """One chapter's lab, in a checkout of the engine."""

    def __init__(self, root: Path, chapter: Path) -> None:
        self.root = root
        self.chapter = chapter
        self.number = chapter.name[:2]
        self.sheet = Sheet.read(chapter / "lab" / "lab.json")

    @cached_property
    def files(self) -> dict[str, list[marks.Region]]:
        """The marked files, by their path from the root, and their regions of this lab."""
        found: dict[str, list[marks.Region]] = {}
        for path in marked_files(self.root):
            name = str(path.relative_to(self.root))
            regions = marks.regions(path.read_text(), name)
            numbers = {region.task[:2] for region in regions}
            if self.number not in numbers:
                continue
            if numbers != {self.number} or path.suffix != ".cpp":
                raise LabError(f"{name}: marks of a lab stand in a .cpp file, of one lab in a file")
            found[name] = regions
        return found

    @cached_property
    def solutions(self) -> dict[str, list[str]]:
        """The real code of each task."""
        found: dict[str, list[str]] = {}
        for name, regions in self.files.items():
            for region in regions:
                if region.task in found:
                    raise LabError(f"{name}: lab {region.task} is marked twice")
                found[region.task] = region.body
        return found

    @cached_property
    def tasks(self) -> dict[str, str]:
        """The text of each task."""
        return {region.task: region.text for regions in self.files.values() for region in regions}

    def cut_file(self, name: str) -> str:
        """One of `files` as a student gets it."""
        return marks.cut((self.root / name).read_text(), name)

    def lists(self) -> list[Path]:
        """The CMake lists of what stands in a workspace as source: chapter, tests, programs."""
        places = [self.chapter, *(self.root / name for name in self.sheet.folders)]
        return [file for place in places for file in sorted(place.glob("**/CMakeLists.txt"))]


def marked_files(root: Path) -> list[Path]:
    """All source files that carry marks of labs."""
    sources = [*root.glob("minidock/**/*.[ch]pp"), *root.glob("chapters/**/*.[ch]pp")]
    return sorted(path for path in sources if "// lab " in path.read_text())


def labs(root: Path) -> dict[str, Lab]:
    """All labs of a checkout, by number."""
    sheets = sorted(root.glob("chapters/[0-9][0-9]-*/lab/lab.json"))
    return {file.parent.parent.name[:2]: Lab(root, file.parent.parent) for file in sheets}


def faults(lab: Lab) -> list[str]:
    """What is missing or does not fit together in a lab's files."""
    found: list[str] = []
    folder = lab.chapter / "lab"
    tasks = set(lab.tasks)
    if not tasks:
        found.append(f"no marks // lab {lab.number}.K: in the source")
    handout = (folder / "handout.md").read_text() if (folder / "handout.md").exists() else ""
    found += [f"handout.md has no section ## {section}" for section in SECTIONS
              if not re.search(rf"^## {section}\b", handout, re.MULTILINE)]
    found += [f"handout.md has no heading ### {task}" for task in sorted(tasks)
              if not re.search(rf"^### {re.escape(task)}\b", handout, re.MULTILINE)]
    hints = read_hints(folder / "hints.md") if (folder / "hints.md").exists() else {}
    found += [f"hints.md has {len(hints.get(task, []))} hints for {task}, not 3"
              for task in sorted(tasks | set(hints)) if len(hints.get(task, [])) != 3]
    tested = {test.task for test in lab.sheet.tests}
    found += [f"lab.json gives no points for {task}" for task in sorted(tasks - tested)]
    found += [f"lab.json gives points for {task}, which is not marked" for task in sorted(tested - tasks)]
    found += [f"lab.json: there is no {name}/CMakeLists.txt" for name in lab.sheet.folders
              if not (lab.root / name / "CMakeLists.txt").exists()]
    total = sum(test.points for test in lab.sheet.tests)
    if total != 100:
        found.append(f"lab.json: the points add up to {total}, not 100")
    return found
