// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/names.h"

#include "sim/base/digits.h"

namespace ipcsim::trace {

void Names::add(unsigned group, std::string name) {
  if (group >= groups_.size()) groups_.resize(group + 1);
  groups_[group].emplace_back(std::move(name));
}

std::string_view Names::text(const Table& table, std::uint64_t index) {
  return index < table.size() ? std::string_view(table[index].text) : "?";
}

void Names::append_word(std::string& out, const Table& table, std::uint64_t index) {
  if (index < table.size()) {
    out += table[index].word;
  } else {
    out += '?';
    append_decimal(out, index);
  }
}

std::string_view Names::lane(LaneId id) const { return text(lanes_, id.value()); }

std::string_view Names::file(std::uint32_t index) const { return text(files_, index); }

std::string_view Names::name(unsigned group, std::uint64_t index) const {
  return group < groups_.size() ? text(groups_[group], index) : "?";
}

void Names::append_lane(std::string& out, LaneId id) const {
  if (id.valid()) {
    append_word(out, lanes_, id.value());
  } else {
    out += '-';
  }
}

void Names::append_file(std::string& out, std::uint32_t index) const {
  append_word(out, files_, index);
}

void Names::append_name(std::string& out, unsigned group, std::uint64_t index) const {
  if (group < groups_.size()) {
    append_word(out, groups_[group], index);
  } else {
    append_word(out, {}, index);
  }
}

}  // namespace ipcsim::trace
