// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/abi/descriptor_number.h"

#include <limits>

#include <doctest/doctest.h>

namespace ipcsim::kernel {
namespace {

constexpr std::int64_t kGeneration = std::int64_t{1} << 20;

TEST_CASE("a slot's first use shows 0, 1, 2, ... or -1, -2, ...") {
  CHECK(descriptor_of({Scope::kFullTask, 0, 0}).number == 0);
  CHECK(descriptor_of({Scope::kFullTask, 7, 0}).number == 7);
  CHECK(descriptor_of({Scope::kThreadLocal, 0, 0}).number == -1);
  CHECK(descriptor_of({Scope::kThreadLocal, 7, 0}).number == -8);
}

TEST_CASE("a later use adds 2^20 for each generation") {
  CHECK(descriptor_of({Scope::kFullTask, 3, 2}).number == 3 + 2 * kGeneration);
  CHECK(descriptor_of({Scope::kThreadLocal, 3, 2}).number == -4 - 2 * kGeneration);
}

TEST_CASE("a number is taken apart as it was made") {
  for (const Scope scope : {Scope::kFullTask, Scope::kThreadLocal}) {
    for (const std::uint32_t slot : {0U, 1U, kMaximumSlots - 1}) {
      for (const std::uint64_t generation : {0ULL, 1ULL, 1ULL << 40}) {
        const DescriptorParts parts = parts_of(descriptor_of({scope, slot, generation}));
        CHECK(parts.scope == scope);
        CHECK(parts.slot == slot);
        CHECK(parts.generation == generation);
      }
    }
  }
}

TEST_CASE("every number has parts") {
  const DescriptorParts most = parts_of({std::numeric_limits<std::int64_t>::max()});
  CHECK(most.scope == Scope::kFullTask);
  CHECK(most.slot == kMaximumSlots - 1);
  const DescriptorParts least = parts_of({std::numeric_limits<std::int64_t>::min()});
  CHECK(least.scope == Scope::kThreadLocal);
  CHECK(least.slot == kMaximumSlots - 1);
}

TEST_CASE("generations are printed from the second on") {
  CHECK(to_text({0}) == "0");
  CHECK(to_text({-1}) == "-1");
  CHECK(to_text({3 + 2 * kGeneration}) == "3.g2");
  CHECK(to_text({-1 - kGeneration}) == "-1.g1");
}

}  // namespace
}  // namespace ipcsim::kernel
