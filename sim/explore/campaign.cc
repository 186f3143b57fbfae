// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/campaign.h"

#include <algorithm>
#include <utility>

#include "sim/base/check.h"
#include "sim/base/stable_hash.h"

namespace ipcsim::explore {
namespace {

constexpr std::uint64_t kLearningRuns = 32;
constexpr std::uint64_t kMostRunsOfRound = 2048;
constexpr std::uint64_t kLeastRunsOfRound = 16;
constexpr std::uint64_t kStepsOfRound = 500'000;  // about: a round is over within a second or so
constexpr std::size_t kGivenOfRound = 128;
constexpr std::size_t kMostCorpus = 512;

std::uint64_t seed_of(std::uint64_t search, std::uint64_t run) {
  StableHash hash;
  hash.add(search);
  hash.add(run);
  return hash.digest();
}

}  // namespace

Campaign::Campaign(const CampaignOptions& options, const std::vector<Program*>& programs)
    : options_(options), portfolio_(options.ways), random_(options.seed) {
  SIM_CHECK(!programs.empty(), "a search needs a program");
  for (Program* const program : programs) {
    samplers_.push_back(std::make_unique<Sampler>(*program, options.bounds));
  }
}

// Rounds grow, so that what the first runs show is used soon.
std::uint64_t Campaign::size_of_next_round() const {
  const std::uint64_t left = options_.runs - runs_;
  if (runs_ < kLeastRunsOfRound) return std::min(left, std::max<std::uint64_t>(runs_, 1));
  const std::uint64_t mean_steps = std::max<std::uint64_t>(steps_ / runs_, 1);
  const std::uint64_t most =
      std::clamp(kStepsOfRound / mean_steps, kLeastRunsOfRound, kMostRunsOfRound);
  return std::min({left, runs_, most});
}

// The reference is first of all: it says how long a run may take.
std::vector<Order> Campaign::next_orders() {
  std::vector<Order> orders;
  if (runs_ > 0 && given_runs_.size() < given_.size()) {
    orders.resize(std::min(given_.size() - given_runs_.size(), kGivenOfRound));
    for (std::size_t index = 0; index < orders.size(); ++index) {
      orders[index].way = Way::kGiven;
      orders[index].given = &given_[given_runs_.size() + index];
    }
    return orders;
  }
  if (runs_ < options_.runs) orders.resize(size_of_next_round());
  for (std::size_t index = 0; index < orders.size(); ++index) {
    Order& order = orders[index];
    order.number = runs_ + index + 1;
    // The numbers of the parts of one search are those of the whole, dealt out in turn.
    const std::uint64_t global = (order.number - 1) * options_.of + options_.part + 1;
    order.seed = seed_of(options_.seed, global);
    order.way = order.number == 1 ? Way::kReference : portfolio_.next(!knowledge_.corpus.empty());
  }
  return orders;
}

bool Campaign::advance(Workers& workers, const volatile int* stop) {
  if (options_.first_only && !findings_.empty()) return false;
  const std::vector<Order> orders = next_orders();
  const std::uint64_t size = orders.size();
  if (size == 0) return false;
  knowledge_.learning = runs_ < kLearningRuns;
  knowledge_.keeping = kept_.size() < options_.keep;
  std::vector<Sample> samples(size);
  workers.run(size, [&](unsigned worker, std::uint64_t index) {
    const auto stopped = [stop] { return stop != nullptr && *stop != 0; };
    if (stopped()) return;
    samples[index] = samplers_[worker]->run(orders[index], knowledge_);
    if (stopped()) samples[index].made = false;  // the run may have been cut short
  });
  yields_ = {};
  for (std::uint64_t index = 0; index < size; ++index) {
    if (!samples[index].made) return false;
    if (orders[index].way == Way::kGiven) {
      take_in_given(orders[index], samples[index]);
    } else {
      take_in(orders[index], samples[index]);
    }
  }
  portfolio_.learn(yields_);
  return true;
}

void Campaign::take_in(const Order& order, Sample& sample) {
  ++runs_;
  steps_ += sample.result.steps;
  if (sample.result.end == engine::RunEnd::kLimit) ++limited_;
  if (knowledge_.learning) knowledge_.profile.learn(sample.count);

  Portfolio::Yield& yield = yields_[static_cast<std::size_t>(order.way)];
  yield.steps += sample.result.steps;
  bool new_to_all = false;
  for (const std::uint64_t key : sample.rare_keys) {
    if (!knowledge_.covered.insert(key)) {
      knowledge_.common.insert(key);
      continue;
    }
    ++yield.new_keys;
    new_to_all = true;
  }
  const bool found = !sample.result.signature.empty();
  if (found) take_in_finding(order, sample);
  if (!new_to_all || found) return;
  mutate_later(std::move(sample.answers));
  // A run without an end is nothing to begin the next search with.
  const bool ended = sample.result.end != engine::RunEnd::kLimit;
  if (ended && !sample.deviations.empty() && kept_.size() < options_.keep) {
    kept_.push_back(std::move(sample.deviations));
  }
}

// Nobody drew them, so they say nothing of what the next draw will show: what they cover is known,
// and not rare.
void Campaign::take_in_given(const Order& order, Sample& sample) {
  GivenRun& run = given_runs_.emplace_back();
  run.fits = sample.fits;
  run.failed = !sample.result.signature.empty();
  const bool ended = sample.result.end != engine::RunEnd::kLimit;
  if (!ended) ++limited_;
  bool new_to_all = false;
  for (const std::uint64_t key : sample.rare_keys) {
    new_to_all |= knowledge_.covered.insert(key);
    knowledge_.common.insert(key);
  }
  run.is_new = run.failed ? take_in_finding(order, sample) : new_to_all && ended;
  if (!run.failed && new_to_all) mutate_later(std::move(sample.answers));
}

void Campaign::mutate_later(Answers answers) {
  if (knowledge_.corpus.size() < kMostCorpus) {
    knowledge_.corpus.push_back(std::move(answers));
  } else {
    knowledge_.corpus[random_.below(kMostCorpus)] = std::move(answers);
  }
}

// Whether it is of a kind that was not found before.
bool Campaign::take_in_finding(const Order& order, Sample& sample) {
  const bool sampled = order.way != Way::kGiven;
  const auto known =
      std::ranges::find(findings_, sample.result.signature, &CampaignFinding::signature);
  if (known != findings_.end()) {
    if (sampled) ++known->count;
    return false;
  }
  CampaignFinding& finding = findings_.emplace_back();
  finding.signature = std::move(sample.result.signature);
  finding.run = order.number;
  finding.count = sampled ? 1 : 0;
  finding.way = order.way;
  finding.deviations = std::move(sample.deviations);
  if (!sampled) finding.given = given_runs_.size() - 1;
  return true;
}

}  // namespace ipcsim::explore
