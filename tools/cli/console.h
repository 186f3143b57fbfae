// SPDX-License-Identifier: BSD-2-Clause
// Console: stdout for data, stderr for messages, both unbuffered: what was written is out, even if
// the program ends in the next moment. A reader of stdout that goes away (`| head`) ends the data
// silently; any other failure to write is kept for the end of the program.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tools/cli/painter.h"
#include "tools/cli/usage_error.h"

namespace ipcsim::cli {

class Console {
 public:
  // Colours only on terminals, and nowhere when NO_COLOR is set or TERM says dumb.
  Console();

  void out(std::string_view text);
  void err(std::string_view text);

  // "ipcsim: error: ..." and the help below it, laid out as the diagnostics of a scenario.
  void error(const UsageError& error);

  const Painter& paint_out() const { return paint_out_; }
  const Painter& paint_err() const { return paint_err_; }

  // A line on stderr that may be rewritten is welcome: it is a terminal, and not a dumb one.
  bool shows_progress() const { return shows_progress_; }

  // Stdout is a terminal that shows more than ASCII, as far as the environment tells.
  bool shows_boxes() const { return shows_boxes_; }

  // Why data did not reach stdout, in words; empty when all did, or when nobody wanted it.
  const std::string& out_failure() const { return out_failure_; }

 private:
  enum class State : std::uint8_t { kOpen, kShut };

  State out_state_ = State::kOpen;
  State err_state_ = State::kOpen;
  std::string out_failure_;
  bool shows_progress_;
  bool shows_boxes_;
  Painter paint_out_;
  Painter paint_err_;
};

}  // namespace ipcsim::cli
