#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""`ipcsim test`: golden traces, and how they are blessed."""

import json
import os
import signal

from program import BROKEN, DEADLOCK, ENDLESS, QUIET, ProgramTest, main

DEFECT = "scenarios/catalogue/defects/closed_after_wake.scn"
OTHER = QUIET.replace("1_000", "2_000")


class Test(ProgramTest):
    def setUp(self) -> None:
        super().setUp()
        self.write("all/one.scn", QUIET)
        self.write("all/below/two.scn", OTHER)

    def bless(self, *arguments: str) -> None:
        outcome = self.run_program("test", "--bless", *(arguments or ["all"]))
        self.assertEqual(outcome.code, 0, outcome)

    def edit_trace(self, name: str, old: str, new: str) -> None:
        text = self.read(name)
        self.assertIn(old, text)
        self.write(name, text.replace(old, new, 1))

    def test_equal_traces_pass(self) -> None:
        self.bless()
        outcome = self.run_program("test", "all")
        self.assertEqual((outcome.code, outcome.err), (0, ""))
        self.assertEqual(outcome.out, "ok       all/below/two.scn\nok       all/one.scn\n"
                                      "2 passed, 0 failed\n")

    def test_the_golden_trace_is_what_run_prints(self) -> None:
        self.bless()
        self.assertEqual(self.read("all/one.trace"), self.run_program("run", "all/one.scn").out)

    def test_files_and_folders_once_each(self) -> None:
        self.bless()
        outcome = self.run_program("test", "all/one.scn", "all", "all/one.scn")
        self.assertIn("2 passed, 0 failed\n", outcome.out)

    def test_a_missing_trace_fails(self) -> None:
        self.bless("all/one.scn")
        outcome = self.run_program("test", "all")
        self.assertEqual(outcome.code, 1)
        self.assertIn("FAILED   all/below/two.scn: there is no golden trace all/below/two.trace\n",
                      outcome.out)
        self.assertIn("1 passed, 1 failed\n", outcome.out)
        self.assertTrue(outcome.out.endswith("test --bless all/below/two.scn\n"), outcome.out)

    def test_a_library_needs_no_trace(self) -> None:
        self.write("all/library.scn", "scenario 1\n\nproc twice(n) {\n  return n + n\n}\n")
        self.bless()
        self.assertFalse((self.folder / "all/library.trace").exists())
        outcome = self.run_program("test", "all")
        self.assertEqual(outcome.code, 0)
        self.assertIn("ok       all/library.scn\n", outcome.out)

    def test_a_different_trace_fails(self) -> None:
        self.bless()
        lines = self.read("all/one.trace").splitlines(True)
        place = next(n for n, line in enumerate(lines) if not line.startswith("#"))
        changed = lines[:place] + ["changed\n"] + lines[place + 1:]
        self.write("all/one.trace", "".join(changed))
        outcome = self.run_program("test", "all")
        self.assertEqual(outcome.code, 1)
        self.assertIn(f"first difference in line {place + 1}:\n", outcome.out)
        self.assertIn("    - changed\n", outcome.out)
        self.assertIn(f"    + {lines[place]}", outcome.out)

    def test_a_cut_trace_fails(self) -> None:
        self.bless()
        whole = self.read("all/one.trace")
        for cut in (whole[:-1], whole[:len(whole) // 2], ""):
            self.write("all/one.trace", cut)
            self.assertEqual(self.run_program("test", "all/one.scn").code, 1)
        self.write("all/one.trace", whole + "more\n")
        self.assertEqual(self.run_program("test", "all/one.scn").code, 1)

    def test_the_tools_version_is_not_compared(self) -> None:
        self.bless()
        self.edit_trace("all/one.trace", "#tool ", "#tool older than ")
        before = self.read("all/one.trace")
        self.assertEqual(self.run_program("test", "all").code, 0)
        self.bless()
        self.assertEqual(self.read("all/one.trace"), before)

    def test_failing_and_broken_scenarios(self) -> None:
        self.write("all/deadlock.scn", DEADLOCK)
        self.write("all/broken.scn", BROKEN)
        for arguments in (["all"], ["--bless", "all"]):
            outcome = self.run_program("test", *arguments)
            self.assertEqual(outcome.code, 1)
            self.assertIn("FAILED   all/deadlock.scn: ", outcome.out)
            self.assertIn("finding[deadlock]", outcome.out)
            self.assertIn("FAILED   all/broken.scn: it has errors\n", outcome.out)
            self.assertIn("all/broken.scn:5:", outcome.out)
        self.assertFalse((self.folder / "all/deadlock.trace").exists())
        self.assertFalse((self.folder / "all/broken.trace").exists())
        self.assertTrue((self.folder / "all/one.trace").exists())

    def test_expected_findings_are_looked_for(self) -> None:
        self.copy(DEFECT)
        self.bless("scenarios")
        right = self.read(DEFECT)
        wrong = right.replace("expect_finding lost_wakeup", "expect_finding isolation")
        self.assertNotEqual(right, wrong)
        self.write(DEFECT, wrong)
        for arguments in (["scenarios"], ["--bless", "scenarios"]):
            outcome = self.run_program("test", *arguments)
            self.assertEqual(outcome.code, 1)
            self.assertIn(f"FAILED   {DEFECT}: with --defect closed_after_wake it does not do",
                          outcome.out)
            self.assertTrue(outcome.out.endswith("--defect closed_after_wake\n"), outcome.out)

    def test_stray_traces(self) -> None:
        self.bless()
        self.write("all/stray.trace", self.read("all/one.trace"))
        outcome = self.run_program("test", "all")
        self.assertEqual(outcome.code, 1)
        self.assertIn("FAILED   all/stray.trace: ", outcome.out)
        self.assertEqual(self.run_program("test", "all/one.scn").code, 0)
        outcome = self.run_program("test", "--bless", "all")
        self.assertEqual(outcome.code, 0)
        self.assertIn("removed  all/stray.trace\n", outcome.out)
        self.assertFalse((self.folder / "all/stray.trace").exists())

    def test_bless_removes_nothing_but_traces_of_ours(self) -> None:
        self.bless()
        self.write("all/notes.trace", "somebody's own file\n")
        outcome = self.run_program("test", "--bless", "all")
        self.assertEqual(outcome.code, 1)
        self.assertIn("not removed", outcome.out)
        self.assertTrue((self.folder / "all/notes.trace").exists())

    def test_hidden_folders_are_left_alone(self) -> None:
        self.write("all/.cache/old.trace", "#ipcsim trace 1\n")
        self.bless()
        self.assertTrue((self.folder / "all/.cache/old.trace").exists())

    def test_bless_says_what_changes(self) -> None:
        outcome = self.run_program("test", "--bless", "all")
        self.assertIn("created  all/one.trace\n", outcome.out)
        self.assertIn("created  all/below/two.trace\n", outcome.out)
        self.write("all/one.scn", OTHER)
        outcome = self.run_program("test", "--bless", "all")
        self.assertIn("updated  all/one.trace\n", outcome.out)
        self.assertRegex(outcome.out, r"(?m)^  first difference in line \d+:$")
        self.assertNotIn("two.trace", outcome.out)
        self.assertEqual(self.run_program("test", "all").code, 0)
        self.assert_no_leftovers()

    def test_bless_is_refused_in_continuous_integration(self) -> None:
        self.assert_usage_error(self.run_program("test", "--bless", "all", CI="true"), "CI")
        self.assertFalse((self.folder / "all/one.trace").exists())
        self.assertEqual(self.run_program("test", "--bless", "all", CI="").code, 0)
        self.assertEqual(self.run_program("test", "all", CI="true").code, 0)

    def test_json(self) -> None:
        self.bless("all/one.scn")
        value = self.run_json("test", "all", code=1)
        self.assertEqual(value["format"], "ipcsim-test-1")
        self.assertEqual((value["passed"], value["failed"]), (1, 1))
        self.assertEqual([result["file"] for result in value["results"]],
                         ["all/below/two.scn", "all/one.scn"])
        self.assertIn("there is no golden trace", value["results"][0]["reason"])

    def test_progress_only_on_terminals_and_for_long_work(self) -> None:
        self.bless()
        self.assertNotIn("[1/2]", self.on_terminal("test", "all"))
        self.assertNotIn("\r", self.run_program("test", "all").out)

    def test_interrupted_results_are_out(self) -> None:
        self.bless()
        os.mkfifo(self.folder / "all/zz.scn")  # it waits for somebody to write
        process = self.start("test", "all")
        process.send_signal(signal.SIGINT)
        outcome = self.finish(process)
        self.assertEqual(outcome.code, 130)
        self.assertIn("ok       all/one.scn\n", outcome.out)

    def test_an_interrupted_scenario_has_no_result(self) -> None:
        self.bless()
        self.write("all/zz.scn", ENDLESS)
        self.write("all/zzz.scn", QUIET)
        process = self.start("test", "all", "--json")
        process.send_signal(signal.SIGINT)
        outcome = self.finish(process)
        self.assertEqual(outcome.code, 130, outcome.err)
        self.assertIn("2 passed, 0 failed, 2 not tested: interrupted", outcome.err)
        value = json.loads(outcome.out)
        self.assertEqual((value["exit_code"], value["passed"], value["failed"]), (130, 2, 0))


if __name__ == "__main__":
    main()
