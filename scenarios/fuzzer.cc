// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/fuzzer.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "scenarios/explored_scenario.h"
#include "scenarios/findings.h"
#include "sim/explore/campaign.h"
#include "sim/explore/shrinker.h"

namespace ipcsim::scenario {
namespace {

engine::ChoiceKinds kinds_of(const std::vector<std::string>& names) {
  engine::ChoiceKinds kinds = engine::kNoChoices;
  for (unsigned index = 0; index < engine::kChoiceKinds; ++index) {
    const auto kind = static_cast<engine::ChoiceKind>(index);
    if (names.empty() || std::ranges::find(names, name_of(kind)) != names.end()) {
      kinds = static_cast<engine::ChoiceKinds>(kinds | engine::kinds_of(kind));
    }
  }
  return kinds;
}

explore::CampaignOptions campaign_options(const FuzzOptions& options) {
  explore::CampaignOptions campaign;
  campaign.seed = options.seed;
  campaign.runs = options.runs;
  for (const std::string& name : options.strategies) {
    const std::vector<explore::Way> ways = explore::ways_called(name);
    campaign.ways.insert(campaign.ways.end(), ways.begin(), ways.end());
  }
  campaign.bounds.vary = kinds_of(options.vary);
  campaign.bounds.hold = options.max_hold;
  campaign.bounds.preemptions = options.max_preemptions;
  campaign.bounds.injections = options.max_injections;
  campaign.first_only = options.first_only;
  campaign.part = options.part;
  campaign.of = options.parts;
  campaign.keep = options.keep;
  return campaign;
}

// Cycle bounds say nothing about runs that hold CPUs for as long as they like.
CycleBounds cycle_bounds(const FuzzOptions& options, engine::ChoiceKinds kinds) {
  const bool holds = (kinds & engine::kinds_of(engine::ChoiceKind::kOrder)) != 0;
  return holds && !options.max_hold.has_value() ? CycleBounds::kIgnored : CycleBounds::kJudged;
}

// A run may take so many times the steps of the reference, and some more.
constexpr std::uint64_t kLongest = 20;
constexpr std::uint64_t kSomeSteps = 50'000;
constexpr std::uint64_t kMostSteps = 1'000'000;  // of any run

}  // namespace

std::vector<std::string_view> fuzz_strategies() {
  std::vector<std::string_view> names{"pct"};
  for (std::size_t index = 0; index < explore::kWays; ++index) {
    const auto way = static_cast<explore::Way>(index);
    if (explore::takes_part(way)) names.push_back(explore::name_of(way));
  }
  return names;
}

std::vector<std::string_view> choice_kinds() {
  std::vector<std::string_view> names;
  for (unsigned index = 0; index < engine::kChoiceKinds; ++index) {
    names.push_back(engine::name_of(static_cast<engine::ChoiceKind>(index)));
  }
  return names;
}

std::optional<ScheduleHead> head_of_schedule(std::string_view text) {
  const Result<engine::Schedule, engine::ScheduleError> schedule = engine::parse_schedule(text);
  if (!schedule.ok()) return std::nullopt;
  return ScheduleHead{schedule->scenario, schedule->digest};
}

struct Fuzzer::Parts {
  Parts(const Scenario& searched, const FuzzOptions& given, unsigned workers)
      : scenario(searched), options(given) {
    settings.paranoid = options.paranoid;
    settings.ipc = options.ipc;
    settings.steps = kMostSteps;
    settings.rules.cycle_bounds = cycle_bounds(options, kinds_of(options.vary));
    std::vector<explore::Program*> lent;
    for (unsigned worker = 0; worker < workers; ++worker) {
      programs.push_back(std::make_unique<ExploredScenario>(scenario, settings));
      lent.push_back(programs.back().get());
    }
    campaign.emplace(campaign_options(options), lent);
    give();
  }

  // To the campaign, what is for this scenario.
  void give() {
    std::vector<engine::Schedule> schedules;
    for (std::size_t index = 0; index < options.given.size(); ++index) {
      auto schedule = engine::parse_schedule(options.given[index]);
      if (!schedule.ok() || schedule->digest != scenario.digest()) continue;
      schedules.push_back(std::move(schedule).value());
      given_indices.push_back(index);
    }
    campaign->start_with(std::move(schedules));
  }

  std::string text_of(const std::vector<engine::Deviation>& deviations) const {
    return engine::to_text(engine::Schedule{scenario.name(), scenario.digest(), deviations});
  }

  void limit_steps(std::uint64_t steps) {
    settings.steps = std::min(settings.steps, steps);
    for (const auto& program : programs) program->limit_steps(settings.steps);
  }

  const Scenario& scenario;
  FuzzOptions options;
  RunSettings settings;
  std::vector<std::unique_ptr<ExploredScenario>> programs;
  std::optional<explore::Campaign> campaign;
  std::vector<std::size_t> given_indices;  // per schedule of the campaign: where in the options
  std::size_t findings_taken = 0;          // by take_kept()
  std::size_t interesting_taken = 0;
};

Fuzzer::Fuzzer(const Scenario& scenario, const FuzzOptions& options, unsigned workers)
    : parts_(std::make_unique<Parts>(scenario, options, workers)) {}

Fuzzer::~Fuzzer() = default;

// The first run is the reference: it says how long a run is that goes well. One that is far longer
// goes round in circles, and others are worth more than to wait for its end.
bool Fuzzer::advance(explore::Workers& workers, const volatile int* stop) {
  for (const auto& program : parts_->programs) program->stop_with(stop);
  const bool is_first = parts_->campaign->runs() == 0;
  const bool goes_on = parts_->campaign->advance(workers, stop);
  if (is_first) parts_->limit_steps(kLongest * parts_->campaign->steps() + kSomeSteps);
  return goes_on;
}

FuzzProgress Fuzzer::progress() const {
  const explore::Campaign& campaign = *parts_->campaign;
  return {campaign.runs(),     campaign.steps(),    campaign.limited(),
          campaign.coverage(), campaign.singular(), campaign.findings().size()};
}

std::vector<GivenScheduleRun> Fuzzer::given_runs() const {
  std::vector<GivenScheduleRun> runs(parts_->options.given.size());
  const std::vector<explore::GivenRun>& made = parts_->campaign->given_runs();
  for (std::size_t index = 0; index < made.size(); ++index) {
    const explore::GivenRun& run = made[index];
    runs[parts_->given_indices[index]] = {true, run.fits, run.failed, run.is_new};
  }
  return runs;
}

std::vector<KeptSchedule> Fuzzer::take_kept() {
  std::vector<KeptSchedule> kept;
  const explore::Campaign& campaign = *parts_->campaign;
  for (std::size_t& at = parts_->findings_taken; at < campaign.findings().size(); ++at) {
    const explore::CampaignFinding& found = campaign.findings()[at];
    const bool was_given = found.given.has_value() && campaign.given_runs()[*found.given].fits;
    const bool is_reference = found.deviations.empty();  // which every search begins with
    if (!was_given && !is_reference) kept.push_back({true, parts_->text_of(found.deviations)});
  }
  for (std::size_t& at = parts_->interesting_taken; at < campaign.kept().size(); ++at) {
    kept.push_back({false, parts_->text_of(campaign.kept()[at])});
  }
  return kept;
}

namespace {

// The run of a schedule, twice. Null when the two differ, or find something else.
struct Replayed {
  std::optional<Finding> finding;
  bool reproduced = false;
};

Replayed replay_twice(const Scenario& scenario, const RunSettings& settings,
                      const engine::Schedule& schedule, const std::string& signature) {
  RunSettings recorded = settings;
  recorded.recorded = ~trace::KindMask{0};
  ExploredScenario program(scenario, recorded);
  Replayed replayed;
  std::uint64_t first = 0;
  for (int time = 0; time < 2; ++time) {
    engine::ScheduleChooser chooser(schedule, program.lanes());
    const explore::RunResult result = program.run(chooser);
    const std::uint64_t fingerprint = program.runner().report().fingerprint;
    if (result.signature != signature || (time == 1 && fingerprint != first)) return replayed;
    first = fingerprint;
    replayed.finding = program.runner().findings().back();
  }
  replayed.reproduced = true;
  return replayed;
}

// Long runs are tried less often.
constexpr std::uint64_t kStepsOfShrinking = 4'000'000;
constexpr std::uint64_t kMostRunsOfShrinking = 20'000;
constexpr std::uint64_t kLeastRunsOfShrinking = 300;

void shrink_into(FoundByFuzz& one, engine::Schedule& schedule, ExploredScenario& program,
                 const std::string& signature) {
  engine::ScheduleChooser chooser(schedule, program.lanes());
  const std::uint64_t steps = std::max<std::uint64_t>(program.run(chooser).steps, 1);
  explore::ShrinkOptions options;
  options.runs = std::clamp(kStepsOfShrinking / steps, kLeastRunsOfShrinking, kMostRunsOfShrinking);
  const explore::Shrunk shrunk = explore::shrink(program, schedule.deviations, signature, options);
  if (!shrunk.reproduced) return;
  schedule.deviations = shrunk.deviations;
  one.is_minimum = shrunk.minimum == explore::Minimum::kProved;
  for (const explore::RaceWindow& window : shrunk.windows) {
    const engine::StepText& held = schedule.deviations[window.deviation].at;
    FoundWindow found{fmt::format("{}#{}", held.lane, held.number), {}, window.longest};
    for (const explore::DelayInterval& delay : window.intervals) {
      found.delays.emplace_back(delay.least, delay.most);
    }
    one.windows.push_back(std::move(found));
  }
}

// What the line asks of the shortest schedule, and is not so; empty when all is.
std::string not_as_short(const CheckedExpectFinding& line, const FoundByFuzz& found) {
  if (line.shrinks_to.has_value() && found.deviations > *line.shrinks_to) {
    return fmt::format("it shrinks to {} deviations, not to {}", found.deviations,
                       *line.shrinks_to);
  }
  if (!line.window.has_value()) return {};
  const Cycles least = line.window->first;
  const Cycles most = line.window->second;
  const bool has_window = std::ranges::any_of(found.windows, [&](const FoundWindow& window) {
    return !window.delays.empty() && window.delays.front().first >= least &&
           window.delays.front().first <= most;
  });
  return has_window ? "" : fmt::format("no hold has its least delay in {}..{} cycles", least, most);
}

}  // namespace

FuzzReport Fuzzer::report() const {
  const Scenario& scenario = parts_->scenario;
  const auto& lines = scenario.checked().expectations.findings;
  FuzzReport report;
  report.progress = progress();
  for (const explore::CampaignFinding& found : parts_->campaign->findings()) {
    engine::Schedule schedule{scenario.name(), scenario.digest(), found.deviations};
    FoundByFuzz one;
    one.run = found.run;
    one.count = found.count;
    one.strategy = explore::name_of(found.way);
    one.deviations_before = found.deviations.size();
    if (parts_->options.shrink) {
      shrink_into(one, schedule, *parts_->programs.front(), found.signature);
    }
    one.deviations = schedule.deviations.size();
    one.schedule = engine::to_text(schedule);
    if (found.given.has_value()) one.given = parts_->given_indices[*found.given];
    Replayed replayed = replay_twice(scenario, parts_->settings, schedule, found.signature);
    one.reproduced = replayed.reproduced;
    if (replayed.finding.has_value()) one.finding = *std::move(replayed.finding);
    one.expected = std::ranges::any_of(lines, [&](const CheckedExpectFinding& line) {
      return line.in_force && is_met(line, one.finding);
    });
    report.found.push_back(std::move(one));
  }
  for (const CheckedExpectFinding& line : lines) {
    if (line.verb != FindingVerb::kFuzz || !line.in_force) continue;
    const std::uint64_t within = line.within_runs.value_or(parts_->options.runs);
    const auto found = std::ranges::find_if(report.found, [&](const FoundByFuzz& one) {
      return one.run <= within && is_met(line, one.finding);
    });
    const std::string what = fmt::format("{}: {}", place_of(scenario, line), names_of(line));
    if (found == report.found.end()) {
      std::vector<std::string>& list =
          report.progress.runs < within ? report.unjudged : report.missing;
      list.push_back(fmt::format("{} within {} runs", what, within));
    } else if (parts_->options.shrink) {
      const std::string problem = not_as_short(line, *found);
      if (!problem.empty()) report.missing.push_back(fmt::format("{}: {}", what, problem));
    }
  }
  const bool failed =
      !report.missing.empty() ||
      std::ranges::any_of(report.found, [](const FoundByFuzz& found) { return !found.expected; });
  if (failed) {
    report.verdict = Verdict::kFailed;
  } else if (!report.unjudged.empty() || report.progress.limited > 0) {
    report.verdict = Verdict::kLimit;
  }
  return report;
}

}  // namespace ipcsim::scenario
