// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/corpus_folder.h"

#include <algorithm>
#include <filesystem>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "sim/base/stable_hash.h"
#include "tools/cli/input_file.h"
#include "tools/cli/output_file.h"

namespace ipcsim::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEnding = ".schedule";
constexpr std::string_view kInteresting = ".interesting.";

std::string file_name_of(const std::string& scenario, const scenario::KeptSchedule& kept) {
  StableHash hash;
  hash.add_raw(kept.text);
  return fmt::format("{}.{}.{:016x}{}", fs::path(scenario).stem().string(),
                     kept.failing ? "failing" : "interesting", hash.digest(), kEnding);
}

// Names that begin with a dot are of files that are being written.
bool is_schedule_name(const std::string& name) {
  return name.ends_with(kEnding) && !name.starts_with('.');
}

}  // namespace

Usage<CorpusFolder> CorpusFolder::open(const std::string& folder) {
  std::error_code error;
  fs::create_directory(folder, error);
  if (error) {
    return wrong_usage(fmt::format("{}: cannot be made a folder: {}", folder, error.message()));
  }
  return find(folder);
}

Usage<CorpusFolder> CorpusFolder::find(const std::string& folder) {
  CorpusFolder corpus;
  corpus.folder_ = folder;
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (!is_schedule_name(name)) continue;
    std::string path = entry->path().lexically_normal().string();
    const auto text = read_text(path);
    const auto head = text ? scenario::head_of_schedule(*text) : std::nullopt;
    if (head.has_value()) {
      const bool failing = name.find(kInteresting) == std::string::npos;
      corpus.entries_.push_back({std::move(path), failing, *head});
    } else {
      corpus.strangers_.push_back(std::move(path));
    }
  }
  if (error) return wrong_usage(fmt::format("{}: cannot be read: {}", folder, error.message()));
  std::ranges::sort(corpus.entries_, {}, [](const Entry& one) {
    return std::tuple(!one.failing, std::string_view(one.path));
  });
  std::ranges::sort(corpus.strangers_);
  return corpus;
}

ScenarioCorpus CorpusFolder::of(const scenario::Summary& scenario) const {
  ScenarioCorpus corpus;
  for (const Entry& entry : entries_) {
    if (entry.head.scenario != scenario.name) continue;
    if (entry.head.digest != scenario.digest) {
      ++corpus.outdated;
      continue;
    }
    auto text = read_text(entry.path);
    if (!text) continue;  // somebody has removed it meanwhile
    corpus.files.push_back(entry.path);
    corpus.texts.push_back(std::move(text).value());
    if (!entry.failing) ++corpus.interesting;
  }
  return corpus;
}

std::optional<UsageError> CorpusFolder::add(const std::string& scenario,
                                            const scenario::KeptSchedule& kept) const {
  const fs::path path = fs::path(folder_) / file_name_of(scenario, kept);
  return write_file(path.lexically_normal().string(), kept.text);
}

std::string strangers_text(const CorpusFolder& corpus) {
  const std::size_t count = corpus.strangers().size();
  if (count == 0) return "";
  return fmt::format("{}: {} file{} no schedule and left alone: {}{}\n", corpus.folder(), count,
                     count == 1 ? " is" : "s are", corpus.strangers().front(),
                     count == 1 ? "" : ", ...");
}

}  // namespace ipcsim::cli
