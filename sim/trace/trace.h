// SPDX-License-Identifier: BSD-2-Clause
// Trace: a trace that was read: its header, and its events cut into fields. The text it was read
// from is kept, since the events borrow from it; copies share it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/trace/event_line.h"
#include "sim/trace/header.h"

namespace ipcsim::trace {

struct Trace {
  TraceHeader header;
  std::vector<EventLine> events;
  std::shared_ptr<const std::string> text;

  friend bool operator==(const Trace& one, const Trace& other) {
    return one.header == other.header && one.events == other.events;
  }
};

}  // namespace ipcsim::trace
