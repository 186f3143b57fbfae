// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/sampler.h"

#include <utility>

namespace ipcsim::explore {
namespace {

// What a mutated run goes on with, behind the answers that it took over.
constexpr std::array kContinuations{Way::kRandom, Way::kPos, Way::kSurw};

constexpr std::uint64_t kMostChanges = 4;  // of answers in a mutation
constexpr std::uint64_t kMostAnswer = 8;   // a changed answer is below; choices have few

// The reference is answered so, but its coverage and counts are taken like those of all others.
class ReferenceOrder final : public Strategy {
 public:
  std::string_view name() const override { return name_of(Way::kReference); }
  void begin(Random, const Profile&) override {}
  std::size_t next(std::span<const engine::Option>) override { return 0; }
};

}  // namespace

Sampler::Sampler(Program& program, const Bounds& bounds) : program_(program), chooser_(bounds) {
  for (std::size_t index = 0; index < kWays; ++index) {
    strategies_[index] = make_strategy(static_cast<Way>(index));
  }
  strategies_[static_cast<std::size_t>(Way::kReference)] = std::make_unique<ReferenceOrder>();
}

Sample Sampler::run(const Order& order, const Knowledge& knowledge) {
  if (order.way == Way::kGiven) return run_given(order, knowledge);
  Random random(order.seed);
  Way way = order.way;
  Answers first;
  if (way == Way::kMutation) {
    first = mutated(knowledge.corpus, random);
    way = kContinuations[random.below(kContinuations.size())];
  }
  Strategy& strategy = *strategies_[static_cast<std::size_t>(way)];
  chooser_.begin(strategy, random, knowledge.profile, first);
  return make(knowledge);
}

Sample Sampler::run_given(const Order& order, const Knowledge& knowledge) {
  engine::ScheduleChooser replay(*order.given, program_.lanes());
  Strategy& reference = *strategies_[static_cast<std::size_t>(Way::kReference)];
  chooser_.begin(reference, Random(order.seed), knowledge.profile);
  chooser_.follow(replay);
  Sample sample = make(knowledge);
  sample.fits = chooser_.could_follow() && replay.unused().empty();
  return sample;
}

// The run for which the chooser is ready.
Sample Sampler::make(const Knowledge& knowledge) {
  Sample sample;
  sample.made = true;
  sample.result = program_.run(chooser_);
  bool is_new = false;
  for (const std::uint64_t key : chooser_.coverage().keys()) {
    if (knowledge.common.contains(key)) continue;
    sample.rare_keys.push_back(key);
    is_new |= !knowledge.covered.contains(key);
  }
  if (knowledge.learning) sample.count = chooser_.count();
  const bool found = !sample.result.signature.empty();
  if (found || (is_new && knowledge.keeping)) sample.deviations = program_.deviations();
  if (is_new) sample.answers = chooser_.answers();
  return sample;
}

// Some of its answers changed, and cut somewhere, so that what follows is new.
Answers Sampler::mutated(const std::vector<Answers>& corpus, Random& random) const {
  Answers answers = corpus[random.below(corpus.size())];
  if (answers.empty()) return answers;
  const std::uint64_t changes = random.below(kMostChanges);
  for (std::uint64_t change = 0; change < changes; ++change) {
    answers[random.below(answers.size())] = random.below(kMostAnswer);
  }
  answers.resize(random.below(answers.size() + 1));
  return answers;
}

}  // namespace ipcsim::explore
