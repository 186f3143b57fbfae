# SPDX-License-Identifier: BSD-2-Clause
"""What the C++ sources must not say: the culprits of nondeterminism and what the project does
without. A Ban is a pattern over code (comments and strings are blanked) or over whole text."""

import re
from fnmatch import fnmatch
from typing import NamedTuple

from source_tree import template_arguments

BELOW_TOOLS = ("sim/*", "kernel_model/*", "scenarios/*")
EVERYWHERE = ("*",)


class Ban(NamedTuple):
    pattern: str
    reason: str
    folders: tuple[str, ...] = EVERYWHERE
    except_in: tuple[str, ...] = ()

    def applies_to(self, path: str) -> bool:
        return (any(fnmatch(path, folder) for folder in self.folders)
                and not any(fnmatch(path, excepted) for excepted in self.except_in))


CODE_BANS = [
    # The host must not be visible in a run.
    Ban(r"\b(?:system|steady|high_resolution|utc|file)_clock\b", "the host's clock",
        except_in=("tools/cli/*", "tests/bench/*")),
    Ban(r"\b(?:gettimeofday|clock_gettime|localtime(?:_r)?|gmtime(?:_r)?|__rdtscp?)\b",
        "the host's clock"),
    Ban(r"(?<![\w.>])(?:std::|::)?time\s*\(\s*(?:nullptr|NULL|0|&)|(?<!\w)(?:std)?::clock\s*\(",
        "the host's clock"),
    Ban(r"\b(?:secure_)?getenv\b", "the environment is read in tools/ alone", BELOW_TOOLS),
    Ban(r"\b(?:std::this_thread|pthread_\w+|std::(?:jthread|thread|async))\b",
        "host threads do not touch a simulation", BELOW_TOOLS),
    Ban(r"\b(?:fopen|freopen|std::(?:i|o)?fstream|std::filesystem)\b",
        "files are read by the scenario's source loader and by tools/ alone",
        BELOW_TOOLS, ("scenarios/source*.cc", "scenarios/scenario.cc")),
    Ban(r"\bstd::(?:cout|cerr|clog|printf|fprintf|puts|putchar)\b|\bfmt::print\b",
        "below tools/ nothing is printed; messages go through sim/base/log.h", BELOW_TOOLS,
        ("sim/base/check.cc", "sim/base/log.cc")),
    Ban(r"\bstd::(?:exit|_Exit|quick_exit|abort|terminate)\b",
        "the process is ended by main and by a failed SIM_CHECK alone", BELOW_TOOLS,
        ("sim/base/check.cc",)),
    # Chance comes from sim/base/random.h: the library's algorithms differ between libraries.
    Ban(r"(?<![\w.>])(?:std::)?s?rand(?:_r)?\s*\(|\b[dlm]rand48\b|\bgetrandom\b",
        "chance comes from sim/base/random.h"),
    Ban(r"\bstd::(?:random_device|mt19937\w*|minstd_rand\w*|default_random_engine|"
        r"\w+_distribution|shuffle|random_shuffle|sample|ranges::shuffle)\b",
        "chance comes from sim/base/random.h"),
    # Results must not depend on addresses or on the library's hash.
    Ban(r"\bstd::hash\b", "std::hash differs between libraries; use sim/base/stable_hash.h"),
    Ban(r"\bstd::less\s*<[^<>]*\*\s*>", "pointers have no order that a run may depend on"),
    # No state outside a run.
    Ban(r"\bthread_local\b", "a run's state lives in its objects"),
    # Errors are values, diagnostics or checks.
    Ban(r"\bthrow\b", "errors are values; our defects are SIM_CHECKs", except_in=("tests/*",)),
    Ban(r"\bcatch\s*\(\s*\.\.\.\s*\)", "it would swallow what must end the program",
        except_in=("tools/cli/main.cc",)),
    Ban(r"\b(?:float|double)\b", "simulation and results are whole numbers", BELOW_TOOLS),
    Ban(r"\b__(?:DATE|TIME|TIMESTAMP)__\b", "a build must not depend on when it is made"),
    Ban(r"\busing\s+namespace\b", "names are written with their namespace"),
]

TEXT_BANS = [
    Ban(r"\b(?:TODO|FIXME|XXX|HACK)\b", "unfinished work is not marked in the source",
        except_in=("tools/upkeep/bans.py", "tests/upkeep/*")),
]

# In every text file, also in documentation and golden traces: the project says nothing about the
# machine it was made on.
WORD_BANS = [
    Ban(r"(?<![\w.~>)}\]*-])/(?:work|tmp|home|root|mnt|Users)/", "a path of one machine",
        except_in=("tools/upkeep/bans.py", "tests/upkeep/*")),
]


def pointer_keys(code: str) -> list[int]:
    """Offsets of maps and sets whose key is a pointer."""
    found = []
    for match in re.finditer(r"\b(?:unordered_)?(?:multi)?(?:map|set)\s*<", code):
        key, _ = template_arguments(code, match.end() - 1)
        if re.search(r"\*\s*(?:const)?\s*$", key) or re.match(r"\s*std::(?:shared|unique)_ptr\b",
                                                              key):
            found.append(match.start())
    return found


def unordered_names(code: str) -> set[str]:
    """Names of variables, members and parameters that are unordered containers."""
    names: set[str] = set()
    aliases: set[str] = set()
    for match in re.finditer(r"\bunordered_(?:multi)?(?:map|set)\s*<", code):
        _, end = template_arguments(code, match.end() - 1)
        alias = re.search(r"\busing\s+(\w+)\s*=\s*[\w:\s]*$", code[:match.start()])
        if alias:
            aliases.add(alias.group(1))
        name = re.match(r"(?:\s|&|\*|\bconst\b)*(\w+)", code[end:])
        if name:
            names.add(name.group(1))
    for alias_name in aliases:
        for match in re.finditer(rf"\b{alias_name}\b(?:\s|&|\*)*(\w+)\s*[;={{(,)]", code):
            names.add(match.group(1))
    return names


def unordered_iterations(code: str, names: set[str]) -> list[int]:
    """Offsets where one of `names` is iterated."""
    if not names:
        return []
    any_name = "|".join(sorted(map(re.escape, names)))
    loops = rf"\bfor\s*\([^;{{}}]*?:\s*[\w.\->:*()\s]*?\b(?:{any_name})\s*\)"
    iterators = rf"\b(?:{any_name})\s*(?:\.|->)\s*c?begin\s*\("
    free = rf"\b(?:begin|cbegin)\s*\(\s*[\w.\->]*\b(?:{any_name})\s*\)"
    return [match.start() for pattern in (loops, iterators, free)
            for match in re.finditer(pattern, code)]


def mutable_statics(code: str) -> list[int]:
    """Offsets of `static` objects that can change, in any scope."""
    found = []
    for match in re.finditer(r"\bstatic\b", code):
        end = re.search(r"[;={(]", code[match.end():])
        head = code[match.end():match.end() + end.start()] if end else ""
        is_function = end is not None and end.group(0) == "("
        if not is_function and "operator" not in head and not is_constant(head):
            found.append(match.start())
    return found


def is_constant(head: str) -> bool:
    """Whether a declaration, up to its initialiser, names something that cannot change."""
    if re.search(r"\bconstexpr\b", head):
        return True
    name_part = head[head.rfind("*") + 1:] if "*" in head else head
    return re.search(r"\bconst\b", name_part) is not None


# A signal handler is given no argument: what it reports must lie in static storage.
MAY_HAVE_GLOBALS = {"tools/cli/crash_report.cc", "tools/cli/interrupt.cc"}

NO_VARIABLE = re.compile(
    r"(?:__extension__\s+)?"
    r"(?:using|typedef|namespace|class|struct|union|enum|friend|concept|static_assert|static)\b")


def is_mutable_global(head: str) -> bool:
    """Whether a declaration at namespace scope (without its template head) is a variable that can
    change. `static` ones are found by mutable_statics()."""
    before_value = re.split(r"=", head, maxsplit=1)[0]
    if NO_VARIABLE.match(head) or "operator" in before_value or "(" in before_value:
        return False
    return len(re.findall(r"[\w>\]]+", before_value)) >= 2 and not is_constant(before_value)
