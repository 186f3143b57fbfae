// SPDX-License-Identifier: BSD-2-Clause
// What a run of any scenario of the catalogue leaves can be read back and written again byte for
// byte, says in its header how it came about, and is refused when anything is missing.
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "scenarios/scenario.h"
#include "sim/trace/header.h"
#include "sim/trace/text_reader.h"
#include "sim/trace/text_writer.h"
#include "tests/support/thoroughness.h"

namespace ipcsim::scenario {
namespace {

namespace fs = std::filesystem;

// Relative to the project's root, where tests are started.
std::vector<std::shared_ptr<const Scenario>> catalogue() {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator("scenarios/catalogue")) {
    if (entry.path().extension() == ".scn") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<std::shared_ptr<const Scenario>> scenarios;
  for (const std::string& file : files) {
    const Loaded loaded = load(file, {});
    REQUIRE_MESSAGE(loaded.scenario != nullptr, render(loaded.diagnostics, Colour::kNone));
    scenarios.push_back(loaded.scenario);
  }
  return scenarios;
}

trace::Trace read_back(const std::string& text) {
  auto read = trace::read_text(text);
  REQUIRE_MESSAGE(read.ok(), read.error().text());
  CHECK(trace::write_text(*read) == text);
  return std::move(read).value();
}

TEST_CASE("traces are read back, and say how they came about") {
  for (const auto& scenario : catalogue()) {
    const Summary about = summary(*scenario);
    CAPTURE(about.name);
    RunOptions options;
    options.tool = "1.2.3";
    const RunReport reference = run(*scenario, options);
    const trace::Trace plain = read_back(reference.trace);
    CHECK(plain.header.tool == "1.2.3");
    CHECK(plain.header.scenario == about.name);
    CHECK(plain.header.scenario_digest == about.digest);
    CHECK(plain.header.parameters == about.parameters);
    CHECK(plain.header.cost_model == about.cost_model);
    CHECK(plain.header.cost_model_digest == about.cost_model_digest);
    CHECK(plain.header.recorded == std::vector<std::string>{"all"});
    CHECK_FALSE(plain.header.seed.has_value());
    CHECK(plain.events.size() == reference.events);

    options.schedule = Schedule::kRandomWalk;
    options.seed = 7;
    const RunReport walk = run(*scenario, options);
    const trace::Trace walked = read_back(walk.trace);
    CHECK(walked.header.seed == 7);
    CHECK(walked.header.schedule.empty());
    if (walk.schedule.empty()) continue;

    options.schedule = Schedule::kGiven;
    options.schedule_text = walk.schedule;
    const trace::Trace replayed = read_back(run(*scenario, options).trace);
    CHECK_FALSE(replayed.header.seed.has_value());
    CHECK_FALSE(replayed.header.schedule.empty());
    CHECK(replayed.events == walked.events);
  }
}

TEST_CASE("a narrowed trace says what it has, and has nothing else") {
  for (const auto& scenario : catalogue()) {
    CAPTURE(summary(*scenario).name);
    const trace::Trace whole = read_back(run(*scenario, {}).trace);
    for (const std::string_view kind : event_kinds()) {
      CAPTURE(std::string(kind));
      RunOptions options;
      options.recorded_kinds = {std::string(kind)};
      const trace::Trace narrow = read_back(run(*scenario, options).trace);
      CHECK(narrow.header.recorded == options.recorded_kinds);
      const auto is_of_kind = [&](const trace::EventLine& event) { return event.kind == kind; };
      CHECK(std::all_of(narrow.events.begin(), narrow.events.end(), is_of_kind));
      CHECK(std::count_if(whole.events.begin(), whole.events.end(), is_of_kind) ==
            std::ssize(narrow.events));
    }
  }
}

TEST_CASE("a cut trace is noticed, wherever it was cut; so is a changed character") {
  for (const auto& scenario : catalogue()) {
    CAPTURE(summary(*scenario).name);
    const std::string text = run(*scenario, {}).trace;
    const std::size_t stride = std::max<std::size_t>(1, text.size() / test::tries(13U, 97U));
    for (std::size_t size = 0; size < text.size(); size += stride) {
      CAPTURE(size);
      CHECK_FALSE(trace::read_text(text.substr(0, size)).ok());
    }
    CHECK_FALSE(trace::read_text(text.substr(0, text.size() - 1)).ok());
    const std::size_t digit = text.rfind("@") + 1;
    std::string changed = text;
    changed[digit] = changed[digit] == 'x' ? 'y' : 'x';
    CHECK_FALSE(trace::read_text(changed).ok());
  }
}

}  // namespace
}  // namespace ipcsim::scenario
