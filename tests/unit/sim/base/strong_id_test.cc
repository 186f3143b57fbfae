// SPDX-License-Identifier: BSD-2-Clause
#include "sim/base/strong_id.h"

#include <concepts>

#include <doctest/doctest.h>

namespace ipcsim {
namespace {

using Apple = StrongId<struct AppleTag>;
using Pear = StrongId<struct PearTag>;
using Small = StrongId<struct SmallTag, std::uint8_t>;

static_assert(!std::convertible_to<int, Apple>);
static_assert(!std::convertible_to<Apple, Pear>);
static_assert(!std::equality_comparable_with<Apple, Pear>);
static_assert(sizeof(Small) == 1);

TEST_CASE("an id without a value names nothing") {
  CHECK_FALSE(Apple().valid());
  CHECK_FALSE(Apple::none().valid());
  CHECK(Apple() == Apple::none());
  CHECK_FALSE(Small(255).valid());
}

TEST_CASE("ids compare by their values") {
  CHECK(Apple(3).valid());
  CHECK(Apple(3).value() == 3);
  CHECK(Apple(3) == Apple(3));
  CHECK(Apple(3) < Apple(4));
  CHECK(Apple(4) < Apple::none());
}

}  // namespace
}  // namespace ipcsim
