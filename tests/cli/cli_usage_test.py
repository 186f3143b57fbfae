#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Wrong usage: every mistake gets a message that says what, where and what to do; exit code 2."""

from program import DEADLOCK, QUIET, ProgramTest, main


class Verbs(ProgramTest):
    def test_mistyped_verb(self) -> None:
        self.assert_usage_error(self.run_program("rnu"), "`rnu`", "did you mean `run`?")
        self.assert_usage_error(self.run_program("explian"), "did you mean `explain`?")
        self.assert_usage_error(self.run_program("help", "tset"), "did you mean `test`?")
        self.assert_usage_error(self.run_program("zzzzzzzz"), "ipcsim --help")

    def test_verbs_of_later_versions(self) -> None:
        for verb in ("check", "diff", "export", "stats"):
            for words in ([verb, "x.scn"], [verb, "--help"], ["help", verb]):
                self.assert_usage_error(self.run_program(*words),
                                        f"`{verb}` is not offered by this version")

    def test_forgotten_verb(self) -> None:
        self.assert_usage_error(self.run_program("x.scn"), "ipcsim run x.scn")

    def test_option_before_the_verb(self) -> None:
        self.assert_usage_error(self.run_program("--seed", "7", "run", "x.scn"), "`--seed`",
                                "ipcsim VERB")

    def test_empty_word(self) -> None:
        self.assert_usage_error(self.run_program(""), "ipcsim --help")


class Options(ProgramTest):
    def setUp(self) -> None:
        super().setUp()
        self.write("x.scn", QUIET)

    def test_unknown_option(self) -> None:
        self.assert_usage_error(self.run_program("run", "x.scn", "--sed", "7"), "`--sed`",
                                "did you mean `--seed`?")
        self.assert_usage_error(self.run_program("run", "x.scn", "--sed=7"), "`--sed`",
                                "did you mean `--seed`?")
        self.assert_usage_error(self.run_program("run", "x.scn", "-z"), "`-z`", "run --help")
        self.assert_usage_error(self.run_program("lint", "x.scn", "--seed", "7"), "`ipcsim lint`",
                                "`--seed`")

    def test_options_are_never_guessed(self) -> None:
        self.assert_usage_error(self.run_program("run", "x.scn", "--see", "7"), "`--see`",
                                "did you mean `--seed`?")
        self.assert_usage_error(self.run_program("run", "x.scn", "--check"), "`--check`",
                                "did you mean `--check-determinism`?")

    def test_missing_value(self) -> None:
        self.assert_usage_error(self.run_program("run", "x.scn", "--seed"), "`--seed`",
                                "write --seed N")
        self.assert_usage_error(self.run_program("run", "x.scn", "--seed="), "`--seed`",
                                "write --seed N")
        self.assert_usage_error(self.run_program("run", "x.scn", "--seed", "--json"), "`--seed`",
                                "write --seed N")
        self.assert_usage_error(self.run_program("run", "-o", "--json", "x.scn"), "-o FILE")
        self.assert_usage_error(self.run_program("run", "x.scn", "-o"), "-o FILE")

    def test_value_for_a_switch(self) -> None:
        self.assert_usage_error(self.run_program("run", "x.scn", "--json=yes"), "`--json`",
                                "takes no value")

    def test_given_twice(self) -> None:
        self.assert_usage_error(self.run_program("run", "x.scn", "--seed", "1", "--seed", "2"),
                                "`--seed` is given twice")
        self.assert_usage_error(self.run_program("run", "x.scn", "--json", "--json"), "twice")
        self.assert_usage_error(self.run_program("run", "x.scn", "-P", "a=1", "-P", "a=2"),
                                "`a` twice")

    def test_operands(self) -> None:
        self.assert_usage_error(self.run_program("run"), "needs FILE", "for example")
        self.assert_usage_error(self.run_program("run", "x.scn", "y.scn"), "`y.scn`")
        self.assert_usage_error(self.run_program("lint"), "needs FILE")
        self.assert_usage_error(self.run_program("test"), "needs DIR")

    def test_any_order_and_all_spellings(self) -> None:
        expected = self.run_program("run", "x.scn", "--seed", "7").out
        for arguments in (["--seed", "7", "x.scn"], ["--seed=7", "x.scn"],
                          ["--seed", "7", "--", "x.scn"], ["x.scn", "--seed", "0x7"],
                          ["--seed", "0_7", "x.scn"]):
            outcome = self.run_program("run", *arguments)
            self.assertEqual((outcome.code, outcome.out), (0, expected), arguments)

    def test_two_dashes_end_the_options(self) -> None:
        self.write("--seed", QUIET)
        self.assertEqual(self.run_program("run", "--", "--seed").code, 0)
        self.assert_usage_error(self.run_program("run", "--", "--help"), "--help: there is no such")


class Values(ProgramTest):
    def setUp(self) -> None:
        super().setUp()
        self.write("x.scn", QUIET)

    def test_numbers(self) -> None:
        for option in ("--seed", "--until"):
            for value in ("-5", "seven", "7.5", "1e3", " ", "0x", "7seven"):
                self.assert_usage_error(self.run_program("run", "x.scn", option, value), option,
                                        value, "whole number")
            self.assert_usage_error(
                self.run_program("run", "x.scn", option, "18446744073709551616"), "too large")
        self.assertEqual(
            self.run_program("run", "x.scn", "--seed", "18446744073709551615").code, 0)

    def test_settings(self) -> None:
        for option in ("-P", "--policy"):
            for value in ("x", "x=", "=5", "="):
                self.assert_usage_error(self.run_program("run", "x.scn", option, value),
                                        f"`{option} {value}`", f"write {option} NAME=VALUE")

    def test_unknown_names_are_the_callers_mistake(self) -> None:
        for arguments in (["-P", "nosuch=1"], ["--policy", "nosuch=1"],
                          ["--policy", "kernel_lock=nosuch"], ["--defect", "nosuch"],
                          ["--cost", "nosuch"]):
            for verb in ("run", "lint"):
                with self.subTest(f"{verb} {arguments}"):
                    outcome = self.run_program(verb, "x.scn", *arguments)
                    self.assertEqual(outcome.code, 2, outcome)
                    self.assertIn("nosuch", outcome.err + outcome.out)

    def test_mistyped_names_get_suggestions(self) -> None:
        for arguments, meant in ((["--policy", "kernel_lok=fine"], "kernel_lock"),
                                 (["--policy", "kernel_lock=fin"], "fine"),
                                 (["--defect", "closed_after_wak"], "closed_after_wake"),
                                 (["--cost", "unitt"], "unit")):
            outcome = self.run_program("run", "x.scn", *arguments)
            self.assertIn(f"did you mean `{meant}`?", outcome.err)

    def test_kinds_of_events(self) -> None:
        self.assert_usage_error(self.run_program("run", "x.scn", "--trace", "shed"), "`shed`",
                                "did you mean `sched`?")
        self.assert_usage_error(self.run_program("run", "x.scn", "--trace", "ipc,,sched"), "``")
        self.assert_usage_error(self.run_program("run", "x.scn", "--trace", "qqqqqqqq"), "sched")
        self.assertEqual(self.run_program("run", "x.scn", "--trace", "ipc,sched").code, 0)
        self.assertEqual(self.run_program("run", "x.scn", "--trace", "all").out,
                         self.run_program("run", "x.scn").out)

    def test_schedules(self) -> None:
        self.assert_usage_error(self.run_program("run", "x.scn", "--schedule", "nonsense"),
                                "`--schedule nonsense`")
        self.write("empty.schedule", "")
        self.assert_usage_error(self.run_program("run", "x.scn", "--schedule", "empty.schedule"),
                                "empty.schedule")
        self.assert_usage_error(
            self.run_program("run", "x.scn", "--schedule", "schedule 1", "--seed", "1"),
            "`--seed`", "`--schedule`")
        self.assert_usage_error(self.run_program("run", "x.scn", "--schedule", "."), "folder")


class Files(ProgramTest):
    def test_missing(self) -> None:
        self.write("hello.scn", QUIET)
        for verb in ("run", "lint", "fmt"):
            self.assert_usage_error(self.run_program(verb, "helo.scn"),
                                    "helo.scn: there is no such file",
                                    "did you mean `hello.scn`?")
        self.assert_usage_error(self.run_program("run", "hello"), "did you mean `hello.scn`?")
        self.assert_usage_error(self.run_program("run", "nowhere/hello.scn"), "nowhere/hello.scn")
        self.assert_usage_error(self.run_program("run", ""), "empty")
        self.assert_usage_error(self.run_program("run", "hello.scn/x.scn"), "hello.scn/x.scn")

    def test_folder(self) -> None:
        self.write("ipc/hello.scn", QUIET)
        self.assert_usage_error(self.run_program("run", "ipc"), "ipc: is a folder",
                                "ipcsim test ipc")
        self.assert_usage_error(self.run_program("fmt", "ipc"), "folder")

    def test_unreadable(self) -> None:
        (self.folder / "round.scn").symlink_to("round.scn")
        for verb in ("run", "lint", "fmt"):
            self.assert_usage_error(self.run_program(verb, "round.scn"),
                                    "round.scn: cannot be read: Too many levels")
        self.assertEqual(self.run_program("test", "round.scn").code, 1)

    def test_empty_and_odd_texts_have_errors(self) -> None:
        self.write("empty.scn", "")
        (self.folder / "odd.scn").write_bytes(bytes(range(256)) * 16)
        for name in ("empty.scn", "odd.scn", "/dev/null"):
            outcome = self.run_program("run", name)
            self.assertEqual(outcome.code, 3, outcome)
            self.assertEqual(outcome.out, "")
            self.assertRegex(outcome.err, rf"(?m)^{name}:\d+:\d+: error\[E\d{{4}}\]: ")
            self.assertRegex(outcome.last_line, r"^next: .*ipcsim explain E\d{4}$")

    def test_endless_file(self) -> None:
        self.assertIn(self.run_program("lint", "/dev/zero").code, (2, 3))

    def test_test_takes_folders_and_scenarios(self) -> None:
        self.write("x.trace", "")
        self.write("deadlock.txt", DEADLOCK)
        self.assert_usage_error(self.run_program("test", "x.trace"), "ipcsim test x.scn")
        self.assert_usage_error(self.run_program("test", "deadlock.txt"), "deadlock.txt")
        self.assert_usage_error(self.run_program("test", "nowhere"), "nowhere")
        self.assert_usage_error(self.run_program("test", "-"), "file")
        (self.folder / "bare").mkdir()
        self.assert_usage_error(self.run_program("test", "bare"), "bare", "no scenario")


if __name__ == "__main__":
    main()
