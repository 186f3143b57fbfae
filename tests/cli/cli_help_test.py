#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Help, version, explanations: what the program says about itself is there and true."""

import re
import shlex
import unittest

from program import HELLO, ProgramTest, main

VERBS = ["run", "compare", "fuzz", "replay", "lint", "fmt", "test", "explain"]


def examples_of(text: str) -> list[str]:
    return [line.strip().removeprefix("ipcsim ") for line in text.splitlines()
            if re.match(r"  ipcsim \w+ (?!\[)", line) or line.strip() == "ipcsim explain"]


class Help(ProgramTest):
    def test_overall_help_names_every_verb_and_exit_code(self) -> None:
        outcome = self.run_program("--help")
        self.assertEqual((outcome.code, outcome.err), (0, ""))
        for verb in VERBS:
            self.assertRegex(outcome.out, rf"(?m)^  {verb} ")
        for code in (0, 1, 2, 3, 4, 5, 70, 130):
            self.assertRegex(outcome.out, rf"(?m)^  {code} +\w")

    def test_all_ways_to_ask_give_the_same(self) -> None:
        self.assertEqual(self.run_program("-h"), self.run_program("--help"))
        self.assertEqual(self.run_program("help"), self.run_program("--help"))
        for verb in VERBS:
            text = self.run_program(verb, "--help")
            self.assertEqual(text.code, 0)
            self.assertEqual(self.run_program("help", verb), text)
            self.assertEqual(self.run_program(verb, "-h"), text)
            self.assertEqual(self.run_program(verb, "file", "--nonsense", "--help"), text)

    def test_examples_come_before_options(self) -> None:
        for verb in VERBS:
            text = self.run_program("help", verb).out
            self.assertLess(text.index("examples"), text.index("options"), verb)

    def test_lines_fit_a_terminal(self) -> None:
        for arguments in [["--help"]] + [["help", verb] for verb in VERBS]:
            for line in self.run_program(*arguments).out.splitlines():
                if not line.startswith("  ipcsim "):  # examples are to be copied
                    self.assertLessEqual(len(line), 80, line)

    def test_without_arguments_help_is_a_message(self) -> None:
        outcome = self.run_program()
        self.assertEqual((outcome.code, outcome.out), (2, ""))
        self.assertEqual(outcome.err, self.run_program("--help").out)

    def test_every_example_works(self) -> None:
        self.copy_hello()
        self.write("hello.schedule", self.run_json("run", HELLO, "--seed", "7")["schedule"])
        self.assertEqual(self.run_program("test", "--bless", "scenarios/catalogue").code, 0)
        texts = [self.run_program("--help").out]
        texts += [self.run_program("help", verb).out for verb in VERBS]
        examples = [example for text in texts for example in examples_of(text)]
        self.assertGreater(len(examples), 2 * len(VERBS))
        for example in examples:
            with self.subTest(example):
                command, _, source = example.partition(" < ")
                text = self.read(source) if source else ""
                outcome = self.run_program(*shlex.split(command), text=text)
                self.assertEqual(outcome.code, 0, outcome.err)

    def test_version(self) -> None:
        outcome = self.run_program("--version")
        self.assertEqual((outcome.code, outcome.err), (0, ""))
        self.assertRegex(outcome.out, r"\Aipcsim \d+\.\d+\.\d+\n\Z")


class Explain(ProgramTest):
    def test_everything_listed_is_explained(self) -> None:
        value = self.run_json("explain")
        self.assertEqual(value["format"], "ipcsim-explain-1")
        explanations = value["explanations"]
        listed = self.run_program("explain").out
        for one in explanations:
            self.assertTrue(one["title"], one)
            self.assertTrue(one["text"], one)
            self.assertRegex(listed, rf"(?m)^  {one['word']} ")
        kinds = {one["kind"] for one in explanations}
        for kind in ("finding", "policy", "defect", "system call", "error of a system call"):
            self.assertIn(kind, kinds)

    def test_one_word_of_each_kind(self) -> None:
        for word in ("deadlock", "peer_closed", "kernel_lock", "closed_after_wake", "wakeup",
                     "E0001", "connections"):
            outcome = self.run_program("explain", word)
            self.assertEqual((outcome.code, outcome.err), (0, ""), word)
            self.assertTrue(outcome.out.startswith(word + ":"), outcome.out)

    def test_case_and_decoration_do_not_matter(self) -> None:
        plain = self.run_program("explain", "E0001")
        self.assertEqual(self.run_program("explain", "e0001"), plain)
        self.assertEqual(self.run_program("explain", "error[E0001]"), plain)
        self.assertEqual(self.run_program("explain", "finding[deadlock]"),
                         self.run_program("explain", "deadlock"))

    def test_a_policy_shows_its_values(self) -> None:
        text = self.run_program("explain", "kernel_lock").out
        self.assertRegex(text, r"big .*\(the default\)")
        self.assertIn("fine", text)

    def test_unknown_word(self) -> None:
        self.assert_usage_error(self.run_program("explain", "deadlok"), "`deadlok`",
                                "did you mean `deadlock`?")
        self.assert_usage_error(self.run_program("explain", "E9999"), "`E9999`")
        self.assert_usage_error(self.run_program("explain", "qqqqqqqqqqqq"), "ipcsim explain")


if __name__ == "__main__":
    main()
