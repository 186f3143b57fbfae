// SPDX-License-Identifier: BSD-2-Clause
// RecordFormatter: makes the line of an event out of its record. What does not change from line to
// line is put together once; the rest takes some 40 ns a line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/trace/columns.h"
#include "sim/trace/names.h"
#include "sim/trace/record.h"
#include "sim/trace/vocabulary.h"

namespace ipcsim::trace {

class RecordFormatter {
 public:
  // Vocabulary and names are borrowed; lanes and files added to the names later are not known.
  RecordFormatter(const Vocabulary& vocabulary, const Names& names);

  // Appends the line of this event, its end not included. Numbers that the vocabulary does not
  // have are our defect.
  void append_line(std::string& out, const Record& record) const;

 private:
  // The most usual formatters are known here, and their numbers written without a call.
  enum class Shape : std::uint8_t { kUnsigned, kSigned, kOther };

  struct Argument {
    Piece lead;  // " key=", or " -> "
    Shape shape;
    ArgumentFormatter format;
    std::size_t index;  // in the record
    std::size_t room;   // for the leads and numbers of this argument and those behind it
  };
  struct Event {
    Piece kind_and_name;
    std::size_t padding;              // of kind_and_name
    std::vector<Argument> arguments;  // as printed; the result value last
    std::size_t without_result;       // so many of them when the record has a result of its own
    std::size_t room;                 // for the columns and the arguments
  };

  Event event_of(const EventType& type, const Vocabulary& vocabulary) const;
  Piece lane_piece(LaneId lane) const;
  Piece file_piece(std::uint32_t file) const;

  const Names& names_;
  std::vector<Event> events_;
  std::vector<Piece> lanes_;    // words
  std::vector<Piece> results_;  // " -> RESULT"
  std::vector<Piece> reasons_;  // " why=REASON"
  std::vector<Piece> files_;    // " @FILE:"
  Piece flow_{" flow="};
  std::size_t tail_room_;  // for flow, reason, result and line number at most, without file
};

}  // namespace ipcsim::trace
