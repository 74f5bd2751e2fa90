"""Building a workspace, running its tests, and counting points."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from .course import LabTest
from .errors import LabError
from .workspace import Workspace

BUILD_SECONDS = 600
TEST_SECONDS = 60


class Status(Enum):
    """How a test ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_RUN = "not run"


@dataclass(frozen=True)
class Command:
    """How a test of the workspace is run, as ctest knows it."""

    words: list[str]
    folder: str
    needs_root: bool


@dataclass(frozen=True)
class Result:
    """What became of one of the lab's tests."""

    test: LabTest
    status: Status
    output: str = ""
    seconds: float = 0.0

    @property
    def score(self) -> int:
        return self.test.points if self.status is Status.PASSED else 0


@dataclass
class Grade:
    """What became of a workspace."""

    workspace: Workspace
    build_error: str | None = None
    results: list[Result] = field(default_factory=list)
    left_out: list[LabTest] = field(default_factory=list)  # by the grader's wish, with their points
    seconds: float = 0.0

    @property
    def score(self) -> int:
        return sum(result.score for result in self.results)

    @property
    def max_score(self) -> int:
        return sum(result.test.points for result in self.results)

    @property
    def passed(self) -> bool:
        return self.build_error is None and all(
            result.status is Status.PASSED for result in self.results)


class BuildFailed(Exception):
    """The workspace does not build; args[0] is what the tools said."""


def build(workspace: Workspace, options: tuple[str, ...] = ()) -> None:
    """Builds the workspace in its own build folder."""
    folder = workspace.folder
    out = folder / "build"
    forget_moved_build(folder, out)
    if options or not (out / "build.ninja").exists():
        build_step(["cmake", "-S", str(folder), "-B", str(out), "-G", "Ninja", *options])
    build_step(["cmake", "--build", str(out)])


def forget_moved_build(folder: Path, out: Path) -> None:
    """A workspace may have been carried here with a build made elsewhere: that one is of no use."""
    cache = out / "CMakeCache.txt"
    if cache.exists() and f"CMAKE_HOME_DIRECTORY:INTERNAL={folder}\n" not in cache.read_text():
        shutil.rmtree(out)


def build_step(command: list[str]) -> None:
    """Runs cmake; throws what it said when it fails."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=BUILD_SECONDS)
    except FileNotFoundError as problem:
        raise LabError("cmake is not installed: sudo apt install cmake ninja-build g++") from problem
    except subprocess.TimeoutExpired as problem:
        raise BuildFailed(f"the build did not end in {BUILD_SECONDS} s") from problem
    if done.returncode != 0:
        raise BuildFailed(done.stdout.rstrip())


def commands(workspace: Workspace) -> dict[str, Command]:
    """How to run each test that the workspace has, by the test's name without its label."""
    listed = subprocess.run(
        ["ctest", "--test-dir", str(workspace.folder / "build"), "--show-only=json-v1"],
        capture_output=True, text=True, check=True).stdout
    return {name_of(test["name"]): command_of(test)
            for test in json.loads(listed)["tests"] if "command" in test}


def name_of(listed: str) -> str:
    """GoogleTest's name of a test that ctest lists: without its label, and without a parameter's
    value, which may be an address."""
    return listed.partition(".")[2].partition("  # GetParam()")[0]


def command_of(test: dict[str, Any]) -> Command:
    """What ctest tells of one test."""
    properties = {entry["name"]: entry["value"] for entry in test["properties"]}
    return Command(test["command"], properties["WORKING_DIRECTORY"],
                   "root" in properties.get("LABELS", []))


def run_test(test: LabTest, command: Command | None) -> Result:
    """Runs one test in a process of its own: what crashes or hangs loses its own points only."""
    if command is None:
        return Result(test, Status.FAILED, f"the workspace has no test {test.name} any more")
    if command.needs_root and os.geteuid() != 0:
        return Result(test, Status.NOT_RUN, "needs root: run this with sudo")
    begun = time.monotonic()
    try:
        done = subprocess.run(command.words, cwd=command.folder, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=TEST_SECONDS)
    except subprocess.TimeoutExpired:
        return Result(test, Status.FAILED, f"did not end in {TEST_SECONDS} s", TEST_SECONDS)
    seconds = time.monotonic() - begun
    output = done.stdout.decode(errors="replace")
    if "[  SKIPPED ] 1 test" in output:
        return Result(test, Status.NOT_RUN, said(output), seconds)
    if done.returncode == 0 and "[  PASSED  ] 1 test" in output:
        return Result(test, Status.PASSED, "", seconds)
    ending = f"\nended by signal {-done.returncode}" if done.returncode < 0 else ""
    return Result(test, Status.FAILED, said(output) + ending, seconds)


def said(output: str) -> str:
    """What the test said, without GoogleTest's frame around it."""
    inside = re.search(r"^\[ RUN      \].*?\n(.*?)(?:^\[  (?:FAILED|SKIPPED) |\Z)", output,
                       re.DOTALL | re.MULTILINE)
    return (inside[1] if inside else output).strip()


def grade(workspace: Workspace, with_root: bool = True, options: tuple[str, ...] = ()) -> Grade:
    """Builds and tests a workspace. Without root, tests that need it give and cost no points."""
    begun = time.monotonic()
    outcome = Grade(workspace)
    try:
        build(workspace, options)
        known = commands(workspace)
    except BuildFailed as problem:
        outcome.build_error = str(problem)
        outcome.results = [Result(test, Status.FAILED, "the workspace does not build")
                           for test in workspace.tests]
    else:
        for test in workspace.tests:
            command = known.get(test.name)
            if command and command.needs_root and not with_root:
                outcome.left_out.append(test)
            else:
                outcome.results.append(run_test(test, command))
    outcome.seconds = time.monotonic() - begun
    return outcome
