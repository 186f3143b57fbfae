// SPDX-License-Identifier: BSD-2-Clause
// SerialPort: bytes in from the scenario, one at a time; bytes out to the trace.
//
//   0 data    read: takes the oldest byte that has arrived, 0 if there is none; write: sends one
//   1 status  bit 0: a byte waits; bit 1: it is sending, and takes no other byte; bit 2: a byte was
//             lost since the last read of this register, because kRoom others waited; read only
//
// It wants attention while a byte waits, and when it has sent one.
#pragma once

#include <array>

#include "kernel_model/machine/device.h"

namespace ipcsim::machine {

class SerialPort final : public Device {
 public:
  static constexpr std::size_t kRoom = 16;  // as a 16550 has

  using Device::Device;

  unsigned registers() const override { return 2; }
  std::uint64_t read(unsigned number) override;
  bool write(unsigned number, std::uint64_t value) override;

 private:
  void act(std::uint64_t number) override;
  void called_back(std::uint64_t what) override;
  std::uint64_t take();

  std::array<std::byte, kRoom> waiting_{};
  std::size_t first_ = 0;
  std::size_t count_ = 0;
  bool lost_ = false;
  bool sending_ = false;
};

}  // namespace ipcsim::machine
