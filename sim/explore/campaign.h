// SPDX-License-Identifier: BSD-2-Clause
// Campaign: a search through the schedules of one program, in rounds of runs.
//
// What always holds:
// - The same options give the same runs, numbers and findings, however many workers there are: what
//   a run does depends on its number and on the rounds before it, and the results of a round are
//   taken in by number.
// - Runs that fail alike are one finding, kept with the first of them.
#pragma once

#include <cstdint>
#include <memory>
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
  // Of `of` parts of a search that share no runs, this one does the `part`-th, from 0.
  std::uint64_t part = 0;
  std::uint64_t of = 1;
};

struct CampaignFinding {
  std::string signature;
  std::uint64_t run = 0;    // the first that found it, from 1
  std::uint64_t count = 0;  // of the runs that found it
  Way way = Way::kReference;
  std::vector<engine::Deviation> deviations;  // of the first
};

class Campaign {
 public:
  // One program for each worker; they are alike, outlive the campaign and are used by nobody else.
  Campaign(const CampaignOptions& options, const std::vector<Program*>& programs);

  // Schedules to begin with, before anything is sampled.
  void start_with(Answers answers) { knowledge_.corpus.push_back(std::move(answers)); }

  // Makes a round. False when the search is over: nothing was left to do, or `stop` became other
  // than 0 on the way; then the runs up to the first that was not made count.
  bool advance(Workers& workers, const volatile int* stop = nullptr);

  std::uint64_t runs() const { return runs_; }
  std::uint64_t steps() const { return steps_; }
  std::uint64_t limited() const { return limited_; }  // runs that came to a limit: no verdict
  const std::vector<CampaignFinding>& findings() const { return findings_; }

  // Things covered: hand-overs of objects and menus.
  std::size_t coverage() const { return knowledge_.covered.size(); }
  // Those of them that a single run has covered. Divided by the runs, they estimate how many new
  // ones the next run will cover, which is at least the chance that it covers any (I. Good: "The
  // population frequencies of species and the estimation of population parameters", Biometrika
  // 40, 1953).
  std::size_t singular() const { return knowledge_.covered.size() - knowledge_.common.size(); }

 private:
  std::uint64_t size_of_next_round() const;
  void take_in(const Order& order, Sample& sample);
  void take_in_finding(const Order& order, Sample& sample);

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
};

}  // namespace ipcsim::explore
