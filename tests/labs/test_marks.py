"""Marks in the source: what is cut, what is put back, and what is refused."""

import unittest

from labtool import marks
from labtool.errors import LabError

SOURCE = '''#include "a.hpp"

int twice(int n) {
    // lab 01.2: double the number,
    // whatever its sign.
    const int result = 2 * n;
    return result;
    // end lab
}
'''

HANDED_OUT = '''#include "lab.hpp"  // not_implemented()
#include "a.hpp"

int twice(int n) {
    // lab 01.2: double the number,
    // whatever its sign.
    not_implemented("01.2");
    // end lab
}
'''


class Marks(unittest.TestCase):
    def test_cutting_leaves_the_task_and_takes_the_code(self) -> None:
        self.assertEqual(marks.cut(SOURCE, "a.cpp"), HANDED_OUT)

    def test_a_file_without_marks_stays_as_it_is(self) -> None:
        self.assertEqual(marks.cut("int x;\n", "a.cpp"), "int x;\n")

    def test_filling_puts_back_what_was_cut(self) -> None:
        body = marks.regions(SOURCE, "a.cpp")[0].body
        filled = marks.fill(HANDED_OUT, "a.cpp", {"01.2": body})
        self.assertEqual(filled, marks.HELPER + "\n" + SOURCE)

    def test_filling_one_task_leaves_the_others(self) -> None:
        self.assertEqual(marks.fill(HANDED_OUT, "a.cpp", {"01.3": ["x"]}), HANDED_OUT)

    def test_the_task_is_one_text(self) -> None:
        self.assertEqual(marks.regions(SOURCE, "a.cpp")[0].text,
                         "double the number, whatever its sign.")

    def test_a_mark_without_an_end_is_refused_by_its_name(self) -> None:
        with self.assertRaisesRegex(LabError, "a.cpp: lab 01.1 has no // end lab"):
            marks.split("// lab 01.1: x\n", "a.cpp")

    def test_an_end_without_a_mark_is_refused_with_its_line(self) -> None:
        with self.assertRaisesRegex(LabError, "a.cpp:2: // end lab without"):
            marks.split("int x;\n// end lab\n", "a.cpp")

    def test_a_mark_inside_a_mark_is_refused(self) -> None:
        with self.assertRaisesRegex(LabError, "a.cpp:2: lab 01.1 has no // end lab before"):
            marks.split("// lab 01.1: x\n// lab 01.2: y\n", "a.cpp")


if __name__ == "__main__":
    unittest.main()
