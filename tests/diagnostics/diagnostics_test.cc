// SPDX-License-Identifier: BSD-2-Clause
// Every diagnostic has a broken scenario in this folder, CODE_what_it_shows.scn, and beside it what
// is printed for it, .expected. A first comment line `//! parameter n=3` (or policy, defect, cost)
// stands for an option of the command line; imported files lie in imported/. Started with
// `--no-skip --test-case="write what is printed"`, this program writes the .expected files.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "scenarios/language/diagnostic_renderer.h"
#include "scenarios/language/source_limits.h"
#include "scenarios/scenario.h"
#include "sim/base/text.h"

namespace ipcsim::scenario {
namespace {

namespace fs = std::filesystem;

// Relative to the project's root, where tests are started.
constexpr std::string_view kFolder = "tests/diagnostics";

// Cases that are too large to be kept as files.
constexpr std::string_view kTooLarge = "E0002_file_too_large";

// Cases are loaded from inside of their folder, so that their paths are as short as their names.
class InFolder {
 public:
  InFolder() : before_(fs::current_path()) { fs::current_path(before_ / kFolder); }
  ~InFolder() { fs::current_path(before_); }
  InFolder(const InFolder&) = delete;
  InFolder& operator=(const InFolder&) = delete;

 private:
  fs::path before_;
};

std::string content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The names of the cases, without their suffix, in order.
std::set<std::string> names_with(std::string_view suffix) {
  std::set<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(".")) {
    if (entry.path().extension() == suffix) names.insert(entry.path().stem().string());
  }
  return names;
}

std::set<std::string> cases() {
  std::set<std::string> names = names_with(".scn");
  names.insert(std::string(kTooLarge));
  return names;
}

Overrides options_in(const std::string& text) {
  Overrides options;
  for (const std::string_view line : split(text, '\n')) {
    constexpr std::string_view kMark = "//! ";
    if (!line.starts_with(kMark)) break;
    const std::vector<std::string_view> words = split(line.substr(kMark.size()), ' ');
    REQUIRE(words.size() == 2);
    const std::size_t equals = words[1].find('=');
    const std::string name(words[1].substr(0, equals));
    const std::string value(equals == std::string_view::npos ? "" : words[1].substr(equals + 1));
    if (words[0] == "parameter") options.parameters.emplace_back(name, value);
    if (words[0] == "policy") options.policies.emplace_back(name, value);
    if (words[0] == "defect") options.defects.push_back(name);
    if (words[0] == "cost") options.cost = name;
  }
  return options;
}

std::string printed_for(const std::string& name) {
  const std::string path = name + ".scn";
  if (name == kTooLarge) {
    const std::string text(kMaximumFileBytes + 1, '\n');
    return render(load_text(text, path, {}).diagnostics, Colour::kNone);
  }
  return render(load(path, options_in(content(path))).diagnostics, Colour::kNone);
}

TEST_CASE("every broken scenario is told what is wrong with it") {
  const InFolder in_folder;
  for (const std::string& name : cases()) {
    CAPTURE(name);
    const std::string code = name.substr(0, name.find('_'));
    REQUIRE(find_code(code));
    const std::string printed = printed_for(name);
    CHECK(printed.find("[" + code + "]: ") != std::string::npos);
    CHECK(printed == content(name + ".expected"));
  }
}

// Of the loader and the interpreter: they need a file that is not there, or one of many megabytes.
bool is_no_file(std::string_view prefix) { return prefix >= "E0400"; }

TEST_CASE("every diagnostic has its broken scenario") {
  const InFolder in_folder;
  const std::set<std::string> names = cases();
  for (const DiagnosticDescription& description : diagnostic_descriptions()) {
    const std::string prefix = code_text(description.code) + "_";
    CAPTURE(prefix);
    if (is_no_file(prefix)) continue;
    CHECK(std::any_of(names.begin(), names.end(),
                      [&](const std::string& name) { return name.starts_with(prefix); }));
  }
}

TEST_CASE("nothing is expected of what is not there") {
  const InFolder in_folder;
  CHECK(names_with(".expected") == cases());
}

TEST_CASE("write what is printed" * doctest::skip()) {
  const InFolder in_folder;
  for (const std::string& name : names_with(".expected")) fs::remove(name + ".expected");
  for (const std::string& name : cases()) {
    std::ofstream(name + ".expected", std::ios::binary) << printed_for(name);
  }
}

}  // namespace
}  // namespace ipcsim::scenario
