// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/record_formatter.h"

#include <algorithm>
#include <optional>

#include "sim/base/check.h"
#include "sim/trace/formatters.h"

namespace ipcsim::trace {

namespace {

std::vector<Piece> pieces(std::string_view lead, std::span<const std::string_view> texts) {
  std::vector<Piece> made;
  for (const std::string_view text : texts) made.emplace_back(std::string(lead).append(text));
  return made;
}

std::size_t longest(const std::vector<Piece>& pieces) {
  std::size_t size = 0;
  for (const Piece& piece : pieces) size = std::max(size, piece.size());
  return size;
}

}  // namespace

RecordFormatter::RecordFormatter(const Vocabulary& vocabulary, const Names& names)
    : names_(names),
      results_(pieces(" -> ", vocabulary.results)),
      reasons_(pieces(" why=", vocabulary.reasons)),
      tail_room_(longest(results_) + longest(reasons_) + flow_.size() + 2 * kMostDigits +
                 Piece::kBlock) {
  for (const EventType& type : vocabulary.events) events_.push_back(event_of(type, vocabulary));
  for (std::uint32_t i = 0; i < names.lanes(); ++i) lanes_.push_back(lane_piece(LaneId(i)));
  for (std::uint32_t i = 0; i < names.files(); ++i) files_.push_back(file_piece(i));
}

RecordFormatter::Event RecordFormatter::event_of(const EventType& type,
                                                 const Vocabulary& vocabulary) const {
  SIM_CHECK(type.kind < vocabulary.kinds.size(), "an event has a kind of its vocabulary");
  SIM_CHECK(type.arguments.size() <= kMaximumArguments, "an event has at most four arguments");
  const KindAndName what = kind_and_name(vocabulary.kinds[type.kind], type.name);
  Event event{Piece(what.text), what.padding, {}, 0, 0};
  const auto add_argument = [&](const std::string& lead, std::size_t index) {
    const ArgumentFormatter format = type.arguments[index].format;
    const Shape shape = format == format_unsigned ? Shape::kUnsigned
                        : format == format_signed ? Shape::kSigned
                                                  : Shape::kOther;
    event.arguments.push_back({Piece(lead), shape, format, index, 0});
  };
  for (std::size_t i = 0; i < type.arguments.size(); ++i) {
    if (static_cast<int>(i) == type.result_value) continue;
    add_argument(" " + std::string(type.arguments[i].key) + "=", i);
  }
  event.without_result = event.arguments.size();
  if (type.result_value >= 0) add_argument(" -> ", static_cast<std::size_t>(type.result_value));
  std::size_t room = 0;
  for (auto argument = event.arguments.rbegin(); argument != event.arguments.rend(); ++argument) {
    room += argument->lead.size() + 1 + (argument->shape == Shape::kOther ? 0 : kMostDigits);
    argument->room = room;
  }
  event.room = kColumnsRoom + what.text.size() + room;
  return event;
}

Piece RecordFormatter::lane_piece(LaneId lane) const {
  std::string word;
  names_.append_lane(word, lane);
  return Piece(word);
}

Piece RecordFormatter::file_piece(std::uint32_t file) const {
  std::string text = " @";
  names_.append_file(text, file);
  return Piece(text + ":");
}

void RecordFormatter::append_line(std::string& out, const Record& record) const {
  SIM_CHECK(record.event < events_.size(), "a record's event is one of its vocabulary");
  SIM_CHECK(record.result < results_.size(), "a result is one of the vocabulary");
  SIM_CHECK(record.why < reasons_.size(), "a reason is one of the vocabulary");
  std::optional<Piece> unknown_lane;
  std::optional<Piece> unknown_file;
  const Event& event = events_[record.event];
  const Piece& lane = record.lane.value() < lanes_.size()
                          ? lanes_[record.lane.value()]
                          : unknown_lane.emplace(lane_piece(record.lane));
  const Piece& file = record.source.file < files_.size()
                          ? files_[record.source.file]
                          : unknown_file.emplace(file_piece(record.source.file));
  const std::size_t tail_room = tail_room_ + file.size();

  char* to = grow_by(out, event.room + lane.size() + tail_room);
  to = write_time_and_cpu(to, record.cycle, record.cpu);
  to = write_step(to, lane.write(to), record.step);
  to = event.kind_and_name.write(to);
  const auto columns = static_cast<std::size_t>(to - out.data());

  const std::size_t shown = record.result == 0 ? event.arguments.size() : event.without_result;
  for (std::size_t i = 0; i < shown; ++i) {
    const Argument& argument = event.arguments[i];
    std::uint64_t value = record.arguments[argument.index];
    char* const before = to;
    to = argument.lead.write(to);
    if (argument.shape == Shape::kSigned && static_cast<std::int64_t>(value) < 0) {
      *to++ = '-';
      value = 0 - value;
    }
    if (argument.shape != Shape::kOther) {
      to = write_decimal(to, value);
      continue;
    }
    const auto lead_start = static_cast<std::size_t>(before - out.data());
    cut_at(out, to);
    const std::size_t start = out.size();
    argument.format(out, value, names_);
    if (out.size() == start) out.resize(lead_start);
    to = grow_by(out, argument.room + tail_room);
  }

  if (record.result != 0) to = results_[record.result].write(to);
  if (record.flow != 0) to = write_decimal(flow_.write(to), record.flow);
  if (record.why != 0) to = reasons_[record.why].write(to);
  if (record.source.line != 0) to = write_decimal(file.write(to), record.source.line);
  cut_at(out, to);
  if (out.size() == columns) out.resize(columns - event.padding);
}

}  // namespace ipcsim::trace
