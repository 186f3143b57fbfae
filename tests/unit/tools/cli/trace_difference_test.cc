// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/trace_difference.h"

#include <doctest/doctest.h>

namespace ipcsim::cli {
namespace {

std::string difference(std::string_view expected, std::string_view found) {
  const auto first = first_difference(expected, found);
  return first ? describe(*first) : std::string();
}

TEST_CASE("equal traces do not differ") {
  CHECK(difference("", "") == "");
  CHECK(difference("a\nb\n", "a\nb\n") == "");
}

TEST_CASE("the first different line is shown with the one before it") {
  CHECK(difference("a\nb\nc\n", "a\nx\ny\n") ==
        "  first difference in line 2:\n      a\n    - b\n    + x\n");
  CHECK(difference("a\n", "b\n") == "  first difference in line 1:\n    - a\n    + b\n");
}

TEST_CASE("a trace that ends early differs where it ends") {
  CHECK(difference("a\nb\n", "a\n") ==
        "  first difference in line 2:\n      a\n    - b\n    + (the trace ends here)\n");
  CHECK(difference("a\n", "a\nb\n") ==
        "  first difference in line 2:\n      a\n    - (the trace ends here)\n    + b\n");
}

TEST_CASE("a missing line end is a difference") {
  CHECK(difference("a\n", "a") ==
        "  first difference in line 1:\n    - a\n    + a (without a line end)\n");
}

TEST_CASE("the line of the tool's version does not count, whatever is in it") {
  CHECK(difference("#m\n#tool 1\na\n", "#m\n#tool 2\na\n") == "");
  CHECK(difference("#m\na\n", "#m\n#tool 2\na\n") == "");
  CHECK(difference("#m\n#tool 1\na\n", "#m\n#tool 2\nb\n") ==
        "  first difference in line 3:\n      #m\n    - a\n    + b\n");
  CHECK(difference("#toolbox 1\n", "#toolbox 2\n") != "");
}

TEST_CASE("control characters of a damaged trace do not reach the terminal") {
  CHECK(difference("\x1b[2Ja\n", "b\n") == "  first difference in line 1:\n    - ?[2Ja\n    + b\n");
}

}  // namespace
}  // namespace ipcsim::cli
