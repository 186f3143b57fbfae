#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""How many runs each strategy needs to find the bugs of published benchmarks.

Prints the table of README.md, one row per subject as soon as it is measured: the mean of the runs
to the first finding, over the searches that found it; in brackets how many did, if not all.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

FOLDER = "scenarios/catalogue/scheduling"
SUBJECTS = {
    "reorder_5": ("reorder", "setters=4"),
    "reorder_10": ("reorder", "setters=9"),
    "reorder_50": ("reorder", "setters=49"),
    "reorder_100": ("reorder", "setters=99"),
    "twostage_20": ("twostage", "writers=19"),
    "twostage_100": ("twostage", "writers=99"),
    "stringbuffer": ("stringbuffer", None),
    "bluetooth_driver": ("bluetooth_driver", None),
    "account": ("account", None),
    "wrong_lock": ("wrong_lock", None),
    "work_stealing_queue": ("work_stealing_queue", None),
    "lost_wakeup": ("lost_wakeup", None),
}
PORTFOLIO = "portfolio"
STRATEGIES = ["surw", "pos", "pct3", "pct2", "random", PORTFOLIO]


def first_run(program, subject, strategy, seed, runs, folder):
    """The number of the first run that fails as the scenario expects, or None."""
    scenario, parameter = SUBJECTS[subject]
    command = [program, "fuzz", f"{FOLDER}/{scenario}.scn", "--first", "--json", "--jobs", "1"]
    command += ["--runs", str(runs), "--seed", str(seed), "--output", folder]
    if parameter is not None:
        command += ["--param", parameter]
    if strategy != PORTFOLIO:
        command += ["--strategy", strategy]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    found = json.loads(done.stdout)["files"][0]["findings"]
    return min((finding["first_run"] for finding in found if finding["expected"]), default=None)


def cell(results):
    found = [run for run in results if run is not None]
    if not found:
        return f"0/{len(results)}"
    mean = f"{round(sum(found) / len(found)):,}"
    return mean if len(found) == len(results) else f"{mean} ({len(found)}/{len(results)})"


def row(cells):
    print("| " + " | ".join(cells) + " |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", help="the ipcsim to measure, a release build")
    parser.add_argument("--subjects", nargs="+", choices=SUBJECTS, default=list(SUBJECTS))
    parser.add_argument("--strategies", nargs="+", default=STRATEGIES)
    parser.add_argument("--seeds", type=int, default=20, help="searches per cell")
    parser.add_argument("--runs", type=int, default=10_000, help="of a search, at most")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="searches at a time")
    arguments = parser.parse_args()

    row(["subject", *arguments.strategies])
    row(["---"] * (1 + len(arguments.strategies)))
    with ThreadPoolExecutor(arguments.jobs) as pool, tempfile.TemporaryDirectory() as scratch:

        def search(subject, strategy, seed):
            folder = tempfile.mkdtemp(dir=scratch)
            return first_run(arguments.program, subject, strategy, seed, arguments.runs, folder)

        for subject in arguments.subjects:
            cells = []
            for strategy in arguments.strategies:
                seeds = range(1, arguments.seeds + 1)
                cells.append(cell(list(pool.map(lambda s: search(subject, strategy, s), seeds))))
            row([subject, *cells])
    return 0


if __name__ == "__main__":
    sys.exit(main())
