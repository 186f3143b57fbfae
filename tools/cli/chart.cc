// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/chart.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "sim/base/text.h"

namespace ipcsim::cli {
namespace {

using scenario::LaneState;
using scenario::Story;
using scenario::StoryMoment;
using scenario::StoryRow;

struct Look {
  std::string_view awake, asleep, held, event, arrow, to_the_right, to_the_left, critical;
};
constexpr Look kAscii{"|", ":", "#", "o", "-", ">", "<", "=>"};
constexpr Look kBoxes{"│", "┊", "█", "●", "─", "▶", "◀", "=▶"};

constexpr std::size_t kMargin = 14;        // for the mark and the cycle
constexpr std::size_t kWidestColumn = 34;  // of a column
constexpr std::size_t kNarrowestColumn = 14;

std::string grouped(Cycle cycle) {
  std::string text = std::to_string(cycle);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, "_");
  return text;
}

std::string words_of(const StoryRow& row) {
  return row.line == 0 ? row.text : fmt::format("{}  :{}", row.text, row.line);
}

// One line as cells, each one character wide, whatever its bytes.
class Cells {
 public:
  void put(std::size_t at, std::string_view cell) {
    if (cells_.size() <= at) cells_.resize(at + 1, " ");
    cells_[at] = cell;
  }
  void write(std::size_t at, std::string_view ascii) {
    for (std::size_t index = 0; index < ascii.size(); ++index) {
      put(at + index, ascii.substr(index, 1));
    }
  }
  std::string text() const {
    std::string text;
    for (const std::string_view cell : cells_) text += cell;
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
  }

 private:
  std::vector<std::string_view> cells_;  // of texts that outlive the line
};

class Chart {
 public:
  Chart(const Story& story, Letters letters, const Painter& paint)
      : story_(story), look_(letters == Letters::kAscii ? kAscii : kBoxes), paint_(paint) {
    place_columns();
  }

  std::string text();

 private:
  void place_columns();
  std::string heading() const;
  std::string line_of(const StoryRow& row) const;
  std::string event_line(const StoryRow& row) const;
  void draw_arrow(Cells& cells, const StoryRow& row, std::size_t behind_words) const;
  std::string_view letter_of(LaneState state) const;
  Tone tone_of(const StoryRow& row) const;
  std::string legend() const;

  const Story& story_;
  const Look look_;
  const Painter& paint_;
  std::vector<std::size_t> places_;  // of the line of each column
};

void Chart::place_columns() {
  std::size_t place = kMargin;
  for (std::size_t column = 0; column < story_.lanes.size(); ++column) {
    std::size_t width = std::max(kNarrowestColumn, story_.lanes[column].size());
    for (const StoryRow& row : story_.rows) {
      const bool is_full_width =
          row.moment == StoryMoment::kFinding || row.moment == StoryMoment::kLeftOut;
      if (row.column == column && !is_full_width) width = std::max(width, words_of(row).size());
    }
    places_.push_back(place);
    place += std::min(width, kWidestColumn) + 5;
  }
}

std::string Chart::heading() const {
  Cells cells;
  cells.write(kMargin - 8, "cycle");
  for (std::size_t column = 0; column < places_.size(); ++column) {
    cells.write(places_[column], story_.lanes[column]);
  }
  return paint_(Tone::kStrong, cells.text()) + "\n";
}

std::string_view Chart::letter_of(LaneState state) const {
  switch (state) {
    case LaneState::kAway:
      return " ";
    case LaneState::kAwake:
      return look_.awake;
    case LaneState::kAsleep:
      return look_.asleep;
    case LaneState::kHeld:
      return look_.held;
  }
  return " ";
}

// Towards the right it begins behind the words, which stand in its way.
void Chart::draw_arrow(Cells& cells, const StoryRow& row, std::size_t behind_words) const {
  const std::size_t from = places_[row.column];
  const std::size_t to = places_[*row.arrow_to];
  if (to > from) {
    for (std::size_t at = behind_words + 1; at + 1 < to; ++at) cells.put(at, look_.arrow);
    cells.put(to - 1, look_.to_the_right);
  } else if (to < from) {
    cells.put(to + 1, look_.to_the_left);
    for (std::size_t at = to + 2; at < from; ++at) cells.put(at, look_.arrow);
  }
}

std::string Chart::event_line(const StoryRow& row) const {
  Cells cells;
  const std::string cycle = grouped(row.cycle);
  cells.write(kMargin - 3 - std::min(cycle.size(), kMargin - 3), cycle);
  if (row.critical) {
    cells.put(0, look_.critical.substr(0, 1));
    cells.put(1, look_.critical.substr(1));
  }
  for (std::size_t column = 0; column < places_.size(); ++column) {
    cells.put(places_[column], letter_of(row.lanes[column]));
  }
  const std::size_t place = places_[row.column];
  cells.put(place, row.moment == StoryMoment::kDeviation ? look_.held : look_.event);
  std::string words = words_of(row);
  const bool is_last = row.column + 1 == places_.size();
  const std::size_t room = is_last ? words.size() : places_[row.column + 1] - place - 4;
  if (words.size() > room) words = words.substr(0, room - 2) + "..";
  if (row.arrow_to.has_value()) draw_arrow(cells, row, place + 2 + words.size());
  cells.write(place + 2, words);
  return cells.text();
}

std::string Chart::line_of(const StoryRow& row) const {
  if (row.moment == StoryMoment::kFinding) {
    return fmt::format("{:>{}}  {}", grouped(row.cycle), kMargin - 3, row.text);
  }
  if (row.moment == StoryMoment::kLeftOut) {
    return fmt::format("{:>{}}  ... {} line{} left out ...", grouped(row.cycle), kMargin - 3,
                       row.left_out, row.left_out == 1 ? "" : "s");
  }
  return event_line(row);
}

Tone Chart::tone_of(const StoryRow& row) const {
  if (row.moment == StoryMoment::kFinding) return Tone::kBad;
  if (row.moment == StoryMoment::kLeftOut) return Tone::kFaint;
  return row.critical ? Tone::kStrong : Tone::kWarning;
}

std::string Chart::legend() const {
  std::string text = fmt::format("{} awake, {} asleep", look_.awake, look_.asleep);
  bool has_held = false;
  bool has_critical = false;
  for (const StoryRow& row : story_.rows) {
    has_held |= row.moment == StoryMoment::kDeviation;
    has_critical |= row.critical;
  }
  if (has_held) text += fmt::format(", {} held or changed by the schedule", look_.held);
  if (has_critical) {
    text += fmt::format("\n{} behind this it fails even if the rest of the schedule is left out",
                        look_.critical);
  }
  if (story_.lanes_left_out > 0) {
    text += fmt::format("\n{} more {} left out", story_.lanes_left_out,
                        story_.lanes_left_out == 1 ? "thread is" : "threads are");
  }
  return text + "\n";
}

std::string Chart::text() {
  std::string text = heading();
  for (const StoryRow& row : story_.rows) {
    const std::string line = line_of(row);
    const bool is_plain = row.moment == StoryMoment::kEvent && !row.critical;
    text += (is_plain ? line : paint_(tone_of(row), line)) + "\n";
  }
  return text + "\n" + legend();
}

}  // namespace

std::string chart(const Story& story, Letters letters, const Painter& paint) {
  return Chart(story, letters, paint).text();
}

}  // namespace ipcsim::cli
