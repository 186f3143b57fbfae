// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/kinds.h"

#include <doctest/doctest.h>

#include "tests/unit/sim/trace/sample_vocabulary.h"

namespace ipcsim::trace {
namespace {

using Kinds = std::vector<std::string>;

KindMask mask(const Kinds& names) { return mask_of(sample::kVocabulary, names).value(); }

TEST_CASE("a kind is found by its name") {
  CHECK(kind_index(sample::kVocabulary, "ipc") == sample::kIpc);
  CHECK(kind_index(sample::kVocabulary, "thread") == sample::kThread);
  CHECK_FALSE(kind_index(sample::kVocabulary, "all").has_value());
  CHECK_FALSE(kind_index(sample::kVocabulary, "").has_value());
}

TEST_CASE("the mask of some kinds") {
  CHECK(mask({"sched"}) == 1U << sample::kSched);
  CHECK(mask({"thread", "ipc", "ipc"}) == (1U << sample::kThread | 1U << sample::kIpc));
  CHECK(mask({}) == ~KindMask{0});
  CHECK(mask({"ipc", "all"}) == ~KindMask{0});
  CHECK(mask({"none"}) == 0);
}

TEST_CASE("an unknown kind comes with a suggestion when one is near") {
  const Kinds near{"ipc", "shed"};
  const auto mistyped = mask_of(sample::kVocabulary, near);
  REQUIRE_FALSE(mistyped.ok());
  CHECK(mistyped.error().name == "shed");
  CHECK(mistyped.error().suggestion == "sched");
  const Kinds far{"weather"};
  CHECK_FALSE(mask_of(sample::kVocabulary, far).error().suggestion.has_value());
}

TEST_CASE("the header says what is recorded") {
  CHECK(recorded_kinds(sample::kVocabulary, ~KindMask{0}) == Kinds{"all"});
  CHECK(recorded_kinds(sample::kVocabulary, 0b111) == Kinds{"all"});
  CHECK(recorded_kinds(sample::kVocabulary, 0b101) == Kinds{"ipc", "thread"});
  CHECK(recorded_kinds(sample::kVocabulary, 0) == Kinds{"none"});
  CHECK(mask(recorded_kinds(sample::kVocabulary, 0b101)) == 0b101);
  CHECK(mask(recorded_kinds(sample::kVocabulary, 0)) == 0);
}

}  // namespace
}  // namespace ipcsim::trace
