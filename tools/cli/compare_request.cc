// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/compare_request.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/base/text.h"
#include "tools/cli/overrides.h"

namespace ipcsim::cli {
namespace {

// `shown` is the option as it was given.
Usage<Axis> axis_of(std::string name, const std::string& list, const std::string& shown) {
  Axis axis{std::move(name), {}};
  for (const std::string_view part : split(list, ',')) {
    const std::string value(trim(part));
    if (value.empty()) {
      return wrong_usage(fmt::format("`{}`: a value between the commas is empty", shown),
                         "write the values with single commas between them");
    }
    if (std::find(axis.values.begin(), axis.values.end(), value) != axis.values.end()) {
      return wrong_usage(fmt::format("`{}` names `{}` twice", shown, value),
                         "leave one of them out");
    }
    axis.values.push_back(value);
  }
  return axis;
}

std::size_t count_variants(const std::vector<Axis>& axes) {
  std::size_t count = 1;
  for (const Axis& axis : axes) {
    count *= axis.values.size();
    if (count > kMostVariants) return count;  // before it overflows
  }
  return count;
}

}  // namespace

Usage<CompareRequest> compare_request(const Arguments& arguments) {
  CompareRequest request;
  request.file = arguments.operands().front();
  request.json = arguments.has("json");
  auto overrides = overrides_of(arguments);
  if (!overrides) return Failure(overrides.error());
  request.common = std::move(overrides).value();
  if (const auto cost = std::exchange(request.common.cost, std::nullopt)) {
    auto axis = axis_of(std::string(kCostAxis), *cost, "--cost " + *cost);
    if (!axis) return Failure(axis.error());
    request.axes.push_back(std::move(axis).value());
  }
  for (const auto& [policy, values] : std::exchange(request.common.policies, {})) {
    auto axis = axis_of(policy, values, fmt::format("--policy {}={}", policy, values));
    if (!axis) return Failure(axis.error());
    request.axes.push_back(std::move(axis).value());
  }
  const std::size_t variants = count_variants(request.axes);
  if (variants < 2) {
    return wrong_usage("there is nothing to compare: no policy and no cost model has two values",
                       "write --policy NAME=VALUE,VALUE or --cost MODEL,MODEL; `ipcsim explain` "
                       "lists the policies");
  }
  if (variants > kMostVariants) {
    return wrong_usage(fmt::format("the values make more than {} combinations", kMostVariants),
                       "leave some out, or compare in several steps");
  }
  return request;
}

std::vector<Variant> variants_of(const CompareRequest& request) {
  std::vector<Variant> variants(count_variants(request.axes));
  for (std::size_t index = 0; index < variants.size(); ++index) {
    Variant& variant = variants[index];
    variant.overrides = request.common;
    variant.values.resize(request.axes.size());
    std::size_t rest = index;
    for (std::size_t axis = request.axes.size(); axis-- > 0;) {
      variant.values[axis] = rest % request.axes[axis].values.size();
      rest /= request.axes[axis].values.size();
    }
    for (std::size_t axis = 0; axis < request.axes.size(); ++axis) {
      const auto& [name, values] = request.axes[axis];
      const std::string& value = values[variant.values[axis]];
      if (name == kCostAxis) {
        variant.overrides.cost = value;
      } else {
        variant.overrides.policies.emplace_back(name, value);
      }
    }
  }
  return variants;
}

std::vector<std::string> words_of(const CompareRequest& request) {
  std::vector<std::string> words{"compare", request.file};
  for (const Axis& axis : request.axes) {
    const std::string values = join(axis.values, ",");
    if (axis.name == kCostAxis) {
      words.insert(words.end(), {"--cost", values});
    } else {
      words.insert(words.end(), {"--policy", fmt::format("{}={}", axis.name, values)});
    }
  }
  append_words(words, request.common);
  return words;
}

}  // namespace ipcsim::cli
