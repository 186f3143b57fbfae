// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/story.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "scenarios/story_text.h"

namespace ipcsim::scenario {
namespace {

using trace::EventLine;

std::string_view argument_of(const EventLine& event, std::string_view key) {
  for (const trace::ArgumentText& argument : event.arguments()) {
    if (argument.key == key) return argument.value;
  }
  return {};
}

bool is_thread(std::string_view lane) { return lane.find('.') != std::string_view::npos; }

// A thing that may become a row, by the names of lanes.
struct Moment {
  StoryRow row;
  std::string lane;
  std::uint32_t step = 0;
  std::string reaches;  // the lane that the arrow goes to; empty: no arrow
  std::string sleeps;   // lanes whose state changes with it; empty: none
  std::string wakes;
  std::string ends;
};

class Storyteller {
 public:
  Storyteller(const trace::Trace& trace, const ScheduleEffect& effect,
              const std::vector<Finding>& findings, const StoryBounds& bounds)
      : trace_(trace), effect_(effect), findings_(findings), bounds_(bounds) {}

  Story tell();

 private:
  void find_receivers();
  void find_shared_memory();
  bool is_worth_telling(const EventLine& event) const;
  void add_event(const EventLine& event);
  void add_ready(const EventLine& event);
  std::string next_told(const std::string& lane, std::uint32_t step) const;
  void add_deviations();
  void add_findings();
  void mark_critical();
  void choose_lanes(Story& story);
  void place_rows(Story& story);
  void cut(Story& story) const;

  const trace::Trace& trace_;
  const ScheduleEffect& effect_;
  const std::vector<Finding>& findings_;
  const StoryBounds& bounds_;
  std::map<std::uint32_t, std::string_view> receivers_;  // of each flow: the lane that it ends in
  std::set<std::string_view> shared_;                    // addresses that several lanes use
  std::vector<Moment> moments_;
};

// The last event of a flow stands in the lane that it reaches.
void Storyteller::find_receivers() {
  for (const EventLine& event : trace_.events) {
    if (event.flow != 0 && event.kind != "sched") receivers_[event.flow] = event.lane;
  }
}

void Storyteller::find_shared_memory() {
  std::map<std::string_view, std::string_view> users;
  for (const EventLine& event : trace_.events) {
    const std::string_view address = argument_of(event, "address");
    if (event.kind != "memory" || address.empty()) continue;
    const auto [user, is_first] = users.emplace(address, event.lane);
    if (!is_first && user->second != event.lane) shared_.insert(address);
  }
}

// Memory of one's own is nobody's business, unless the failure is there; interrupts of devices are
// told by the devices.
bool Storyteller::is_worth_telling(const EventLine& event) const {
  if (!is_told(event)) return false;
  const bool is_access = event.kind == "memory" && !argument_of(event, "bytes").empty();
  if (!is_access || shared_.contains(argument_of(event, "address"))) return true;
  const bool is_critical = effect_.critical.has_value() && event.lane == effect_.critical->lane &&
                           event.step == effect_.critical->number;
  return is_critical || std::ranges::any_of(findings_, [&event](const Finding& finding) {
           return finding.cycle == event.cycle &&
                  std::ranges::find(finding.threads, event.lane) != finding.threads.end();
         });
}

void Storyteller::add_event(const EventLine& event) {
  Moment moment;
  moment.lane = event.lane;
  moment.step = event.step;
  moment.row.cycle = event.cycle;
  moment.row.text = story_text(event);
  moment.row.line = event.line;
  const auto receiver = receivers_.find(event.flow);
  if (event.flow != 0 && receiver != receivers_.end() && receiver->second != event.lane) {
    moment.reaches = receiver->second;
  }
  if (event.result == "blocks") moment.sleeps = event.lane;
  if (event.name == "page_fault") moment.sleeps = event.lane;
  if (event.name == "thread_ended") moment.ends = event.lane;
  moments_.push_back(std::move(moment));
}

// Somebody is woken: the arrow of what was told of the same step, if it has none to elsewhere.
void Storyteller::add_ready(const EventLine& event) {
  const std::string woken(argument_of(event, "thread"));
  const bool is_same = !moments_.empty() && moments_.back().lane == event.lane &&
                       moments_.back().step == event.step &&
                       (moments_.back().reaches.empty() || moments_.back().reaches == woken);
  if (!is_same) {
    Moment moment;
    moment.lane = event.lane;
    moment.step = event.step;
    moment.row.cycle = event.cycle;
    moment.row.text = event.why;
    moments_.push_back(std::move(moment));
  }
  Moment& moment = moments_.back();
  if (woken != event.lane) moment.reaches = woken;
  moment.wakes = woken;
}

// The first word of what the lane does at that step or behind it; empty when nothing is told.
std::string Storyteller::next_told(const std::string& lane, std::uint32_t step) const {
  for (const Moment& moment : moments_) {
    if (moment.lane != lane || moment.step < step) continue;
    if (moment.row.moment != StoryMoment::kEvent) continue;
    return moment.row.text.substr(0, moment.row.text.find_first_of("( "));
  }
  return {};
}

// A hold begins where its step would have been taken.
void Storyteller::add_deviations() {
  for (const DeviationEffect& deviation : effect_.deviations) {
    Moment moment;
    moment.row.moment = StoryMoment::kDeviation;
    moment.row.cycle = deviation.step.cycle - std::min(deviation.held, deviation.step.cycle);
    moment.row.text = story_text(deviation, next_told(deviation.step.lane, deviation.step.number));
    moment.lane = deviation.step.lane;
    moment.step = deviation.step.number;
    const auto behind = std::ranges::find_if(moments_, [&moment](const Moment& other) {
      const bool is_same_step = other.lane == moment.lane && other.step >= moment.step;
      return other.row.cycle > moment.row.cycle || is_same_step;
    });
    moments_.insert(behind, std::move(moment));
  }
}

void Storyteller::add_findings() {
  for (const Finding& finding : findings_) {
    if (finding.silenced) continue;
    Moment moment;
    moment.row.moment = StoryMoment::kFinding;
    moment.row.cycle = finding.cycle;
    moment.row.text = fmt::format("{}: {}", finding.name, finding.message);
    if (!finding.threads.empty()) moment.lane = finding.threads.front();
    moments_.push_back(std::move(moment));
  }
}

// The step may have left no event of its own: then it gets a row.
void Storyteller::mark_critical() {
  if (!effect_.critical.has_value()) return;
  const StepOfLane& step = *effect_.critical;
  const auto told = std::ranges::find_if(moments_, [&step](const Moment& moment) {
    return moment.lane == step.lane && moment.step == step.number &&
           moment.row.moment == StoryMoment::kEvent;
  });
  if (told != moments_.end()) {
    told->row.critical = true;
    return;
  }
  Moment moment;
  moment.lane = step.lane;
  moment.step = step.number;
  moment.row.cycle = step.cycle;
  moment.row.critical = true;
  const std::string next = next_told(step.lane, step.number);
  moment.row.text = fmt::format("takes step {}{}", step.number,
                                next.empty() ? "" : fmt::format(", before {}", next));
  const auto behind = std::ranges::find_if(
      moments_, [&step](const Moment& other) { return other.row.cycle > step.cycle; });
  moments_.insert(behind, std::move(moment));
}

// Whoever is in a finding or in the schedule matters most, then whoever has to do with them.
void Storyteller::choose_lanes(Story& story) {
  std::map<std::string, std::size_t> weights;
  for (const Moment& moment : moments_) {
    if (is_thread(moment.lane)) ++weights[moment.lane];
    if (!moment.reaches.empty()) weights[moment.lane] += 10;
    if (!moment.reaches.empty()) weights[moment.reaches] += 10;
  }
  constexpr std::size_t kMustBeThere = 1'000'000;
  for (const DeviationEffect& deviation : effect_.deviations) {
    weights[deviation.step.lane] += kMustBeThere;
  }
  if (effect_.critical.has_value()) weights[effect_.critical->lane] += kMustBeThere;
  for (const Finding& finding : findings_) {
    for (const std::string& thread : finding.threads) weights[thread] += kMustBeThere;
  }
  std::vector<std::string> names;
  for (const auto& [name, weight] : weights) names.push_back(name);
  std::ranges::stable_sort(names, [&weights](const std::string& one, const std::string& other) {
    return weights[one] > weights[other];
  });
  if (names.size() > bounds_.lanes) {
    story.lanes_left_out = names.size() - bounds_.lanes;
    names.resize(bounds_.lanes);
  }
  const auto add = [&](const std::string& lane) {
    const bool is_chosen = std::ranges::find(names, lane) != names.end();
    const bool is_new = std::ranges::find(story.lanes, lane) == story.lanes.end();
    if (is_chosen && is_new) story.lanes.push_back(lane);
  };
  for (const EventLine& event : trace_.events) add(std::string(event.lane));
  for (const std::string& name : names) add(name);
}

void Storyteller::place_rows(Story& story) {
  const auto column_of = [&story](const std::string& lane) -> std::optional<std::size_t> {
    const auto found = std::ranges::find(story.lanes, lane);
    if (found == story.lanes.end()) return std::nullopt;
    return static_cast<std::size_t>(found - story.lanes.begin());
  };
  std::vector<LaneState> states(story.lanes.size(), LaneState::kAway);
  std::vector<Cycle> held_until(story.lanes.size(), 0);
  const auto set = [&](const std::string& lane, LaneState state) {
    if (const auto column = column_of(lane)) states[*column] = state;
  };
  for (Moment& moment : moments_) {
    const auto column = column_of(moment.lane);
    if (!column.has_value() && moment.row.moment != StoryMoment::kFinding) continue;
    StoryRow& row = moment.row;
    row.column = column.value_or(0);
    if (states.empty()) continue;
    if (states[row.column] == LaneState::kAway) states[row.column] = LaneState::kAwake;
    if (row.moment == StoryMoment::kDeviation) {
      for (const DeviationEffect& deviation : effect_.deviations) {
        const bool is_this = deviation.step.lane == moment.lane &&
                             deviation.step.number == moment.step && deviation.held > 0;
        if (is_this) held_until[row.column] = deviation.step.cycle;
      }
    }
    if (!moment.reaches.empty()) row.arrow_to = column_of(moment.reaches);
    set(moment.sleeps, LaneState::kAsleep);
    set(moment.wakes, LaneState::kAwake);
    set(moment.ends, LaneState::kAway);
    row.lanes = states;
    for (std::size_t lane = 0; lane < states.size(); ++lane) {
      const bool is_held = held_until[lane] > row.cycle;
      if (is_held && states[lane] != LaneState::kAway) row.lanes[lane] = LaneState::kHeld;
    }
    story.rows.push_back(row);
  }
}

// Kept are the rows from shortly before the first deviation on, or the last ones; of those the
// first and the last when there are still too many.
void Storyteller::cut(Story& story) const {
  if (story.rows.size() <= bounds_.rows) return;
  constexpr std::size_t kBefore = 12;
  const std::size_t size = story.rows.size();
  const auto first = std::ranges::find_if(story.rows, [](const StoryRow& row) {
    return row.moment == StoryMoment::kDeviation || row.critical;
  });
  const auto begin = static_cast<std::size_t>(first - story.rows.begin());
  std::vector<bool> is_kept(size, false);
  const std::size_t from = begin == size ? size - bounds_.rows : begin - std::min(begin, kBefore);
  const std::size_t half = bounds_.rows / 2;
  for (std::size_t row = from; row < size; ++row) {
    const bool is_marked =
        story.rows[row].critical || story.rows[row].moment != StoryMoment::kEvent;
    is_kept[row] = row < from + half || row + half >= size || is_marked;
  }
  std::vector<StoryRow> kept;
  for (std::size_t row = 0; row < size; ++row) {
    if (is_kept[row]) {
      kept.push_back(story.rows[row]);
    } else if (!kept.empty() && kept.back().moment == StoryMoment::kLeftOut) {
      ++kept.back().left_out;
      kept.back().lanes = story.rows[row].lanes;
    } else {
      StoryRow left_out;
      left_out.moment = StoryMoment::kLeftOut;
      left_out.cycle = story.rows[row].cycle;
      left_out.left_out = 1;
      left_out.lanes = story.rows[row].lanes;
      kept.push_back(std::move(left_out));
    }
  }
  story.rows = std::move(kept);
}

Story Storyteller::tell() {
  find_receivers();
  find_shared_memory();
  for (const EventLine& event : trace_.events) {
    if (event.kind == "sched" && event.name == "ready") {
      add_ready(event);
    } else if (is_worth_telling(event)) {
      add_event(event);
    }
  }
  mark_critical();
  add_deviations();
  add_findings();
  Story story;
  choose_lanes(story);
  place_rows(story);
  cut(story);
  return story;
}

}  // namespace

std::size_t Story::arrows() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(rows, [](const StoryRow& row) { return row.arrow_to.has_value(); }));
}

Story make_story(const trace::Trace& trace, const ScheduleEffect& effect,
                 const std::vector<Finding>& findings, const StoryBounds& bounds) {
  return Storyteller(trace, effect, findings, bounds).tell();
}

}  // namespace ipcsim::scenario
