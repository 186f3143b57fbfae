// SPDX-License-Identifier: BSD-2-Clause
// Comparison: one scenario run under every combination of some policy values and cost models, and
// what its figures say. Differences of cycles are a conclusion only where the model can carry one:
// when they are at least a factor of 2, and come out the same way under every cost model.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/scenario.h"

namespace ipcsim::cli {

// The name of the axis of cost models; no policy has it.
inline constexpr std::string_view kCostAxis = "cost";

// What is varied: a policy, or the cost model.
struct Axis {
  std::string name;  // "buffer", or "cost"
  std::vector<std::string> values;
};

// One combination, and how the scenario ran under it.
struct Variant {
  std::vector<std::size_t> values;  // of each axis, the place of its value
  scenario::Overrides overrides;
  scenario::RunReport report;

  // A run that ended early did less: its cycles and counts are not those of the others.
  bool is_comparable() const {
    return report.verdict == scenario::Verdict::kPassed && !report.expected_finding;
  }
};

struct Comparison {
  std::string file;
  std::vector<Axis> axes;         // the cost model first, if it is varied; then the policies
  std::vector<Variant> variants;  // the last axis varies fastest
};

enum class Measure : std::uint8_t { kCount, kCycles };

// One figure of every variant, by their order; nothing where it does not have the figure.
struct Figure {
  std::string name;
  Measure measure = Measure::kCount;
  std::vector<std::optional<double>> values;
};

// "end cycle", "wakeups", ...: of each run as a whole.
std::vector<Figure> run_figures(const Comparison& comparison);

// The mean cycles of each kind of call, by its name.
std::vector<Figure> call_figures(const Comparison& comparison);

enum class Conclusion : std::uint8_t {
  kNone,     // fewer than two values that can be compared
  kEqual,    // all are the same
  kApart,    // they differ by `factor` or more
  kTooNear,  // they differ, by cycles, but less than two good kernels do
  kFlips,    // another cost model has it the other way round
};

// How far the values of a figure are apart: the largest divided by the smallest. With several cost
// models it is the least of the factors within each of them, unless nothing else is varied.
struct Spread {
  Conclusion conclusion = Conclusion::kNone;
  double factor = 1;
  bool from_zero = false;  // some are 0, some not: no factor
};
Spread spread_of(const Comparison& comparison, const Figure& figure);

// Cycles that differ by less than this say nothing about which design is better.
inline constexpr double kLeastFactor = 2;

}  // namespace ipcsim::cli
