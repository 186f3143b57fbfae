// SPDX-License-Identifier: BSD-2-Clause
// BlockDevice: blocks of one page, moved to and from frames of memory while the CPUs go on.
//
//   0 command  write 1: reads the block into the frame; 2: writes the frame to the block; nothing
//              else while it is busy; write only, reads 0
//   1 block    which one, 0 .. kBlocks - 1
//   2 frame    which frame of memory
//   3 status   0: idle, 1: busy, 2: done, 3: failed, for the frame is not one that devices may
//              access; reading done or failed makes it idle; read only
//
// It wants attention when a command is done or has failed, until the status is read. A block that
// nobody has written holds what the scenario put there, and zeros.
#pragma once

#include <array>
#include <map>
#include <memory_resource>

#include "kernel_model/machine/device.h"

namespace ipcsim::machine {

class BlockDevice final : public Device {
 public:
  static constexpr std::uint64_t kBlocks = 1U << 20;

  BlockDevice(const DeviceContext& context, const DeviceDescription& description,
              trace::LaneId lane, std::pmr::memory_resource& memory)
      : Device(context, description, lane), written_(&memory) {}

  unsigned registers() const override { return 4; }
  std::uint64_t read(unsigned number) override;
  bool write(unsigned number, std::uint64_t value) override;

 private:
  using Block = std::array<std::byte, kFrameBytes>;
  enum class Status : std::uint8_t { kIdle, kBusy, kDone, kFailed };
  enum class Command : std::uint8_t { kRead = 1, kWrite = 2 };

  void act(std::uint64_t) override {}
  void called_back(std::uint64_t what) override;
  bool move(Command command);
  void fill(Block& block) const;

  std::uint64_t block_ = 0;
  std::uint64_t frame_ = 0;
  Status status_ = Status::kIdle;
  std::pmr::map<std::uint64_t, Block> written_;
};

}  // namespace ipcsim::machine
