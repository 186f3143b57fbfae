// SPDX-License-Identifier: BSD-2-Clause
// Which vector is for what. A higher one is taken first (SDM vol. 3A 10.8.3); devices come after
// the timer, the timer after what CPUs tell each other, and whoever waits for an answer is first.
#pragma once

#include <cstdint>

namespace ipcsim::kernel {

inline constexpr std::uint8_t kFirstDeviceVector =
    0x30;  // pin 0 of the I/O APIC; the others follow
inline constexpr std::uint8_t kTimerVector = 0xe0;
inline constexpr std::uint8_t kWakeVector = 0xf0;       // look for work
inline constexpr std::uint8_t kKillVector = 0xf1;       // the running thread is to end
inline constexpr std::uint8_t kShootdownVector = 0xf2;  // forget translations
inline constexpr std::uint8_t kSpuriousVector = 0xff;   // nothing was pending any more

constexpr std::uint8_t vector_of_pin(unsigned pin) {
  return static_cast<std::uint8_t>(kFirstDeviceVector + pin);
}
constexpr bool is_device_vector(std::uint8_t vector) {
  return vector >= kFirstDeviceVector && vector < kTimerVector;
}
constexpr unsigned pin_of_vector(std::uint8_t vector) { return vector - 1U * kFirstDeviceVector; }

}  // namespace ipcsim::kernel
