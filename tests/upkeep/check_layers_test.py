# SPDX-License-Identifier: BSD-2-Clause
"""tools/upkeep/check_layers.py finds what it must find, and only that."""

import unittest

from wrong_tree import WrongTree, header, source


class CheckLayers(WrongTree):
    check = "check_layers.py"

    def test_a_right_tree(self):
        self.assert_clean()

    def test_include_of_a_folder_below(self):
        self.write("sim/engine/step.h", header())
        self.append("sim/base/word.h", '#include "sim/engine/step.h"\n')
        code, output = self.run_check()
        self.assertEqual(code, 1)
        self.assertIn('sim/base/word.h:6: "sim/engine/step.h" is in sim/engine, which is below '
                      "sim/base", output)

    def test_program_that_by_passes_the_public_interface(self):
        self.write("sim/engine/step.h", header())
        self.append("tools/cli/main.cc", '#include "sim/engine/step.h"\n')
        self.assert_found("tools/cli/main.cc:3", "may not be seen from tools/cli")

    def test_include_in_a_comment_or_a_string_is_none(self):
        self.append("sim/base/word.h", '// #include "sim/engine/fiber.h"\n'
                                       'const char* const text = R"(\n#include "nowhere.h"\n)";\n')
        self.assert_clean()

    def test_include_that_is_no_file(self):
        self.append("sim/base/word.h", '#include "word.h"\n')
        self.assert_found("sim/base/word.h:6", "no file of the project")

    def test_table_that_includes_a_folder_below(self):
        self.write("sim/base/words.def", '#include "sim/engine/fiber.cc"\n')
        self.assert_found("sim/base/words.def:1", "which is below sim/base")

    def test_circle_of_headers(self):
        self.write("sim/base/a.h", header('#include "sim/base/b.h"\n'))
        self.write("sim/base/b.h", header('#include "sim/base/c.h"\n'))
        self.write("sim/base/c.h", header('#include "sim/base/a.h"\n'))
        self.assert_found("sim/base/c.h:5", "sim/base/a.h -> sim/base/b.h -> sim/base/c.h -> "
                                            "sim/base/a.h")

    def test_folder_that_is_no_layer(self):
        self.write("sim/odds/thing.h", header())
        self.assert_found("sim/odds/thing.h:1", "is no layer")

    def test_layers_in_another_order_than_the_build(self):
        top = (self.root / "CMakeLists.txt").read_text(encoding="utf-8")
        self.write("CMakeLists.txt", top.replace("sim/base\n", "").replace(
            "sim/trace\n", "sim/trace\n sim/base\n"))
        self.assert_found("CMakeLists.txt:1", "ipcsim_folders differs")

    def test_third_party_header_beside_its_door(self):
        self.write("sim/engine/other.cc", source("#include <boost/context/fiber.hpp>\n"))
        self.assert_found("sim/engine/other.cc:2", "may be included only in: sim/engine/fiber.cc")

    def test_third_party_header_through_its_door(self):
        self.append("sim/engine/fiber.cc", "#include <boost/context/fiber.hpp>\n")
        self.assert_clean()

    def test_fmt_in_a_header(self):
        self.append("sim/base/word.h", "#include <fmt/format.h>\n")
        self.assert_found("sim/base/word.h:6", "may be included only in: *.cc")

    def test_unknown_third_party_header(self):
        self.append("sim/base/word.cc", "#include <lzma.h>\n")
        self.assert_found("sim/base/word.cc:5", "neither standard C++ nor in the table of doors")

    def test_host_time_and_files_below_the_program(self):
        for name in ("chrono", "thread", "filesystem", "random", "unistd.h"):
            with self.subTest(name):
                self.write("sim/base/word.cc", source(f"#include <{name}>\n"))
                self.assert_found("sim/base/word.cc:2", f"<{name}> may be included only in")

    def test_link_to_a_folder_below(self):
        self.write("sim/base/CMakeLists.txt",
                   "ipcsim_library(sim_base SOURCES word.cc LINKS sim_engine)\n")
        self.assert_found("sim/base/CMakeLists.txt:1", "whose folder sim/engine is below sim/base")

    def test_link_to_nothing(self):
        self.write("sim/base/CMakeLists.txt",
                   "\nipcsim_library(sim_base SOURCES word.cc LINKS fmt::fmt)\n")
        self.assert_found("sim/base/CMakeLists.txt:2", "links fmt::fmt, which is no target")

    def test_include_without_a_link(self):
        self.write("sim/engine/CMakeLists.txt", "ipcsim_library(sim_engine SOURCES fiber.cc)\n")
        self.assert_found("sim/engine/CMakeLists.txt:1", "includes from sim/base without linking")

    def test_door_of_another_folder(self):
        self.write("sim/base/CMakeLists.txt",
                   "ipcsim_library(sim_base SOURCES word.cc DOORS Boost::context)\n")
        self.assert_found("sim/base/CMakeLists.txt:1", "Boost::context may be used only by")

    def test_target_made_by_hand(self):
        self.append("sim/base/CMakeLists.txt", "target_link_libraries(sim_base PUBLIC m)\n")
        self.assert_found("sim/base/CMakeLists.txt:2", "by-passes")

    def test_unit_test_that_sees_more_than_what_it_tests(self):
        self.write("sim/engine/step.h", header())
        self.write("tests/unit/sim/base/word_test.cc",
                   source('#include <doctest/doctest.h>\n#include "sim/engine/step.h"\n'))
        self.assert_found("tests/unit/sim/base/word_test.cc:3", "which is below sim/base")

    def test_source_that_includes_a_test(self):
        self.write("tests/support/rig.h", header())
        self.append("sim/base/word.cc", '#include "tests/support/rig.h"\n')
        self.assert_found("sim/base/word.cc:5", "belongs to the tests")


if __name__ == "__main__":
    unittest.main()
