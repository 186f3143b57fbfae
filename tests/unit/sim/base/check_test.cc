// SPDX-License-Identifier: BSD-2-Clause
#include "sim/base/check.h"

#include <string>

#include <doctest/doctest.h>

#include "tests/support/child_process.h"

namespace ipcsim {
namespace {

using test::ChildEnding;
using test::in_child;

TEST_CASE("a check that fails says what and where, and aborts") {
  const ChildEnding ending = in_child([] { SIM_CHECK(1 + 1 == 3, "sums are right"); });
  CHECK(ending.aborted());
  CHECK(ending.error_output.find("sums are right (1 + 1 == 3)") != std::string::npos);
  CHECK(ending.error_output.find("check_test.cc:") != std::string::npos);
}

TEST_CASE("a check that holds is silent") {
  const ChildEnding ending = in_child([] { SIM_CHECK(1 + 1 == 2, "sums are right"); });
  CHECK(WIFEXITED(ending.status));
  CHECK(ending.error_output.empty());
}

}  // namespace
}  // namespace ipcsim
