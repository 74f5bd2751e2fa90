"""Proves a lab honest in both directions.

As handed out, the workspace builds without a warning, and exactly the tests that the lab gives
points for fail. With the marked code put back, every test of the chapter passes.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import os
import shutil
import sys
from pathlib import Path

from labtool import course, grade, workspace
from labtool.course import LabTest
from labtool.grade import Result, Status
from labtool.workspace import Workspace

ROOT = Path(__file__).resolve().parent.parent.parent


def run_all(space: Workspace) -> dict[str, Result]:
    """Builds the workspace and runs every test it has, by name."""
    grade.build(space, ("-DMINIDOCK_WERROR=ON",))
    return {name: grade.run_test(LabTest(name, "", 0), command)
            for name, command in grade.commands(space).items()}


def differences(results: dict[str, Result], failing: set[str]) -> list[str]:
    """What did not end as it must. A test that cannot run here is said, and no difference."""
    found = [f"{name}: lab.json names it, the chapter has no such test"
             for name in sorted(failing - set(results))]
    for name, result in sorted(results.items()):
        if result.status is Status.NOT_RUN:
            print(f"not run: {name}: {result.output}")
        elif (result.status is Status.FAILED) != (name in failing):
            wanted = "to fail" if name in failing else "to pass"
            found.append(f"{name}: want it {wanted}, it {result.status.value}\n{result.output}")
    return found


def failing_too(lab: course.Lab, names: set[str]) -> set[str]:
    """Tests without points that the holes break too: everywhere, where they can run at all, or
    where cgroup v2 has the controllers. Elsewhere these need none of the marked code."""
    sheet = json.loads((lab.chapter / "lab" / "lab.json").read_text())
    patterns = sheet.get("fail_too", [])
    if Path("/sys/fs/cgroup/cgroup.controllers").exists() and os.geteuid() == 0:
        patterns += sheet.get("fail_too_on_v2", [])
    return {name for pattern in patterns for name in fnmatch.filter(names, pattern)}


def check(lab: course.Lab, folder: Path, build: Path) -> list[str]:
    """Everything that is wrong with the lab."""
    found = course.faults(lab)
    shutil.rmtree(folder, ignore_errors=True)
    workspace.start(lab, folder, build)
    space = Workspace(folder)
    given = {test.name for test in space.tests}
    print("== as handed out")
    results = run_all(space)
    given |= failing_too(lab, set(results))
    found += [f"as handed out: {what}" for what in differences(results, given)]
    print("== with the marked code put back")
    space.fill(lab.solutions)
    found += [f"solved: {what}" for what in differences(run_all(space), set())]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lab", metavar="NN")
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    arguments = parser.parse_args()
    # Test programs know their workspace's path; without these two no object is ever found again.
    os.environ["CCACHE_BASEDIR"] = str(arguments.work)
    os.environ["CCACHE_NOHASHDIR"] = "1"
    lab = course.labs(ROOT)[arguments.lab]
    try:
        found = check(lab, arguments.work / arguments.lab, arguments.build)
    except grade.BuildFailed as problem:
        found = [f"the workspace does not build:\n{problem}"]
    for fault in found:
        print(f"FAULT: {fault}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
