// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/object/descriptor_table.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/arena.h"
#include "sim/base/random.h"

namespace ipcsim::kernel {
namespace {

constexpr PolicyValue kReuses[] = {PolicyValue::descriptor_reuse_generation,
                                   PolicyValue::descriptor_reuse_lowest,
                                   PolicyValue::descriptor_reuse_never};

TEST_CASE("a descriptor names the end it was made for, and nothing when it is closed") {
  for (const PolicyValue reuse : kReuses) {
    Arena arena;
    DescriptorTable table(Scope::kFullTask, reuse, arena);
    const auto fd = table.add(EndId(5));
    REQUIRE(fd.has_value());
    CHECK(table.find(*fd) == EndId(5));
    CHECK(table.open() == 1);
    table.remove(*fd);
    CHECK_FALSE(table.find(*fd).valid());
    CHECK(table.open() == 0);
  }
}

TEST_CASE("a number of the other scope names nothing, nor does one beyond the table") {
  Arena arena;
  DescriptorTable full(Scope::kFullTask, PolicyValue::descriptor_reuse_generation, arena);
  DescriptorTable local(Scope::kThreadLocal, PolicyValue::descriptor_reuse_generation, arena);
  CHECK(full.add(EndId(1))->number == 0);
  CHECK(local.add(EndId(2))->number == -1);
  CHECK_FALSE(full.find({-1}).valid());
  CHECK_FALSE(local.find({0}).valid());
  CHECK_FALSE(full.find({1}).valid());
  CHECK_FALSE(local.find({-2}).valid());
  CHECK(local.find({-1}) == EndId(2));
}

TEST_CASE("the lowest free slot is taken") {
  Arena arena;
  DescriptorTable table(Scope::kFullTask, PolicyValue::descriptor_reuse_lowest, arena);
  for (std::uint32_t end = 0; end < 5; ++end) CHECK(table.add(EndId(end))->number == end);
  for (const std::int64_t number : {3, 1, 2}) table.remove({number});
  CHECK(table.add(EndId(10))->number == 1);
  CHECK(table.add(EndId(11))->number == 2);
  CHECK(table.add(EndId(12))->number == 3);
  CHECK(table.add(EndId(13))->number == 5);
}

TEST_CASE("what a stale number means is the policy") {
  const auto second_use = [](PolicyValue reuse) {
    Arena arena;
    DescriptorTable table(Scope::kFullTask, reuse, arena);
    const Descriptor stale = *table.add(EndId(1));
    table.remove(stale);
    const Descriptor fresh = *table.add(EndId(2));
    return std::pair(fresh.number, table.find(stale));
  };
  CHECK(second_use(PolicyValue::descriptor_reuse_generation) ==
        std::pair(std::int64_t{1} << 20, EndId::none()));
  CHECK(second_use(PolicyValue::descriptor_reuse_lowest) == std::pair(std::int64_t{0}, EndId(2)));
  CHECK(second_use(PolicyValue::descriptor_reuse_never) ==
        std::pair(std::int64_t{1}, EndId::none()));
}

TEST_CASE("next_open finds the open ends in the order of their slots") {
  for (const Scope scope : {Scope::kFullTask, Scope::kThreadLocal}) {
    Arena arena;
    DescriptorTable table(scope, PolicyValue::descriptor_reuse_generation, arena);
    CHECK_FALSE(table.next_open(0).has_value());
    std::vector<Descriptor> fds;
    for (std::uint32_t end = 0; end < 4; ++end) fds.push_back(*table.add(EndId(end)));
    table.remove(fds[0]);
    table.remove(fds[2]);
    CHECK(table.next_open(0) == fds[1]);
    CHECK(table.next_open(2) == fds[3]);
    CHECK_FALSE(table.next_open(4).has_value());
  }
}

TEST_CASE("a table is full when every slot is open or retired") {
  Arena arena;
  DescriptorTable table(Scope::kThreadLocal, PolicyValue::descriptor_reuse_never, arena);
  for (std::uint32_t slot = 0; slot < kMaximumSlots; ++slot) {
    const auto fd = table.add(EndId(slot));
    if (!fd) FAIL("the table is full too early");
    if (slot % 2 == 0) table.remove(*fd);
  }
  CHECK_FALSE(table.add(EndId(1)).has_value());
  CHECK(table.open() == kMaximumSlots / 2);
}

TEST_CASE("a random history agrees with a map") {
  for (const PolicyValue reuse : kReuses) {
    Random random(42);
    Arena arena;
    DescriptorTable table(Scope::kFullTask, reuse, arena);
    std::map<std::int64_t, EndId> open;
    std::vector<std::int64_t> closed;
    for (std::uint32_t step = 0; step < 2'000; ++step) {
      if (open.empty() || random.one_in(2)) {
        const Descriptor fd = *table.add(EndId(step));
        CHECK(open.emplace(fd.number, EndId(step)).second);
        if (reuse != PolicyValue::descriptor_reuse_lowest) {
          CHECK(std::find(closed.begin(), closed.end(), fd.number) == closed.end());
        }
      } else {
        auto chosen = open.begin();
        std::advance(chosen, random.below(open.size()));
        table.remove({chosen->first});
        closed.push_back(chosen->first);
        open.erase(chosen);
      }
      CHECK(table.open() == open.size());
      if (!open.empty()) {
        auto chosen = open.begin();
        std::advance(chosen, random.below(open.size()));
        CHECK(table.find({chosen->first}) == chosen->second);
      }
    }
  }
}

}  // namespace
}  // namespace ipcsim::kernel
