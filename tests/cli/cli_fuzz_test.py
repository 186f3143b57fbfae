#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""`ipcsim fuzz`: it finds what is there, finds nothing where nothing is, says the same whatever the
number of jobs, and answers wrong usage."""

import signal

from program import BROKEN, DEADLOCK, ENDLESS, QUIET, TORN, ProgramTest, main


class FuzzTest(ProgramTest):
    def test_nothing_is_found_where_nothing_is(self) -> None:
        self.write("quiet.scn", QUIET)
        outcome = self.run_program("fuzz", "quiet.scn", "--runs", "50")
        self.assertEqual(outcome.code, 0, outcome.err)
        self.assertEqual(outcome.out, "passed: quiet.scn: nothing found in 50 runs\n")
        self.assertIn("seed 1\n", outcome.err)
        self.assertEqual(list(self.folder.glob("*.schedule")), [])

    def test_a_race_is_found_and_its_schedule_shows_it_again(self) -> None:
        self.write("torn.scn", TORN)
        self.assertEqual(self.run_program("run", "torn.scn").code, 0)
        outcome = self.run_program("fuzz", "torn.scn", "--runs", "500")
        self.assertEqual(outcome.code, 1, outcome.err)
        self.assertIn("failed: torn.scn: failed_expectation in 500 runs", outcome.out)
        self.assertIn("torn.scn:17: finding[failed_expectation]", outcome.out)
        self.assertRegex(outcome.out, r"schedule: torn.1.schedule \(\d deviations of \d+, no fewer "
                                      r"of these do\)")
        self.assertRegex(outcome.out, r"race window: .* held for \d+ ")
        self.assertTrue(outcome.last_line.startswith("next: "), outcome.err)
        again = self.run_program("run", "torn.scn", "--schedule", "torn.1.schedule")
        self.assertEqual(again.code, 1, again.err)
        self.assertIn("failed_expectation", again.err)
        self.assert_no_leftovers()

    def test_schedules_may_stay_as_they_were_found(self) -> None:
        self.write("torn.scn", TORN)
        outcome = self.run_program("fuzz", "torn.scn", "--runs", "500", "--no-shrink")
        self.assertEqual(outcome.code, 1, outcome.err)
        self.assertNotIn("no fewer of these", outcome.out)

    def test_a_file_may_say_how_short_a_finding_is(self) -> None:
        for claim, code in (("shrinks_to 8", 0), ("shrinks_to 0", 1), ("window 1..100_000cy", 0),
                            ("window 500_000..600_000cy", 1)):
            with self.subTest(claim):
                self.write("torn.scn", TORN + "\nexpect_finding failed_expectation by fuzz "
                                              f"within 500 runs {claim}\n")
                outcome = self.run_program("fuzz", "torn.scn", "--runs", "500")
                self.assertEqual(outcome.code, code, outcome.out)

    def test_the_number_of_jobs_changes_nothing(self) -> None:
        self.write("torn.scn", TORN)
        outcomes = [self.run_program("fuzz", "torn.scn", "--runs", "300", "--jobs", jobs)
                    for jobs in ("1", "2", "5")]
        self.assertEqual(len({outcome.out for outcome in outcomes}), 1, outcomes)

    def test_another_seed_is_another_search(self) -> None:
        self.write("torn.scn", TORN)
        outcomes = [self.run_program("fuzz", "torn.scn", "--runs", "300", "--seed", seed)
                    for seed in ("1", "2")]
        self.assertNotEqual(outcomes[0].out, outcomes[1].out)

    def test_every_strategy_by_name(self) -> None:
        self.write("torn.scn", TORN)
        for strategy in ("random", "pct", "pos", "surw", "pct2,mutation"):
            with self.subTest(strategy):
                outcome = self.run_program("fuzz", "torn.scn", "--runs", "500", "--strategy",
                                           strategy)
                self.assertEqual(outcome.code, 1, outcome.err)

    def test_what_may_not_vary_does_not(self) -> None:
        self.write("torn.scn", TORN)
        for bounds in (["--vary", "pick,value"], ["--max-hold", "0", "--vary", "order"]):
            with self.subTest(bounds):
                outcome = self.run_program("fuzz", "torn.scn", "--runs", "200", *bounds)
                self.assertEqual(outcome.code, 0, outcome.out)

    def test_it_stops_at_the_first_finding_when_asked_to(self) -> None:
        self.write("deadlock.scn", DEADLOCK)
        value = self.run_json("fuzz", "deadlock.scn", "--first", code=1)
        self.assertEqual(value["format"], "ipcsim-fuzz-1")
        (one,) = value["files"]
        self.assertEqual(one["runs"], 1)
        (finding,) = one["findings"]
        self.assertEqual(finding["name"], "deadlock")
        self.assertEqual((finding["first_run"], finding["strategy"]), (1, "reference"))
        self.assertTrue(finding["reproduced"])

    def test_what_the_file_expects_is_no_failure(self) -> None:
        expected = TORN + "\nexpect_finding failed_expectation by fuzz within 500 runs\n"
        self.write("torn.scn", expected)
        outcome = self.run_program("fuzz", "torn.scn", "--runs", "500")
        self.assertEqual(outcome.code, 0, outcome.out)
        self.assertIn("as expected", outcome.out)

    def test_what_the_file_expects_must_be_found_in_time(self) -> None:
        self.write("quiet.scn", QUIET + "\nexpect_finding deadlock by fuzz within 100 runs\n")
        outcome = self.run_program("fuzz", "quiet.scn", "--runs", "100")
        self.assertEqual(outcome.code, 1, outcome.out)
        self.assertIn("missing: not found: quiet.scn:9: deadlock within 100 runs", outcome.out)
        few = self.run_program("fuzz", "quiet.scn", "--runs", "50")
        self.assertEqual(few.code, 4, few.out)
        self.assertIn("too few runs to say", few.out)

    def test_several_files_and_folders(self) -> None:
        self.write("all/quiet.scn", QUIET)
        self.write("all/torn.scn", TORN)
        self.write("out/keep", "")
        outcome = self.run_program("fuzz", "all", "--runs", "300", "-o", "out")
        self.assertEqual(outcome.code, 1, outcome.out)
        self.assertIn("passed: quiet.scn", outcome.out)
        self.assertIn("failed: torn.scn", outcome.out)
        self.assertTrue((self.folder / "out/torn.1.schedule").exists())

    def test_the_parts_of_a_search_differ(self) -> None:
        self.write("torn.scn", TORN)
        parts = [self.run_program("fuzz", "torn.scn", "--runs", "300", "--shard", shard).out
                 for shard in ("1/2", "2/2")]
        self.assertNotEqual(*parts)

    def test_time_bounds_a_search(self) -> None:
        self.write("quiet.scn", QUIET)
        outcome = self.run_program("fuzz", "quiet.scn", "--time", "200ms")
        self.assertEqual(outcome.code, 0, outcome.err)

    def test_an_interrupt_ends_a_run_that_has_no_end(self) -> None:
        self.write("endless.scn", ENDLESS)
        process = self.start("fuzz", "endless.scn", "--runs", "1000000")
        process.send_signal(signal.SIGINT)
        outcome = self.finish(process)
        self.assertEqual(outcome.code, 130, outcome.err)

    def test_an_interrupt_keeps_what_was_found(self) -> None:
        self.write("torn.scn", TORN)
        process = self.start("fuzz", "torn.scn", "--runs", "1000000000")
        process.send_signal(signal.SIGINT)
        outcome = self.finish(process)
        self.assertEqual(outcome.code, 130, outcome.err)
        self.assertIn("failed_expectation", outcome.out)
        self.assertTrue((self.folder / "torn.1.schedule").exists())

    def test_wrong_usage(self) -> None:
        self.write("quiet.scn", QUIET)
        for arguments, words in {
                ("--strategy", "surv"): ["no `surv`", "did you mean `surw`?"],
                ("--vary", "orders"): ["no `orders`", "did you mean `order`?"],
                ("--runs", "0"): ["searches nothing"],
                ("--runs", "many"): ["is no number"],
                ("--time", "soon"): ["no span of time", "60s"],
                ("--jobs", "0"): ["must be 1 to"],
                ("--shard", "3/2"): ["names no part", "2/5"],
                ("-o", "nowhere"): ["no such folder"]}.items():
            with self.subTest(arguments):
                self.assert_usage_error(self.run_program("fuzz", "quiet.scn", *arguments), *words)
        self.assert_usage_error(self.run_program("fuzz"), "needs FILE|DIR...")
        self.assert_usage_error(self.run_program("fuzz", "quiet.scm"), "quiet.scm")

    def test_broken_scenarios(self) -> None:
        self.write("broken.scn", BROKEN)
        outcome = self.run_program("fuzz", "broken.scn")
        self.assertEqual(outcome.code, 3, outcome.err)
        self.assertIn("error[E", outcome.err)
        unknown = self.run_program("fuzz", "broken.scn", "--defect", "none_such")
        self.assertIn(unknown.code, (2, 3), unknown.err)


if __name__ == "__main__":
    main()
