#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""apic_oracle sees wrong results and wrong files, and says where.
Usage: apic_oracle_test.py APIC_ORACLE"""

import gzip
import sys
import unittest
from pathlib import Path

from memory_oracles_test import OracleTest

CASE = """# a comment
case x9001 prio: a CPU interrupts itself and another
  cpu0 icr 0x00000000 0x00044061   ; no result
  cpu0 bank irr -> {61}   ; all
  cpu0 window nestppr -> [+61/60 -61]   ; all
  cpu3 write 0x080 0x2f
  cpu3 read 0x080 -> 2F   ; all
  cpu3 readcr8 -> 02   ; all
  cpu3 rdmsr 0x802 -> #GP   ; all
  cpu3 read 0x0f0 -> ?   ; nobody knows
"""


class Apic(OracleTest):
    def setUp(self) -> None:
        super().setUp()
        self.program = PROGRAM

    def test_right_cases_pass_plain_and_compressed(self) -> None:
        self.assert_sums(self.run_text(CASE), "1 passed, 0 failed", 0)
        (self.folder / "table.gz").write_bytes(gzip.compress(CASE.encode()))
        self.assert_sums(self.run_oracle("table.gz", "table"), "2 passed, 0 failed", 0)

    def test_every_result_counts(self) -> None:
        for right, wrong, message in [
                ("{61}", "{61 62}", "table:4: cpu0 bank irr\n      expected {61 62}, got {61}"),
                ("+61/60 -61", "+61/50 -61", "table:5: "), ("2F", "2e", "expected 2e, got 2f"),
                ("-> 02", "-> 3", "table:8: "), ("#GP", "3000000", "expected 3000000, got #GP")]:
            result = self.run_text(CASE.replace(right, wrong))
            self.assert_sums(result, "0 passed, 1 failed", 1)
            self.assertIn("table:2: x9001 prio: a CPU interrupts itself", result.stdout)
            self.assertIn(message, result.stdout)

    def test_at_most_twenty_failures_are_printed(self) -> None:
        result = self.run_text(25 * CASE.replace("{61}", "{}"))
        self.assert_sums(result, "0 passed, 25 failed", 1)
        self.assertEqual(result.stdout.count("expected {}"), 20)

    def test_the_name_says_how_a_case_starts(self) -> None:
        for name, line in [("x20002", "cpu0 rdmsr 0x1b -> fee00900"),
                           ("x20003", "cpu0 rdmsr 0x1b -> fee00d00"),
                           ("x2smp0009", "cpu3 rdmsr 0x1b -> fee00800")]:
            result = self.run_text(f"case {name} mode: start\n  {line}   ; all\n")
            self.assert_sums(result, "1 passed, 0 failed", 0)
        for name in ["x20003", "fuzz0001"]:
            self.assert_refused(self.run_text(f"case {name} one CPU\n  cpu1 eoi\n"), "table:2")

    def test_a_window_that_never_ends_is_a_failure(self) -> None:
        result = self.run_text("case x9002 level: held\n  ioapic write 0x1a 0x8061\n  line 5 1\n"
                               "  cpu0 window eoi -> [61]   ; all\n")
        self.assert_sums(result, "0 passed, 1 failed", 1)
        self.assertIn("got [without end]", result.stdout)

    def test_what_is_not_understood_is_refused(self) -> None:
        for line in ["cpu4 eoi", "cpu0 eoi now", "cpu eoi", "cpu0 read", "cpu0 read 0x80 1",
                     "cpu0 write 0x80", "cpu0 write 0x80 0x100000000", "cpu0 window",
                     "cpu0 window long", "cpu0 bank ppr", "cpu0 rdmsr 0x10", "cpu0 wrmsr 0x808",
                     "cpu0 cr8 0x10", "cpu0 icr 0", "cpu0 wait_irr 0x100", "cpu0 dance",
                     "ioapic write 0x10", "ioapic read", "line 16 1", "line 5 2", "line 5",
                     "outb 0x22 0", "outb 0x20 0x100", "inb 0x20 0x20", "init_sipi",
                     "cpu0 readcr8 -> no", "cpu0 readcr8 ->", "cpu0 bank irr -> {61",
                     "cpu0 eoi -> 0"]:
            self.assert_refused(self.run_text(CASE + f"  {line}\n"), "table:11: ")
        self.assert_refused(self.run_text("  cpu0 eoi\n" + CASE), "table:1: before the first")
        self.assert_refused(self.run_text("case\n"), "table:1: a case without a name")
        self.assert_refused(self.run_text("# nothing\n"), "without cases")

    def test_wrong_usage(self) -> None:
        self.assert_refused(self.run_oracle(), "usage: apic_oracle")
        self.assert_refused(self.run_oracle("none"), "none")


if __name__ == "__main__":
    PROGRAM = str(Path(sys.argv[1]).resolve())
    unittest.main(argv=sys.argv[:1])
