// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/block_device.h"

#include <algorithm>

namespace ipcsim::machine {
namespace {

enum class BlockRegister : unsigned { kCommand, kBlock, kFrame, kStatus };

}  // namespace

std::uint64_t BlockDevice::read(unsigned number) {
  switch (static_cast<BlockRegister>(number)) {
    case BlockRegister::kBlock:
      return block_;
    case BlockRegister::kFrame:
      return frame_;
    case BlockRegister::kStatus: {
      const Status status = status_;
      if (status == Status::kDone || status == Status::kFailed) {
        status_ = Status::kIdle;
        if (description().trigger == TriggerMode::kLevel) set_wanting(false);
      }
      return static_cast<std::uint64_t>(status);
    }
    default:
      return 0;
  }
}

bool BlockDevice::write(unsigned number, std::uint64_t value) {
  if (status_ == Status::kBusy) return false;
  const auto which = static_cast<BlockRegister>(number);
  if (which == BlockRegister::kBlock && value < kBlocks) {
    block_ = value;
    return true;
  }
  if (which == BlockRegister::kFrame) {
    frame_ = value;
    return true;
  }
  if (which != BlockRegister::kCommand || (value != 1 && value != 2)) return false;
  status_ = Status::kBusy;
  if (description().trigger == TriggerMode::kLevel) set_wanting(false);
  call_back(description().delay, value);
  return true;
}

void BlockDevice::called_back(std::uint64_t what) {
  status_ = move(static_cast<Command>(what)) ? Status::kDone : Status::kFailed;
  context().listener.put_out(*this, block_);
  set_wanting(true);
}

// What of the scenario's bytes lies in the block.
void BlockDevice::fill(Block& block) const {
  const std::span<const std::byte> bytes = description().bytes;
  const std::uint64_t first = block_ * kFrameBytes;
  if (first >= bytes.size()) return;
  const auto part = bytes.subspan(first, std::min<std::size_t>(kFrameBytes, bytes.size() - first));
  std::copy(part.begin(), part.end(), block.begin());
}

bool BlockDevice::move(Command command) {
  if (!context().listener.may_access(frame_)) return false;
  const std::uint64_t address = frame_ * kFrameBytes;
  const auto known = written_.find(block_);
  if (command == Command::kWrite) {
    Block& block = known == written_.end() ? written_[block_] : known->second;
    context().memory.read(address, block);
  } else if (known != written_.end()) {
    context().memory.write(address, known->second);
  } else {
    Block block{};
    fill(block);
    context().memory.write(address, block);
  }
  return true;
}

}  // namespace ipcsim::machine
