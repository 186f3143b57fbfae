#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""`ipcsim fuzz --corpus`: what a search leaves to the next one, that it is whole at any moment, and
that it leads to the same findings at once."""

import random
import re
import signal
import subprocess
import time
from pathlib import Path

from program import DEADLOCK, QUIET, TORN, ProgramTest, environment, main, program_path

NAME = re.compile(r"(\w+)\.(failing|interesting)\.[0-9a-f]{16}\.schedule")
LINE = re.compile(r"hold \S+#\d+ until \S+#\d+|preempt \S+#\d+|(pick|value|jitter) \S+#\d+ \S+")


class CorpusTest(ProgramTest):
    def names(self, folder: str = "corpus") -> list[str]:
        return sorted(path.name for path in (self.folder / folder).iterdir())

    def texts(self, folder: str = "corpus") -> dict[str, str]:
        return {name: self.read(f"{folder}/{name}") for name in self.names(folder)}

    def fuzz(self, *arguments: str, code: int = 1) -> str:
        outcome = self.run_program("fuzz", *arguments)
        self.assertEqual(outcome.code, code, outcome.out + outcome.err)
        return outcome.out + outcome.err

    def assert_whole(self, path: Path) -> None:
        text = path.read_text(encoding="ascii")
        self.assertTrue(text.endswith("\n"), path)
        first, *lines = text.splitlines()
        self.assertRegex(first, r"^schedule 1 \S+\.scn [0-9a-f]{16}$")
        for line in lines:
            self.assertRegex(line, LINE)

    def test_a_search_leaves_files_named_by_their_content(self) -> None:
        self.write("torn.scn", TORN)
        self.fuzz("torn.scn", "--runs", "300", "--corpus", "corpus")
        names = self.names()
        matches = [NAME.fullmatch(name) for name in names]
        self.assertTrue(all(matches), names)
        self.assertEqual({match[1] for match in matches}, {"torn"})
        kinds = [match[2] for match in matches]
        self.assertEqual(kinds.count("failing"), 1)
        self.assertGreater(kinds.count("interesting"), 0)
        for name in names:
            self.assert_whole(self.folder / "corpus" / name)
        self.assert_no_leftovers()
        for jobs in ("1", "3"):
            self.fuzz("torn.scn", "--runs", "300", "--corpus", f"again{jobs}", "--jobs", jobs)
            self.assertEqual(self.texts(f"again{jobs}"), self.texts())

    def test_the_next_search_begins_with_what_failed(self) -> None:
        self.write("torn.scn", TORN)
        self.fuzz("torn.scn", "--runs", "300", "--corpus", "corpus")
        (failing,) = [name for name in self.names() if ".failing." in name]
        before = self.texts()
        text = self.fuzz("torn.scn", "--runs", "1", "--corpus", "corpus", "--no-shrink")
        self.assertIn(f"  = from the corpus: corpus/{failing}, in 0 runs of 1\n", text)
        self.assertIn(f"corpus: {len(before)} schedules first, 1 failed, 0 added\n", text)
        self.assertEqual(self.texts(), before)
        self.assertEqual(self.read("torn.1.schedule"), before[failing])
        value = self.run_json("fuzz", "torn.scn", "--runs", "1", "--corpus", "corpus", code=1)
        (one,) = value["files"]
        self.assertEqual(one["corpus"], {"runs": len(before), "failed": 1, "did_not_fit": 0,
                                         "added": 0})
        self.assertEqual(one["findings"][0]["from_corpus"], f"corpus/{failing}")
        again = self.run_program("run", "torn.scn", "--schedule", f"corpus/{failing}")
        self.assertEqual(again.code, 1, again.err)

    def test_a_finding_from_the_corpus_is_in_time(self) -> None:
        self.write("torn.scn", TORN + "\nexpect_finding failed_expectation by fuzz within 1 runs\n")
        self.fuzz("torn.scn", "--runs", "300", "--corpus", "corpus")
        self.fuzz("torn.scn", "--runs", "1", "--corpus", "corpus", code=0)

    def test_what_was_interesting_helps_to_find_more(self) -> None:
        self.write("torn.scn", TORN)
        self.fuzz("torn.scn", "--runs", "20", "--corpus", "corpus", "--seed", "3")
        alone = self.run_json("fuzz", "torn.scn", "--runs", "1", code=0)
        seeded = self.run_json("fuzz", "torn.scn", "--runs", "1", "--corpus", "corpus", code=1)
        self.assertGreater(seeded["files"][0]["coverage"], alone["files"][0]["coverage"])

    def test_a_corpus_serves_many_scenarios(self) -> None:
        self.write("all/torn.scn", TORN)
        self.write("all/quiet.scn", QUIET)
        self.write("all/deadlock.scn", DEADLOCK)
        self.fuzz("all", "--runs", "100", "--corpus", "corpus")
        before = self.texts()
        failing = [name for name in before if ".failing." in name]
        self.assertEqual([name.split(".")[0] for name in failing], ["torn"])  # no reference
        text = self.fuzz("all", "--runs", "1", "--corpus", "corpus")
        self.assertNotIn("did not fit", text)
        self.assertEqual(self.texts(), before)

    def test_what_does_not_fit_is_told_and_left_alone(self) -> None:
        self.write("torn.scn", TORN)
        self.fuzz("torn.scn", "--runs", "300", "--corpus", "corpus")
        count = len(self.names())
        self.write("corpus/notes.schedule", "remember the milk\n")
        self.write("torn.scn", TORN.replace("compute 50", "compute 60"))
        before = self.texts()
        text = self.fuzz("torn.scn", "--runs", "1", "--corpus", "corpus", code=0)
        self.assertIn(f"corpus: {count} schedules did not fit: of another version", text)
        self.assertIn("corpus: 1 file is no schedule and left alone: corpus/notes.schedule\n", text)
        self.assertEqual(self.texts(), before)

    def test_what_the_bounds_forbid_does_not_fit(self) -> None:
        self.write("torn.scn", TORN)
        self.fuzz("torn.scn", "--runs", "300", "--corpus", "corpus", "--vary", "order")
        text = self.fuzz("torn.scn", "--runs", "20", "--corpus", "corpus", "--vary", "pick", code=0)
        self.assertIn("did not fit", text)

    def test_a_schedule_that_never_applies_does_not_fit(self) -> None:
        self.write("torn.scn", TORN)
        self.fuzz("torn.scn", "--runs", "300", "--corpus", "corpus")
        first = next(iter(self.texts().values())).splitlines()[0]
        self.write("mine/mine.schedule", f"{first}\npreempt nobody#7\n")
        text = self.fuzz("torn.scn", "--runs", "1", "--corpus", "mine", code=0)
        self.assertIn("corpus: 1 schedule did not fit", text)

    def test_a_folder_that_cannot_be(self) -> None:
        self.write("torn.scn", TORN)
        self.write("file", "")
        for folder in ("file", "no/such"):
            outcome = self.run_program("fuzz", "torn.scn", "--corpus", folder)
            self.assert_usage_error(outcome, folder)

    def test_killed_at_any_moment_every_file_is_whole(self) -> None:
        self.write("torn.scn", TORN)
        chance = random.Random(1)
        arguments = [program_path(), "fuzz", "torn.scn", "--runs", "1000000", "--corpus", "corpus"]
        for seed in range(12):
            process = subprocess.Popen([*arguments, "--seed", str(seed)], cwd=self.folder,
                                       env=environment(), stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
            time.sleep(chance.uniform(0.0, 0.6))
            process.send_signal(signal.SIGKILL)
            process.wait()
            for path in (self.folder / "corpus").glob("*.schedule"):
                self.assertRegex(path.name, NAME)
                self.assert_whole(path)
        text = self.fuzz("torn.scn", "--runs", "1", "--corpus", "corpus")
        self.assertIn("from the corpus", text)
        self.assertNotIn("did not fit", text)
        self.assertNotIn("no schedule", text)


if __name__ == "__main__":
    main()
