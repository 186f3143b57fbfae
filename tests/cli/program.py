# SPDX-License-Identifier: BSD-2-Clause
"""What the tests of the program share: calling it in a folder of its own, and small scenarios."""

import json
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
HELLO = "scenarios/catalogue/ipc/hello.scn"
TIMEOUT = 60  # seconds; sanitizers are slow

# Ends well on every schedule.
QUIET = """scenario 1

task one {
  thread main {
    compute 1_000
  }
}
"""

# Waits for a client that never comes.
DEADLOCK = """scenario 1

task server {
  thread main {
    let port = new_port()
    poll(port) expect opened
  }
}
"""

# Wrong only when the clerk looks between the two stores.
TORN = """scenario 1

memory page 1 page of clerk, writer

task writer {
  thread main {
    compute 50
    store64(page, 1)
    store64(page + 8, 1)
  }
}

task clerk {
  thread main {
    let first = load64(page)
    let second = load64(page + 8)
    expect first == second
  }
}
"""

# Goes on for a very long time, above all when every invariant is checked after every step.
ENDLESS = """scenario 1

task one {
  thread main[i in 1..1_000] {
    var _turns = 0
    loop {
      _turns += 1
      yield
    }
  }
}
"""

BROKEN = """scenario 1

task one {
  thread main {
    compute compute
  }
}
"""


class Outcome(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def last_line(self) -> str:
        return (self.err.splitlines() or [""])[-1]


def program_path() -> str:
    return os.path.abspath(sys.argv[1])


def environment(**changes: str) -> dict[str, str]:
    """The caller's, without what would change how the program talks."""
    variables = {name: value for name, value in os.environ.items()
                 if name not in ("CI", "NO_COLOR", "TERM")}
    variables["TERM"] = "xterm"
    variables.update(changes)
    return variables


class ProgramTest(unittest.TestCase):
    """Each test has an empty folder of its own and runs the program in it."""

    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="ipcsim-cli-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def read(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def copy(self, path: str) -> None:
        """A file of the project, to the same place in the test's folder."""
        self.write(path, (ROOT / path).read_text(encoding="utf-8"))

    def copy_hello(self) -> None:
        self.copy(HELLO)

    def run_program(self, *arguments: str, text: str = "", **variables: str) -> Outcome:
        done = subprocess.run([program_path(), *arguments], cwd=self.folder, input=text.encode(),
                              env=environment(**variables), capture_output=True, check=False,
                              timeout=TIMEOUT)
        return Outcome(done.returncode, done.stdout.decode("utf-8", "replace"),
                       done.stderr.decode("utf-8", "replace"))

    def run_json(self, *arguments: str, code: int = 0, **variables: str) -> dict:
        outcome = self.run_program(*arguments, "--json", **variables)
        self.assertEqual(outcome.code, code, outcome.err)
        value = json.loads(outcome.out)
        self.assertEqual(next(iter(value)), "format")
        self.assertEqual(value["exit_code"], code)
        return value

    def start(self, *arguments: str) -> subprocess.Popen:
        """The program, with an open stdin, when it handles signals and has come to rest or to
        work."""
        process = subprocess.Popen([program_path(), *arguments], cwd=self.folder,
                                   env=environment(), stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(end, process)
        deadline = time.monotonic() + TIMEOUT
        while not catches(process.pid, signal.SIGINT):
            self.assertIsNone(process.poll(), "it ended by itself")
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        time.sleep(0.3)  # from the handler to the work
        return process

    def finish(self, process: subprocess.Popen) -> Outcome:
        out, err = process.communicate(timeout=TIMEOUT)
        return Outcome(process.returncode, out.decode(), err.decode())

    def on_terminal(self, *arguments: str, **variables: str) -> str:
        """What a terminal that is stdout and stderr gets to see."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen([program_path(), *arguments], cwd=self.folder,
                                   env=environment(**variables), stdin=subprocess.DEVNULL,
                                   stdout=theirs, stderr=theirs)
        os.close(theirs)
        seen = b""
        while True:
            ready, _, _ = select.select([ours], [], [], TIMEOUT)
            self.assertTrue(ready, "nothing comes any more")
            try:
                piece = os.read(ours, 65536)
            except OSError:  # the other side is closed
                piece = b""
            if not piece:
                break
            seen += piece
        os.close(ours)
        process.wait(timeout=TIMEOUT)
        return seen.decode()

    def assert_usage_error(self, outcome: Outcome, *expected: str) -> None:
        """Exit code 2, nothing on stdout, and a message that has all of `expected`."""
        self.assertEqual(outcome.code, 2, outcome)
        self.assertEqual(outcome.out, "")
        self.assertTrue(outcome.err.startswith("ipcsim: error: "), outcome.err)
        for part in expected:
            self.assertIn(part, outcome.err)

    def assert_no_leftovers(self) -> None:
        self.assertEqual([path.name for path in self.folder.rglob(".ipcsim-*")], [])


def catches(pid: int, number: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return False
    caught = [line.split()[1] for line in status.splitlines() if line.startswith("SigCgt:")]
    return bool(caught) and bool(int(caught[0], 16) >> (number - 1) & 1)


def end(process: subprocess.Popen) -> None:
    if process.poll() is None:
        process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream:
            stream.close()


def main() -> None:
    if len(sys.argv) < 2:
        sys.exit(f"usage: {sys.argv[0]} PROGRAM [TEST...]")
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
