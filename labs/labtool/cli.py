"""The command line: words in, one-line errors out."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

from . import course, grade, kit, reports, workspace
from .errors import LabError
from .workspace import Workspace


class Parser(argparse.ArgumentParser):
    """argparse, with its errors as one line that says what to do."""

    def error(self, message: str) -> NoReturn:
        raise LabError(f"{message} (see: labs/lab --help)")


class Course:
    """Where labs come from: a checkout of the engine, or a kit with ready workspaces."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.kit = root / "workspaces"
        self.is_kit = self.kit.is_dir()

    def numbers(self) -> list[str]:
        if self.is_kit:
            return sorted(path.name for path in self.kit.iterdir())
        return sorted(course.labs(self.root))

    def lab(self, number: str) -> course.Lab:
        """A lab in a checkout, with its solutions."""
        if self.is_kit:
            raise LabError("this kit has no solutions: ask your instructor, or try: labs/lab hint")
        self.check_number(number)
        return course.labs(self.root)[number]

    def check_number(self, number: str) -> None:
        if number not in self.numbers():
            raise LabError(f"there is no lab {number}: there are {' '.join(self.numbers())}")

    def start(self, number: str, folder: Path, build: Path | None) -> None:
        """Makes a workspace."""
        self.check_number(number)
        workspace.check_empty(folder)
        if self.is_kit:
            shutil.copytree(self.kit / number, folder, dirs_exist_ok=True)
        else:
            workspace.start(self.lab(number), folder, build or finished_build(self.root))


def finished_build(root: Path) -> Path:
    """The checkout's build to take finished libraries from, brought up to date."""
    build = root / "build" / "release"
    if not (build / "build.ninja").exists():
        print("building the engine once; this takes some minutes", file=sys.stderr)
        workspace.run(["cmake", "-S", str(root), "-B", str(build), "-G", "Ninja",
                       "-DCMAKE_BUILD_TYPE=Release"], "the engine does not configure")
    workspace.run(["cmake", "--build", str(build)], "the engine does not build")
    return build


def lab_of(task: str) -> str:
    """The lab of "01" or "01.2"."""
    number, _, rest = task.partition(".")
    if not (len(number) == 2 and number.isdigit() and (not rest or rest.isdigit())):
        raise LabError(f"{task} is no task: name lab and task, as 01.2")
    return number


def command_list(labs: Course, _arguments: argparse.Namespace) -> int:
    for number in labs.numbers():
        if labs.is_kit:
            space = Workspace(labs.kit / number)
            print(f"{number}  {space.title} ({len(space.tasks)} tasks)")
        else:
            lab = labs.lab(number)
            print(f"{number}  {lab.sheet.title} ({len(lab.tasks)} tasks, "
                  f"{lab.sheet.minutes} minutes)")
    return 0


def command_start(labs: Course, arguments: argparse.Namespace) -> int:
    labs.start(arguments.lab, arguments.folder, arguments.build)
    space = Workspace(arguments.folder)
    print(f"lab {space.number}: {space.title}: the workspace is {arguments.folder}")
    print(f"read   {arguments.folder / 'handout.md'}")
    for name in space.files:
        print(f"write  {arguments.folder / name}")
    print(f"then   labs/lab check {arguments.folder}")
    return 0


def command_check(labs: Course, arguments: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="minidock-lab-") as place:
        if arguments.fresh:
            number = arguments.lab or Workspace(arguments.folder).number
            space = fresh(labs, number, arguments.folder, Path(place) / "workspace",
                          arguments.build)
        else:
            space = Workspace(arguments.folder)
        outcome = grade.grade(space, with_root=not arguments.without_root)
    print(reports.for_student(outcome))
    if arguments.gradescope:
        text = json.dumps(reports.for_gradescope(outcome), indent=2)
        workspace.write(arguments.gradescope, text + "\n")
    if arguments.github:
        write_github(reports.for_github(outcome))
    # A grader reads the report; a status other than 0 would tell it that the grading failed.
    return 0 if outcome.passed or arguments.gradescope or arguments.github else 1


def fresh(labs: Course, number: str, submission: Path, folder: Path,
          build: Path | None) -> Workspace:
    """An untouched workspace with only the lab's own files taken from the submission."""
    labs.start(number, folder, build)
    space = Workspace(folder)
    for name in space.files:
        # Gradescope's upload form takes files without their folders.
        handed_in = [path for path in (submission / name, submission / Path(name).name)
                     if path.is_file()]
        if handed_in:
            shutil.copy(handed_in[0], folder / name)
        else:
            print(f"not handed in: {name}", file=sys.stderr)
    return space


def write_github(result: str) -> None:
    """Sets the step's output `result` on GitHub; elsewhere prints the line."""
    output = os.environ.get("GITHUB_OUTPUT")
    if output:
        with open(output, "a", encoding="utf-8") as file:
            file.write(f"result={result}\n")
    else:
        print(f"result={result}")


def command_hint(labs: Course, arguments: argparse.Namespace) -> int:
    number = lab_of(arguments.task)
    if labs.is_kit:
        labs.check_number(number)
        hints = Workspace(labs.kit / number).hints
    else:
        hints = course.read_hints(labs.lab(number).chapter / "lab" / "hints.md")
    found = hints.get(arguments.task, [])
    if not 1 <= arguments.strength <= len(found):
        raise LabError(f"there is no hint {arguments.strength} for {arguments.task}: "
                       f"hints are for {' '.join(sorted(hints, key=reports.task_key))}, 1 to 3")
    print(found[arguments.strength - 1])
    return 0


def command_solve(labs: Course, arguments: argparse.Namespace) -> int:
    lab = labs.lab(lab_of(arguments.task))
    wanted = {task: body for task, body in lab.solutions.items()
              if arguments.task in (task, lab.number)}
    if not wanted:
        tasks = " ".join(sorted(lab.tasks, key=reports.task_key))
        raise LabError(f"lab {lab.number} has no task {arguments.task}: it has {tasks}")
    if arguments.into:
        space = Workspace(arguments.into)
        if space.number != lab.number:
            raise LabError(f"{arguments.into} is a workspace of lab {space.number}")
        space.fill(wanted)
        return 0
    for name, regions in lab.files.items():
        for region in regions:
            if region.task in wanted:
                print(f"{name}:\n" + "\n".join(region.with_body(region.body)))
    return 0


def command_kit(labs: Course, arguments: argparse.Namespace) -> int:
    if labs.is_kit:
        raise LabError("this is a kit already: make kits in a checkout of minidock")
    build = arguments.build or finished_build(labs.root)
    found = course.labs(labs.root)
    count = kit.make(labs.root, list(found.values()), arguments.out, build)
    print(f"{arguments.out}: {len(found)} labs, {count} files, no solutions")
    return 0


def command_autograder(labs: Course, arguments: argparse.Namespace) -> int:
    lab = labs.lab(arguments.lab)
    kit.make_autograder(lab, arguments.out, arguments.build or finished_build(labs.root))
    print(f"{arguments.out}: upload it as the autograder of lab {lab.number}; "
          f"students hand in {' '.join(sorted(lab.files))}")
    return 0


def parser(description: str) -> Parser:
    """The tool's words."""
    top = Parser(prog="labs/lab", description=description,
                 formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB", parser_class=Parser)
    build = Parser(add_help=False)
    build.add_argument("--build", type=Path, metavar="DIR",
                       help="finished build of the checkout to take libraries from (default: "
                            "build/release, brought up to date first)")

    verbs.add_parser("list").set_defaults(run=command_list)

    start = verbs.add_parser("start", parents=[build])
    start.add_argument("lab", metavar="NN")
    start.add_argument("folder", type=Path, metavar="DIR")
    start.set_defaults(run=command_start)

    check = verbs.add_parser("check", parents=[build])
    check.add_argument("folder", type=Path, metavar="DIR", nargs="?", default=Path("."))
    check.add_argument("--gradescope", type=Path, metavar="FILE", help="write results.json there")
    check.add_argument("--github", action="store_true", help="set the step's output `result`")
    check.add_argument("--without-root", action="store_true",
                       help="leave out tests that need root, with their points")
    check.add_argument("--fresh", action="store_true",
                       help="take only the lab's files from DIR, into an untouched workspace")
    check.add_argument("--lab", metavar="NN", help="with --fresh: the lab, if DIR is no workspace")
    check.set_defaults(run=command_check)

    hint = verbs.add_parser("hint")
    hint.add_argument("task", metavar="NN.K")
    hint.add_argument("strength", type=int, nargs="?", default=1, metavar="1|2|3")
    hint.set_defaults(run=command_hint)

    solve = verbs.add_parser("solve")
    solve.add_argument("task", metavar="NN.K")
    solve.add_argument("--into", type=Path, metavar="DIR")
    solve.set_defaults(run=command_solve)

    make = verbs.add_parser("kit", parents=[build])
    make.add_argument("out", type=Path, metavar="OUT.tar.gz")
    make.set_defaults(run=command_kit)

    autograder = verbs.add_parser("autograder", parents=[build])
    autograder.add_argument("lab", metavar="NN")
    autograder.add_argument("out", type=Path, metavar="OUT.zip")
    autograder.set_defaults(run=command_autograder)
    return top


def main(words: list[str], description: str, root: Path) -> int:
    """Does what the words say; returns the exit status."""
    arguments = parser(description).parse_args(words)
    try:
        status: int = arguments.run(Course(root), arguments)
    except (OSError, subprocess.CalledProcessError) as problem:
        raise LabError(str(problem)) from problem
    return status
