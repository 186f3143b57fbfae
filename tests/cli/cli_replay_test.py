#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""`ipcsim replay`: a schedule that was found runs again, and one that does not fit says why."""

import shlex

from program import BROKEN, QUIET, ProgramTest, main

# Two threads race for one word: the second one fails when it comes first.
RACE = """scenario 1

memory flag 1 page of late, early

task early {
  thread main cpu 0 {
    compute 1_000
    store64(flag, 1)
  }
}

task late {
  thread main cpu 1 {
    compute 9_000
    expect load64(flag) == 1
  }
}
"""


class ReplayTest(ProgramTest):
    def setUp(self) -> None:
        super().setUp()
        self.write("race.scn", RACE)
        self.digest = self.run_json("run", "race.scn")["scenario"]["digest"]

    def schedule(self, *lines: str, digest: str = "") -> str:
        first = f"schedule 1 race.scn {digest or self.digest}"
        return "\n".join((first, *lines, ""))

    def found(self) -> str:
        """A schedule under which the race is lost."""
        for seed in range(1, 200):
            outcome = self.run_program("run", "race.scn", "--seed", str(seed), "--json")
            if outcome.code == 1:
                return self.run_json("run", "race.scn", "--seed", str(seed), code=1)["schedule"]
        self.fail("no seed loses the race")


class Fits(ReplayTest):
    def test_what_a_walk_found_happens_again(self) -> None:
        self.write("a.schedule", self.found())
        outcome = self.run_program("replay", "race.scn", "a.schedule")
        self.assertEqual(outcome.code, 1, outcome.err)
        self.assertTrue(outcome.out.startswith("#ipcsim trace "))
        self.assertIn("#schedule hold ", outcome.out)
        self.assertIn("failed: race.scn: failed_expectation\n", outcome.err)
        self.assertIn("explain failed_expectation\n", outcome.err)
        words = shlex.split(outcome.last_line.removeprefix("next: "))
        self.assertEqual(words[1:], ["replay", "race.scn", "a.schedule"])
        self.assertEqual(self.run_program(*words[1:]), outcome)

    def test_it_is_the_run_of_the_schedule(self) -> None:
        self.write("a.schedule", self.found())
        replayed = self.run_program("replay", "race.scn", "a.schedule")
        run = self.run_program("run", "race.scn", "--schedule", "a.schedule")
        self.assertEqual((replayed.code, replayed.out), (run.code, run.out))

    def test_from_stdin(self) -> None:
        self.write("a.schedule", self.found())
        of_file = self.run_program("replay", "race.scn", "a.schedule")
        of_stdin = self.run_program("replay", "race.scn", "-", text=self.read("a.schedule"))
        self.assertEqual((of_stdin.code, of_stdin.out), (of_file.code, of_file.out))
        scenario = self.run_program("replay", "-", "a.schedule", text=RACE)
        self.assertEqual(scenario.code, of_file.code)
        self.assert_usage_error(self.run_program("replay", "-", "-"), "stdin")

    def test_the_reference_too_is_a_schedule(self) -> None:
        outcome = self.run_program("replay", "race.scn", "-", text=self.schedule())
        self.assertEqual(outcome.code, 0, outcome.err)
        self.assertTrue(outcome.err.startswith("passed: "), outcome.err)

    def test_options_of_the_trace(self) -> None:
        self.write("a.schedule", self.found())
        outcome = self.run_program("replay", "race.scn", "a.schedule", "-o", "x.trace",
                                   "--trace", "memory")
        self.assertEqual((outcome.code, outcome.out), (1, ""))
        self.assertIn("#recorded memory\n", self.read("x.trace"))
        self.assertEqual(self.run_program("replay", "race.scn", "a.schedule", "--until",
                                          "20").code, 4)

    def test_json(self) -> None:
        self.write("a.schedule", self.found())
        value = self.run_json("replay", "race.scn", "a.schedule", code=1)
        self.assertEqual(value["format"], "ipcsim-replay-1")
        self.assertEqual(value["verdict"], "failed")
        self.assertIs(value["deterministic"], True)
        self.assertEqual(value["findings"][0]["name"], "failed_expectation")
        outcome = self.run_program("replay", "race.scn", "missing", "--json")
        self.assertEqual(outcome.code, 2)
        self.assertIn('"format": "ipcsim-replay-1"', outcome.out)

    def test_the_story(self) -> None:
        self.write("a.schedule", self.schedule("hold cpu0#1 until late.main#2"))
        outcome = self.run_program("replay", "race.scn", "a.schedule", "--explain")
        self.assertEqual(outcome.code, 1, outcome.err)
        self.assertTrue(outcome.out.isascii())
        for part in ("late.main", "HELD ", "\n=> ", "  :15", "failed_expectation: "):
            self.assertIn(part, outcome.out)
        self.assertEqual(outcome.last_line.split()[-1], "--explain")
        value = self.run_json("replay", "race.scn", "a.schedule", "--explain", code=1)
        self.assertEqual(value["story"], outcome.out)
        boxes = self.on_terminal("replay", "race.scn", "a.schedule", "--explain",
                                 LC_ALL="C.UTF-8")
        self.assertIn("│", boxes)
        self.assertIn("\x1b[", boxes)
        plain = self.on_terminal("replay", "race.scn", "a.schedule", "--explain", LC_ALL="C",
                                 NO_COLOR="1")
        self.assertIn(outcome.out, plain.replace("\r\n", "\n"))

    def test_the_story_for_mermaid(self) -> None:
        self.write("a.schedule", self.schedule("hold cpu0#1 until late.main#2"))
        outcome = self.run_program("replay", "race.scn", "a.schedule", "--explain=mermaid")
        self.assertEqual(outcome.code, 1, outcome.err)
        self.assertTrue(outcome.out.startswith("sequenceDiagram\n  participant p0 as "))
        outcome = self.run_program("replay", "race.scn", "a.schedule", "--explain=pdf")
        self.assert_usage_error(outcome, "`--explain=pdf`", "--explain=mermaid")

    def test_broken_scenario(self) -> None:
        self.write("broken.scn", BROKEN)
        outcome = self.run_program("replay", "broken.scn", "-", text=self.schedule())
        self.assertEqual((outcome.code, outcome.out), (3, ""))


class DoesNotFit(ReplayTest):
    def replay(self, text: str, *expected: str) -> None:
        self.assert_usage_error(self.run_program("replay", "race.scn", "-", text=text), "stdin: ",
                                *expected)

    def test_the_scenario_has_changed(self) -> None:
        self.write("a.schedule", self.found())
        self.write("race.scn", RACE.replace("9_000", "9_001"))
        changed = self.run_json("run", "race.scn")["scenario"]["digest"]
        outcome = self.run_program("replay", "race.scn", "a.schedule")
        self.assert_usage_error(outcome, "a.schedule: ", self.digest, changed, "find it anew")
        # As the advice says, it can be tried all the same.
        self.write("a.schedule", self.read("a.schedule").replace(self.digest, changed))
        self.assertEqual(self.run_program("replay", "race.scn", "a.schedule").code, 1)

    def test_comments_do_not_change_a_scenario(self) -> None:
        self.write("a.schedule", self.found())
        self.write("race.scn", RACE.replace("compute 9", "// slow\n    compute 9"))
        self.assertEqual(self.run_program("replay", "race.scn", "a.schedule").code, 1)

    def test_no_such_lane(self) -> None:
        self.replay(self.schedule("", "hold earli.main#2 until late.main#1"), "line 3: ",
                    "`hold earli.main#2 until late.main#1` never applied", "no lane `earli.main`",
                    "did you mean `early.main`?")
        self.replay(self.schedule("hold early.main#1 until later.main#3"), "no lane `later.main`",
                    "did you mean `late.main`?")

    def test_no_such_step(self) -> None:
        self.replay(self.schedule("preempt late.main#400"), "line 2: ", "`late.main` takes ",
                    "the last one is late.main#")

    def test_nothing_to_decide_there(self) -> None:
        self.replay(self.schedule("preempt late.main#2"), "no other thread was ready")
        self.replay(self.schedule("inject 1 late.main#2"), "injection")

    def test_no_schedule_at_all(self) -> None:
        self.replay("", "empty")
        self.replay("\x00\x01\x02 binary\n", "line 1: ", "expected `schedule 1 FILE DIGEST`")
        self.replay(self.schedule("\x1b[31mred"), "line 2: ", r"`\x1b[31mred` is no deviation")
        self.replay(self.schedule().replace("schedule 1", "schedule 2"), "version 2")
        self.replay(self.schedule("hold early.main#2"), "line 2: ", "is no deviation")

    def test_files(self) -> None:
        self.write("a.schedule", self.schedule())
        for name, expected in (("b.schedule", "did you mean `a.schedule`?"), (".", "folder"),
                               ("", "empty")):
            self.assert_usage_error(self.run_program("replay", "race.scn", name), expected)
        self.assert_usage_error(self.run_program("replay", "race.scn"), "needs FILE SCHEDULE")
        self.assert_usage_error(self.run_program("replay", "race.scn", "a.schedule", "b"),
                                "takes FILE SCHEDULE, but there is also `b`")

    def test_of_another_scenario(self) -> None:
        self.write("quiet.scn", QUIET)
        outcome = self.run_program("replay", "quiet.scn", "-", text=self.schedule())
        self.assert_usage_error(outcome, '"race.scn"', "quiet.scn")


if __name__ == "__main__":
    main()
