// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/comparison.h"

#include <doctest/doctest.h>

namespace ipcsim::cli {
namespace {

// Two values of a policy under each of `models` cost models.
Comparison comparison_of(std::size_t models) {
  Comparison comparison{"x.scn", {}, {}};
  if (models > 1) comparison.axes.push_back({"cost", std::vector<std::string>(models, "model")});
  comparison.axes.push_back({"buffer", {"shared", "duplex"}});
  for (std::size_t index = 0; index < 2 * models; ++index) {
    Variant variant;
    if (models > 1) variant.values.push_back(index / 2);
    variant.values.push_back(index % 2);
    comparison.variants.push_back(std::move(variant));
  }
  return comparison;
}

Spread spread(std::vector<std::optional<double>> values, Measure measure = Measure::kCycles) {
  return spread_of(comparison_of(values.size() / 2), {"figure", measure, values});
}

TEST_CASE("cycles are a conclusion from a factor of 2 on, counts always") {
  CHECK(spread({100, 100}).conclusion == Conclusion::kEqual);
  CHECK(spread({0, 0}).conclusion == Conclusion::kEqual);
  CHECK(spread({100, 199}).conclusion == Conclusion::kTooNear);
  CHECK(spread({200, 100}).conclusion == Conclusion::kApart);
  CHECK(spread({200, 100}).factor == 2);
  CHECK(spread({3, 4}, Measure::kCount).conclusion == Conclusion::kApart);
}

TEST_CASE("from zero there is no factor") {
  CHECK(spread({0, 7}).from_zero);
  CHECK(spread({0, 7}).conclusion == Conclusion::kApart);
}

TEST_CASE("a figure that only one variant has says nothing") {
  CHECK(spread({100, std::nullopt}).conclusion == Conclusion::kNone);
  CHECK(spread({std::nullopt, std::nullopt}).conclusion == Conclusion::kNone);
}

TEST_CASE("runs that ended early are not compared") {
  Comparison comparison = comparison_of(1);
  const Figure figure{"end cycle", Measure::kCycles, {100, 900}};
  CHECK(spread_of(comparison, figure).conclusion == Conclusion::kApart);
  comparison.variants[1].report.verdict = scenario::Verdict::kFailed;
  CHECK(spread_of(comparison, figure).conclusion == Conclusion::kNone);
  comparison.variants[1].report.verdict = scenario::Verdict::kPassed;
  comparison.variants[1].report.expected_finding = true;
  CHECK(spread_of(comparison, figure).conclusion == Conclusion::kNone);
}

TEST_CASE("several cost models: each by itself, the least factor counts, and all must agree") {
  CHECK(spread({100, 300, 1000, 5000}).conclusion == Conclusion::kApart);
  CHECK(spread({100, 300, 1000, 5000}).factor == 3);
  CHECK(spread({100, 300, 1000, 1100}).conclusion == Conclusion::kTooNear);
  CHECK(spread({100, 300, 5000, 1000}).conclusion == Conclusion::kFlips);
  CHECK(spread({1, 2, 2, 1}, Measure::kCount).conclusion == Conclusion::kApart);
}

TEST_CASE("cost models alone are compared with each other") {
  Comparison comparison = comparison_of(1);
  comparison.axes.front() = {"cost", {"one", "other"}};
  comparison.axes.push_back({"buffer", {"duplex"}});
  comparison.variants[0].values = {0, 0};
  comparison.variants[1].values = {1, 0};
  CHECK(spread_of(comparison, {"figure", Measure::kCycles, {100, 150}}).conclusion ==
        Conclusion::kTooNear);
}

}  // namespace
}  // namespace ipcsim::cli
