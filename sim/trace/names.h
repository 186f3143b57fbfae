// SPDX-License-Identifier: BSD-2-Clause
// Names: what the lanes and files of one run are called, and the bytes its records refer to; all
// that a formatter needs besides the numbers. The recorder is borrowed and outlives it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/trace/record.h"
#include "sim/trace/recorder.h"
#include "sim/trace/word.h"

namespace ipcsim::trace {

class Names {
 public:
  explicit Names(const Recorder& recorder) : recorder_(recorder) {}

  // Lanes and files are numbered from 0 in the order in which they are added.
  void add_lane(std::string name) { lanes_.emplace_back(std::move(name)); }
  void add_file(std::string name) { files_.emplace_back(std::move(name)); }
  // Other things a run names (tasks, for instance): a table of texts per `group`, also from 0.
  void add(unsigned group, std::string name);

  // What was added; "?" when nothing has that number.
  std::string_view lane(LaneId id) const;
  std::string_view file(std::uint32_t index) const;
  std::string_view name(unsigned group, std::uint64_t index) const;

  // The same as one field of a trace (word.h); "?N" when nothing has the number N, "-" for no lane.
  void append_lane(std::string& out, LaneId id) const;
  void append_file(std::string& out, std::uint32_t index) const;
  void append_name(std::string& out, unsigned group, std::uint64_t index) const;

  std::size_t lanes() const { return lanes_.size(); }
  std::size_t files() const { return files_.size(); }

  std::span<const std::byte> bytes(std::uint64_t kept) const { return recorder_.bytes(kept); }

 private:
  struct Name {
    explicit Name(std::string name) : text(std::move(name)), word(word_of(text)) {}
    std::string text;
    std::string word;  // made once: names are written far more often than added
  };
  using Table = std::vector<Name>;

  static std::string_view text(const Table& table, std::uint64_t index);
  static void append_word(std::string& out, const Table& table, std::uint64_t index);

  const Recorder& recorder_;
  Table lanes_;
  Table files_;
  std::vector<Table> groups_;
};

}  // namespace ipcsim::trace
