#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Checks that the C++ sources are laid out as .clang-format says; with --fix lays them out so.
Usage: check_format.py [--fix] [FILE...]   (without FILE: all)"""

import shutil
import subprocess
import sys
from pathlib import Path

from source_tree import Problem, SourceTree, report

# Versions lay out differently; this one is what Debian 12 has.
CLANG_FORMAT = ["clang-format-14", "clang-format"]


def main() -> int:
    arguments = sys.argv[1:]
    fix = "--fix" in arguments
    tree = SourceTree(Path(__file__).parent.parent.parent)
    files = [name for name in arguments if name != "--fix"]
    files = files or [str(tree.root / file.path) for file in tree.cpp_files]
    program = next(filter(None, map(shutil.which, CLANG_FORMAT)), None)
    if program is None:
        sys.exit(f"check_format: none of {', '.join(CLANG_FORMAT)} is installed")
    mode = ["-i"] if fix else ["--dry-run"]
    result = subprocess.run([program, "--style=file", *mode, *files], text=True, check=False,
                            capture_output=True)
    problems = set()
    for line in result.stderr.splitlines():
        path, _, rest = line.partition(":")
        if "clang-format-violations" in line:
            problems.add(Problem(str(Path(path).resolve().relative_to(tree.root)),
                                 int(rest.partition(":")[0]),
                                 "not laid out canonically; tools/upkeep/check_format.py --fix"))
    if result.returncode != 0 and not problems:
        sys.exit(result.stderr)
    return report(list(problems), "check_format")


if __name__ == "__main__":
    sys.exit(main())
