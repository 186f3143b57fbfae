# SPDX-License-Identifier: BSD-2-Clause
"""What README.md shows as the program's output is what the program prints."""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SCENARIO = "scenarios/catalogue/ipc/doorbell.scn"


def shown_output() -> list[str]:
    """The lines of the block that shows a trace, without the dots for what is left out."""
    blocks = (ROOT / "README.md").read_text(encoding="utf-8").split("```")[1::2]
    traces = [block for block in blocks if block.lstrip().startswith("#    cycle")]
    assert len(traces) == 1, "README.md shows one trace"
    return [line for line in traces[0].splitlines() if line not in ("", "...")]


class Readme(unittest.TestCase):
    def test_trace_is_the_golden_one(self):
        golden = (ROOT / SCENARIO).with_suffix(".trace").read_text(encoding="utf-8").splitlines()
        printed = golden + [f"passed: {SCENARIO}"]
        places = [printed.index(line) if line in printed else line for line in shown_output()]
        self.assertTrue(all(isinstance(place, int) for place in places), places)
        self.assertEqual(places, sorted(places), "in the order in which they are printed")

    def test_verbs(self):
        """tools/run passes on what the program knows, and README names nothing else."""
        table = (ROOT / "tools/cli/option_table.cc").read_text(encoding="utf-8")
        known = set(re.findall(r'Verb\{\s*"([a-z]+)"', table))
        script = (ROOT / "tools/run").read_text(encoding="utf-8")
        passed_on = re.search(r"^  (run \|.*) \| --version\) ;;$", script, re.MULTILINE)
        self.assertEqual(set(passed_on[1].split(" | ")), known)
        readme = (ROOT / "README.md").read_text(encoding="utf-8")
        self.assertLessEqual(set(re.findall(r"tools/run ([a-z]+) ", readme)), known)

    def test_commands_exist(self):
        text = (ROOT / "README.md").read_text(encoding="utf-8")
        self.assertIn(f"\ntools/run {SCENARIO}\ntools/test\n", text)


if __name__ == "__main__":
    unittest.main()
