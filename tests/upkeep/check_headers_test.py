# SPDX-License-Identifier: BSD-2-Clause
"""tools/upkeep/check_headers.py finds a header that leans on what others include."""

import subprocess
import sys
import unittest

from wrong_tree import UPKEEP, WrongTree, header


class CheckHeaders(WrongTree):
    check = "check_headers.py"

    def run_check(self) -> tuple[int, str]:
        result = subprocess.run([sys.executable, "-B", str(UPKEEP / self.check), "c++",
                                 str(self.root)], capture_output=True, text=True, check=False)
        return result.returncode, result.stdout

    def test_header_that_compiles_alone(self):
        self.write("sim/base/alone.h", header("#include <vector>\nstd::vector<int> all();\n"))
        self.assert_clean()

    def test_header_that_does_not(self):
        self.write("sim/base/leaning.h", header("std::vector<int> all();\n"))
        self.assert_found("sim/base/leaning.h:1", "does not compile alone")

    def test_header_whose_source_file_proves_it(self):
        self.write("sim/base/word.h", header("std::vector<int> all();\n"))
        self.assert_clean()


if __name__ == "__main__":
    unittest.main()
