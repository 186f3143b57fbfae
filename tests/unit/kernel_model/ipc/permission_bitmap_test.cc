// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/ipc/permission_bitmap.h"

#include <bitset>

#include <doctest/doctest.h>

#include "sim/base/arena.h"
#include "sim/base/random.h"

namespace ipcsim::kernel {
namespace {

constexpr std::uint32_t kUids = 65'536;

TEST_CASE("before anybody said so, every user id has the default") {
  for (const bool allowed : {false, true}) {
    const PermissionBitmap bitmap(allowed);
    for (const std::uint32_t uid : {0U, 1U, 63U, 64U, 1'023U, 1'024U, 40'000U, kUids - 1}) {
      CHECK(bitmap.allows(uid) == allowed);
    }
  }
}

TEST_CASE("setting one bit changes that and no other") {
  for (const bool allowed : {false, true}) {
    for (const std::uint32_t uid : {0U, 63U, 64U, 1'023U, 1'024U, kUids - 1}) {
      Arena arena;
      PermissionBitmap bitmap(allowed);
      bitmap.set(uid, !allowed, arena);
      std::uint32_t others = 0;
      for (std::uint32_t other = 0; other < kUids; ++other) {
        if (bitmap.allows(other) != allowed) ++others;
      }
      CHECK(others == 1);
      CHECK(bitmap.allows(uid) == !allowed);
      bitmap.set(uid, allowed, arena);
      CHECK(bitmap.allows(uid) == allowed);
    }
  }
}

TEST_CASE("it is a set of 65536 bits, whatever is set and taken back") {
  for (const bool allowed : {false, true}) {
    Arena arena;
    PermissionBitmap bitmap(allowed);
    std::bitset<kUids> expected;
    if (allowed) expected.set();
    Random random(7);
    for (int times = 0; times < 4'000; ++times) {
      const auto uid = static_cast<std::uint32_t>(random.below(kUids));
      const bool allow = random.one_in(2);
      bitmap.set(uid, allow, arena);
      expected.set(uid, allow);
    }
    std::uint32_t wrong = 0;
    for (std::uint32_t uid = 0; uid < kUids; ++uid) {
      if (bitmap.allows(uid) != expected[uid]) ++wrong;
    }
    CHECK(wrong == 0);
  }
}

}  // namespace
}  // namespace ipcsim::kernel
