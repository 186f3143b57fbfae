// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/linear_address.h"

#include <doctest/doctest.h>

namespace ipcsim::machine {
namespace {

TEST_CASE("an address is canonical when bits 63 to 47 are equal") {
  for (const std::uint64_t address :
       {std::uint64_t{0}, std::uint64_t{0x7fffffffffff}, 0xffff800000000000, ~std::uint64_t{0}}) {
    CHECK(is_canonical(address));
  }
  for (const std::uint64_t address : {std::uint64_t{0x800000000000}, std::uint64_t{1} << 63,
                                      0xffff7fffffffffff, std::uint64_t{0x1000000000000}}) {
    CHECK_FALSE(is_canonical(address));
  }
  for (unsigned bit = 47; bit < 64; ++bit) {
    CHECK_FALSE(is_canonical(std::uint64_t{1} << bit));
    CHECK_FALSE(is_canonical(~(std::uint64_t{1} << bit)));
  }
}

TEST_CASE("each level has nine bits of the address") {
  constexpr std::uint64_t kAddress = std::uint64_t{0x101} << 39 | std::uint64_t{0x0aa} << 30 |
                                     std::uint64_t{0x155} << 21 | std::uint64_t{0x1fe} << 12 |
                                     0xfff;
  CHECK(index_in_table(kAddress, TableLevel::kPml4e) == 0x101);
  CHECK(index_in_table(kAddress, TableLevel::kPdpte) == 0x0aa);
  CHECK(index_in_table(kAddress, TableLevel::kPde) == 0x155);
  CHECK(index_in_table(kAddress, TableLevel::kPte) == 0x1fe);
  CHECK(index_in_table(~std::uint64_t{0}, TableLevel::kPml4e) == 511);
}

TEST_CASE("pages have 4 KiB, 2 MiB or 1 GiB") {
  CHECK(bytes_of(PageSize::k4K) == 4096);
  CHECK(bytes_of(PageSize::k2M) == 2 * 1024 * 1024);
  CHECK(bytes_of(PageSize::k1G) == 1024 * 1024 * 1024);
  CHECK(page_of(0x40212345, PageSize::k4K) == 0x40212000);
  CHECK(page_of(0x40212345, PageSize::k2M) == 0x40200000);
  CHECK(page_of(0x40212345, PageSize::k1G) == 0x40000000);
  CHECK(offset_in(0x40212345, PageSize::k4K) == 0x345);
  CHECK(offset_in(0x40212345, PageSize::k2M) == 0x12345);
  CHECK(offset_in(0x40212345, PageSize::k1G) == 0x212345);
}

}  // namespace
}  // namespace ipcsim::machine
