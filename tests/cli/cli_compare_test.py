#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""`ipcsim compare`: one scenario under several kernels, one table; what it says about differences,
and what it answers to wrong usage."""

import re
import shlex
import signal
from pathlib import Path

from program import BROKEN, DEADLOCK, ENDLESS, HELLO, ROOT, ProgramTest, main

# A round trip that ends with a client that waits for an idle CPU: slow where nobody tells it.
ROUND_TRIP = """scenario 1

param rounds = 3 in 1..10

policy { wake tick }

task server {
  thread main cpu 0 {
    let port = new_port()
    push_to_listen_queue(port)
    poll(port) expect opened
    for n in 1..rounds {
      poll(port) expect signaled
      wakeup(port)
    }
    poll(port) expect closed
  }
}

task client {
  thread main cpu 1 {
    await server.listen_queue == 1
    let fd = connect(server, thread_local)
    for n in 1..rounds {
      wakeup(fd)
      poll(fd) expect signaled
    }
    close(fd)
  }
}
"""

# Waits in connect, or is refused.
EAGER = """scenario 1

task server {
  thread main {
    sleep 50_000
    let port = new_port()
    push_to_listen_queue(port)
    poll(port) expect opened
  }
}

task client {
  thread main {
    let fd = connect(server, thread_local)
  }
}
"""


def rows_of(table: str) -> dict[str, list[str]]:
    """The cells of each row, by its name."""
    rows = {}
    for line in table.splitlines():
        cells = re.split(r"  +", line.strip())
        if line.startswith("  ") and len(cells) > 1:
            rows[cells[0]] = cells[1:]
    return rows


class Table(ProgramTest):
    def setUp(self) -> None:
        super().setUp()
        self.write("x.scn", ROUND_TRIP)

    def test_a_column_for_each_value(self) -> None:
        outcome = self.run_program("compare", "x.scn", "--policy", "wake=ipi,tick")
        self.assertEqual(outcome.code, 0, outcome.err)
        self.assertEqual(outcome.err, "x.scn: 2 of 2 variants passed\n")
        rows = rows_of(outcome.out)
        self.assertEqual(rows["wake"], ["ipi", "tick", "apart"])
        self.assertEqual(rows["outcome"], ["passed", "passed"])
        self.assertEqual(rows["wakeups"], ["6", "6", "="])
        for name in ("end cycle", "idle cycles", "context switches", "calls", "poll", "wakeup"):
            self.assertEqual(len(rows[name]), 3, name)
        self.assertNotIn("failed calls", rows)  # there is none in any column
        lines = [line for line in outcome.out.splitlines() if len(rows_of(line)) == 1]
        self.assertEqual(len({len(line) for line in lines if "outcome" not in line}), 1)

    def test_the_figures_are_those_of_run(self) -> None:
        rows = rows_of(self.run_program("compare", "x.scn", "--policy", "wake=tick,ipi").out)
        for column, wake in enumerate(("tick", "ipi")):
            run = self.run_json("run", "x.scn", "--policy", f"wake={wake}")
            self.assertEqual(rows["end cycle"][column], str(run["end_cycle"]))
            self.assertEqual(rows["context switches"][column], str(run["context_switches"]))

    def test_means_are_those_of_the_trace(self) -> None:
        rows = rows_of(self.run_program("compare", "x.scn", "--policy", "wake=ipi,tick").out)
        trace = self.run_program("run", "x.scn", "--policy", "wake=ipi").out
        spent = [int(cycles) for cycles in re.findall(r"call=poll cycles=(\d+)", trace)]
        self.assertAlmostEqual(float(rows["poll"][0]), sum(spent) / len(spent), delta=0.5)

    def test_every_combination(self) -> None:
        outcome = self.run_program("compare", "x.scn", "--policy", "wake=ipi,tick", "--policy",
                                   "kernel_lock=big,fine", "--policy", "buffer=duplex")
        self.assertEqual(outcome.code, 0, outcome.err)
        rows = rows_of(outcome.out)
        self.assertEqual(rows["wake"], ["ipi", "ipi", "tick", "tick", "apart"])
        self.assertEqual(rows["kernel_lock"], ["big", "fine", "big", "fine"])
        self.assertEqual(rows["buffer"], ["duplex"] * 4)
        self.assertNotEqual(rows["end cycle"][0], rows["end cycle"][2])

    def test_parameters_and_stdin(self) -> None:
        named = self.run_program("compare", "x.scn", "--policy", "wake=ipi,tick", "-P", "rounds=5")
        self.assertEqual(rows_of(named.out)["wakeups"], ["10", "10", "="])
        read = self.run_program("compare", "-", "--policy", "wake=ipi,tick", "-P", "rounds=5",
                                text=ROUND_TRIP)
        self.assertEqual((read.code, read.out), (0, named.out))
        self.assertTrue(read.err.startswith("stdin: "), read.err)

    def test_no_colours_but_on_terminals(self) -> None:
        words = ["compare", "x.scn", "--policy", "wake=ipi,tick"]
        self.assertNotIn("\x1b", self.run_program(*words).out)
        self.assertIn("\x1b[", self.on_terminal(*words))


class Conclusions(ProgramTest):
    def setUp(self) -> None:
        super().setUp()
        self.write("x.scn", ROUND_TRIP)

    def test_less_than_a_factor_of_two_is_none(self) -> None:
        table = self.run_program("compare", "x.scn", "--policy", "wake=ipi", "--cost",
                                 "skylake_nokpti,skylake_kpti").out
        self.assertRegex(table, r"(?m)^  end cycle .* 1\.\d\dx ~$")
        self.assertRegex(table, r"(?m)^~  less than a factor of 2 apart: no conclusion")
        table = self.run_program("compare", "x.scn", "--policy", "wake=ipi,tick").out
        self.assertRegex(table, r"(?m)^  end cycle .* (\d\d+|[2-9]\.\d\d)x$")

    def test_cost_models(self) -> None:
        words = ["compare", "x.scn", "--policy", "wake=ipi,tick", "--cost"]
        table = self.run_program(*words, "skylake_nokpti,skylake_kpti").out
        rows = rows_of(table)
        self.assertEqual(rows["cost"], ["skylake_nokpti"] * 2 + ["skylake_kpti"] * 2 + ["apart"])
        self.assertEqual(rows["wake"], ["ipi", "tick"] * 2)
        # Both models have a wakeup cost the same whoever tells the CPU, and each its own.
        self.assertEqual(len(set(rows["close"][:4])), 2)
        self.assertEqual(rows["close"][4], "=")
        alone = rows_of(self.run_program("compare", "x.scn", "--cost",
                                         "skylake_nokpti,skylake_kpti").out)
        self.assertRegex(alone["close"][2], r"^1\.\d\dx ~$")

    def test_a_conclusion_that_another_cost_model_does_not_share(self) -> None:
        # A model under which interrupting a CPU takes longer than its tick.
        unit = ROOT / "kernel_model/machine/cost_models/unit.cost"
        model = unit.read_text(encoding="utf-8")
        model = re.sub(r"(?m)^model \w+", "model far", model)
        model = re.sub(r"(?m)^inter_processor_interrupt( +)\d+",
                       r"inter_processor_interrupt\g<1>3000000", model)
        self.write("far.cost", model)
        table = self.run_program("compare", "x.scn", "--policy", "wake=ipi,tick", "--cost",
                                 "unit,./far.cost").out
        self.assertRegex(table, r"(?m)^  end cycle .* flips$")
        self.assertIn("flips  another cost model has it the other way round: no conclusion", table)


class Failures(ProgramTest):
    def test_one_variant_fails(self) -> None:
        self.write("x.scn", EAGER)
        outcome = self.run_program("compare", "x.scn", "--policy", "listen_empty=refuse,block")
        self.assertEqual(outcome.code, 1, outcome.err)
        rows = rows_of(outcome.out)
        self.assertEqual(rows["outcome"], ["failed", "passed"])
        self.assertEqual(rows["finding"], ["unhandled_error", "-"])
        self.assertIn("runs that ended early are not in `apart`\n", outcome.out)
        self.assertIn("x.scn: 1 of 2 variants passed\n", outcome.err)
        self.assertIn("finding[unhandled_error]: ", outcome.err)
        words = shlex.split(outcome.last_line.removeprefix("next: "))
        self.assertEqual(self.run_program(*words[1:]).code, 1)

    def test_what_a_file_expects_is_no_failure(self) -> None:
        expected = "expect_finding unhandled_error in client.main with listen_empty refuse by run"
        self.write("x.scn", EAGER.replace("scenario 1\n", f"scenario 1\n\n{expected}\n"))
        outcome = self.run_program("compare", "x.scn", "--policy", "listen_empty=refuse,block")
        self.assertEqual(outcome.code, 0, outcome.err)
        self.assertEqual(rows_of(outcome.out)["outcome"], ["as expected", "passed"])

    def test_limit(self) -> None:
        self.write("x.scn", "scenario 1\n\ntask one {\n  thread main {\n    loop {\n"
                            "      var x = 1\n    }\n  }\n}\n")
        outcome = self.run_program("compare", "x.scn", "--policy", "wake=ipi,tick")
        self.assertEqual(outcome.code, 4, outcome.err)
        self.assertEqual(rows_of(outcome.out)["outcome"], ["no verdict", "no verdict"])

    def test_broken_scenario(self) -> None:
        self.write("x.scn", BROKEN)
        outcome = self.run_program("compare", "x.scn", "--policy", "wake=ipi,tick")
        self.assertEqual((outcome.code, outcome.out), (3, ""))
        self.assertEqual(outcome.err.count("error[E"), 1, outcome.err)

    def test_interrupted(self) -> None:
        self.write("x.scn", ENDLESS)
        process = self.start("compare", "x.scn", "--policy", "wake=ipi,tick")
        process.send_signal(signal.SIGINT)
        outcome = self.finish(process)
        self.assertEqual(outcome.code, 130)
        self.assertIn("2 not run: interrupted", outcome.err)


class Json(ProgramTest):
    def test_everything_is_in_it(self) -> None:
        self.write("x.scn", ROUND_TRIP)
        value = self.run_json("compare", "x.scn", "--policy", "wake=ipi,tick", "--cost", "unit")
        self.assertEqual(value["format"], "ipcsim-compare-1")
        self.assertEqual(value["axes"], [{"name": "cost", "values": ["unit"]},
                                         {"name": "wake", "values": ["ipi", "tick"]}])
        first, second = value["variants"]
        self.assertEqual(first["values"], {"cost": "unit", "wake": "ipi"})
        self.assertEqual(second["verdict"], "passed")
        run = self.run_json("run", "x.scn", "--policy", "wake=ipi", "--cost", "unit")
        self.assertEqual(first["end_cycle"], run["end_cycle"])
        calls = {one["call"]: one for one in first["calls"]}
        self.assertEqual(calls["wakeup"]["returns"], 6)
        self.assertEqual(calls["wakeup"]["failures"], 0)
        conclusions = {one.get("figure", one.get("call")): one["conclusion"]
                       for one in value["conclusions"]}
        self.assertEqual(conclusions["wakeups"], "equal")
        self.assertEqual(conclusions["end cycle"], "apart")
        self.assertEqual(value["diagnostics"], [])

    def test_failures(self) -> None:
        self.write("x.scn", DEADLOCK)
        value = self.run_json("compare", "x.scn", "--policy", "wake=ipi,tick", code=1)
        self.assertEqual(value["variants"][0]["findings"][0]["name"], "deadlock")
        self.write("x.scn", BROKEN)
        value = self.run_json("compare", "x.scn", "--policy", "wake=ipi,tick", code=3)
        self.assertEqual(len(value["diagnostics"]), 1)
        value = self.run_json("compare", "x.scn", code=2)
        self.assertIn("nothing to compare", value["error"]["message"])


class Designs(ProgramTest):
    def test_the_tables_of_the_catalogue_are_what_is_printed(self) -> None:
        text = (ROOT / "scenarios/catalogue/designs/README.md").read_text(encoding="utf-8")
        blocks = [block for block in text.split("```\n")[1::2] if block.startswith("$ ")]
        scenarios = set()
        for block in blocks:
            command, _, table = block.partition("\n")
            words = shlex.split(command.removeprefix("$ ipcsim "))
            scenarios.add(Path(words[1]).name)
            with self.subTest(command):
                self.copy(words[1])
                outcome = self.run_program(*words)
                self.assertEqual(outcome.code, 0, outcome.err)
                self.assertEqual(outcome.out, table)
        folder = ROOT / "scenarios/catalogue/designs"
        self.assertEqual(scenarios, {path.name for path in folder.glob("*.scn")})


class WrongUsage(ProgramTest):
    def check(self, *words: str, expected: tuple[str, ...]) -> None:
        self.assert_usage_error(self.run_program("compare", *words), *expected)

    def test_nothing_to_compare(self) -> None:
        self.copy_hello()
        for words in ([HELLO], [HELLO, "--policy", "wake=ipi"], [HELLO, "--cost", "unit"]):
            self.check(*words, expected=("nothing to compare", "--policy NAME=VALUE,VALUE"))

    def test_names_that_do_not_exist(self) -> None:
        self.copy_hello()
        outcome = self.run_program("compare", HELLO, "--policy", "bufer=shared,duplex")
        self.assertEqual((outcome.code, outcome.out), (2, ""))
        self.assertIn("did you mean `buffer`?", outcome.err)
        outcome = self.run_program("compare", HELLO, "--policy", "buffer=shared,dupleks")
        self.assertEqual((outcome.code, outcome.out), (2, ""))
        self.assertIn("did you mean `duplex`?", outcome.err)
        outcome = self.run_program("compare", HELLO, "--cost", "unit,skylake_kpty")
        self.assertEqual((outcome.code, outcome.out), (2, ""))
        self.assertIn("did you mean `skylake_kpti`?", outcome.err)

    def test_lists(self) -> None:
        self.copy_hello()
        self.check(HELLO, "--policy", "wake=ipi,,tick", expected=("between the commas is empty",))
        self.check(HELLO, "--policy", "wake=ipi,ipi", expected=("names `ipi` twice",))
        self.check(HELLO, "--policy", "wake", expected=("needs a name and a value",))
        self.check(HELLO, "--policy", "wake=ipi", "--policy", "wake=tick",
                   expected=("sets `wake` twice",))
        costs = ",".join(f"model{n}" for n in range(65))
        self.check(HELLO, "--cost", costs, expected=("more than 64 combinations",))

    def test_files(self) -> None:
        self.check("missing.scn", "--policy", "wake=ipi,tick", expected=("missing.scn",))
        self.check("a.scn", "b.scn", "--policy", "wake=ipi,tick", expected=("`b.scn`",))


if __name__ == "__main__":
    main()
