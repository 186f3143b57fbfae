#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Checks what makes the tree read as one text and runs repeatable: file headers, sizes, bans,
lists of sources, paths in documentation. Usage: check_style.py [ROOT]"""

import re
import sys
from typing import Iterator

import bans
from source_tree import Problem, SourceFile, SourceTree, report, root_from_arguments
from source_tree import without_template_head

LICENCE = "SPDX-License-Identifier: BSD-2-Clause"
LICENSED_SUFFIXES = {".h", ".cc", ".py", ".cmake", ".in"}

MAXIMUM_LINES = {".h": 250, ".cc": 600, ".py": 600, ".cmake": 250}
MAXIMUM_TEST_LINES = 800
MAXIMUM_FUNCTION_LINES = 70  # a function has fewer
MAXIMUM_COLUMNS = 100
# Not .def: a table has one row a line.
CODE_SUFFIXES = {".h", ".cc", ".py", ".cmake", ".in", ".txt"}


def check_header_lines(tree: SourceTree) -> Iterator[Problem]:
    """SPDX line first (second behind `#!`); in a header then the comment, then the guard."""
    for file in tree.files:
        is_script = file.path.startswith(("tools/", ".ci/")) and file.text.startswith("#!")
        if file.suffix not in LICENSED_SUFFIXES and not is_script:
            continue
        first = 1 if file.text.startswith("#!") else 0
        if len(file.lines) <= first or not file.lines[first].endswith(LICENCE):
            yield file.problem(first + 1, f"this line must be the comment {LICENCE}")
        if file.suffix == ".h":
            yield from header_shape(file)


def header_shape(file: SourceFile) -> Iterator[Problem]:
    line = 1
    while line < len(file.lines) and file.lines[line].startswith("//"):
        line += 1
    if line == 1:
        yield file.problem(2, "a comment must say what the header is and what always holds")
    if line >= len(file.lines) or file.lines[line] != "#pragma once":
        yield file.problem(line + 1, "#pragma once must follow the first comment")


def check_own_include_first(tree: SourceTree) -> Iterator[Problem]:
    """x.cc includes x.h first: so every such header is seen to compile alone."""
    for file in tree.cpp_files:
        own = file.path.removesuffix(".cc") + ".h"
        if file.suffix == ".cc" and own in tree.by_path:
            if not file.includes or file.includes[0].target != own:
                line = file.includes[0].line if file.includes else 1
                yield file.problem(line, f'the first include must be "{own}"')


def check_sizes(tree: SourceTree) -> Iterator[Problem]:
    for file in tree.files:
        limit = MAXIMUM_LINES.get(file.suffix)
        if limit and file.suffix == ".cc" and file.path.startswith("tests/"):
            limit = MAXIMUM_TEST_LINES
        if limit and len(file.lines) > limit:
            yield file.problem(limit + 1, f"{len(file.lines)} lines; at most {limit}")
        if file.suffix in CODE_SUFFIXES:
            for number, line in enumerate(file.lines, 1):
                if len(line) > MAXIMUM_COLUMNS:
                    yield file.problem(number, f"{len(line)} columns; at most {MAXIMUM_COLUMNS}")
    for file in tree.cpp_files:
        for declaration in file.declarations:
            length = declaration.last_line - declaration.first_line + 1
            if declaration.kind == "function" and length >= MAXIMUM_FUNCTION_LINES:
                yield file.problem(declaration.first_line, f"a function of {length} lines; fewer "
                                                           f"than {MAXIMUM_FUNCTION_LINES}")


def check_bans(tree: SourceTree) -> Iterator[Problem]:
    for file in tree.files:
        if not file.is_text:
            continue
        if file.suffix in (".h", ".cc", ".def"):
            yield from banned(file, file.code, bans.CODE_BANS)
            yield from banned(file, file.text, bans.TEXT_BANS)
        yield from banned(file, file.text, bans.WORD_BANS)


def banned(file: SourceFile, text: str, list_of_bans: list[bans.Ban]) -> Iterator[Problem]:
    for ban in list_of_bans:
        if ban.applies_to(file.path):
            for match in re.finditer(ban.pattern, text):
                yield file.problem(file.line_of(match.start()),
                                   f"`{match.group(0).strip()}` is banned: {ban.reason}")


def check_structural_bans(tree: SourceTree) -> Iterator[Problem]:
    for file in tree.cpp_files:
        own = tree.by_path.get(file.path.removesuffix(".cc") + ".h")
        names = bans.unordered_names(file.code)
        if own:
            names |= bans.unordered_names(own.code)
        for offset in bans.unordered_iterations(file.code, names):
            yield file.problem(file.line_of(offset), "an unordered container is iterated: its "
                                                     "order is the library's")
        for offset in bans.pointer_keys(file.code):
            yield file.problem(file.line_of(offset), "a pointer as key: addresses differ from run "
                                                     "to run")
        if file.path not in bans.MAY_HAVE_GLOBALS:
            yield from mutable_objects(file)


def mutable_objects(file: SourceFile) -> Iterator[Problem]:
    for offset in bans.mutable_statics(file.code):
        yield file.problem(file.line_of(offset), "a static object that can change")
    for declaration in file.declarations:
        is_object = declaration.kind in ("statement", "initialiser")
        if is_object and declaration.scope == "namespace" and bans.is_mutable_global(
                without_template_head(declaration.head)):
            yield file.problem(declaration.first_line, "a global object that can change")


def check_source_lists(tree: SourceTree) -> Iterator[Problem]:
    """Every .cc is in the source list of its folder; every unit test has the thing it tests."""
    for file in tree.cpp_files:
        if file.suffix != ".cc":
            continue
        lists = tree.by_path.get(f"{file.folder}/CMakeLists.txt")
        if lists is None or not re.search(rf"(?<![\w/.]){re.escape(file.name)}(?![\w.])",
                                          lists.text):
            yield file.problem(1, f"not listed in {file.folder}/CMakeLists.txt")
        if file.path.startswith("tests/unit/"):
            yield from unit_test_place(tree, file)


def unit_test_place(tree: SourceTree, file: SourceFile) -> Iterator[Problem]:
    tested = file.folder.removeprefix("tests/unit/")
    stems = {other.stem for other in tree.files if other.folder == tested
             and other.suffix in (".h", ".cc", ".def")}
    words = file.stem.removesuffix("_test").split("_")
    prefixes = {"_".join(words[:count]) for count in range(1, len(words) + 1)}
    if not file.stem.endswith("_test"):
        yield file.problem(1, "the name of a unit test ends with _test.cc")
    elif not prefixes & stems:
        yield file.problem(1, f"no file in {tested} is called as this test: "
                              f"{file.stem.removesuffix('_test')}.h, .cc or .def")


CODE_SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)]*)?\)")
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


def check_documented_paths(tree: SourceTree) -> Iterator[Problem]:
    """Paths in Markdown exist: links, and words of code that begin with a name at the root."""
    roots = {path.name for path in tree.root.iterdir() if path.is_dir()} - {"build", ".git"}
    for file in tree.files:
        if file.suffix != ".md":
            continue
        prose = FENCE.sub(lambda match: re.sub(r"[^\n]", " ", match.group(0)), file.text)
        named = [(match.start(1), word) for match in CODE_SPAN.finditer(prose)
                 for word in match.group(1).split()]
        named += [(match.start(), word) for match in FENCE.finditer(file.text)
                  for word in match.group(0).split()]
        for offset, word in named:
            path = re.split(r":\d+$", word.strip("`'\"(),;"))[0]
            if path.split("/")[0] in roots and "/" in path and not path_exists(tree, path):
                yield file.problem(file.line_of(offset), f"{path} does not exist")
        for match in LINK.finditer(file.text):
            target = match.group(1)
            if "://" not in target and not (tree.root / file.path).parent.joinpath(target).exists():
                yield file.problem(file.line_of(match.start()), f"{target} does not exist")


def path_exists(tree: SourceTree, path: str) -> bool:
    """Capitals (NAME.scn) stand for any name, as `*` does; x.{h,cc} for each of the list."""
    choice = re.search(r"\{([^}]*)\}", path)
    if choice:
        return all(path_exists(tree, path[:choice.start()] + word + path[choice.end():])
                   for word in choice.group(1).split(","))
    pattern = re.sub(r"(?<![\w])[A-Z]{3,}(?=\.)", "*", path)
    if "*" in pattern:
        return any(tree.root.glob(pattern.rstrip("/")))
    return tree.exists(path)


CHECKS = [check_header_lines, check_own_include_first, check_sizes, check_bans,
          check_structural_bans, check_source_lists, check_documented_paths]


def main() -> int:
    tree = SourceTree(root_from_arguments())
    return report([problem for check in CHECKS for problem in check(tree)], "check_style")


if __name__ == "__main__":
    sys.exit(main())
