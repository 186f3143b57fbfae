// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/recorder.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "sim/base/check.h"

namespace ipcsim::trace {

namespace {

using Length = std::uint32_t;  // stands before each message that is kept

constexpr std::size_t kFirstRecords = 256;
constexpr std::size_t kFirstBytes = 4096;

}  // namespace

std::uint64_t Recorder::keep(std::span<const std::byte> bytes) {
  SIM_CHECK(bytes.size() <= std::numeric_limits<Length>::max(), "kept bytes are not that many");
  const auto length = static_cast<Length>(bytes.size());
  const std::size_t end = kept_ + sizeof length + length;
  if (end > store_.size()) store_.resize(std::max({kFirstBytes, end, 2 * store_.size()}));
  const std::size_t kept = std::exchange(kept_, end);
  std::memcpy(store_.data() + kept, &length, sizeof length);
  if (length != 0) std::memcpy(store_.data() + kept + sizeof length, bytes.data(), length);
  return kept;
}

std::span<const std::byte> Recorder::bytes(std::uint64_t number) const {
  constexpr const char* kUnknown = "kept bytes are asked for by a number that keep() gave";
  const std::span<const std::byte> all = kept();
  Length length = 0;
  SIM_CHECK(all.size() >= sizeof length && number <= all.size() - sizeof length, kUnknown);
  std::memcpy(&length, all.data() + number, sizeof length);
  const std::size_t start = number + sizeof length;
  SIM_CHECK(length <= all.size() - start, kUnknown);
  return all.subspan(start, length);
}

void Recorder::grow() { slots_.resize(std::max(kFirstRecords, 2 * slots_.size())); }

void Recorder::clear() {
  flows_ = 0;
  used_ = 0;
  kept_ = 0;
}

}  // namespace ipcsim::trace
