// SPDX-License-Identifier: BSD-2-Clause
#include "sim/engine/footprint.h"

namespace ipcsim::engine {

void Footprint::add(ObjectName object, Access access) {
  for (Entry& entry : entries_) {
    if (entry.object != object) continue;
    if (access == Access::kWrite) entry.access = Access::kWrite;
    return;
  }
  entries_.push_back({object, access});
}

bool Footprint::conflicts_with(const Footprint& other) const {
  for (const Entry& mine : entries_) {
    for (const Entry& theirs : other.entries_) {
      if (mine.object == theirs.object &&
          (mine.access == Access::kWrite || theirs.access == Access::kWrite)) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace ipcsim::engine
