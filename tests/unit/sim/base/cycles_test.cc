// SPDX-License-Identifier: BSD-2-Clause
#include "sim/base/cycles.h"

#include <doctest/doctest.h>

namespace ipcsim {
namespace {

TEST_CASE("a span after a point in time") {
  CHECK(later(100, 20) == 120);
  CHECK(later(0, 0) == 0);
}

TEST_CASE("time does not wrap around") {
  CHECK(later(kNever - 5, 4) == kNever - 1);
  CHECK(later(kNever - 5, 5) == kNever);
  CHECK(later(kNever - 5, 6) == kNever);
  CHECK(later(1, kNever) == kNever);
  CHECK(later(kNever, kNever) == kNever);
}

}  // namespace
}  // namespace ipcsim
