// SPDX-License-Identifier: BSD-2-Clause
// HeaderReader: reads the header of a trace, line by line, the first line not included. The lines
// come in one order only and each has one form only, so that writing the header gives them back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/base/result.h"
#include "sim/trace/header.h"
#include "sim/trace/text_form.h"

namespace ipcsim::trace {

class HeaderReader {
 public:
  enum class Progress : std::uint8_t { kMore, kComplete };

  // The error says what is wrong with the line. Lines are given until kComplete.
  Result<Progress, std::string> next(std::string_view line);

  const TraceHeader& header() const { return header_; }

 private:
  bool may_come(std::size_t item) const;
  std::string expected() const;
  bool read_item(HeaderItem item, std::string_view rest);

  TraceHeader header_;
  std::size_t next_item_ = 0;  // index of the first item that may come; those before it are over
};

}  // namespace ipcsim::trace
