// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/fuzzer.h"

#include <memory>
#include <string>

#include <doctest/doctest.h>

namespace ipcsim::scenario {
namespace {

std::shared_ptr<const Scenario> searchable(const std::string& text,
                                           const Overrides& overrides = {}) {
  const Loaded result = load_text("scenario 1\n" + text, "memory.scn", overrides);
  REQUIRE_MESSAGE(result.scenario != nullptr, render(result.diagnostics, Colour::kNone));
  return result.scenario;
}

FuzzReport searched(const Scenario& scenario, const FuzzOptions& options) {
  Fuzzer fuzzer(scenario, options, 1);
  explore::OneWorker worker;
  while (fuzzer.advance(worker)) {
  }
  return fuzzer.report();
}

// The clerk may look between the two stores.
const std::string kTorn = R"(
memory page 1 page of clerk, writer
task writer { thread main { compute 50; store64(page, 1); store64(page + 8, 1) } }
task clerk {
  thread main {
    let first = load64(page)
    let second = load64(page + 8)
    expect first == second
  }
}
)";

TEST_CASE("what is found is replayed and put into words") {
  const auto scenario = searchable(kTorn);
  FuzzOptions options;
  options.runs = 300;
  const FuzzReport report = searched(*scenario, options);
  CHECK(report.verdict == Verdict::kFailed);
  REQUIRE(report.found.size() == 1);
  const FoundByFuzz& found = report.found.front();
  CHECK(found.finding.name == "failed_expectation");
  CHECK(found.finding.place == "memory.scn:9");
  CHECK(found.reproduced);
  CHECK_FALSE(found.expected);
  CHECK(found.run <= 300);
  CHECK(found.count >= 1);

  RunOptions again;
  again.schedule = Schedule::kGiven;
  again.schedule_text = found.schedule;
  const RunReport run = scenario::run(*scenario, again);
  CHECK(run.schedule_error.empty());
  REQUIRE_FALSE(run.findings.empty());
  CHECK(run.findings.back().message == found.finding.message);
}

TEST_CASE("kinds of choices that may not vary do not") {
  const auto scenario = searchable(kTorn);
  FuzzOptions options;
  options.runs = 100;
  options.vary = {"pick", "value", "inject", "jitter", "tlb"};
  CHECK(searched(*scenario, options).verdict == Verdict::kPassed);
}

TEST_CASE("cycle bounds are judged where holds are bounded") {
  const auto scenario = searchable(R"(
task quick { thread main { compute 1_000; mark done } }
task other { thread main { compute 50_000; sleep 10 } }
eventually quick.main passed done within 5_000cy
)");
  FuzzOptions options;
  options.runs = 200;
  CHECK(searched(*scenario, options).verdict == Verdict::kPassed);  // holds of any length: ignored
  options.max_hold = 100;
  CHECK(searched(*scenario, options).verdict == Verdict::kPassed);  // short ones: kept
  options.max_hold = 100'000;
  CHECK(searched(*scenario, options).verdict == Verdict::kFailed);
}

TEST_CASE("a run that goes round in circles under every schedule comes to a limit") {
  const auto scenario =
      searchable("task one { thread main { var n = 0; loop { n += 1; yield } } }\n");
  FuzzOptions options;
  options.runs = 2;
  const FuzzReport report = searched(*scenario, options);
  CHECK(report.verdict == Verdict::kLimit);
  CHECK(report.progress.limited == 2);
}

// The kernel forgets to tell the reader's CPU that the page is gone.
const std::string kStale = R"(
machine { cpus 2 }
const place = 0x40_0000
task daemon privileged {
  thread main cpu 0 {
    let frame = new_frame()
    map(reader, place, frame, read)
    mark mapped
    await reader.main passed looked
    unmap(reader, place)
    mark taken
  }
}
task reader {
  thread main cpu 1 {
    await daemon.main passed mapped
    let before = load64(place)
    mark looked
    await daemon.main passed taken
    let after = load64(place)
    expect before != after
  }
}
allow unhandled_fault in reader
)";

TEST_CASE("a stale translation may be used, or have made place for another") {
  Overrides overrides;
  overrides.defects.emplace_back("shootdown_forgotten");
  FuzzOptions options;
  options.runs = 100;
  options.vary = {"tlb"};
  const FuzzReport report = searched(*searchable(kStale, overrides), options);
  REQUIRE(report.found.size() == 1);
  // Used, it gives what was there; else the access faults, which the file allows.
  CHECK(report.found.front().count > 10);
  CHECK(report.found.front().count < 90);
  options.vary = {"value"};
  CHECK(searched(*searchable(kStale, overrides), options).found.front().count == 100);
}

}  // namespace
}  // namespace ipcsim::scenario
