"""What a grade looks like: to a student, to Gradescope, to GitHub Classroom."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

from .grade import Grade, Result, Status

LINES_OF_OUTPUT = 12
LINES_OF_BUILD = 30
LONGEST_LINE = 160
GRADESCOPE_STATUS = {Status.PASSED: "passed", Status.FAILED: "failed", Status.NOT_RUN: "failed"}


def for_student(grade: Grade) -> str:
    """Points, what failed and why, and a first hint for each task that is not done."""
    workspace = grade.workspace
    lines = [f"lab {workspace.number}: {workspace.title}"]
    if grade.build_error is not None:
        lines += ["the workspace does not build:", indent(errors_of_build(grade.build_error))]
    else:
        for task, text in sorted(workspace.tasks.items(), key=lambda entry: task_key(entry[0])):
            results = [result for result in grade.results if result.test.task == task]
            if results:
                lines += ["", f"{task}  {text}", *lines_of_task(grade, task, results)]
    lines += ["", f"points: {grade.score} of {grade.max_score}"]
    not_run = sum(result.status is Status.NOT_RUN for result in grade.results)
    if not_run:
        plural = "test was" if not_run == 1 else "tests were"
        lines.append(f"{not_run} {plural} not run: no points for them until they are")
    if grade.left_out:
        lines.append(left_out(grade))
    return "\n".join(lines)


def left_out(grade: Grade) -> str:
    """Which tests the grader does not run, so that nobody takes the points for the whole lab."""
    names = ", ".join(test.name for test in grade.left_out)
    points = sum(test.points for test in grade.left_out)
    return f"left out here, as they need root ({points} points): {names}"


def task_key(task: str) -> tuple[int, int]:
    """01.2 comes before 01.10."""
    lab, _, number = task.partition(".")
    return int(lab), int(number)


def lines_of_task(grade: Grade, task: str, results: list[Result]) -> list[str]:
    """A task's tests, and a hint if it is not done."""
    lines: list[str] = []
    for result in results:
        lines.append(f"  {result.status.value:8} {result.score:3}/{result.test.points:<3} "
                     f"{result.test.name}")
        if result.output:
            lines.append(indent(shorten(result.output, LINES_OF_OUTPUT), "           "))
    if any(result.status is Status.FAILED for result in results):
        hints = grade.workspace.hints.get(task, [])
        if hints:
            lines.append(f"  hint: {hints[0]}")
            lines.append(f"        (a stronger one: labs/lab hint {task} 2)")
    return lines


def errors_of_build(output: str) -> str:
    """The compiler's errors out of a build's output."""
    first = re.search(r"^.*(?:error:|Error at|undefined reference|FAILED:)", output, re.MULTILINE)
    return shorten(output[first.start():] if first else output, LINES_OF_BUILD)


def shorten(text: str, count: int) -> str:
    """The first lines of a text, none of them endless, and a word that there are more."""
    lines = [line if len(line) <= LONGEST_LINE else line[:LONGEST_LINE] + "…"
             for line in text.splitlines()]
    if len(lines) <= count:
        return "\n".join(lines)
    return "\n".join([*lines[:count], f"… ({len(lines) - count} lines more)"])


def indent(text: str, by: str = "  ") -> str:
    """The text moved to the right."""
    return "\n".join(by + line for line in text.splitlines())


def for_gradescope(grade: Grade) -> dict[str, Any]:
    """The results.json of Gradescope's autograder specification.

    https://gradescope-autograders.readthedocs.io/en/latest/specs/, "Output format". The total is
    Gradescope's sum over the tests, so there is no score at the top.
    """
    summary = (f"Lab {grade.workspace.number}: {grade.workspace.title}: "
               f"{grade.score} of {grade.max_score} points")
    if grade.build_error is not None:
        summary += "\nIt does not build:\n" + errors_of_build(grade.build_error)
    if grade.left_out:
        summary += "\n" + left_out(grade)
    return {
        "execution_time": round(grade.seconds, 3),
        "output": summary,
        "output_format": "text",
        "test_output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [gradescope_test(result) for result in grade.results],
    }


def gradescope_test(result: Result) -> dict[str, Any]:
    """One test case of results.json."""
    output = result.output
    if result.status is Status.NOT_RUN:
        output = f"not run: {output}"
    return {
        "name": result.test.name,
        "number": result.test.task,
        "score": result.score,
        "max_score": result.test.points,
        "status": GRADESCOPE_STATUS[result.status],
        "output": shorten(output, 4 * LINES_OF_OUTPUT),
        "visibility": "visible",
    }


def for_github(grade: Grade) -> str:
    """The `result` that GitHub Classroom's grading reporter reads: base64 of a JSON object.

    The reporter (classroom-resources/autograding-grading-reporter) adds up the tests' scores
    and wants one `max_score` for all; a test counts as passed only if its status is "pass".
    """
    if grade.build_error is not None:
        status = "error"
    else:
        status = "pass" if grade.passed else "fail"
    result = {
        "version": 1,
        "status": status,
        "max_score": grade.max_score,
        "tests": [github_test(grade, entry) for entry in grade.results],
    }
    return base64.b64encode(json.dumps(result).encode()).decode()


def github_test(grade: Grade, result: Result) -> dict[str, Any]:
    """One test of a runner's result."""
    message = result.output
    if grade.build_error is not None:
        message = errors_of_build(grade.build_error)
    elif result.status is Status.NOT_RUN:
        message = f"not run: {message}"
    test: dict[str, Any] = {
        "name": f"{result.test.task} {result.test.name}",
        "status": "pass" if result.status is Status.PASSED else "fail",
        "score": result.score,
        "message": shorten(message, 4 * LINES_OF_OUTPUT),
        "test_code": result.test.name,
        "filename": "",
        "line_no": 0,
        "execution_time": f"{result.seconds:.3f}s",
    }
    return test
