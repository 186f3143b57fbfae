// SPDX-License-Identifier: BSD-2-Clause
// Level: what is on a wire between devices and interrupt controllers, as voltage. Which of the two
// asks for an interrupt is the matter of who reads it.
#pragma once

#include <cstdint>

namespace ipcsim::machine {

enum class Level : std::uint8_t { kLow, kHigh };

}  // namespace ipcsim::machine
