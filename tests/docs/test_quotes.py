"""Quotes: what is filled in, what is left out, and what is refused."""

import unittest

from woven import quotes

SOURCE = '''int before;

// [start]
void start() {
    // lab 01.1: make it start,
    // and say so.
    go();
    // end lab
    fail_point("start.gone");
    // [say]
    say("started");
    // [/say]
}
// [/start]
'''


def woven(text: str) -> str:
    return quotes.weave(text, "chapters/01-x", lambda file: {"minidock/a.cpp": SOURCE}[file])


class Quotes(unittest.TestCase):
    def test_a_region_comes_without_marks_and_tasks(self) -> None:
        text = woven("Look:\n<!-- quote minidock/a.cpp start -->\n<!-- end quote -->\nSo.\n")
        self.assertEqual(text, '''Look:
<!-- quote minidock/a.cpp start -->

```cpp
void start() {
    go();
    say("started");
}
```

*from [minidock/a.cpp](../../minidock/a.cpp)*

<!-- end quote -->
So.
''')

    def test_an_inner_region_moves_to_the_margin(self) -> None:
        text = woven("<!-- quote minidock/a.cpp say -->\n<!-- end quote -->\n")
        self.assertIn('```cpp\nsay("started");\n```', text)

    def test_weaving_again_changes_nothing(self) -> None:
        once = woven("<!-- quote minidock/a.cpp -->\nold\n<!-- end quote -->\n")
        self.assertNotIn("old", once)
        self.assertEqual(woven(once), once)

    def test_a_region_that_is_not_there_is_named(self) -> None:
        with self.assertRaisesRegex(quotes.QuoteError, r"a.cpp gone: want one // \[gone\]"):
            woven("<!-- quote minidock/a.cpp gone -->\n<!-- end quote -->\n")

    def test_a_quote_that_does_not_end_is_named(self) -> None:
        with self.assertRaisesRegex(quotes.QuoteError, "a.cpp start: no line <!-- end quote -->"):
            woven("<!-- quote minidock/a.cpp start -->\ntext\n")


if __name__ == "__main__":
    unittest.main()
