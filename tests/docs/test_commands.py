"""Commands of a text: how blocks are read, compared, run, and written back."""

import subprocess
import tempfile
import unittest
from pathlib import Path

from woven import commands

ROOT = Path(__file__).resolve().parent.parent.parent


def block(*lines: str, comment: str = "") -> str:
    return "\n".join([*([f"<!-- run: {comment} -->"] if comment else []),
                      "```console", *lines, "```", ""])


class Reading(unittest.TestCase):
    def test_prompts_tell_who_types(self) -> None:
        steps = commands.steps_of(block("$ id -u", "1000", "# id -u", "0"), "t")
        self.assertEqual([(step.as_root, step.command, step.expected) for step in steps],
                         [(False, "id -u", ["1000"]), (True, "id -u", ["0"])])

    def test_a_command_goes_on_over_lines(self) -> None:
        step, = commands.steps_of(block("$ for i in 1; do", ">   echo $i", "> done", "1"), "t")
        self.assertEqual(step.command, "for i in 1; do\n  echo $i\ndone")
        self.assertEqual(step.expected, ["1"])

    def test_other_languages_are_not_run(self) -> None:
        self.assertEqual(commands.steps_of("```sh\n$ reboot\n```\n", "t"), [])

    def test_the_comment_above_sets_conditions(self) -> None:
        step, = commands.steps_of(
            block("$ x", comment="v2, numbers vary, fails, needs strace gcc, within 60 s"), "t")
        self.assertEqual(step.conditions, commands.Conditions(
            cgroups="v2", numbers_vary=True, may_fail=True, programs=("strace", "gcc"), seconds=60))

    def test_a_word_that_is_no_condition_is_refused_with_its_line(self) -> None:
        with self.assertRaisesRegex(commands.TextError, 't:1: "sometimes"'):
            commands.steps_of(block("$ x", comment="sometimes"), "t")

    def test_output_without_a_command_is_refused(self) -> None:
        with self.assertRaisesRegex(commands.TextError, "t:2: a console block begins"):
            commands.steps_of(block("output"), "t")


class Comparing(unittest.TestCase):
    def same(self, expected: str, printed: str, vary: bool = False) -> bool:
        return commands.matches(expected.splitlines(), printed.splitlines(), vary)

    def test_output_is_compared_to_the_letter(self) -> None:
        self.assertTrue(self.same("a.c [1]", "a.c [1]"))
        self.assertFalse(self.same("a.c", "abc"))
        self.assertFalse(self.same("a", "a\nb"))
        self.assertFalse(self.same("a\nb", "a"))

    def test_dots_stand_for_anything_in_a_line(self) -> None:
        self.assertTrue(self.same("pid … ended", "pid 77 ended"))
        self.assertFalse(self.same("pid …", "pid 7\nmore"))

    def test_dots_alone_stand_for_lines(self) -> None:
        self.assertTrue(self.same("a\n…\nz", "a\nb\nc\nz"))
        self.assertTrue(self.same("a\n…\nz", "a\nz"))
        self.assertFalse(self.same("a\n…\nz", "a\nb"))

    def test_numbers_vary_only_where_said(self) -> None:
        self.assertTrue(self.same("took 12 ms, 0x7f", "took 9 ms, 0x123f", vary=True))
        self.assertFalse(self.same("took 12 ms", "took 9 ms"))
        self.assertFalse(self.same("took 12 ms", "took few ms", vary=True))

    def test_columns_move_with_their_numbers(self) -> None:
        self.assertTrue(self.same("PID   USER", "  PID USER".strip(), vary=True))


class Running(unittest.TestCase):
    def run_text(self, text: str, *options: str) -> tuple[int, str, str]:
        """Runs a text's commands; returns the status, what was said, and the text afterwards."""
        with tempfile.TemporaryDirectory() as place:
            file = Path(place) / "README.md"
            file.write_text(text)
            run = subprocess.run([str(ROOT / "docs" / "run-commands"), "--bin", "/bin", *options,
                                  str(file)], capture_output=True, text=True)
            return run.returncode, run.stdout + run.stderr, file.read_text()

    def test_a_shell_lasts_from_block_to_block(self) -> None:
        text = block("$ word=kept; mkdir d; cd d") + block("$ echo $word ${PWD##*/}", "kept d")
        status, said, _ = self.run_text(text)
        self.assertEqual(status, 0, said)
        self.assertIn("2 commands run, 0 failed, 0 not run", said)

    def test_wrong_output_fails_and_shows_both(self) -> None:
        status, said, _ = self.run_text(block("$ echo one", "two"))
        self.assertEqual(status, 1)
        self.assertIn("expected:\n    two\n  printed:\n    one", said)

    def test_a_status_other_than_0_fails_unless_said(self) -> None:
        self.assertEqual(self.run_text(block("$ false"))[0], 1)
        self.assertEqual(self.run_text(block("$ false", comment="fails"))[0], 0)

    def test_what_is_not_run_is_counted_with_its_reason(self) -> None:
        text = block("$ less x", comment="no, it waits for a key") + block(
            "$ x", comment="needs no-such-program")
        status, said, _ = self.run_text(text)
        self.assertEqual(status, 0)
        self.assertIn("line 3: it waits for a key", said)
        self.assertIn("needs no-such-program", said)
        self.assertIn("0 commands run, 0 failed, 2 not run", said)

    def test_a_command_that_hangs_fails_and_the_next_one_runs(self) -> None:
        text = block("$ sleep 60", comment="within 1 s") + block("$ echo on", "on")
        status, said, _ = self.run_text(text)
        self.assertEqual(status, 1)
        self.assertIn("did not end in 1 s", said)
        self.assertIn("2 commands run, 1 failed", said)

    def test_what_is_left_running_fails(self) -> None:
        status, said, _ = self.run_text(block("$ sleep 60 &", "$ sleep 0.5"))
        self.assertEqual(status, 1)
        self.assertIn("(sleep 60) running", said)

    def test_an_inner_shell_takes_what_follows(self) -> None:
        text = block("$ sh", "$ in=inside; echo $in", "inside", "$ exit", "$ echo $in.", ".")
        status, said, _ = self.run_text(text)
        self.assertEqual(status, 0, said)

    def test_update_writes_what_was_printed_and_keeps_what_matched(self) -> None:
        text = block("$ echo a b", "a …", "$ printf '1\\n2\\n'", "$ echo new", "old", "lines")
        self.assertEqual(self.run_text(text, "--update")[2], block(
            "$ echo a b", "a …", "$ printf '1\\n2\\n'", "1", "2", "$ echo new", "new"))


if __name__ == "__main__":
    unittest.main()
