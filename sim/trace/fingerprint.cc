// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/fingerprint.h"

#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <type_traits>

#include "sim/base/stable_hash.h"

namespace ipcsim::trace {

namespace {

// Records are hashed as they lie in memory: no padding, and one layout on all supported hosts.
static_assert(std::is_trivially_copyable_v<Record>);
static_assert(sizeof(Record) == sizeof(Cycle) + sizeof(LaneId) + 3 * sizeof(std::uint32_t) +
                                    4 * sizeof(std::uint16_t) +
                                    kMaximumArguments * sizeof(std::uint64_t));

__extension__ using Wide = unsigned __int128;

std::uint64_t fold(std::uint64_t one, std::uint64_t other) {
  const Wide product = static_cast<Wide>(one) * other;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

// Four independent chains of folded multiplications, two words of a record each, as in wyhash
// (Wang Yi, 2019): a third of the time that StableHash takes for a record.
class RecordHash {
 public:
  void add(const Record& record) {
    std::array<std::uint64_t, 2 * kChains> words;
    std::memcpy(words.data(), &record, sizeof record);
    for (std::size_t i = 0; i < kChains; ++i) {
      chains_[i] = fold(words[2 * i] ^ kSecrets[i], words[2 * i + 1] ^ chains_[i]);
    }
  }

  std::uint64_t chain(std::size_t index) const { return chains_[index]; }

  static constexpr std::size_t kChains = sizeof(Record) / 16;

 private:
  // The first digits of pi behind the point: nothing up the sleeve.
  static constexpr std::array<std::uint64_t, kChains> kSecrets{
      0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89};

  std::array<std::uint64_t, kChains> chains_{0x452821e638d01377, 0xbe5466cf34e90c6c,
                                             0xc0ac29b7c97c50dd, 0x3f84d5b5b5470917};
};

}  // namespace

std::uint64_t fingerprint(const Recorder& recorder) {
  RecordHash records;
  for (const Record& record : recorder.records()) records.add(record);
  StableHash hash;
  for (std::size_t i = 0; i < RecordHash::kChains; ++i) hash.add(records.chain(i));
  hash.add(recorder.records().size());
  hash.add(recorder.kept());
  return hash.digest();
}

}  // namespace ipcsim::trace
