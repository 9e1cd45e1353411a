"""Tests of what reads and compares pages: infrastructure/check runs them."""
import unittest

from . import pages, sessions

marked = "<!-- run, ends with 1 -->\n```\n$ whimbrel lint \\\n  db\none\n...\n$ echo\n```\n"


class PageTests(unittest.TestCase):
    def faults(self, text):
        return [fault.split(": ", 1)[1].split(":")[0] for fault in pages.Page("page", text).faults]

    def test_a_block_says_whether_it_is_run(self):
        self.assertEqual(self.faults(marked), [])
        self.assertEqual(self.faults("```sh\nls\n```\n"), ["a block of shell without a marker"])
        self.assertEqual(self.faults("```\nkubectl get pods\n```\n"), ["a block of shell without a marker"])
        self.assertEqual(self.faults("text\n\n    kubectl get pods\n"), ["an indented block of shell"])
        self.assertEqual(self.faults("<!-- not run: no wish -->\n```sh\nls\n```\n"), ["not a marker"])
        self.assertEqual(self.faults("<!-- not run: whim -->\n```sh\nls\n```\n"), ["not a marker"])
        self.assertEqual(self.faults("<!-- run -->\ntext\n"), ["the marker above belongs to no block"])
        self.assertEqual(self.faults("<!-- run -->\n```sql\nSELECT 1;\n```\n"), ["a marker above a block that is no shell"])
        self.assertEqual(self.faults("```\nsome output\n```\n"), [])

    def test_commands_have_their_output(self):
        block = pages.Page("page", "<!-- setup\nmkdir db\n-->\n" + marked).blocks[0]
        self.assertEqual(block.setup, ["mkdir db"])
        self.assertEqual(block.run, (1, {}))
        self.assertEqual(block.steps(), [("whimbrel lint \\\n  db", ["one", "..."]), ("echo", None)])

    def test_words_are_replaced(self):
        block = pages.Page("page", "<!-- run with NAME=app 8080=$PORT -->\n```sh\nls\n```\n").blocks[0]
        self.assertEqual(block.run, (0, {"NAME": "app", "8080": "$PORT"}))


class ComparisonTests(unittest.TestCase):
    def compare(self, shown, printed):
        return sessions.matches(*([sessions.plain(line, {}) for line in text.split("\n")] for text in (shown, printed)))

    def test_what_varies_may_differ(self):
        self.assertTrue(self.compare("took 12 ms at 12:00:01", "took 7 ms at 13:14:15"))
        self.assertTrue(self.compare("| a   | b |\n+-----+", "| a | b |\n+---+"))
        self.assertTrue(self.compare("one ... four", "one two three four"))
        self.assertTrue(self.compare("one\n...\nfour", "one\ntwo\nthree\nfour"))

    def test_a_slow_statement_may_have_a_line_of_its_own(self):
        slow = "  statement 1 of 1, line 1 (CREATE INDEX CONCURRENTLY): 2.6 s"
        self.assertTrue(self.compare("one\ntwo", "one\n%s\ntwo" % slow))
        self.assertFalse(self.compare("one\n%s\ntwo" % slow, "one\ntwo"))

    def test_all_else_may_not(self):
        self.assertFalse(self.compare("2 files", "3 files"))
        self.assertFalse(self.compare("one", "one\ntwo"))
        self.assertFalse(self.compare("one\ntwo", "one"))
        self.assertFalse(self.compare("one ... four", "one two"))
