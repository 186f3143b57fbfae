// SPDX-License-Identifier: BSD-2-Clause
// Campaign: a search through the schedules of one program, in rounds of runs: the reference, the
// schedules that are given, and then what strategies sample.
//
// What always holds:
// - The same options give the same runs, numbers and findings, however many workers there are: what
//   a run does depends on its number and on the rounds before it, and the results of a round are
//   taken in by number.
// - Runs that fail alike are one finding, kept with the first of them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/explore/sampler.h"
#include "sim/explore/workers.h"

namespace ipcsim::explore {

struct CampaignOptions {
  std::uint64_t seed = 1;
  std::uint64_t runs = 10'000;  // at most
  std::vector<Way> ways;        // empty: the portfolio of all
  Bounds bounds;
  bool first_only = false;  // ends behind the round in which something was found
  std::size_t keep = 0;     // at most so many schedules that showed something new are kept
  // Of `of` parts of a search that share no runs, this one does the `part`-th, from 0.
  std::uint64_t part = 0;
  std::uint64_t of = 1;
};

struct CampaignFinding {
  std::string signature;
  std::uint64_t run = 0;    // the first that found it, from 1; 0: that of a given schedule
  std::uint64_t count = 0;  // of the runs that found it, without those of given schedules
  Way way = Way::kReference;
  std::vector<engine::Deviation> deviations;  // of the first
  std::optional<std::size_t> given;           // the schedule, in the order in which they were given
};

// What the run of a given schedule came to.
struct GivenRun {
  bool fits = false;    // every deviation applied, within the bounds
  bool failed = false;  // something was found
  bool is_new = false;  // that nothing before it had found; or, if it ended well, it showed news
};

class Campaign {
 public:
  // One program for each worker; they are alike, outlive the campaign and are used by nobody else.
  Campaign(const CampaignOptions& options, const std::vector<Program*>& programs);

  // Schedules to begin with, before anything is sampled. Said before the first round.
  void start_with(std::vector<engine::Schedule> given) { given_ = std::move(given); }

  // Makes a round. False when the search is over: nothing was left to do, or `stop` became other
  // than 0 on the way; then the runs up to the first that was not made count.
  bool advance(Workers& workers, const volatile int* stop = nullptr);

  // The runs of given schedules are not among them, nor are their steps.
  std::uint64_t runs() const { return runs_; }
  std::uint64_t steps() const { return steps_; }
  std::uint64_t limited() const { return limited_; }  // runs that came to a limit: no verdict
  const std::vector<CampaignFinding>& findings() const { return findings_; }
  // Of the given schedules that were run, which are the first ones.
  const std::vector<GivenRun>& given_runs() const { return given_runs_; }
  // Schedules of sampled runs that found nothing but showed something new.
  const std::vector<std::vector<engine::Deviation>>& kept() const { return kept_; }

  // Things covered: hand-overs of objects and menus.
  std::size_t coverage() const { return knowledge_.covered.size(); }
  // Those of them that a single run has covered. Divided by the runs, they estimate how many new
  // ones the next run will cover, which is at least the chance that it covers any (I. Good: "The
  // population frequencies of species and the estimation of population parameters", Biometrika
  // 40, 1953).
  std::size_t singular() const { return knowledge_.covered.size() - knowledge_.common.size(); }

 private:
  std::uint64_t size_of_next_round() const;
  std::vector<Order> next_orders();
  void take_in(const Order& order, Sample& sample);
  void take_in_given(const Order& order, Sample& sample);
  bool take_in_finding(const Order& order, Sample& sample);
  void mutate_later(Answers answers);

  CampaignOptions options_;
  std::vector<std::unique_ptr<Sampler>> samplers_;
  Portfolio portfolio_;
  Knowledge knowledge_;
  Random random_;  // for what is decided between rounds
  std::uint64_t runs_ = 0;
  std::uint64_t steps_ = 0;
  std::uint64_t limited_ = 0;

  std::array<Portfolio::Yield, kWays> yields_{};  // of the round
  std::vector<CampaignFinding> findings_;         // in the order in which they were made

  std::vector<engine::Schedule> given_;
  std::vector<GivenRun> given_runs_;
  std::vector<std::vector<engine::Deviation>> kept_;
};

}  // namespace ipcsim::explore
