// SPDX-License-Identifier: BSD-2-Clause
// What the rows of a story say: an event of a trace, or a deviation of a schedule, in few words.
#pragma once

#include <string>
#include <string_view>

#include "scenarios/replay.h"
#include "sim/trace/event_line.h"

namespace ipcsim::scenario {

// Whether the event is worth a row. Most are not: what the kernel does by itself to switch threads
// and to send interrupts between CPUs follows from the rest.
bool is_told(const trace::EventLine& event);

// "wakeup(-1)", "poll(-1) -> blocks", "poll -> signaled", "store64(0x10000, 0x1)".
std::string story_text(const trace::EventLine& event);

// "HELD for 5_120 cy at #14, before poll". `next` is what the lane does next of what is told; may
// be empty.
std::string story_text(const DeviationEffect& deviation, std::string_view next);

}  // namespace ipcsim::scenario
