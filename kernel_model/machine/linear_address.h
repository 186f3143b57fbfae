// SPDX-License-Identifier: BSD-2-Clause
// Linear addresses of 4-level paging: 48 bits that count, four tables on the way to the page, three
// sizes of page. An address is canonical when its bits 63:47 are equal; no other is ever translated
// (SDM vol. 1 3.3.7.1, vol. 3A 4.5).
#pragma once

#include <array>
#include <cstdint>

namespace ipcsim::machine {

inline constexpr unsigned kLinearAddressBits = 48;
inline constexpr unsigned kPageBits = 12;
inline constexpr std::uint64_t kPageBytes = std::uint64_t{1} << kPageBits;

constexpr bool is_canonical(std::uint64_t linear) {
  const std::uint64_t top = linear >> (kLinearAddressBits - 1);
  return top == 0 || top == 0x1ffff;
}

// The kinds of entry, in the order in which a walk reads them.
enum class TableLevel : std::uint8_t { kPml4e, kPdpte, kPde, kPte };
inline constexpr unsigned kTableLevels = 4;
inline constexpr unsigned kEntryBytes = 8;
inline constexpr unsigned kIndexBits = 9;

// Where in its table the entry for an address stands.
constexpr std::uint64_t index_in_table(std::uint64_t linear, TableLevel level) {
  const unsigned below = kTableLevels - 1 - static_cast<unsigned>(level);
  return linear >> (kPageBits + below * kIndexBits) & ((1U << kIndexBits) - 1);
}

enum class PageSize : std::uint8_t { k4K, k2M, k1G };
inline constexpr std::array kPageSizes = {PageSize::k4K, PageSize::k2M, PageSize::k1G};

constexpr unsigned bits_of(PageSize size) {
  return kPageBits + static_cast<unsigned>(size) * kIndexBits;
}
constexpr std::uint64_t bytes_of(PageSize size) { return std::uint64_t{1} << bits_of(size); }
// The first byte of the page that an address lies in, and the place of the address within it.
constexpr std::uint64_t page_of(std::uint64_t address, PageSize size) {
  return address & ~(bytes_of(size) - 1);
}
constexpr std::uint64_t offset_in(std::uint64_t address, PageSize size) {
  return address & (bytes_of(size) - 1);
}

}  // namespace ipcsim::machine
