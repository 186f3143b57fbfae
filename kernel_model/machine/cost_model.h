// SPDX-License-Identifier: BSD-2-Clause
// CostModel: what everything costs, in cycles. A model is a data file: one number a line, each with
// the CPU it is from and its source. Every key must be given once; unknown keys are errors.
//
//   model skylake_nokpti
//   # key                value          CPU        source
//   system_call_entry    95 cycles    | i7-6700  | split of the no-op system call, ...
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/cycles.h"
#include "sim/base/result.h"

namespace ipcsim::machine {

// The largest number a key may have: about a third of a second at 3 GHz.
inline constexpr Cycles kMaximumCost = 1'000'000'000;

struct CostModel {
  std::string name;
#define COST(key, meaning) Cycles key = 1;
#include "kernel_model/machine/cost_keys.def"
#undef COST
};

struct CostKey {
  std::string_view key;
  std::string_view meaning;
};
std::span<const CostKey> cost_keys();

// Sets one number by its key; false when there is no such key.
bool set_cost(CostModel& model, std::string_view key, Cycles value);
Cycles cost_of(const CostModel& model, std::string_view key);  // the key must exist

// Of the numbers: what tells two models of one name apart.
std::uint64_t digest_of(const CostModel& model);

struct CostModelError {
  std::uint32_t line = 0;  // from 1; 0: the file as a whole
  std::string message;
};

// Reads the text of a cost model file; gives the errors of all lines, or what is missing in it.
Result<CostModel, std::vector<CostModelError>> parse_cost_model(std::string_view text);

}  // namespace ipcsim::machine
