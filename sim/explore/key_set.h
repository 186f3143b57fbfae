// SPDX-License-Identifier: BSD-2-Clause
// KeySet: a set of 64-bit keys that is emptied in no time and keeps its memory; what a run has
// covered is collected in one. Open addressing; the order of insertion is kept, so that nothing
// depends on where a key lies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ipcsim::explore {

class KeySet {
 public:
  // True when it was not there.
  bool insert(std::uint64_t key) {
    if (2 * (keys_.size() + 1) > slots_.size()) grow();
    const std::size_t at = place_of(key);
    if (slots_[at] != 0) return false;
    keys_.push_back(key);
    slots_[at] = static_cast<std::uint32_t>(keys_.size());
    return true;
  }

  bool contains(std::uint64_t key) const { return !slots_.empty() && slots_[place_of(key)] != 0; }

  // In the order in which they came.
  const std::vector<std::uint64_t>& keys() const { return keys_; }
  std::size_t size() const { return keys_.size(); }

  void clear() {
    for (const std::uint64_t key : keys_) erase(key);
    keys_.clear();
  }

 private:
  static constexpr std::size_t kFirstSlots = 256;  // a power of two

  std::size_t place_of(std::uint64_t key) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = static_cast<std::size_t>(key * 0x9e3779b97f4a7c15 >> 20) & mask;
    while (slots_[at] != 0 && keys_[slots_[at] - 1] != key) at = (at + 1) & mask;
    return at;
  }

  // Of all keys, one after the other in the order in which they came: at a key's turn, whatever
  // kept it from an earlier place is gone already or holds a place that was free then.
  void erase(std::uint64_t key) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = static_cast<std::size_t>(key * 0x9e3779b97f4a7c15 >> 20) & mask;
    while (slots_[at] == 0 || keys_[slots_[at] - 1] != key) at = (at + 1) & mask;
    slots_[at] = 0;
  }

  void grow() {
    const std::size_t slots = slots_.empty() ? kFirstSlots : 2 * slots_.size();
    slots_.assign(slots, 0);
    for (std::size_t index = 0; index < keys_.size(); ++index) {
      slots_[place_of(keys_[index])] = static_cast<std::uint32_t>(index + 1);
    }
  }

  std::vector<std::uint64_t> keys_;
  std::vector<std::uint32_t> slots_;  // index into keys_ + 1; 0: free
};

}  // namespace ipcsim::explore
