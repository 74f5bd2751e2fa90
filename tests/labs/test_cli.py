"""Wrong use gets one line that says what to do."""

import subprocess
import tempfile
import unittest
from pathlib import Path

from labtool import course

ROOT = Path(__file__).resolve().parent.parent.parent


class WrongUse(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.lab = course.labs(ROOT)[min(course.labs(ROOT))]

    def refused(self, *words: str) -> str:
        """What the tool says as it refuses these words."""
        run = subprocess.run([str(ROOT / "labs" / "lab"), *words], capture_output=True, text=True,
                             cwd=self.folder)
        self.assertEqual(run.returncode, 1, run.stdout + run.stderr)
        self.assertEqual(run.stdout, "")
        self.assertEqual(len(run.stderr.splitlines()), 1, run.stderr)
        self.assertTrue(run.stderr.startswith("lab: "), run.stderr)
        return run.stderr

    def test_no_verb(self) -> None:
        self.assertIn("--help", self.refused())

    def test_an_unknown_verb(self) -> None:
        self.assertIn("start", self.refused("begin", "01"))

    def test_an_unknown_lab_names_those_there_are(self) -> None:
        self.assertIn(self.lab.number, self.refused("start", "77", "x"))

    def test_a_folder_in_use_is_never_written_over(self) -> None:
        (self.folder / "work").mkdir()
        (self.folder / "work" / "mine.cpp").write_text("mine")
        self.assertIn("is there already", self.refused("start", self.lab.number, "work"))
        self.assertEqual(len(list((self.folder / "work").iterdir())), 1)

    def test_a_folder_that_is_no_workspace(self) -> None:
        self.assertIn("labs/lab start", self.refused("check", "."))

    def test_a_word_that_is_no_task(self) -> None:
        self.assertIn("01.2", self.refused("hint", "1"))

    def test_an_unknown_task_names_those_there_are(self) -> None:
        for verb in ("hint", "solve"):
            self.assertIn(min(self.lab.tasks), self.refused(verb, f"{self.lab.number}.99"))

    def test_a_hint_that_is_too_strong(self) -> None:
        self.assertIn("1 to 3", self.refused("hint", min(self.lab.tasks), "4"))

    def test_archives_are_what_their_names_say(self) -> None:
        build = ["--build", str(self.folder)]
        self.assertIn("*.tar.gz", self.refused("kit", "kit.zip", *build))
        self.assertIn("*.zip", self.refused("autograder", self.lab.number, "a.tar.gz", *build))

    def test_a_build_that_is_not_finished(self) -> None:
        self.assertIn("is not built",
                      self.refused("start", self.lab.number, "x", "--build", str(self.folder)))


if __name__ == "__main__":
    unittest.main()
