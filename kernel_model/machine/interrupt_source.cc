// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/interrupt_source.h"

namespace ipcsim::machine {

std::uint64_t InterruptSource::read(unsigned) {
  if (taken_ == happenings()) return 0;
  const std::uint64_t event = ++taken_;
  // What an edge-triggered one has told it does not tell again.
  if (taken_ == happenings() && description().trigger == TriggerMode::kLevel) set_wanting(false);
  return event;
}

}  // namespace ipcsim::machine
