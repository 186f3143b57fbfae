# SPDX-License-Identifier: BSD-2-Clause
"""A small source tree in a temporary folder that the checks find nothing in, to which a test adds
what they must find."""

import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
UPKEEP = PROJECT / "tools" / "upkeep"
SPDX = "// SPDX-License-Identifier: BSD-2-Clause\n"


def header(body: str = "") -> str:
    return SPDX + "// Word: what it is.\n#pragma once\n\n" + body


def source(body: str = "") -> str:
    return SPDX + body


def right_files() -> dict[str, str]:
    top = (PROJECT / "CMakeLists.txt").read_text(encoding="utf-8")
    folders = re.search(r"set\(ipcsim_folders[^)]*\)", top).group(0)
    return {
        "CMakeLists.txt": folders + "\n",
        "sim/base/CMakeLists.txt": "ipcsim_library(sim_base SOURCES word.cc)\n",
        "sim/base/word.h": header("int word();\n"),
        "sim/base/word.cc": source('#include "sim/base/word.h"\n\n#include <vector>\n'),
        "sim/engine/CMakeLists.txt": "ipcsim_library(sim_engine SOURCES fiber.cc LINKS sim_base)\n",
        "sim/engine/fiber.cc": source('#include "sim/base/word.h"\n'),
        "tools/cli/CMakeLists.txt": "ipcsim_program(ipcsim SOURCES main.cc LINKS sim_engine)\n",
        "tools/cli/main.cc": source("int main() {}\n"),
        "README.md": "The engine is `sim/engine/fiber.cc`, see [word](sim/base/word.h).\n",
    }


class WrongTree(unittest.TestCase):
    """A test writes files and says what the check must print, and where."""

    check = ""  # the script under test

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for path, text in right_files().items():
            self.write(path, text)

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def append(self, path: str, text: str) -> None:
        file = self.root / path
        self.write(path, (file.read_text(encoding="utf-8") if file.exists() else "") + text)

    def run_check(self) -> tuple[int, str]:
        result = subprocess.run([sys.executable, "-B", str(UPKEEP / self.check), str(self.root)],
                                capture_output=True, text=True, check=False)
        self.assertEqual(result.stderr, "")
        return result.returncode, result.stdout

    def assert_clean(self) -> None:
        self.assertEqual(self.run_check(), (0, f"{self.check.removesuffix('.py')}: "
                                               "nothing found\n"))

    def assert_found(self, place: str, words: str) -> None:
        """Exactly one problem, at `place` (path:line), whose message contains `words`."""
        code, output = self.run_check()
        lines = output.splitlines()
        self.assertEqual(code, 1, output)
        self.assertEqual(len(lines), 2, output)
        self.assertTrue(lines[0].startswith(place + ": "), output)
        self.assertIn(words, lines[0])
