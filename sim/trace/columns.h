// SPDX-License-Identifier: BSD-2-Clause
// How the parts of an event line are written, for those who write lines from records and those who
// write them from fields. Every event of a trace passes here, so text is written by pointer:
// grow_by() makes room full of spaces at the end of a string, the write_ functions fill it from the
// left, leave spaces behind what they wrote and give the new place, cut_at() gives the rest back.
// So a column is padded by stepping on.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "sim/base/cycles.h"
#include "sim/base/digits.h"
#include "sim/trace/record.h"
#include "sim/trace/text_form.h"

namespace ipcsim::trace {

// Gives the place where the text ended before.
inline char* grow_by(std::string& out, std::size_t size) {
  const std::size_t before = out.size();
  out.append(size, ' ');
  return out.data() + before;
}

// Ends the string at `end`, which points into it.
inline void cut_at(std::string& out, const char* end) {
  out.resize(static_cast<std::size_t>(end - out.data()));
}

inline char* write_text(char* to, std::string_view text) {
  std::memcpy(to, text.data(), text.size());
  return to + text.size();
}

// A text that is written over and over. Short ones are copied as a block of fixed size, which takes
// a fraction of the time; so the room must be kBlock longer than all that is written into it.
class Piece {
 public:
  static constexpr std::size_t kBlock = 32;

  explicit Piece(std::string_view text) : padded_(text), size_(text.size()) {
    padded_.append(kBlock, ' ');
  }

  std::size_t size() const { return size_; }

  char* write(char* to) const {
    std::memcpy(to, padded_.data(), kBlock);
    if (size_ > kBlock) std::memcpy(to + kBlock, padded_.data() + kBlock, size_ - kBlock);
    return to + size_;
  }

 private:
  std::string padded_;
  std::size_t size_;
};

// What the columns take at most, besides lane, kind and name.
inline constexpr std::size_t kColumnsRoom =
    3 * kMostDigits + kCycleWidth + kCpuWidth + kLaneWidth + 8;

// The end of a column that begins at `start` and is filled up to `to`, and one space more.
inline char* end_of_column(char* start, char* to, std::size_t width) {
  return std::max(to, start + width) + 1;
}

// CYCLE CPU, and the space behind.
inline char* write_time_and_cpu(char* to, Cycle cycle, std::uint16_t cpu) {
  constexpr Cycle kTooWide = 10'000'000'000;
  static_assert(kCycleWidth == 10);
  if (cycle < kTooWide) {
    write_decimal_before(to + kCycleWidth, cycle);
    to += kCycleWidth + 1;
  } else {
    to = write_decimal(to, cycle) + 1;
  }
  if (cpu == kNoCpu) {
    *to = '-';
    return end_of_column(to, to + 1, kCpuWidth);
  }
  return end_of_column(to, write_decimal(write_text(to, "cpu"), cpu), kCpuWidth);
}

// #STEP at `to`, behind the lane that begins at `lane`, and the space behind.
inline char* write_step(char* lane, char* to, std::uint32_t step) {
  *to = '#';
  return end_of_column(lane, write_decimal(to + 1, step), kLaneWidth);
}

// KIND NAME and the spaces that fill the last column: what follows begins with its own space.
struct KindAndName {
  std::string text;
  std::size_t padding;  // spaces at the end, taken away when nothing follows
};
inline KindAndName kind_and_name(std::string_view kind, std::string_view name) {
  std::string text(kind);
  text.append(kind.size() < kKindWidth ? kKindWidth - kind.size() + 1 : 1, ' ');
  text += name;
  const std::size_t padding = name.size() < kNameWidth ? kNameWidth - name.size() : 0;
  text.append(padding, ' ');
  return {std::move(text), padding};
}

}  // namespace ipcsim::trace
