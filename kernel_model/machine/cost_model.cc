// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/cost_model.h"

#include <array>
#include <optional>

#include <fmt/format.h>

#include "sim/base/check.h"
#include "sim/base/stable_hash.h"
#include "sim/base/text.h"

namespace ipcsim::machine {
namespace {

struct KeyMember {
  CostKey description;
  Cycles CostModel::*member;
};

constexpr KeyMember kKeys[] = {
#define COST(key, meaning) {{#key, meaning}, &CostModel::key},
#include "kernel_model/machine/cost_keys.def"
#undef COST
};
constexpr std::size_t kKeyCount = std::size(kKeys);

constexpr auto kDescriptions = [] {
  std::array<CostKey, kKeyCount> descriptions{};
  for (std::size_t index = 0; index < kKeyCount; ++index) {
    descriptions[index] = kKeys[index].description;
  }
  return descriptions;
}();

std::optional<std::size_t> index_of(std::string_view key) {
  for (std::size_t index = 0; index < kKeyCount; ++index) {
    if (kKeys[index].description.key == key) return index;
  }
  return std::nullopt;
}

// Reads one file; collects errors.
class CostModelReader {
 public:
  void read_line(std::string_view line) {
    ++line_;
    line = trim(line.substr(0, line.find('#')));
    if (line.empty()) return;
    const std::size_t bar = line.find('|');
    const std::string_view number = trim(line.substr(0, bar));
    const std::size_t key_end = number.find_first_of(" \t");
    const std::string_view key = number.substr(0, key_end);
    if (key == "model") return read_name(trim(line.substr(key.size())));
    if (bar == std::string_view::npos || line.find('|', bar + 1) == std::string_view::npos) {
      error(fmt::format("`{}` needs its CPU and its source: KEY N cycles | CPU | SOURCE", key));
      return;
    }
    read_number(key, trim(number.substr(key.size())));
  }

  Result<CostModel, std::vector<CostModelError>> finish() {
    // What a wrong line was to give would be missed here.
    if (errors_.empty()) find_missing();
    if (!errors_.empty()) return Failure(std::move(errors_));
    return std::move(model_);
  }

 private:
  void read_name(std::string_view name) {
    if (!model_.name.empty()) error("`model` is given twice");
    const bool is_word = !name.empty() && name.find_first_of(" \t|") == std::string_view::npos;
    if (!is_word || name.size() > kMaximumName) {
      error(fmt::format("`model` needs a name: one word of at most {} characters", kMaximumName));
    }
    model_.name = std::string(name);
  }

  void find_missing() {
    line_ = 0;
    if (model_.name.empty()) error("the line `model NAME` is missing");
    std::string keys;
    std::size_t missing = 0;
    for (std::size_t index = 0; index < kKeyCount; ++index) {
      if (seen_[index]) continue;
      if (++missing > kMissingNamed) continue;
      keys += fmt::format("{}`{}`", keys.empty() ? "" : ", ", kKeys[index].description.key);
    }
    if (missing == 0) return;
    if (missing > kMissingNamed) keys += fmt::format(" and {} more", missing - kMissingNamed);
    error(fmt::format("{} {} missing", keys, missing == 1 ? "is" : "are"));
  }

  void read_number(std::string_view key, std::string_view value) {
    const std::optional<std::size_t> index = index_of(key);
    if (!index) {
      std::array<std::string_view, kKeyCount> known{};
      for (std::size_t at = 0; at < kKeyCount; ++at) known[at] = kKeys[at].description.key;
      const auto suggestion = closest(key, known);
      error(fmt::format("`{}` is no cost{}", key,
                        suggestion ? fmt::format("; did you mean `{}`?", *suggestion) : ""));
      return;
    }
    if (seen_[*index]) error(fmt::format("`{}` is given twice", key));
    seen_[*index] = true;
    const std::size_t end = value.find_first_of(" \t");
    const auto cycles = parse_unsigned(value.substr(0, end));
    const bool unit = end != std::string_view::npos && trim(value.substr(end)) == "cycles";
    if (!cycles || !unit || *cycles > kMaximumCost) {
      error(fmt::format("`{}` needs a number of cycles up to {}, as in `95 cycles`", key,
                        kMaximumCost));
      return;
    }
    model_.*kKeys[*index].member = *cycles;
  }

  void error(std::string message) { errors_.push_back({line_, std::move(message)}); }

  CostModel model_;
  static constexpr std::size_t kMaximumName = 200;
  static constexpr std::size_t kMissingNamed = 5;  // of all that are

  std::array<bool, kKeyCount> seen_{};
  std::vector<CostModelError> errors_;
  std::uint32_t line_ = 0;
};

}  // namespace

std::span<const CostKey> cost_keys() { return kDescriptions; }

bool set_cost(CostModel& model, std::string_view key, Cycles value) {
  const std::optional<std::size_t> index = index_of(key);
  if (!index) return false;
  model.*kKeys[*index].member = value;
  return true;
}

Cycles cost_of(const CostModel& model, std::string_view key) {
  const std::optional<std::size_t> index = index_of(key);
  SIM_CHECK(index.has_value(), "a cost was asked for by an unknown key");
  return model.*kKeys[*index].member;
}

std::uint64_t digest_of(const CostModel& model) {
  StableHash hash;
  for (const KeyMember& key : kKeys) {
    hash.add(key.description.key);
    hash.add(model.*key.member);
  }
  return hash.digest();
}

Result<CostModel, std::vector<CostModelError>> parse_cost_model(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  CostModelReader reader;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    reader.read_line(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return reader.finish();
}

}  // namespace ipcsim::machine
