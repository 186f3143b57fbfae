// SPDX-License-Identifier: BSD-2-Clause
// Fuzzer: a search through the scheduling orders of a scenario by sampling: run after run under
// another schedule, until something is found or the runs are used up. The same options find the
// same things in the same runs, however many workers there are.
//
//   Fuzzer fuzzer(scenario, options, workers.count());
//   while (fuzzer.advance(workers, stop)) show(fuzzer.progress());
//   report(fuzzer.report());
//
// A search may begin with schedules that earlier ones left: see `given` and take_kept().
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/scenario.h"
#include "sim/explore/workers.h"

namespace ipcsim::scenario {

struct FuzzOptions {
  std::uint64_t seed = 1;
  std::uint64_t runs = 10'000;
  std::vector<std::string> strategies;           // of fuzz_strategies(); empty: a portfolio of all
  std::vector<std::string> vary;                 // of choice_kinds(); empty: all
  std::optional<Cycles> max_hold;                // cycles of all holds of a run together
  std::optional<std::uint64_t> max_preemptions;  // a run
  std::optional<std::uint64_t> max_injections;   // a run
  bool first_only = false;                       // ends soon after the first finding
  bool paranoid = false;                         // check every invariant after every step
  bool shrink = false;     // look for the shortest schedule of each finding, and its race windows
  std::uint64_t part = 0;  // of `parts` searches that share no run, this is the part-th, from 0
  std::uint64_t parts = 1;
  kernel::IpcFactory* ipc = nullptr;  // see RunOptions
  std::vector<std::string> given;     // texts of schedules, to be run in this order before all else
  std::uint64_t keep = 0;             // how many schedules without a finding take_kept() gives
};

// What a text that is a schedule says of the scenario that it is of; nothing of any other text.
struct ScheduleHead {
  std::string scenario;      // its name
  std::uint64_t digest = 0;  // see Summary
};
std::optional<ScheduleHead> head_of_schedule(std::string_view text);

std::vector<std::string_view> fuzz_strategies();
std::vector<std::string_view> choice_kinds();

struct FuzzProgress {
  std::uint64_t runs = 0;
  std::uint64_t steps = 0;
  std::uint64_t limited = 0;   // runs that came to a limit and have no verdict
  std::uint64_t coverage = 0;  // hand-overs of objects between lanes, and menus of choices
  std::uint64_t singular = 0;  // of these, the ones that a single run has shown
  std::uint64_t findings = 0;  // of different kinds

  // The chance that the next run shows something new is at most so many parts of ten thousand, by
  // the estimate of Good and Turing.
  std::uint64_t chance_of_news() const {
    constexpr std::uint64_t kWhole = 10'000;
    return singular >= runs ? kWhole : (singular * kWhole + runs - 1) / runs;
  }
};

// What became of a schedule that was given.
struct GivenScheduleRun {
  bool made = false;    // it is of this scenario, and its turn has come
  bool fits = false;    // all of it applied, within the bounds
  bool failed = false;  // something was found
  bool is_new = false;  // that nothing before it had found; or, if it ended well, it showed news
};

// A schedule that is worth to begin the next search with.
struct KeptSchedule {
  bool failing = false;  // it leads to a finding; else it showed something new
  std::string text;
};

// The delays of one hold for which the run fails the same way, all else as the schedule says.
struct FoundWindow {
  std::string step;                               // that is held: "consumer.main#5"
  std::vector<std::pair<Cycles, Cycles>> delays;  // least and most of each interval, ascending
  Cycles longest = 0;                             // nothing longer was tried
};

struct FoundByFuzz {
  Finding finding;
  bool expected = false;       // the file says that it is there to be found
  bool reproduced = false;     // two replays gave it again, with equal traces
  std::uint64_t run = 0;       // the first that found it, from 1; 0: that of a given schedule
  std::uint64_t count = 0;     // runs that found it, without those of given schedules
  std::string strategy;        // of that first run
  std::string schedule;        // under which the reference becomes that run, or what is left of it
  std::size_t deviations = 0;  // in the schedule
  std::size_t deviations_before = 0;  // in that of the first run
  bool is_minimum = false;            // all smaller sets of its deviations were tried
  std::vector<FoundWindow> windows;   // of the schedule's holds
  std::optional<std::size_t> given;   // which of FuzzOptions::given it was
};

struct FuzzReport {
  Verdict verdict = Verdict::kPassed;
  FuzzProgress progress;
  std::vector<FoundByFuzz> found;     // in the order in which they were found
  std::vector<std::string> missing;   // what the file says `fuzz` finds, and was not found
  std::vector<std::string> unjudged;  // the same, when too few runs were made to say so
};

class Fuzzer {
 public:
  // The scenario outlives it. `workers` may run at a time.
  Fuzzer(const Scenario& scenario, const FuzzOptions& options, unsigned workers);
  ~Fuzzer();
  Fuzzer(const Fuzzer&) = delete;
  Fuzzer& operator=(const Fuzzer&) = delete;

  // Some more runs, of `workers` as many as announced. False when the search is over, also because
  // `stop` became other than 0.
  bool advance(explore::Workers& workers, const volatile int* stop = nullptr);

  FuzzProgress progress() const;

  // One for each schedule that was given.
  std::vector<GivenScheduleRun> given_runs() const;

  // What has come about since the last call and is worth to be kept: the first schedule of each
  // finding, unless it was given, and some that showed something new.
  std::vector<KeptSchedule> take_kept();

  // What came of it. Replays what was found.
  FuzzReport report() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace ipcsim::scenario
