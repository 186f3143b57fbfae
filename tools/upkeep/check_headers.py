#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Checks that each header compiles alone. A header with a .cc of the same name is proved by the
build (check_style.py sees that the .cc includes it first); the others are compiled here.
Usage: check_headers.py COMPILER [ROOT]"""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from source_tree import Problem, SourceFile, SourceTree, report

FLAGS = ["-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror",
         "-fsyntax-only", "-x", "c++", "-"]
WORKERS = 2


def compile_alone(compiler: str, tree: SourceTree, header: SourceFile) -> list[Problem]:
    result = subprocess.run([compiler, "-I", str(tree.root), *FLAGS], text=True, check=False,
                            input=f'#include "{header.path}"\n', capture_output=True)
    if result.returncode == 0:
        return []
    errors = [line for line in result.stderr.splitlines() if "error" in line]
    return [header.problem(1, f"does not compile alone: {errors[0] if errors else result.stderr}")]


def main() -> int:
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: check_headers.py COMPILER [ROOT]")
    root = Path(sys.argv[2]) if len(sys.argv) == 3 else Path(__file__).parent.parent.parent
    tree = SourceTree(root)
    headers = [file for file in tree.cpp_files if file.suffix == ".h"
               and file.path.removesuffix(".h") + ".cc" not in tree.by_path]
    with ThreadPoolExecutor(WORKERS) as pool:
        results = pool.map(lambda header: compile_alone(sys.argv[1], tree, header), headers)
        return report([problem for found in results for problem in found], "check_headers")


if __name__ == "__main__":
    sys.exit(main())
