# SPDX-License-Identifier: BSD-2-Clause
"""tools/upkeep/check_style.py finds what it must find, and only that."""

import unittest

from wrong_tree import WrongTree, header, source

# One line of C++ and a word of the message that it must give.
BANNED = [
    ("auto now = std::chrono::steady_clock::now();", "the host's clock"),
    ("auto now = time(nullptr);", "the host's clock"),
    ("auto now = std::clock();", "the host's clock"),
    ("gettimeofday(&now, nullptr);", "the host's clock"),
    ("int die = rand() % 6;", "sim/base/random.h"),
    ("std::mt19937 generator;", "sim/base/random.h"),
    ("std::uniform_int_distribution<int> die;", "sim/base/random.h"),
    ("std::shuffle(first, last, generator);", "sim/base/random.h"),
    ("std::random_device seed;", "sim/base/random.h"),
    ('const char* home = getenv("HOME");', "the environment"),
    ("std::size_t h = std::hash<int>{}(3);", "stable_hash"),
    ("thread_local int depth = 0;", "a run's state"),
    ("try { f(); } catch (...) { }", "swallow"),
    ("throw 3;", "errors are values"),
    ("double mean = 0;", "whole numbers"),
    ("std::map<Thread*, int> owners;", "pointer as key"),
    ("std::set<const Thread*> waiting;", "pointer as key"),
    ("std::map<std::pair<int, int>, std::set<const Thread *>> owners;", "pointer as key"),
    ("std::set<Thread, std::less<Thread*>> waiting;", "pointers have no order"),
    ("static int calls = 0;", "static object"),
    ('static const char* name = "x";', "static object"),
    ("std::ofstream log;", "files are read"),
    ('std::printf("done");', "nothing is printed"),
    ("std::abort();", "the process is ended"),
    ("const char* made = __DATE__;", "depend on when"),
    ("int later;  // TODO", "unfinished work"),
]

ALLOWED = [
    "// rand() and time(nullptr) are banned; double, too.",
    'const char* text = "throw std::hash<double>";',
    "Cycle elapsed = clock.time(now);",
    "auto unit = constants->clock() + clock();",
    "const std::uint64_t limit = 50'000'000;  // 'static int x;'",
    "static constexpr int kLimit = 3;",
    'static const char* const kName = "x";',
    "std::map<int, Thread*> threads;",
    "std::unordered_map<int, int> index; index.find(3)->second = 1;",
    "bool thread_local_scope() ;",
]

GLOBALS = [
    "int counter = 0;",
    "std::vector<int> all;",
    "namespace { std::string last; }",
    "Table table{1, 2};",
    'const char* name = "x";',
]

NOT_GLOBALS = [
    "class Word;",
    "constexpr std::array kWords{1, 2};",
    "inline constexpr int kLimit = 3;",
    'const char* const kName = "x";',
    "using Words = std::vector<int>;",
    "template <class T> struct Word;",
    "int word(int first = 3);",
    "bool operator==(Word a, Word b);",
    "enum class Word { kOne, kTwo };",
    "struct Word { int count = 0; std::vector<int> all{}; };",
    "static_assert(sizeof(int) == 4);",
    "namespace a = b::c;",
    "extern const int kAll;",
    "__extension__ using Wide = unsigned __int128;",
    "constexpr std::array kAll = joined(std::array{Word{1}, Word{2}}, kMore);",
    'extern "C" int word(int first) { int local = 3; return local; }',
    "Word::Word() : count_{1}, all_(2) { int local = 3; }",
]


class CheckStyle(WrongTree):
    check = "check_style.py"

    def write_in_function(self, line: str) -> None:
        self.write("sim/base/word.cc",
                   source(f'#include "sim/base/word.h"\n\nvoid word() {{\n  {line}\n}}\n'))

    def test_a_right_tree(self):
        self.assert_clean()

    def test_bans(self):
        for line, words in BANNED:
            with self.subTest(line):
                self.write_in_function(line)
                self.assert_found("sim/base/word.cc:5", words)

    def test_what_is_not_banned(self):
        for line in ALLOWED:
            with self.subTest(line):
                self.write_in_function(line)
                self.assert_clean()

    def test_globals(self):
        for line in GLOBALS:
            with self.subTest(line):
                self.write("sim/base/word.h", header(line + "\n"))
                self.assert_found("sim/base/word.h:5", "a global object that can change")

    def test_what_is_no_global(self):
        for line in NOT_GLOBALS:
            with self.subTest(line):
                self.write("sim/base/word.h", header(line + "\n"))
                self.assert_clean()

    def test_iterated_unordered_container(self):
        self.write("sim/base/word.h", header("struct W { std::unordered_map<int, int> index_; };"))
        for line in ("for (const auto& [key, value] : index_) use(key);",
                     "for (auto entry : word.index_) use(entry);",
                     "auto first = index_.begin();",
                     "std::unordered_set<int> seen; for (int s : seen) use(s);",
                     "using Seen = std::unordered_set<int>; Seen all; for (int s : all) use(s);"):
            with self.subTest(line):
                self.write_in_function(line)
                self.assert_found("sim/base/word.cc:5", "an unordered container is iterated")

    def test_missing_licence_line(self):
        self.write("sim/base/word.cc", '#include "sim/base/word.h"\n')
        self.assert_found("sim/base/word.cc:1", "SPDX")

    def test_script_without_licence_line(self):
        self.write("tools/run", "#!/bin/bash\necho\n")
        self.assert_found("tools/run:2", "SPDX")

    def test_header_without_comment(self):
        self.write("sim/base/word.h", "// SPDX-License-Identifier: BSD-2-Clause\n#pragma once\n")
        self.assert_found("sim/base/word.h:2", "what the header is")

    def test_header_without_guard(self):
        self.write("sim/base/word.h", header().replace("#pragma once\n", ""))
        self.assert_found("sim/base/word.h:3", "#pragma once must follow")

    def test_own_header_is_not_first(self):
        self.write("sim/base/word.cc", source('#include <vector>\n#include "sim/base/word.h"\n'))
        self.assert_found("sim/base/word.cc:2", 'the first include must be "sim/base/word.h"')

    def test_long_files(self):
        self.write("sim/base/word.h", header("//\n" * 247))
        self.assert_found("sim/base/word.h:251", "251 lines; at most 250")

    def test_long_line(self):
        self.append("sim/base/word.cc", "// " + "é" * 97 + "\n")
        self.assert_clean()
        self.append("sim/base/word.cc", "// " + "é" * 98 + "\n")
        self.assert_found("sim/base/word.cc:6", "101 columns")

    def test_long_function(self):
        body = "class Word {\n public:\n  int go(int x) const {\n" + "    f();\n" * 67 + "  }\n};\n"
        self.append("sim/base/word.cc", body)
        self.assert_clean()
        self.append("sim/base/word.cc", body.replace("    f();\n", "    f();\n    f();\n", 1))
        self.assert_found("sim/base/word.cc:79", "a function of 70 lines")

    def test_long_table_is_no_function(self):
        self.append("sim/base/word.cc", "constexpr int kTable[] = {\n" + "  (1),\n" * 90 + "};\n")
        self.assert_clean()

    def test_source_that_is_not_built(self):
        self.write("sim/base/other_word.cc", source())
        self.assert_found("sim/base/other_word.cc:1", "not listed in sim/base/CMakeLists.txt")

    def test_unit_test_of_nothing(self):
        self.write("tests/unit/sim/base/CMakeLists.txt", "words_test.cc word_order_test.cc")
        self.write("tests/unit/sim/base/word_order_test.cc", source())
        self.assert_clean()
        self.write("tests/unit/sim/base/words_test.cc", source())
        self.assert_found("tests/unit/sim/base/words_test.cc:1", "no file in sim/base")

    def test_documented_path_that_does_not_exist(self):
        self.append("README.md", "See `sim/base/word.h:3`, `sim/base/*.cc`, `sim/NAME.md` no.\n")
        self.assert_found("README.md:2", "sim/NAME.md does not exist")

    def test_command_in_documentation_with_a_path_that_does_not_exist(self):
        self.append("README.md", "```\ntools/run sim/base/word.cc\n```\n")
        self.assert_found("README.md:2", "tools/run does not exist")

    def test_link_that_leads_nowhere(self):
        self.append("sim/base/README.md", "[word](word.h) [word](other.h) [far](https://a.b/c)\n")
        self.assert_found("sim/base/README.md:1", "other.h does not exist")

    def test_path_of_a_machine(self):
        self.append("README.md", "Built in " + "/home/" + "somebody/ipcsim.\n")
        self.assert_found("README.md:2", "a path of one machine")

    def test_build_folder_is_not_read(self):
        self.write("build/dev/word.cc", "rand();\n")
        self.assert_clean()


if __name__ == "__main__":
    unittest.main()
