"""The reports, held against the rules that their readers publish."""

import base64
import json
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

from labtool import reports
from labtool.course import LabTest
from labtool.grade import Grade, Result, Status

VISIBILITY = {"hidden", "after_due_date", "after_published", "visible"}
FORMATS = {"text", "html", "simple_format", "md", "ansi"}
# https://gradescope-autograders.readthedocs.io/en/latest/specs/, "Output format"
GRADESCOPE_TOP = {"score": (int, float), "execution_time": (int, float), "output": str,
                  "output_format": FORMATS, "test_output_format": FORMATS,
                  "test_name_format": FORMATS, "visibility": VISIBILITY,
                  "stdout_visibility": VISIBILITY, "extra_data": dict, "tests": list,
                  "leaderboard": list}
GRADESCOPE_TEST = {"score": (int, float), "max_score": (int, float),
                   "status": {"passed", "failed"}, "name": str, "name_format": FORMATS,
                   "number": str, "output": str, "output_format": FORMATS, "tags": list,
                   "visibility": VISIBILITY, "extra_data": dict}


def broken_fields(data: dict[str, Any], rules: dict[str, Any], where: str) -> list[str]:
    """Fields that the rules do not know, or whose value they do not allow."""
    found = []
    for name, value in data.items():
        rule = rules.get(name)
        allowed = value in rule if isinstance(rule, set) else rule and isinstance(value, rule)
        if not allowed:
            found.append(f"{where}.{name} = {value!r}")
    return found


def broken_gradescope_rules(data: dict[str, Any]) -> list[str]:
    """What Gradescope would refuse or read wrongly."""
    found = broken_fields(data, GRADESCOPE_TOP, "results")
    tests = data.get("tests", [])
    for number, test in enumerate(tests):
        found += broken_fields(test, GRADESCOPE_TEST, f"tests[{number}]")
    if "score" not in data and not (tests and all("score" in test for test in tests)):
        found.append("a score is required, at the top or in each test")
    return found


def broken_github_rules(encoded: str) -> list[str]:
    """What the reporter's source reads, checked as it reads it.

    main.js decodes base64 and parses JSON; a runner "fail"s or "error"s by its status.
    notify-classroom.js adds results.max_score and each test's score. aggregate-results.js and
    console-results.js read tests.length, and each test's status, name and message.
    """
    data = json.loads(base64.b64decode(encoded, validate=True))
    found = []
    if data["status"] not in ("pass", "fail", "error"):
        found.append(f"status {data['status']!r}")
    if not isinstance(data["max_score"], (int, float)) or not data["tests"]:
        found.append("max_score and tests are required")
    for test in data["tests"]:
        if test["status"] not in ("pass", "fail", "error"):
            found.append(f"{test['name']}: status {test['status']!r}")
        if not isinstance(test["score"], (int, float)):
            found.append(f"{test['name']}: score {test['score']!r}")
        if not isinstance(test["name"], str) or not isinstance(test["message"], str):
            found.append("name and message are texts")
    return found


def graded(build_error: str | None = None) -> Grade:
    """A grade with a test of each kind."""
    workspace = mock.Mock(number="01", title="Namespaces", folder=Path("/x"),
                          tasks={"01.10": "ten", "01.2": "two"},
                          hints={"01.2": ["see the man page", "idea", "shape"]})
    results = [
        Result(LabTest("Suite.Passes", "01.2", 40), Status.PASSED, "", 0.25),
        Result(LabTest("Suite.Fails", "01.2", 35), Status.FAILED, "wanted 1 “ü”, got 2", 0.5),
        Result(LabTest("Suite.CannotRun", "01.10", 25), Status.NOT_RUN, "needs root"),
    ]
    return Grade(workspace, build_error, results, [LabTest("Suite.LeftOut", "01.10", 7)], 3.21)


class Gradescope(unittest.TestCase):
    def test_the_report_keeps_the_rules(self) -> None:
        for grade in (graded(), graded("a.cpp:1: error: expected ;")):
            data = json.loads(json.dumps(reports.for_gradescope(grade)))
            self.assertEqual(broken_gradescope_rules(data), [])

    def test_the_scores_are_the_points(self) -> None:
        tests = reports.for_gradescope(graded())["tests"]
        self.assertEqual([(test["score"], test["max_score"]) for test in tests],
                         [(40, 40), (0, 35), (0, 25)])

    def test_what_was_not_run_says_so(self) -> None:
        data = reports.for_gradescope(graded())
        self.assertEqual(data["tests"][2]["output"], "not run: needs root")
        self.assertIn("Suite.LeftOut", data["output"])

    def test_the_rules_themselves_find_faults(self) -> None:
        self.assertTrue(broken_gradescope_rules({"tests": []}))
        self.assertTrue(broken_gradescope_rules({"tests": [{"score": "7"}]}))
        self.assertTrue(broken_gradescope_rules({"score": 1, "visibility": "all"}))
        self.assertTrue(broken_gradescope_rules({"score": 1, "unknown": 1}))


class GitHub(unittest.TestCase):
    def test_the_report_keeps_the_rules(self) -> None:
        for grade in (graded(), graded("a.cpp:1: error: expected ;")):
            self.assertEqual(broken_github_rules(reports.for_github(grade)), [])

    def test_it_is_one_line(self) -> None:
        self.assertNotIn("\n", reports.for_github(graded()))

    def test_a_workspace_that_does_not_build_is_an_error(self) -> None:
        data = json.loads(base64.b64decode(reports.for_github(graded("x"))))
        self.assertEqual(data["status"], "error")

    def test_points_add_up_as_the_reporter_adds(self) -> None:
        data = json.loads(base64.b64decode(reports.for_github(graded())))
        self.assertEqual((sum(test["score"] for test in data["tests"]), data["max_score"]),
                         (40, 100))


class Student(unittest.TestCase):
    def test_a_failed_task_gets_its_weakest_hint_and_only_that(self) -> None:
        text = reports.for_student(graded())
        self.assertIn("hint: see the man page", text)
        self.assertNotIn("shape", text)

    def test_tasks_come_in_the_order_of_their_numbers(self) -> None:
        text = reports.for_student(graded())
        self.assertLess(text.index("01.2  two"), text.index("01.10  ten"))

    def test_points_and_what_was_not_run_are_said(self) -> None:
        text = reports.for_student(graded())
        self.assertIn("points: 40 of 100", text)
        self.assertIn("1 test was not run", text)


if __name__ == "__main__":
    unittest.main()
