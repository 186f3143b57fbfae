# SPDX-License-Identifier: BSD-2-Clause
"""What the checks of this folder see of the source tree: its files, their text without comments
and strings, their includes and their declarations. Reads text as a C++ compiler does only as far
as the checks need it."""

import re
import sys
from functools import cached_property
from pathlib import Path
from typing import Iterator, NamedTuple

SKIPPED_FOLDERS = {".git", "build", "__pycache__"}
CPP_SUFFIXES = {".h", ".cc"}

TOKENS_THAT_HIDE_TEXT = re.compile(
    r"""(?P<number>\b\d[\w.']*)              # consumed so that 1'000 opens no character literal
      | (?P<comment>//[^\n]*|/\*.*?\*/)
      | (?P<raw>R"(?P<mark>[^\s()\\]*)\(.*?\)(?P=mark)")
      | (?P<string>"(?:\\.|[^"\\\n])*")
      | (?P<character>'(?:\\.|[^'\\\n])*')""",
    re.DOTALL | re.VERBOSE)
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
DIRECTIVE = re.compile(r"^[ \t]*#(?:\\\n|[^\n])*", re.MULTILINE)


class Problem(NamedTuple):
    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class Include(NamedTuple):
    line: int
    target: str
    quoted: bool  # "..." rather than <...>


class Declaration(NamedTuple):
    """One declaration outside function bodies, or one definition with its body."""
    kind: str  # namespace, class, function, initialiser, statement
    scope: str  # namespace or class: what directly encloses it
    head: str  # the text before the body or the semicolon
    first_line: int
    last_line: int


def blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def without_comments_and_strings(text: str) -> str:
    """The same text, line for line and column for column; what is in strings is blanked."""
    def replace(match: re.Match) -> str:
        found = match.group(0)
        if match.group("number"):
            return found
        if match.group("comment"):
            return blank(found)
        return found[0] + blank(found[1:-1]) + found[-1]
    return TOKENS_THAT_HIDE_TEXT.sub(replace, text)


class SourceFile:
    def __init__(self, root: Path, path: str):
        self.path = path
        self.folder, _, self.name = path.rpartition("/")
        self.suffix = Path(path).suffix
        self.stem = Path(path).stem
        self._absolute = root / path

    @cached_property
    def text(self) -> str:
        return self._absolute.read_text(encoding="utf-8", errors="replace")

    @cached_property
    def is_text(self) -> bool:
        data = self._absolute.read_bytes()[:8192]
        return b"\0" not in data

    @cached_property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @cached_property
    def code(self) -> str:
        return without_comments_and_strings(self.text)

    @cached_property
    def includes(self) -> list[Include]:
        found = []
        code_lines = self.code.splitlines()
        for number, line in enumerate(self.lines, 1):
            match = INCLUDE.match(line)
            if match and code_lines[number - 1].lstrip().startswith("#"):
                found.append(Include(number, match.group(2), match.group(1) == '"'))
        return found

    @cached_property
    def declarations(self) -> list[Declaration]:
        return list(parse_declarations(self.code))

    def problem(self, line: int, message: str) -> Problem:
        return Problem(self.path, line, message)

    def line_of(self, offset: int) -> int:
        return self.text.count("\n", 0, offset) + 1


class SourceTree:
    def __init__(self, root: Path):
        self.root = root.resolve()

    @cached_property
    def files(self) -> list[SourceFile]:
        return [SourceFile(self.root, path) for path in sorted(self._walk(self.root))]

    @cached_property
    def cpp_files(self) -> list[SourceFile]:
        return [file for file in self.files if file.suffix in CPP_SUFFIXES]

    @cached_property
    def by_path(self) -> dict[str, SourceFile]:
        return {file.path: file for file in self.files}

    def exists(self, path: str) -> bool:
        return (self.root / path).exists()

    def _walk(self, folder: Path) -> Iterator[str]:
        for entry in folder.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                if entry.name not in SKIPPED_FOLDERS:
                    yield from self._walk(entry)
            elif entry.is_file():
                yield entry.relative_to(self.root).as_posix()


class _Open(NamedTuple):
    kind: str
    scope: str
    head: str
    line: int
    parentheses: int  # how deep the text around the brace was in ( )


def parse_declarations(code: str) -> Iterator[Declaration]:
    """Walks the braces. Inside function bodies nothing is reported."""
    code = DIRECTIVE.sub(lambda match: blank(match.group(0)), code)
    opened: list[_Open] = []
    parentheses = 0
    head_start = 0

    def scope() -> str:
        return opened[-1].kind if opened else "namespace"

    def head_until(end: int) -> tuple[str, int]:
        text = code[head_start:end]
        label = re.match(r"\s*(?:public|private|protected)\s*:", text)
        skipped = label.end() if label else 0
        skipped += len(text[skipped:]) - len(text[skipped:].lstrip())
        return text[skipped:].rstrip(), code.count("\n", 0, head_start + skipped) + 1

    for match in re.finditer(r"[{}();]", code):
        at = match.start()
        character = match.group(0)
        if character == "(":
            parentheses += 1
        elif character == ")":
            parentheses -= 1
        elif character == "{":
            head, line = head_until(at)
            inside_expression = parentheses > 0 or scope() == "nested"
            kind = "nested" if inside_expression else _kind_of_body(head, scope())
            opened.append(_Open(kind, scope(), head, line, parentheses))
            if kind != "nested":
                head_start = at + 1
            parentheses = 0
        elif character == "}" and opened:
            closed = opened.pop()
            parentheses = closed.parentheses
            if closed.kind != "nested":
                head_start = at + 1
                yield Declaration(closed.kind, closed.scope, closed.head, closed.line,
                                  code.count("\n", 0, at) + 1)
        elif character == ";" and parentheses == 0:
            head, line = head_until(at)
            if head and scope() in ("namespace", "class"):
                yield Declaration("statement", scope(), head, line, code.count("\n", 0, at) + 1)
            head_start = at + 1


def without_template_head(head: str) -> str:
    """`template <...>` and attributes in front of a declaration taken away."""
    while True:
        head = head.lstrip()
        if head.startswith("[["):
            head = head[head.find("]]") + 2:]
        elif re.match(r"template\s*<", head):
            head = head[template_arguments(head, head.index("<"))[1]:]
        else:
            return head


def template_arguments(text: str, opening: int) -> tuple[str, int]:
    """The first argument of the list that the `<` at `opening` opens, and the offset behind it."""
    depth = 0
    first_end = None
    for at in range(opening, len(text)):
        character = text[at]
        if character in "<(":
            depth += 1
        elif character in ">)" and text[at - 1] != "-":
            depth -= 1
            if depth == 0:
                return text[opening + 1:first_end if first_end else at], at + 1
        elif character == "," and depth == 1 and first_end is None:
            first_end = at
    return text[opening + 1:], len(text)


def _kind_of_body(head: str, scope: str) -> str:
    if scope not in ("namespace", "class"):
        return "block"
    head = without_template_head(head)
    if re.match(r"(?:inline\s+)?namespace\b", head) or re.match(r'extern\s*"[^"]*"$', head):
        return "namespace"
    if re.match(r"(?:class|struct|union|enum)\b", head):
        return "class"
    if re.search(r"=\s*$", head) or "(" not in head:
        return "initialiser"
    return "function"


def report(problems: list[Problem], name: str) -> int:
    """Prints the problems in order of place; the exit code of a check."""
    for problem in sorted(set(problems)):
        print(problem)
    if problems:
        print(f"{name}: {len(set(problems))} problem(s)")
        return 1
    print(f"{name}: nothing found")
    return 0


def root_from_arguments() -> Path:
    """The tree to check: the program's one argument, or the tree that the program is part of."""
    if len(sys.argv) > 2 or (len(sys.argv) == 2 and sys.argv[1].startswith("-")):
        sys.exit(f"usage: {Path(sys.argv[0]).name} [ROOT]")
    return Path(sys.argv[1]) if len(sys.argv) == 2 else Path(__file__).parent.parent.parent
