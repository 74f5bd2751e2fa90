"""What is handed out: no solution in it, and it works with nothing else of minidock around."""

import json
import os
import subprocess
import tarfile
import tempfile
import unittest
import zipfile
from pathlib import Path

from labtool import course, kit

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = Path(os.environ["MINIDOCK_BUILD"])
NUMBER = min(course.labs(ROOT))


def tool(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Runs the lab tool that lies in a folder, as on a machine that has only that folder."""
    clean = {name: os.environ[name] for name in ("PATH", "HOME", "CCACHE_DIR") if name in os.environ}
    return subprocess.run([str(folder / "labs" / "lab"), *words], capture_output=True, text=True,
                          cwd=folder, env=clean)


class Kit(unittest.TestCase):
    kit: Path

    @classmethod
    def setUpClass(cls) -> None:
        place = tempfile.TemporaryDirectory(prefix="minidock-kit-test-")
        cls.addClassCleanup(place.cleanup)
        folder = Path(place.name)
        made = tool(ROOT, "kit", str(folder / "kit.tar.gz"), "--build", str(BUILD))
        assert made.returncode == 0, made.stderr
        with tarfile.open(folder / "kit.tar.gz") as archive:
            archive.extractall(folder)
        cls.kit = folder / "minidock-labs"

    def test_no_line_of_a_solution_is_in_it(self) -> None:
        secret = kit.secret_lines(ROOT)
        self.assertGreater(len(secret), 10)
        self.assertEqual(kit.leaks(secret, self.kit), [])

    def test_the_search_for_solutions_finds_one(self) -> None:
        secret = kit.secret_lines(ROOT)
        planted = self.kit / "planted.txt"
        planted.write_text(f"x\n        {min(secret)}\n")
        self.addCleanup(planted.unlink)
        self.assertEqual(kit.leaks(secret, self.kit), [f"planted.txt:2: {min(secret)}"])

    def test_it_has_every_lab_with_its_text(self) -> None:
        listed = tool(self.kit, "list").stdout
        for number, lab in course.labs(ROOT).items():
            self.assertIn(f"{number}  {lab.sheet.title}", listed)
            self.assertTrue((self.kit / "chapters" / lab.chapter.name / "README.md").exists())

    def test_it_gives_hints_and_no_reference(self) -> None:
        task = min(course.labs(ROOT)[NUMBER].tasks)
        self.assertTrue(tool(self.kit, "hint", task).stdout.strip())
        self.assertIn("no solutions", tool(self.kit, "solve", task).stderr)

    def test_a_workspace_of_it_builds_and_is_graded(self) -> None:
        self.assertEqual(tool(self.kit, "start", NUMBER, "mine").returncode, 0)
        run = tool(self.kit, "check", "mine", "--gradescope", "results.json")
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        results = json.loads((self.kit / "results.json").read_text())
        self.assertEqual(len(results["tests"]), len(course.labs(ROOT)[NUMBER].sheet.tests))
        self.assertEqual(sum(test["score"] for test in results["tests"]), 0)
        self.assertNotIn("does not build", results["output"])


class Autograder(unittest.TestCase):
    def test_it_grades_files_handed_in_without_their_folders(self) -> None:
        lab = course.labs(ROOT)[NUMBER]
        with tempfile.TemporaryDirectory(prefix="minidock-kit-test-") as place:
            folder = Path(place)
            made = tool(ROOT, "autograder", NUMBER, str(folder / "a.zip"), "--build", str(BUILD))
            self.assertEqual(made.returncode, 0, made.stderr)
            with zipfile.ZipFile(folder / "a.zip") as archive:
                names = archive.namelist()
                archive.extractall(folder / "source")
            self.assertIn("setup.sh", names)
            self.assertIn("run_autograder", names)
            self.assertEqual(kit.leaks(kit.secret_lines(ROOT), folder / "source"), [])

            (folder / "source" / "labs" / "lab").chmod(0o755)
            submission = folder / "submission"
            submission.mkdir()
            for name in lab.files:
                (submission / Path(name).name).write_text((ROOT / name).read_text())
            run = tool(folder / "source", "check", str(submission), "--fresh", "--lab", NUMBER,
                       "--gradescope", str(folder / "results.json"))
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertNotIn("not handed in", run.stderr)
            tests = json.loads((folder / "results.json").read_text())["tests"]
            for test in tests:
                if not test["output"].startswith("not run"):
                    self.assertEqual(test["score"], test["max_score"], test["output"])


if __name__ == "__main__":
    unittest.main()
