// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/golden_traces.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>

#include <fmt/format.h>

#include "sim/trace/text_form.h"
#include "tools/cli/input_file.h"

namespace ipcsim::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kScenarioEnding = ".scn";
constexpr std::string_view kTraceEnding = ".trace";

std::string without_ending(const std::string& path, std::string_view ending) {
  return path.substr(0, path.size() - ending.size());
}

void add_file(TestFiles& files, const std::string& path) {
  if (path.ends_with(kScenarioEnding)) files.scenarios.push_back(path);
  if (path.ends_with(kTraceEnding)) files.stray_traces.push_back(path);
}

std::optional<UsageError> add_folder(TestFiles& files, const std::string& folder) {
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    std::error_code ignored;
    if (entry->is_directory(ignored)) {
      if (name.starts_with('.')) entry.disable_recursion_pending();
    } else {
      add_file(files, entry->path().string());
    }
  }
  if (!error) return std::nullopt;
  return UsageError{fmt::format("{}: cannot be searched: {}", folder, error.message()), {}};
}

std::optional<UsageError> add_operand(TestFiles& files, const std::string& operand) {
  std::error_code error;
  if (operand != kStdin && fs::is_directory(operand, error)) return add_folder(files, operand);
  if (operand.ends_with(kTraceEnding)) {
    return UsageError{fmt::format("{}: is a trace; scenarios are tested", operand),
                      fmt::format("try: ipcsim test {}{}", without_ending(operand, kTraceEnding),
                                  kScenarioEnding)};
  }
  if (operand == kStdin || !operand.ends_with(kScenarioEnding)) {
    return UsageError{fmt::format("{}: is neither a folder nor a `.scn` file", operand),
                      "a golden trace stands beside its scenario, so it needs a file"};
  }
  files.scenarios.push_back(operand);
  return std::nullopt;
}

void make_sorted_set(std::vector<std::string>& names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

}  // namespace

Usage<TestFiles> find_test_files(std::span<const std::string> operands) {
  TestFiles files;
  for (const std::string& operand : operands) {
    if (auto error = add_operand(files, operand)) return Failure(std::move(*error));
  }
  make_sorted_set(files.scenarios);
  make_sorted_set(files.stray_traces);
  std::erase_if(files.stray_traces, [&](const std::string& trace) {
    const std::string scenario = without_ending(trace, kTraceEnding) + std::string(kScenarioEnding);
    return std::binary_search(files.scenarios.begin(), files.scenarios.end(), scenario);
  });
  if (files.scenarios.empty() && files.stray_traces.empty()) {
    return wrong_usage(fmt::format("{}: there is no scenario below it", operands.front()),
                       "scenarios are files whose names end with `.scn`");
  }
  return files;
}

std::string golden_path(const std::string& scenario) {
  return without_ending(scenario, kScenarioEnding) + std::string(kTraceEnding);
}

bool is_ipcsim_trace(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string beginning(trace::kMagic.size(), '\0');
  file.read(beginning.data(), static_cast<std::streamsize>(beginning.size()));
  return file.gcount() == std::ssize(beginning) && beginning == trace::kMagic;
}

}  // namespace ipcsim::cli
