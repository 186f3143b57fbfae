// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/coverage.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/random.h"

namespace ipcsim::explore {
namespace {

using engine::Access;
using engine::Footprint;

Footprint touching(std::uint32_t object, Access access) {
  Footprint footprint;
  footprint.add({1, object}, access);
  return footprint;
}

constexpr trace::LaneId kA(0);
constexpr trace::LaneId kB(1);

std::size_t keys_after(const std::vector<std::pair<trace::LaneId, Footprint>>& steps) {
  Coverage coverage;
  coverage.begin();
  for (const auto& [lane, touched] : steps) coverage.stepped(lane, touched);
  return coverage.keys().size();
}

TEST_CASE("an object that passes from one lane to another counts, if one of them writes") {
  CHECK(keys_after({{kA, touching(1, Access::kWrite)}, {kB, touching(1, Access::kRead)}}) == 1);
  CHECK(keys_after({{kA, touching(1, Access::kRead)}, {kB, touching(1, Access::kWrite)}}) == 1);
  CHECK(keys_after({{kA, touching(1, Access::kRead)}, {kB, touching(1, Access::kRead)}}) == 0);
  CHECK(keys_after({{kA, touching(1, Access::kWrite)}, {kA, touching(1, Access::kWrite)}}) == 0);
  CHECK(keys_after({{kA, touching(1, Access::kWrite)}, {kB, touching(2, Access::kWrite)}}) == 0);
}

TEST_CASE("the same again is nothing new; the other way round is") {
  const Footprint write = touching(1, Access::kWrite);
  CHECK(keys_after({{kA, write}, {kB, write}, {kA, write}}) == 2);
  CHECK(keys_after({{kA, write}, {kB, write}, {kA, write}, {kB, write}}) == 2);
}

TEST_CASE("a run begins with nothing covered") {
  Coverage coverage;
  coverage.begin();
  coverage.stepped(kA, touching(1, Access::kWrite));
  coverage.begin();
  coverage.stepped(kB, touching(1, Access::kWrite));
  CHECK(coverage.keys().empty());
}

TEST_CASE("menus count by who is on them, not by the order") {
  std::array<engine::Option, 2> options{};
  options[0].step.lane = kA;
  options[1].step.lane = kB;
  Coverage coverage;
  coverage.begin();
  coverage.asked({engine::ChoiceKind::kOrder, 2, {}, options});
  std::swap(options[0], options[1]);
  coverage.asked({engine::ChoiceKind::kOrder, 2, {}, options});
  CHECK(coverage.keys().size() == 1);
  coverage.asked({engine::ChoiceKind::kPick, 2, {}, options});
  CHECK(coverage.keys().size() == 2);
}

TEST_CASE("many objects are told apart") {
  Coverage coverage;
  for (int run = 0; run < 3; ++run) {
    coverage.begin();
    for (std::uint32_t object = 0; object < 5000; ++object) {
      coverage.stepped(kA, touching(object, Access::kWrite));
    }
    for (std::uint32_t object = 0; object < 5000; ++object) {
      coverage.stepped(kB, touching(object, Access::kWrite));
    }
    CHECK(coverage.keys().size() == 5000);
  }
}

TEST_CASE("a set of keys keeps what was put in, in that order, and can be emptied") {
  KeySet set;
  CHECK_FALSE(set.contains(1));
  Random random(1);
  for (int round = 0; round < 5; ++round) {
    std::vector<std::uint64_t> put;
    for (int index = 0; index < 3000; ++index) {
      const std::uint64_t key = random.below(2000) << (4 * round);
      const bool is_new = std::find(put.begin(), put.end(), key) == put.end();
      CHECK(set.contains(key) == !is_new);
      CHECK(set.insert(key) == is_new);
      if (is_new) put.push_back(key);
    }
    CHECK(set.keys() == put);
    set.clear();
    CHECK(set.size() == 0);
    for (const std::uint64_t key : put) CHECK_FALSE(set.contains(key));
  }
}

}  // namespace
}  // namespace ipcsim::explore
