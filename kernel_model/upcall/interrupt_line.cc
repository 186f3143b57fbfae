// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/upcall/interrupt_line.h"

namespace ipcsim::kernel {

bool InterruptLine::must_be_masked() const {
  return level() ? !driver.valid() || unanswered > 0 : latched;
}

std::uint64_t InterruptLine::tell() {
  ++unanswered;
  brought = false;
  return ++sequence;
}

bool InterruptLine::lose_driver() {
  const bool unheard = unanswered > 0 && !brought;
  driver = EndId::none();
  left_unanswered = unanswered > 0;
  unanswered = 0;
  return unheard && !level() && !latched;
}

}  // namespace ipcsim::kernel
