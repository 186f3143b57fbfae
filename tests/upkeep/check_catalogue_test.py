# SPDX-License-Identifier: BSD-2-Clause
"""tools/upkeep/check_catalogue.py finds scenarios that nobody lists, rows without a scenario and
defects that no scenario finds."""

import unittest

from wrong_tree import WrongTree

LIST = "scenarios/catalogue/README.md"
DEFECTS = "kernel_model/abi/defects.def"
FINDS = "scenario 1\nexpect_finding deadlock in reader.main with defect slow_close by run\n"


class CheckCatalogue(WrongTree):
    check = "check_catalogue.py"

    def setUp(self) -> None:
        super().setUp()
        self.write("scenarios/catalogue/ipc/hello.scn", "scenario 1\n")
        self.write("scenarios/catalogue/defects/slow_close.scn", FINDS)
        self.write(LIST, "| [hello](ipc/hello.scn) | two tasks |\n"
                         "| [slow_close](defects/slow_close.scn) | a close |\n")
        self.write(DEFECTS, '// Rules.\nDEFECT(slow_close, "it is slow", "a kernel")\n')

    def test_everything_is_listed_and_found(self) -> None:
        self.assert_clean()

    def test_a_scenario_that_is_not_listed(self) -> None:
        self.write("scenarios/catalogue/ipc/goodbye.scn", "scenario 1\n")
        self.assert_found("scenarios/catalogue/ipc/goodbye.scn:1",
                          "add a row with [goodbye](ipc/goodbye.scn)")

    def test_a_row_without_a_scenario(self) -> None:
        self.append(LIST, "| [gone](ipc/gone.scn) | nothing |\n")
        self.assert_found(f"{LIST}:3", "there is no scenarios/catalogue/ipc/gone.scn")

    def test_no_list(self) -> None:
        (self.root / LIST).unlink()
        self.assert_found(f"{LIST}:1", "is missing")

    def test_a_defect_that_no_scenario_finds(self) -> None:
        self.append(DEFECTS, 'DEFECT(fast_close, "it is fast", "another kernel")\n')
        self.assert_found(f"{DEFECTS}:3", "finds fast_close")

    def test_a_defect_that_is_only_spoken_of(self) -> None:
        self.write("scenarios/catalogue/defects/slow_close.scn",
                   "scenario 1\n// passes with defect slow_close\n")
        self.assert_found(f"{DEFECTS}:2", "finds slow_close")


if __name__ == "__main__":
    unittest.main()
