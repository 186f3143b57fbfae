// SPDX-License-Identifier: BSD-2-Clause
// Portfolio: shares the runs of a search out among strategies. No strategy wins everywhere (see the
// table in tests/exploration/README.md), so all get a share, and those get more of which the last
// rounds have shown more new coverage for each step.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "sim/explore/strategy.h"

namespace ipcsim::explore {

// The ways to make a schedule.
enum class Way : std::uint8_t {
  kReference,  // no deviation
  kGiven,      // by whoever asks for the search
  kRandom,
  kPct2,
  kPct3,
  kPct4,
  kPos,
  kSurw,
  kMutation,  // of the answers of a run that showed something new
};
inline constexpr std::size_t kWays = 9;

std::string_view name_of(Way way);

// Whether runs may be shared out to it.
bool takes_part(Way way);

// What a person may call them: a name, or "pct" for all of its kind. Empty when there is none.
std::vector<Way> ways_called(std::string_view name);

// Null for the reference, what is given and mutation, which are no strategies.
std::unique_ptr<Strategy> make_strategy(Way way);

class Portfolio {
 public:
  // These ways; none: all of them.
  explicit Portfolio(std::span<const Way> ways);

  // Whose turn it is, by smooth weighted round robin. Mutation takes part only while there is
  // something to mutate.
  Way next(bool can_mutate);

  // What the runs of a round came to.
  struct Yield {
    std::uint64_t new_keys = 0;
    std::uint64_t steps = 0;
  };
  void learn(const std::array<Yield, kWays>& round);

 private:
  struct Share {
    std::uint64_t base = 0;  // of the weight; 0: takes no part
    std::uint64_t weight = 0;
    std::int64_t credit = 0;
    Yield yield;  // of the rounds so far, later ones counting more
  };
  std::array<Share, kWays> shares_{};
};

}  // namespace ipcsim::explore
