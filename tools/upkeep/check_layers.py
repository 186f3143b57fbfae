#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Checks that the layers hold: what a file includes, what a target links, and through which doors
third-party libraries come in. Usage: check_layers.py [ROOT]"""

import re
import sys
from fnmatch import fnmatch

from source_tree import Problem, SourceFile, SourceTree, report, root_from_arguments

# Bottom-up. A file includes from its own folder and from folders above it in this list, never from
# one below; so does a target link.
LAYERS = [
    "sim/base",
    "sim/trace",
    "sim/engine",
    "kernel_model/machine",
    "kernel_model/abi",
    "kernel_model/object",
    "kernel_model/memory",
    "kernel_model/task",
    "kernel_model/ipc",
    "kernel_model/upcall",
    "kernel_model/state",
    "kernel_model/entry",
    "kernel_model",
    "sim/explore",
    "scenarios/language",
    "scenarios",
    "tools/cli",
]

# Folders that see less than their place allows: the program lives on the public API alone.
NARROW = {
    # Exploring knows no kernel, and stands below it here so that no kernel knows of exploring.
    "sim/explore": ["sim/*"],
    "tools/cli": ["tools/cli/*", "scenarios/scenario.h", "scenarios/fuzzer.h", "scenarios/replay.h",
                  "scenarios/story.h", "scenarios/language/diagnostic*.h", "sim/explore/workers.h",
                  "sim/trace/*", "sim/base/*"],
}

TESTS = "tests/*"

# Which files may include what is neither ours nor plain standard C++: first match counts.
# (include, files, third-party target that comes with it or None)
DOORS = [
    ("boost/context/*", ["sim/engine/fiber.cc", "tests/bench/*"], "Boost::context"),
    ("boost/program_options*", ["tools/cli/options.cc"], "Boost::program_options"),
    ("spdlog/*", ["sim/base/log.cc"], "spdlog::spdlog"),
    ("fmt/*", ["*.cc"], "fmt::fmt"),
    ("nlohmann/*", ["tools/cli/json_output.cc", TESTS], "nlohmann_json::nlohmann_json"),
    ("doctest/*", [TESTS], "doctest::doctest"),
    ("benchmark/*", ["tests/bench/*"], "benchmark::benchmark"),
    ("zlib.h", ["tests/oracle/table_file.cc"], "ZLIB::ZLIB"),
    ("sanitizer/*", ["sim/engine/fiber.cc"], None),
    # The file system and the process belong to the program, not to a simulation.
    ("filesystem", ["scenarios/source*.cc", "scenarios/scenario.cc", "tools/*", TESTS], None),
    ("fstream", ["scenarios/source*.cc", "scenarios/scenario.cc", "tools/*", TESTS], None),
    ("iostream", ["tools/*", TESTS], None),
    ("csignal", ["tools/*", TESTS], None),
    ("sys/mman.h", ["sim/engine/fiber.cc", "scenarios/source*.cc", "tools/*", TESTS], None),
    ("sys/*", ["scenarios/source*.cc", "tools/*", TESTS], None),
    ("fcntl.h", ["scenarios/source*.cc", "tools/*", TESTS], None),
    ("unistd.h", ["scenarios/source*.cc", "tools/*", TESTS], None),
    # Host time, host threads and library randomness have no place in a run.
    ("chrono", ["tools/*", TESTS], None),
    ("ctime", ["tools/*", TESTS], None),
    ("thread", ["tools/*", TESTS], "Threads::Threads"),
    ("mutex", ["tools/*", TESTS], None),
    ("atomic", ["tools/*", TESTS], None),
    ("random", [], None),
]

STANDARD_HEADERS = set("""
    algorithm any array bit bitset cassert cctype cerrno charconv cinttypes climits compare
    concepts cstdarg cstddef cstdint cstdio cstdlib cstring cwchar deque exception forward_list
    functional initializer_list iomanip ios iosfwd istream iterator limits list map memory
    memory_resource new numbers numeric optional ostream queue ranges ratio set source_location
    span sstream stack stdexcept streambuf string string_view system_error tuple type_traits
    typeindex typeinfo unordered_map unordered_set utility variant vector version""".split())

# Made by the build from another file of the tree.
GENERATED = {"tools/cli/version.h": "tools/cli/version.h.in"}

TARGET = re.compile(r"\b(ipcsim_(?:library|program|test|fuzzer|benchmark))\s*\(([^)]*)\)")
TARGET_KEYWORDS = {"SOURCES", "LINKS", "DOORS", "CORPUS", "SECONDS", "TIMEOUT", "ENVIRONMENT",
                   "SLOW"}


class Target:
    """One ipcsim_library() or the like of a CMakeLists.txt."""

    def __init__(self, file: SourceFile, line: int, words: list[str]):
        self.file, self.line = file, line
        self.name = words[0] if words else ""
        self.arguments: dict[str, list[str]] = {}
        keyword = ""
        for word in words[1:]:
            if word in TARGET_KEYWORDS:
                keyword = word
            else:
                self.arguments.setdefault(keyword, []).append(word)

    @property
    def links(self) -> list[str]:
        return self.arguments.get("LINKS", [])

    def problem(self, message: str) -> Problem:
        return self.file.problem(self.line, f"{self.name}: {message}")


def layer_of(path: str) -> str | None:
    """The layer that a file belongs to; of a unit test: the layer that it tests."""
    folder = path.rpartition("/")[0]
    folder = folder.removeprefix("tests/unit/")
    return folder if folder in LAYERS else None


def is_test(path: str) -> bool:
    return path.startswith("tests/")


def check_folders(tree: SourceTree) -> list[Problem]:
    """Every source file lies in a layer, and the build has the layers in the same order."""
    problems = []
    for file in tree.cpp_files:
        if layer_of(file.path) is None and (not is_test(file.path)
                                            or file.path.startswith("tests/unit/")):
            problems.append(file.problem(1, f"the folder {file.folder} is no layer; the layers "
                                            "stand in tools/upkeep/check_layers.py"))
    top = tree.by_path.get("CMakeLists.txt")
    if top is None:
        return problems + [Problem("CMakeLists.txt", 1, "there is none")]
    match = re.search(r"set\(ipcsim_folders\s+([^)]*)\)", top.text)
    listed = match.group(1).split() if match else []
    if listed != LAYERS:
        line = top.line_of(match.start()) if match else 1
        problems.append(top.problem(line, "ipcsim_folders differs from the layers in "
                                          "tools/upkeep/check_layers.py"))
    return problems


def check_include_targets(tree: SourceTree) -> list[Problem]:
    problems = []
    for file in tree.cpp_files + [f for f in tree.files if f.suffix == ".def"]:
        for include in file.includes:
            message = (own_include_problem(tree, file, include.target) if include.quoted
                       else foreign_include_problem(file, include.target))
            if message:
                problems.append(file.problem(include.line, message))
    return problems


def own_include_problem(tree: SourceTree, file: SourceFile, target: str) -> str | None:
    if not tree.exists(GENERATED.get(target, target)):
        return f'"{target}" is no file of the project (includes are written from its root)'
    if is_test(target):
        return None if is_test(file.path) else f'"{target}" belongs to the tests'
    layer, target_layer = layer_of(file.path), layer_of(target)
    if target_layer is None:
        return f'"{target}" lies in no layer'
    if layer is not None and LAYERS.index(target_layer) > LAYERS.index(layer):
        return f'"{target}" is in {target_layer}, which is below {layer}'
    allowed = NARROW.get(file.folder)
    if allowed and not any(fnmatch(target, pattern) for pattern in allowed):
        return f'"{target}" may not be seen from {file.folder}, only: {", ".join(allowed)}'
    return None


def foreign_include_problem(file: SourceFile, target: str) -> str | None:
    for pattern, files, _ in DOORS:
        if fnmatch(target, pattern):
            if any(fnmatch(file.path, allowed) for allowed in files):
                return None
            return f"<{target}> may be included only in: {', '.join(files) or 'no file'}"
    if target in STANDARD_HEADERS:
        return None
    return f"<{target}> is neither standard C++ nor in the table of doors"


def check_file_cycles(tree: SourceTree) -> list[Problem]:
    """Depth-first over the includes; each cycle is reported once, at the include that closes it."""
    problems = []
    done: set[str] = set()
    path: list[str] = []

    def visit(name: str) -> None:
        path.append(name)
        for include in tree.by_path[name].includes:
            target = include.target
            if not include.quoted or target not in tree.by_path:
                continue
            if target in path:
                cycle = path[path.index(target):] + [target]
                problems.append(tree.by_path[name].problem(
                    include.line, "includes go round in a circle: " + " -> ".join(cycle)))
            elif target not in done:
                visit(target)
        path.pop()
        done.add(name)

    for file in tree.cpp_files:
        if file.path not in done:
            visit(file.path)
    return problems


def targets_of(tree: SourceTree) -> list[Target]:
    targets = []
    for file in tree.files:
        if file.name != "CMakeLists.txt":
            continue
        text = re.sub(r"#[^\n]*", lambda match: " " * len(match.group(0)), file.text)
        for match in TARGET.finditer(text):
            targets.append(Target(file, file.line_of(match.start()), match.group(2).split()))
    return targets


def check_targets(tree: SourceTree) -> list[Problem]:
    """Targets link only upwards in the list, open only doors that their folder may use, and link
    every folder that their files include."""
    problems = []
    targets = targets_of(tree)
    by_name = {target.name: target for target in targets}
    foreign = {target: files for _, files, target in DOORS if target}
    for target in targets:
        problems += [target.problem(message) for message in
                     link_problems(target, by_name) + door_problems(target, foreign)
                     + missing_links(tree, target, by_name)]
    for file in tree.files:
        if file.name == "CMakeLists.txt":
            for match in re.finditer(r"\b(target_link_libraries|link_libraries|add_library|"
                                     r"add_executable)\b", file.text):
                problems.append(file.problem(
                    file.line_of(match.start()),
                    f"{match.group(1)} by-passes tools/upkeep/ipcsim_targets.cmake"))
    return problems


def link_problems(target: Target, by_name: dict[str, Target]) -> list[str]:
    messages = []
    layer = layer_of(target.file.path)
    for link in target.links:
        linked = by_name.get(link)
        if linked is None:
            messages.append(f"links {link}, which is no target of the project; third-party "
                            "targets are DOORS")
            continue
        linked_layer = layer_of(linked.file.path)
        if layer and linked_layer and LAYERS.index(linked_layer) > LAYERS.index(layer):
            messages.append(f"links {link}, whose folder {linked_layer} is below {layer}")
        if not is_test(target.file.path) and is_test(linked.file.path):
            messages.append(f"links {link}, which belongs to the tests")
    return messages


def door_problems(target: Target, foreign: dict[str, list[str]]) -> list[str]:
    messages = []
    for door in target.arguments.get("DOORS", []):
        sources = [f"{target.file.folder}/{name}" for name in target.arguments.get("SOURCES", [])]
        if door not in foreign:
            messages.append(f"{door} is not in the table of doors")
        elif not any(fnmatch(source, allowed) for source in sources for allowed in foreign[door]):
            messages.append(f"{door} may be used only by: {', '.join(foreign[door])}")
    return messages


def missing_links(tree: SourceTree, target: Target, by_name: dict[str, Target]) -> list[str]:
    """Folders that the target's files include without a link to them, directly or further up."""
    reached, waiting = set(), [target.name]
    while waiting:
        name = waiting.pop()
        if name not in reached and name in by_name:
            reached.add(name)
            waiting += by_name[name].links
    folders = {by_name[name].file.folder for name in reached} | {target.file.folder}
    wanted = set()
    for source in target.arguments.get("SOURCES", []):
        source_path = f"{target.file.folder}/{source}"
        for path in (source_path, re.sub(r"\.cc$", ".h", source_path)):
            if path in tree.by_path:
                wanted |= {include.target.rpartition("/")[0]
                           for include in tree.by_path[path].includes if include.quoted}
    libraries = {library.file.folder for library in by_name.values()}
    return [f"includes from {folder} without linking it"
            for folder in sorted(wanted - folders) if folder in LAYERS and folder in libraries]


def main() -> int:
    tree = SourceTree(root_from_arguments())
    problems = (check_folders(tree) + check_include_targets(tree) + check_file_cycles(tree)
                + check_targets(tree))
    return report(problems, "check_layers")


if __name__ == "__main__":
    sys.exit(main())
