#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What goes in and out: output files, pipes, terminals; lint and fmt."""

import os
import shlex
import subprocess

from program import BROKEN, DEADLOCK, HELLO, QUIET, ROOT, ProgramTest, environment, main
from program import program_path

UNTIDY = QUIET.replace("  compute", "\t\tcompute").replace("task one {", "task   one   {")


class OutputFile(ProgramTest):
    def setUp(self) -> None:
        super().setUp()
        self.write("x.scn", QUIET)

    def test_takes_the_place_of_stdout(self) -> None:
        trace = self.run_program("run", "x.scn").out
        outcome = self.run_program("run", "x.scn", "-o", "x.trace")
        self.assertEqual((outcome.code, outcome.out), (0, ""))
        self.assertEqual(self.read("x.trace"), trace)
        self.assertEqual(self.run_program("run", "x.scn", "-o", "-").out, trace)
        self.assert_no_leftovers()

    def test_with_json(self) -> None:
        self.assertNotIn("trace", self.run_json("run", "x.scn"))
        self.assertEqual(self.run_json("run", "x.scn", "-o", "x.trace")["trace"], "x.trace")
        self.assertEqual(self.read("x.trace"), self.run_program("run", "x.scn").out)
        value = self.run_json("run", "x.scn", "-o", "-", code=2)
        self.assertIn("both want stdout", value["error"]["message"])

    def test_places_that_cannot_be_written(self) -> None:
        (self.folder / "folder").mkdir()
        for path, problem in (("folder", "folder"), ("nowhere/x.trace", "there is no folder"),
                              ("x.scn/x.trace", "x.scn/x.trace"), ("", "empty"),
                              ("x.trace.gz", "without `.gz`"), ("n" * 300, "too long")):
            self.assert_usage_error(self.run_program("run", "x.scn", "-o", path), problem)
        self.assert_no_leftovers()

    def test_no_room(self) -> None:
        outcome = self.run_program("run", "x.scn", "-o", "/dev/full")
        self.assertEqual(outcome.code, 2)
        self.assertIn("/dev/full: cannot be written: No space left", outcome.err)

    def test_devices_and_pipes_are_written_to(self) -> None:
        trace = self.run_program("run", "x.scn").out
        self.assertEqual(self.run_program("run", "x.scn", "-o", "/dev/null").code, 0)
        self.assertTrue(os.path.exists("/dev/null"))
        self.assertEqual(self.run_program("run", "x.scn", "-o", "/dev/stdout").out, trace)

    def test_a_failed_run_keeps_its_trace_but_a_broken_file_has_none(self) -> None:
        self.write("x.trace", "old")
        self.write("broken.scn", BROKEN)
        self.write("deadlock.scn", DEADLOCK)
        self.assertEqual(self.run_program("run", "broken.scn", "-o", "x.trace").code, 3)
        self.assertEqual(self.read("x.trace"), "old")
        self.assertEqual(self.run_program("run", "deadlock.scn", "-o", "x.trace").code, 1)
        self.assertTrue(self.read("x.trace").startswith("#ipcsim trace"))

    def test_links_and_permissions_stay(self) -> None:
        target = self.write("target.trace", "old")
        target.chmod(0o640)
        (self.folder / "link.trace").symlink_to("target.trace")
        self.assertEqual(self.run_program("run", "x.scn", "-o", "link.trace").code, 0)
        self.assertTrue((self.folder / "link.trace").is_symlink())
        self.assertTrue(self.read("target.trace").startswith("#ipcsim trace"))
        self.assertEqual(target.stat().st_mode & 0o777, 0o640)

    def test_a_new_file_obeys_the_umask(self) -> None:
        before = os.umask(0o027)
        try:
            self.run_program("run", "x.scn", "-o", "x.trace")
        finally:
            os.umask(before)
        self.assertEqual((self.folder / "x.trace").stat().st_mode & 0o777, 0o640)


class Pipes(ProgramTest):
    def shell(self, line: str) -> subprocess.CompletedProcess:
        return subprocess.run(["bash", "-c", line, "-", program_path()], cwd=self.folder,
                              env=environment(), capture_output=True, check=False, text=True)

    def test_a_reader_that_leaves_is_no_error(self) -> None:
        self.copy_hello()
        done = self.shell(f"set -o pipefail; \"$1\" run {HELLO} | true")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("error", done.stderr)
        done = self.shell(f"set -o pipefail; \"$1\" run {HELLO} | head -1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(done.stdout.startswith("#ipcsim trace"))
        done = self.shell("set -o pipefail; \"$1\" explain | head -1")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_a_full_disk_is_an_error(self) -> None:
        self.write("x.scn", QUIET)
        for command in ("run x.scn", "--help", "explain", "lint --json x.scn"):
            done = self.shell(f"\"$1\" {command} > /dev/full")
            self.assertEqual(done.returncode, 2, command)
            self.assertIn("stdout cannot be written: No space left", done.stderr)

    def test_messages_nobody_reads(self) -> None:
        self.write("x.scn", DEADLOCK)
        self.assertEqual(self.shell("\"$1\" run x.scn 2>&-").returncode, 1)
        self.assertEqual(self.shell("\"$1\" run x.scn 2>/dev/full").returncode, 1)

    def test_process_substitution(self) -> None:
        self.write("x.scn", QUIET)
        self.assertEqual(self.shell("\"$1\" run <(cat x.scn)").returncode, 0)
        done = self.shell("\"$1\" run --check-determinism <(cat x.scn)")
        self.assertEqual(done.returncode, 2)
        self.assertIn("cannot be read again", done.stderr)

    def test_a_fresh_process_that_does_not_do_the_same(self) -> None:
        # Its stdin is another one than ours.
        self.write("x.scn", QUIET)
        done = self.shell("\"$1\" run --check-determinism /dev/stdin < x.scn")
        self.assertEqual(done.returncode, 5, done.stderr)
        self.assertIn("not deterministic: the fresh process", done.stderr)
        self.assertRegex(done.stderr.splitlines()[-1], "^next: .* run /dev/stdin$")


class Terminals(ProgramTest):
    def test_colour_only_on_terminals(self) -> None:
        self.write("x.scn", DEADLOCK)
        self.write("b.scn", BROKEN)
        for arguments in (["run", "x.scn"], ["run", "b.scn"], ["lint", "b.scn"], ["--help"],
                          ["run", "--nonsense"], ["explain", "deadlock"], ["test", "."]):
            with self.subTest(shlex.join(arguments)):
                self.assertIn("\x1b[", self.on_terminal(*arguments))
                self.assertNotIn("\x1b[", self.on_terminal(*arguments, NO_COLOR="1"))
                self.assertNotIn("\x1b[", self.on_terminal(*arguments, TERM="dumb"))
                outcome = self.run_program(*arguments)
                self.assertNotIn("\x1b", outcome.out + outcome.err)

    def test_an_empty_variable_forbids_nothing(self) -> None:
        self.assertIn("\x1b[", self.on_terminal("--help", NO_COLOR=""))

    def test_colour_is_the_only_difference(self) -> None:
        self.write("x.scn", QUIET)
        plain = self.run_program("run", "x.scn")
        seen = self.on_terminal("run", "x.scn", NO_COLOR="1").replace("\r\n", "\n")
        self.assertEqual(seen, plain.out + plain.err)


class Lint(ProgramTest):
    def test_clean(self) -> None:
        self.copy_hello()
        outcome = self.run_program("lint", HELLO)
        self.assertEqual((outcome.code, outcome.out), (0, ""))
        self.assertEqual(outcome.err, "1 file: 0 errors, 0 warnings\n")

    def test_errors_are_data(self) -> None:
        self.write("a.scn", QUIET)
        self.write("b.scn", BROKEN)
        outcome = self.run_program("lint", "a.scn", "b.scn")
        self.assertEqual(outcome.code, 3)
        self.assertRegex(outcome.out, r"\Ab\.scn:5:\d+: error\[E\d{4}\]: ")
        self.assertRegex(outcome.err, r"\A2 files: \d+ errors?, 0 warnings\n")
        self.assertIn("explain E", outcome.last_line)

    def test_json(self) -> None:
        self.write("a.scn", QUIET)
        self.write("b.scn", BROKEN)
        value = self.run_json("lint", "a.scn", "b.scn", code=3)
        self.assertEqual(value["format"], "ipcsim-lint-1")
        self.assertEqual([file["file"] for file in value["files"]], ["a.scn", "b.scn"])
        self.assertEqual(value["files"][0]["diagnostics"], [])
        first = value["files"][1]["diagnostics"][0]
        self.assertEqual((first["severity"], first["place"]["line"]), ("error", 5))

    def test_json_is_utf8_whatever_the_source(self) -> None:
        (self.folder / "x.scn").write_bytes(b"scenario 1\ntask \xff\xfe\x1b[31m { }\n")
        self.run_json("lint", "x.scn", code=3)

    def test_stdin_and_missing_files(self) -> None:
        self.assertEqual(self.run_program("lint", "-", text=QUIET).code, 0)
        self.write("b.scn", BROKEN)
        outcome = self.run_program("lint", "missing.scn", "b.scn")
        self.assertEqual(outcome.code, 2)
        self.assertIn("missing.scn", outcome.err)
        self.assertIn("b.scn:5:", outcome.out)


class Fmt(ProgramTest):
    def test_rewrites_once(self) -> None:
        path = self.write("x.scn", UNTIDY)
        outcome = self.run_program("fmt", "x.scn")
        self.assertEqual((outcome.code, outcome.out), (0, ""))
        self.assertEqual(outcome.err, "formatted: x.scn\n")
        self.assertEqual(self.read("x.scn"), QUIET)
        before = path.stat()
        self.assertEqual(self.run_program("fmt", "x.scn"), (0, "", ""))
        self.assertEqual(path.stat().st_mtime_ns, before.st_mtime_ns)

    def test_check_changes_nothing(self) -> None:
        self.write("tidy.scn", QUIET)
        self.write("untidy.scn", UNTIDY)
        outcome = self.run_program("fmt", "--check", "tidy.scn", "untidy.scn")
        self.assertEqual((outcome.code, outcome.out), (1, "untidy.scn\n"))
        self.assertTrue(outcome.last_line.endswith("ipcsim fmt untidy.scn"), outcome.last_line)
        self.assertEqual(self.read("untidy.scn"), UNTIDY)
        self.assertEqual(self.run_program("fmt", "--check", "tidy.scn"), (0, "", ""))

    def test_stdin_to_stdout(self) -> None:
        self.assertEqual(self.run_program("fmt", "-", text=UNTIDY), (0, QUIET, ""))
        outcome = self.run_program("fmt", "--check", "-", text=UNTIDY)
        self.assertEqual((outcome.code, outcome.out), (1, "stdin\n"))

    def test_broken_files_stay(self) -> None:
        self.write("b.scn", BROKEN)
        self.write("x.scn", UNTIDY)
        outcome = self.run_program("fmt", "b.scn", "x.scn")
        self.assertEqual(outcome.code, 3)
        self.assertIn("b.scn:5:", outcome.err)
        self.assertEqual(self.read("b.scn"), BROKEN)
        self.assertEqual(self.read("x.scn"), QUIET)

    def test_json(self) -> None:
        self.write("x.scn", UNTIDY)
        value = self.run_json("fmt", "--check", "x.scn", code=1)
        self.assertEqual(value["format"], "ipcsim-fmt-1")
        self.assertEqual(value["files"], [{"file": "x.scn", "changed": True, "diagnostics": []}])


class JsonOfTrouble(ProgramTest):
    """Whoever reads JSON is told the same as who reads messages."""

    def test_files_that_cannot_be_read(self) -> None:
        self.write("x.scn", QUIET)
        for verb in ("lint", "fmt"):
            value = self.run_json(verb, "x.scn", "missing.scn", code=2)
            self.assertEqual([file["file"] for file in value["files"]], ["x.scn", "missing.scn"])
            self.assertNotIn("error", value["files"][0])
            self.assertIn("no such file", value["files"][1]["error"]["message"])

    def test_what_cannot_begin(self) -> None:
        self.write("x.scn", QUIET)
        for words in (["run", "missing.scn"], ["run", "x.scn", "--seed", "x"],
                      ["run", "x.scn", "--schedule", "nonsense"], ["run", "x.scn", "-o", "."],
                      ["test", "missing"], ["explain", "nonsense"]):
            value = self.run_json(*words, code=2)
            self.assertEqual(value["format"], f"ipcsim-{words[0]}-1")
            self.assertTrue(value["error"]["message"])


class CostFiles(ProgramTest):
    def setUp(self) -> None:
        super().setUp()
        unit = (ROOT / "kernel_model/machine/cost_models/unit.cost").read_text(encoding="utf-8")
        self.write("costs/mine.cost", unit.replace("model unit", "model mine"))
        self.write("x.scn", QUIET)
        self.write("ipc/y.scn", QUIET.replace(
            "task", 'machine { cost "../costs/mine.cost" }\n\ntask', 1))

    def test_relative_to_the_scenario_or_to_the_folder(self) -> None:
        for words in (["ipc/y.scn"], ["x.scn", "--cost", "costs/mine.cost"],
                      ["ipc/y.scn", "--cost", "./costs/mine.cost"]):
            outcome = self.run_program("run", *words, "--check-determinism")
            self.assertEqual(outcome.code, 0, outcome.err)
            self.assertIn("\n#cost mine digest=", outcome.out)
            self.assertNotIn("mine.cost", outcome.out)

    def test_mistakes(self) -> None:
        outcome = self.run_program("run", "x.scn", "--cost", "costs/mine")
        self.assertEqual(outcome.code, 2)
        self.assertIn("costs/mine`: no such file", outcome.err)
        self.write("costs/bad.cost", "model bad\nrandom 1 cycle | x | y\n")
        outcome = self.run_program("run", "x.scn", "--cost", "costs/bad.cost")
        self.assertEqual((outcome.code, outcome.out), (3, ""))
        self.assertIn("costs/bad.cost:2:1: error[E0237]", outcome.err)

    def test_the_replaying_command_names_the_file(self) -> None:
        self.write("d.scn", DEADLOCK)
        outcome = self.run_program("run", "d.scn", "--cost", "costs/mine.cost")
        self.assertTrue(outcome.last_line.endswith("run d.scn --cost costs/mine.cost"))


if __name__ == "__main__":
    main()
