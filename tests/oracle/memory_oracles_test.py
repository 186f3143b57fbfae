#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""mmu_oracle and tlb_oracle see wrong results and wrong files, and say where.
Usage: memory_oracles_test.py MMU_ORACLE TLB_ORACLE"""

import gzip
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

COLUMNS = ("id,group,cr0_wp,cr4_smep,cr4_smap,eflags_ac,efer_nxe,cpl,access,size,page_size,va,"
           "pml4e,pdpte,pde,pte,pte_next,fault,error_code,cr2,paddr,pml4e_after,pdpte_after,"
           "pde_after,pte_after,pte_next_after,a_optional,basis")
ROW = ("7,demo,1,0,0,0,1,3,read,8,4K,0x2a80caa2a010,0x1001007,0x1002007,0x1003007,0x1004007,,"
       "none,,,0x1004010,0x1001027,0x1002027,0x1003027,0x1004027,,0,all")
FAULT = ("8,demo,1,0,0,0,1,3,write,8,4K,0x2a80caa2a010,0x1001007,0x1002007,0x1003007,0x1004005,,"
         "PF,0x7,0x2a80caa2a010,,0x1001007,0x1002007,0x1003027,0x1004005,,7,all")
CASE = """# a comment
case one the page is found, then stale or not
  mem PTE[0x2a80caa2a000] 0x1004007
  access r cpl3 0x2a80caa2a000 allow={A} -> all:A
  mem PTE[0x2a80caa2a000] 0x1005007
  access r cpl3 0x2a80caa2a000 allow={A,B} -> all:A
  get PTE (A may be 0 or 1) -> all:0x1005007
"""


class OracleTest(unittest.TestCase):
    program = ""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def run_oracle(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run([self.program, *arguments], cwd=self.folder, capture_output=True,
                              text=True, timeout=60, check=False)

    def run_text(self, text: str, *options: str) -> subprocess.CompletedProcess:
        (self.folder / "table").write_text(text)
        return self.run_oracle(*options, "table")

    def assert_sums(self, result: subprocess.CompletedProcess, sums: str, code: int) -> None:
        self.assertEqual(result.stdout.splitlines()[-1], sums, result.stdout + result.stderr)
        self.assertEqual(result.returncode, code)

    def assert_refused(self, result: subprocess.CompletedProcess, *messages: str) -> None:
        self.assertEqual(result.returncode, 2, result.stdout + result.stderr)
        for message in messages:
            self.assertIn(message, result.stderr)


class Mmu(OracleTest):
    def setUp(self) -> None:
        super().setUp()
        self.program = PROGRAMS[0]

    def test_right_rows_pass_plain_and_compressed(self) -> None:
        text = "\n".join([COLUMNS, ROW, FAULT, ""])
        self.assert_sums(self.run_text(text), "2 passed, 0 failed", 0)
        (self.folder / "table.gz").write_bytes(gzip.compress(text.encode()))
        self.assert_sums(self.run_oracle("table.gz", "table"), "4 passed, 0 failed", 0)

    def test_columns_may_stand_in_any_order(self) -> None:
        pairs = [list(reversed(line.split(","))) for line in (COLUMNS, ROW)]
        text = "\n".join(",".join(fields) for fields in pairs)
        self.assert_sums(self.run_text(text), "1 passed, 0 failed", 0)

    def test_every_result_counts(self) -> None:
        for right, wrong, message in [
                ("none,,,0x1004010", "none,,,0x1004018", "paddr: expected 0x1004018, got 0x10"),
                ("none,,", "PF,0x5,0x2a80caa2a010", "fault: expected PF code 0x5 cr2 "
                                                    "0x2a80caa2a010, got none"),
                ("0x1004027,,0", "0x1004007,,0", "pte afterwards: expected 0x1004007, got"),
                ("0x1001027,", "0x1001007,", "pml4e afterwards"),
                (",4K,", ",2M,", "size of the page: expected 0x200000, got 0x1000")]:
            result = self.run_text(f"{COLUMNS}\n{ROW.replace(right, wrong)}\n")
            self.assert_sums(result, "0 passed, 1 failed", 1)
            self.assertIn(message, result.stdout)
            self.assertIn("table:2: demo/7", result.stdout)
        for right, wrong in [("PF,0x7", "PF,0x6"), ("0x7,0x2a80caa2a010", "0x7,0x2a80caa2a000"),
                             ("0x1004005,,7", "0x1004025,,7"),
                             ("PF,0x7,0x2a80caa2a010", "GP,0x0,")]:
            result = self.run_text(f"{COLUMNS}\n{FAULT.replace(right, wrong)}\n")
            self.assert_sums(result, "0 passed, 1 failed", 1)

    def test_at_most_twenty_failures_are_printed(self) -> None:
        wrong = ROW.replace("0x1004010", "0x1004018")
        result = self.run_text("\n".join([COLUMNS] + 25 * [wrong]))
        self.assert_sums(result, "0 passed, 25 failed", 1)
        self.assertEqual(result.stdout.count("paddr: expected"), 20)

    def test_wrong_tables_are_refused_with_their_place(self) -> None:
        for text, message in [
                ("", "table:1"), (COLUMNS, "without rows"),
                (COLUMNS.replace("basis", "bases") + f"\n{ROW}", "table:1: unknown column `bases`"),
                (COLUMNS.replace(",basis", "") + f"\n{ROW}", "table:1: column `basis` is missing"),
                (COLUMNS.replace("basis", "va") + f"\n{ROW}", "table:1: column `va` is there tw"),
                (f"{COLUMNS}\n{ROW},", "table:2: 29 fields, but 28 columns"),
                (f"{COLUMNS}\n{ROW}\n\n{ROW}", "table:3: 1 fields"),
                (f"{COLUMNS}\n{ROW.replace('0x1001007', 'zero')}", "table:2: column `pml4e`"),
                (f"{COLUMNS}\n{ROW.replace(',read,', ',peek,')}", "`access`: unknown: `peek`"),
                (f"{COLUMNS}\n{ROW.replace('none', 'UD')}", "column `fault`: unknown: `UD`"),
                (f"{COLUMNS}\n{ROW.replace(',3,read', ',1,read')}", "column `cpl`"),
                (f"{COLUMNS}\n{ROW.replace('7,demo,1', '7,demo,2')}", "column `cr0_wp`: too large"),
                (f"{COLUMNS}\n{ROW.replace(',4K,', ',4M,')}", "column `page_size`"),
                (f"{COLUMNS}\n{ROW.replace('0x1004027,,0', ',,0')}", "column `pte_after`"),
                (f"{COLUMNS}\n{FAULT.replace('PF,0x7', 'PF,')}", "column `error_code`: missing")]:
            self.assert_refused(self.run_text(text), message)

    def test_rows_not_to_be_tested_are_counted(self) -> None:
        result = self.run_text(f"{COLUMNS}\n{ROW}\n{ROW.replace('none', '?')}\n")
        self.assert_sums(result, "1 passed, 0 failed", 0)
        self.assertIn("1 rows are not to be tested", result.stdout)

    def test_wrong_usage(self) -> None:
        self.assert_refused(self.run_oracle(), "usage: mmu_oracle")
        self.assert_refused(self.run_oracle("none"), "none")
        self.assert_refused(self.run_oracle("--quick"), "--quick")
        self.assert_refused(self.run_oracle("--exceptions"), "--exceptions")
        self.assert_refused(self.run_oracle("."), "is no file")

    def test_a_compressed_file_that_is_cut_or_broken_is_refused(self) -> None:
        whole = bytearray(gzip.compress((COLUMNS + 40 * f"\n{ROW}").encode()))
        (self.folder / "cut.gz").write_bytes(whole[:-20])
        self.assert_refused(self.run_oracle("cut.gz"), "cut.gz: ")
        whole[30] ^= 0xff
        (self.folder / "broken.gz").write_bytes(whole)
        self.assert_refused(self.run_oracle("broken.gz"), "broken.gz: ")

    def test_exceptions_are_counted_and_need_a_reason(self) -> None:
        wrong = ROW.replace("0x1004010", "0x1004018")
        exceptions = self.folder / "exceptions"
        exceptions.write_text("# why\ndemo/7 | 4.5 | the table is wrong\n")
        result = self.run_text(f"{COLUMNS}\n{wrong}\n{FAULT}\n", "--exceptions", "exceptions")
        self.assert_sums(result, "1 passed, 0 failed", 0)
        self.assertIn("1 excepted, 0 of them passed", result.stdout)
        for line in ["demo/7", "demo/7 | 4.5", "demo/7 | | reason", "demo/7 | 4.5 |"]:
            exceptions.write_text(line)
            result = self.run_text(f"{COLUMNS}\n{ROW}\n", "--exceptions", "exceptions")
            self.assert_refused(result, "exceptions:1")


class Tlb(OracleTest):
    def setUp(self) -> None:
        super().setUp()
        self.program = PROGRAMS[1]

    def test_an_outcome_must_be_allowed(self) -> None:
        self.assert_sums(self.run_text(CASE), "1 passed, 0 failed", 0)
        result = self.run_text(CASE.replace("{A,B}", "{A}"))
        self.assert_sums(result, "0 passed, 1 failed", 1)
        self.assertIn("table:6", result.stdout)
        self.assertIn("(everything evicted before)", result.stdout)
        self.assertIn("expected one of {A}, got B", result.stdout)
        result = self.run_text(CASE.replace("{A,B}", "{B}"))
        self.assert_sums(result, "0 passed, 1 failed", 1)
        self.assertNotIn("evicted", result.stdout)
        self.assert_sums(self.run_text(CASE.replace("{A}", "{ok}")), "0 passed, 1 failed", 1)
        self.assert_sums(self.run_text(CASE.replace("all:0x1005007", "all:0x1005001")),
                         "0 passed, 1 failed", 1)
        self.assert_sums(self.run_text(CASE.replace(" (A may be 0 or 1)", "")),
                         "0 passed, 1 failed", 1)

    def test_a_fault_where_none_is_meant_is_a_failure(self) -> None:
        result = self.run_text(CASE + "  cr4 extra 0x8000\n")
        self.assert_sums(result, "0 passed, 1 failed", 1)
        self.assertIn("expected no fault, got gp", result.stdout)

    def test_what_is_not_understood_is_refused(self) -> None:
        for line in ["mov cr2 0x5", "access r cpl0 0x5", "access q cpl0 0x5 allow={A}",
                     "access r cpl1 0x5 allow={A}", "mem PTF 0x5", "mem PTE[0x5 0x5", "mem PTE",
                     "mem PTE 0x5 0x6", "invpcid type=1 pcid=1", "invpcid 1 1 1", "invlpg here",
                     "get PTE -> all:A", "get PTE (X may be 0 or 1) -> all:0x5", "get PTE",
                     "access r cpl0 0x5 allow={A", "access r cpl0 0x5 allow={}"]:
            result = self.run_text(CASE + f"  {line}\n")
            self.assert_refused(result, "table:8: not understood")
        self.assert_refused(self.run_text("  invlpg 0x5\n" + CASE), "table:1: before the first")
        self.assert_refused(self.run_text("# nothing\n"), "without cases")


if __name__ == "__main__":
    PROGRAMS = [str(Path(name).resolve()) for name in sys.argv[1:3]]
    unittest.main(argv=sys.argv[:1])
