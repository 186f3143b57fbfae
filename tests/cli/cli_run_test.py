#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""`ipcsim run`: verdicts and exit codes, the summary, where the trace goes, and how it ends when it
is stopped."""

import json
import re
import shlex
import signal
import subprocess

from program import BROKEN, DEADLOCK, ENDLESS, HELLO, QUIET, ProgramTest, environment, main
from program import program_path

DEFECT = "scenarios/catalogue/defects/closed_after_wake.scn"
SHARING = """scenario 1
task daemon privileged {
  thread main {
    let frame = new_frame()
    map(daemon, 0x10000, frame, write)
    store64(0x10000, 1)  // nobody else sees this
    await reader ended
  }
}
memory both 1 page of daemon, reader
task reader {
  thread main {
    load(both, 16)
    store64(both, 1)
  }
}
"""


class Verdicts(ProgramTest):
    def test_hello_passes(self) -> None:
        self.copy_hello()
        outcome = self.run_program("run", HELLO)
        self.assertEqual(outcome.code, 0, outcome.err)
        self.assertTrue(outcome.out.startswith("#ipcsim trace "))
        self.assertRegex(outcome.out.splitlines()[-1], "^#end ")
        self.assertTrue(outcome.err.startswith("passed: "), outcome.err)

    def test_finding(self) -> None:
        self.write("x.scn", DEADLOCK)
        outcome = self.run_program("run", "x.scn")
        self.assertEqual(outcome.code, 1, outcome.err)
        self.assertIn("failed: x.scn: deadlock\n", outcome.err)
        self.assertRegex(outcome.err, r"(?m)^(x\.scn:\d+: )?finding\[deadlock\]: \S")
        self.assertRegex(outcome.err, r"(?m)^  = at cycle \d+")
        self.assertIn("explain deadlock\n", outcome.err)
        self.assertTrue(outcome.last_line.startswith("next: "), outcome.last_line)

    def test_expected_findings_are_pointed_out(self) -> None:
        self.copy(DEFECT)
        outcome = self.run_program("run", DEFECT)
        self.assertEqual(outcome.code, 0, outcome.err)
        self.assertTrue(outcome.last_line.startswith("see: "), outcome.last_line)
        words = shlex.split(outcome.last_line.removeprefix("see: "))
        self.assertIn("closed_after_wake", words)
        outcome = self.run_program(*words[1:])
        self.assertEqual(outcome.code, 0, outcome.err)
        self.assertIn(": lost_wakeup, as expected\n", outcome.err)
        self.assertIn("expected[lost_wakeup]: ", outcome.err)
        self.assertNotIn("see: ", outcome.err)

    def test_broken_scenario(self) -> None:
        self.write("x.scn", BROKEN)
        outcome = self.run_program("run", "x.scn")
        self.assertEqual((outcome.code, outcome.out), (3, ""))
        self.assertRegex(outcome.err, r"(?m)^x\.scn:5:\d+: error\[E\d{4}\]: ")
        command = shlex.split(outcome.last_line.removeprefix("next: "))[1:]
        self.assertEqual(self.run_program(*command).code, 0)

    def test_limit(self) -> None:
        self.write("x.scn", ENDLESS)
        outcome = self.run_program("run", "x.scn", "--until", "20_000")
        self.assertEqual(outcome.code, 4, outcome.err)
        self.assertTrue(outcome.err.startswith("no verdict: x.scn: "), outcome.err)
        self.assertIn("--until 20000", outcome.last_line)

    def test_stdin(self) -> None:
        self.write("x.scn", QUIET)
        named = self.run_program("run", "x.scn")
        outcome = self.run_program("run", "-", text=QUIET)
        self.assertEqual(outcome.code, 0, outcome.err)
        self.assertEqual(events(outcome.out), events(named.out).replace("x.scn", "stdin"))
        broken = self.run_program("run", "-", text=BROKEN)
        self.assertEqual(broken.code, 3)
        self.assertIn("stdin:5:", broken.err)

    def test_determinism(self) -> None:
        self.write("x.scn", QUIET)
        for arguments, text in ((["x.scn"], ""), (["-"], QUIET), (["x.scn", "--seed", "3"], ""),
                                (["x.scn", "--trace", "sched"], ""), (["x.scn", "--json"], "")):
            outcome = self.run_program("run", "--check-determinism", *arguments, text=text)
            self.assertEqual(outcome.code, 0, outcome.err)
            self.assertIn("deterministic: three runs, one trace", outcome.err)

    def test_determinism_of_failures(self) -> None:
        self.write("x.scn", DEADLOCK)
        outcome = self.run_program("run", "--check-determinism", "x.scn")
        self.assertEqual(outcome.code, 1, outcome.err)


def events(trace: str) -> str:
    """The lines that show events: neither header nor end."""
    return "".join(line for line in trace.splitlines(True) if not line.startswith("#"))


class Summary(ProgramTest):
    def test_accounts_add_up(self) -> None:
        self.copy_hello()
        text = self.run_program("run", HELLO).err
        end = int(re.search(r"(?m)^  end cycle +(\d+)$", text).group(1))
        table = text[text.index("  cycles "):].splitlines()
        heading = table[0].split()
        rows = {}
        for line in table[1:]:
            words = line.split()
            rows[words[0]] = [int(word) for word in words[1:]]
            if words[0] == "total":
                break
        total = rows.pop("total")
        self.assertEqual(total, [end] * (len(heading) - 1))
        self.assertEqual([sum(column) for column in zip(*rows.values())], total)
        self.assertEqual(len({len(line) for line in table[:len(rows) + 2]}), 1, "not aligned")

    def test_figures(self) -> None:
        self.copy_hello()
        text = self.run_program("run", HELLO).err
        for name in ("end cycle", "steps", "events", "context switches", "wakeups",
                     "failed calls", "ipc bytes", "bytes copied"):
            self.assertRegex(text, rf"(?m)^  {name} +\d+$")

    def test_sharing_is_shown_where_there_is_any(self) -> None:
        self.write("alone.scn", QUIET)
        self.assertNotIn("shared", self.run_program("run", "alone.scn").err)
        self.write("shared.scn", SHARING)
        text = self.run_program("run", "shared.scn").err
        for name, value in (("shared bytes loaded", 16), ("shared bytes stored", 8),
                            ("frames mapped", 1)):
            self.assertRegex(text, rf"(?m)^  {name} +{value}$")
        value = self.run_json("run", "shared.scn")
        self.assertEqual([value[name] for name in ("buffer_bytes", "shared_bytes_loaded",
                                                   "shared_bytes_stored", "frames_mapped",
                                                   "shootdowns")], [0, 16, 8, 1, 0])

    def test_seed_is_printed_where_there_is_one(self) -> None:
        self.write("x.scn", QUIET)
        self.assertNotIn("seed", self.run_program("run", "x.scn").err)
        self.assertRegex(self.run_program("run", "x.scn", "--seed", "77").err,
                         r"(?m)^  seed +77$")

    def test_the_next_command_repeats_the_run(self) -> None:
        self.write("it's here.scn", DEADLOCK)
        arguments = ["run", "it's here.scn", "--seed", "9", "--policy", "kernel_lock=fine",
                     "--cost", "unit", "--paranoid", "--defect", "closed_after_wake"]
        outcome = self.run_program(*arguments)
        self.assertEqual(outcome.code, 1, outcome.err)
        words = shlex.split(outcome.last_line.removeprefix("next: "))
        self.assertEqual(self.run_program(*words[1:]), outcome)
        self.assertEqual(words[0], program_path())

    def test_json(self) -> None:
        self.copy_hello()
        value = self.run_json("run", HELLO, "--seed", "18446744073709551615")
        self.assertEqual(value["format"], "ipcsim-run-1")
        self.assertEqual(value["verdict"], "passed")
        self.assertEqual(value["seed"], "18446744073709551615")
        self.assertRegex(value["fingerprint"], "^[0-9a-f]{16}$")
        for cpu in value["cpus"]:
            self.assertEqual(sum(cpu.values()), value["end_cycle"])

    def test_json_stands_beside_the_summary(self) -> None:
        self.write("x.scn", QUIET)
        self.assertEqual(self.run_program("run", "x.scn", "--json").err,
                         self.run_program("run", "x.scn").err)

    def test_json_of_failures(self) -> None:
        self.write("x.scn", DEADLOCK)
        self.write("b.scn", BROKEN)
        value = self.run_json("run", "x.scn", code=1)
        self.assertEqual(value["findings"][0]["name"], "deadlock")
        value = self.run_json("run", "b.scn", code=3)
        self.assertEqual(value["verdict"], "broken")
        self.assertEqual(value["diagnostics"][0]["place"]["line"], 5)
        value = self.run_json("run", "x.scn", "--until", "10", code=4)
        self.assertEqual(value["verdict"], "limit")


class Interruptions(ProgramTest):
    def test_interrupt_writes_what_there_is(self) -> None:
        self.write("x.scn", ENDLESS)
        self.write("x.trace", "old")
        process = self.start("run", "x.scn", "-o", "x.trace", "--json", "--paranoid")
        process.send_signal(signal.SIGINT)
        outcome = self.finish(process)
        self.assertEqual(outcome.code, 130, outcome.err)
        self.assertIn("interrupted", outcome.err)
        self.assertRegex(outcome.err, r"no verdict: x\.scn: stopped at a limit: .*x\.scn:\d+")
        self.assertTrue(self.read("x.trace").startswith("#ipcsim trace"))
        self.assertIn("\n#end events=", self.read("x.trace"))
        value = json.loads(outcome.out)
        self.assertEqual((value["exit_code"], value["verdict"]), (130, "limit"))
        self.assert_no_leftovers()

    def test_a_second_interrupt_ends_it_at_once(self) -> None:
        self.write("x.scn", ENDLESS)
        self.write("x.trace", "old")
        process = self.start("run", "x.scn", "-o", "x.trace", "--check-determinism")
        for _ in range(50):
            if process.poll() is not None:
                break
            process.send_signal(signal.SIGINT)
        self.assertEqual(self.finish(process).code, 130)
        self.assert_no_leftovers()

    def test_interrupt_while_waiting_for_stdin(self) -> None:
        process = self.start("run", "-")
        process.send_signal(signal.SIGINT)
        self.assertEqual(self.finish(process).code, 130)

    def test_defect_of_the_program(self) -> None:
        process = self.start("run", "-", "--seed", "5")
        process.send_signal(signal.SIGABRT)
        outcome = self.finish(process)
        self.assertEqual(outcome.code, 70, outcome.err)
        self.assertIn("this is a defect of ipcsim", outcome.err)
        self.assertEqual(outcome.last_line, f"next: {program_path()} run - --seed 5")

    def test_defect_on_a_simulated_threads_stack(self) -> None:
        self.write("x.scn", ENDLESS)
        process = self.start("run", "x.scn", "--trace", "test", "--paranoid")
        process.send_signal(signal.SIGABRT)
        outcome = self.finish(process)
        self.assertEqual(outcome.code, 70, outcome.err)
        self.assertTrue(outcome.last_line.endswith("run x.scn --paranoid"), outcome.last_line)

    def test_ignored_interrupts_stay_ignored(self) -> None:
        self.write("x.scn", QUIET)
        script = f"trap '' INT; {shlex.quote(program_path())} run x.scn > x.trace & wait $!"
        done = subprocess.run(["sh", "-c", script], cwd=self.folder, env=environment(),
                              capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    main()
