// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/overrides.h"

#include <algorithm>

#include <fmt/format.h>

namespace ipcsim::cli {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

// `shown` is the option as people write it.
Usage<Settings> settings_of(std::span<const std::string> values, std::string_view shown) {
  Settings settings;
  for (const std::string& value : values) {
    const std::size_t equals = value.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == value.size()) {
      return wrong_usage(
          fmt::format("`{} {}` sets nothing: it needs a name and a value", shown, value),
          fmt::format("write {} NAME=VALUE", shown));
    }
    std::string name = value.substr(0, equals);
    const bool repeated = std::any_of(settings.begin(), settings.end(),
                                      [&](const auto& setting) { return setting.first == name; });
    if (repeated) {
      return wrong_usage(fmt::format("`{}` sets `{}` twice", shown, name), "leave one of them out");
    }
    settings.emplace_back(std::move(name), value.substr(equals + 1));
  }
  return settings;
}

}  // namespace

Usage<scenario::Overrides> overrides_of(const Arguments& arguments) {
  scenario::Overrides overrides;
  auto parameters = settings_of(arguments.values("param"), "-P");
  if (!parameters) return Failure(parameters.error());
  overrides.parameters = std::move(parameters).value();
  auto policies = settings_of(arguments.values("policy"), "--policy");
  if (!policies) return Failure(policies.error());
  overrides.policies = std::move(policies).value();
  for (const std::string& defect : arguments.values("defect")) {
    if (std::find(overrides.defects.begin(), overrides.defects.end(), defect) ==
        overrides.defects.end()) {
      overrides.defects.push_back(defect);
    }
  }
  if (const std::string* cost = arguments.value("cost")) overrides.cost = *cost;
  return overrides;
}

void append_words(std::vector<std::string>& words, const scenario::Overrides& overrides) {
  for (const auto& [name, value] : overrides.parameters) {
    words.insert(words.end(), {"-P", name + "=" + value});
  }
  for (const auto& [name, value] : overrides.policies) {
    words.insert(words.end(), {"--policy", name + "=" + value});
  }
  for (const std::string& defect : overrides.defects) {
    words.insert(words.end(), {"--defect", defect});
  }
  if (overrides.cost) words.insert(words.end(), {"--cost", *overrides.cost});
}

}  // namespace ipcsim::cli
