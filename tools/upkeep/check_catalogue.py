#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Checks that scenarios/catalogue/README.md lists every scenario of the catalogue and names none
that is not there, and that every defect of the kernel model has a scenario that finds it.
Usage: check_catalogue.py [ROOT]"""

import re
import sys

from source_tree import Problem, SourceTree, report, root_from_arguments

CATALOGUE = "scenarios/catalogue"
LIST = CATALOGUE + "/README.md"
DEFECTS = "kernel_model/abi/defects.def"
LINK = re.compile(r"\]\(([^()\s]+\.scn)\)")
DEFECT = re.compile(r"^DEFECT\((\w+),", re.MULTILINE)
FOUND = re.compile(r"^expect_finding\b.*\bwith defect (\w+)", re.MULTILINE)


def check_list(tree: SourceTree) -> list[Problem]:
    if LIST not in tree.by_path:
        return [Problem(LIST, 1, "is missing: it lists the scenarios")]
    readme = tree.by_path[LIST]
    problems = []
    listed = set()
    for link in LINK.finditer(readme.text):
        path = f"{CATALOGUE}/{link.group(1)}"
        listed.add(path)
        if path not in tree.by_path:
            problems.append(readme.problem(readme.line_of(link.start()), f"there is no {path}"))
    for file in tree.files:
        if file.path.startswith(CATALOGUE + "/") and file.suffix == ".scn":
            if file.path not in listed:
                link = file.path.removeprefix(CATALOGUE + "/")
                problems.append(file.problem(
                    1, f"is not listed: add a row with [{file.stem}]({link}) to {LIST}"))
    return problems


def check_defects(tree: SourceTree) -> list[Problem]:
    if DEFECTS not in tree.by_path:
        return []
    table = tree.by_path[DEFECTS]
    found = {match.group(1) for file in tree.files
             if file.path.startswith(CATALOGUE + "/defects/") and file.suffix == ".scn"
             for match in FOUND.finditer(file.text)}
    return [table.problem(table.line_of(match.start()),
                          f"no scenario in {CATALOGUE}/defects finds {match.group(1)}")
            for match in DEFECT.finditer(table.text) if match.group(1) not in found]


def main() -> int:
    tree = SourceTree(root_from_arguments())
    return report(check_list(tree) + check_defects(tree), "check_catalogue")


if __name__ == "__main__":
    sys.exit(main())
