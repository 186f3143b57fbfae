#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Runs every scenario of the catalogue with several builds of the program, and from two folders:
trace and exit code must be the same, byte for byte.
Usage: builds_agree.py BUILD_FOLDER BUILD_FOLDER..."""

import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

PROJECT = Path(__file__).resolve().parent.parent.parent
# The reference schedule, and walks that answer every choice at random.
VARIANTS = [[], ["--seed", "1"], ["--seed", "2"], ["--seed", "3"]]
SECONDS = 60
WORKERS = 2


class Outcome(NamedTuple):
    exit_code: int
    trace: bytes


def run(program: Path, scenario: Path, options: list[str], folder: Path) -> Outcome:
    file = scenario.relative_to(PROJECT) if folder == PROJECT else scenario
    result = subprocess.run([program, "run", str(file), *options], cwd=folder, timeout=SECONDS,
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return Outcome(result.returncode, result.stdout)


def difference(first: Outcome, other: Outcome) -> str | None:
    if first == other:
        return None
    if first.exit_code != other.exit_code:
        return f"exit code {first.exit_code} and {other.exit_code}"
    lines = zip(first.trace.split(b"\n"), other.trace.split(b"\n"))
    for number, (one, two) in enumerate(lines, 1):
        if one != two:
            return f"line {number}\n  {one.decode(errors='replace')}\n  " \
                   f"{two.decode(errors='replace')}"
    return "one is longer"


def compare(programs: list[Path], scenario: Path, options: list[str], elsewhere: Path) -> list[str]:
    """What is wrong with one scenario under one schedule."""
    name = " ".join([str(scenario.relative_to(PROJECT)), *options])
    first = run(programs[0], scenario, options, PROJECT)
    if not first.trace:
        return [f"{name}: no trace (exit code {first.exit_code})"]
    wrong = []
    for program, folder in [(program, elsewhere) for program in programs]:
        found = difference(first, run(program, scenario, options, folder))
        if found:
            wrong.append(f"{name}: {programs[0]} and, from {folder}, {program} differ: {found}")
    return wrong


def main() -> int:
    programs = [Path(folder).resolve() / "tools" / "cli" / "ipcsim" for folder in sys.argv[1:]]
    scenarios = sorted((PROJECT / "scenarios" / "catalogue").rglob("*.scn"))
    if not programs or not scenarios:
        sys.exit("usage: builds_agree.py BUILD_FOLDER...  (and a catalogue to run)")
    with tempfile.TemporaryDirectory() as elsewhere, ThreadPoolExecutor(WORKERS) as pool:
        jobs = [pool.submit(compare, programs, scenario, options, Path(elsewhere))
                for scenario in scenarios for options in VARIANTS]
        wrong = [line for job in jobs for line in job.result()]
    print("\n".join(wrong + [f"builds_agree: {len(scenarios)} scenarios, {len(VARIANTS)} schedules "
                             f"each, {len(programs)} builds: {len(wrong)} differences"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
