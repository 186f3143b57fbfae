// SPDX-License-Identifier: BSD-2-Clause
// Coverage: what a run has shown, as a set of keys: which lane gave which object to which other
// lane (and whether they read or wrote it), and which menus it put.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/engine/choice.h"
#include "sim/engine/footprint.h"
#include "sim/explore/key_set.h"

namespace ipcsim::explore {

class Coverage {
 public:
  void begin();
  void asked(const engine::Choice& choice);
  void stepped(trace::LaneId lane, const engine::Footprint& touched);

  const std::vector<std::uint64_t>& keys() const { return keys_.keys(); }

 private:
  // Who touched an object last.
  struct Last {
    engine::ObjectName object;
    trace::LaneId lane;
    engine::Access access = engine::Access::kRead;
    std::uint64_t run = 0;  // the entry counts only in this one
  };
  Last& last_of(engine::ObjectName object);
  void grow();

  KeySet keys_;
  std::vector<Last> last_;  // open addressing
  std::size_t used_ = 0;
  std::uint64_t run_ = 0;
};

}  // namespace ipcsim::explore
