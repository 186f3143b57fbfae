// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/tlb.h"

#include <memory_resource>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/child_process.h"

namespace ipcsim::machine {
namespace {

constexpr std::uint64_t kPage = 0x400000;
constexpr std::uint64_t kMegabytes2 = std::uint64_t{2} << 20;
constexpr std::uint64_t kGigabyte = std::uint64_t{1} << 30;

enum class Kind { kOwn, kGlobal };

Translation page(std::uint64_t linear, std::uint16_t pcid = 0, Kind kind = Kind::kOwn,
                 PageSize size = PageSize::k4K) {
  Translation translation;
  translation.linear = linear;
  translation.physical = linear + (std::uint64_t{1} << 32);
  translation.pcid = pcid;
  translation.size = size;
  translation.global = kind == Kind::kGlobal;
  return translation;
}

struct FilledTlb {
  Arena arena;
  Tlb tlb{arena};

  bool has(std::uint64_t linear, std::uint16_t pcid = 0) const {
    return tlb.peek(linear, pcid) != nullptr;
  }
  std::vector<std::uint64_t> pages() const {
    std::pmr::vector<Translation> list;
    tlb.list(list);
    std::vector<std::uint64_t> pages;
    for (const Translation& held : list) pages.push_back(held.linear);
    return pages;
  }
};

TEST_CASE("an empty one knows nothing and can be emptied") {
  FilledTlb cpu;
  CHECK_FALSE(cpu.has(0));
  CHECK_FALSE(cpu.has(1));
  CHECK(cpu.tlb.find(kPage, 0).level == TlbLevel::kNone);
  cpu.tlb.drop_page(kPage, 0, Globals::kDropped);
  cpu.tlb.drop_pcid(0, Globals::kDropped);
  cpu.tlb.drop_all(Globals::kDropped);
  CHECK(cpu.tlb.size() == 0);
}

TEST_CASE("a translation serves every address of its page and no other") {
  for (const PageSize size : kPageSizes) {
    FilledTlb cpu;
    const std::uint64_t begin = 7 * bytes_of(size);
    cpu.tlb.insert(page(begin, 0, Kind::kOwn, size));
    CHECK(cpu.has(begin));
    CHECK(cpu.has(begin + bytes_of(size) - 1));
    CHECK_FALSE(cpu.has(begin - 1));
    CHECK_FALSE(cpu.has(begin + bytes_of(size)));
    const Tlb::Hit hit = cpu.tlb.find(begin + 0x123, 0);
    REQUIRE(hit.translation != nullptr);
    CHECK(hit.level == TlbLevel::kFirst);
    CHECK(hit.translation->physical_of(begin + 0x123) == begin + (std::uint64_t{1} << 32) + 0x123);
  }
}

TEST_CASE("addresses of both halves are different pages") {
  FilledTlb cpu;
  cpu.tlb.insert(page(0xffff800000000000));
  CHECK(cpu.has(0xffff800000000fff));
  CHECK_FALSE(cpu.has(0x0000800000000000));
  CHECK_FALSE(cpu.has(0));
}

TEST_CASE("a translation serves its PCID, a global one every PCID") {
  FilledTlb cpu;
  cpu.tlb.insert(page(kPage, 1));
  cpu.tlb.insert(page(kPage + kPageBytes, 1, Kind::kGlobal));
  CHECK(cpu.has(kPage, 1));
  CHECK_FALSE(cpu.has(kPage, 2));
  CHECK(cpu.has(kPage + kPageBytes, 1));
  CHECK(cpu.has(kPage + kPageBytes, 0xfff));
}

TEST_CASE("drop_page takes the page of one PCID, of every size") {
  FilledTlb cpu;
  cpu.tlb.insert(page(kGigabyte, 1));
  cpu.tlb.insert(page(kGigabyte, 1, Kind::kOwn, PageSize::k2M));
  cpu.tlb.insert(page(kGigabyte, 1, Kind::kOwn, PageSize::k1G));
  cpu.tlb.insert(page(kGigabyte + kPageBytes, 1));
  cpu.tlb.insert(page(kGigabyte, 2));
  cpu.tlb.drop_page(kGigabyte + 5, 1, Globals::kDropped);
  CHECK_FALSE(cpu.has(kGigabyte, 1));
  CHECK(cpu.has(kGigabyte + kPageBytes, 1));
  CHECK(cpu.has(kGigabyte, 2));
  CHECK(cpu.tlb.size() == 2);
}

TEST_CASE("drop_page takes global translations of every PCID, or none") {
  FilledTlb cpu;
  cpu.tlb.insert(page(kPage, 1, Kind::kGlobal));
  cpu.tlb.drop_page(kPage, 2, Globals::kKept);
  CHECK(cpu.has(kPage, 2));
  cpu.tlb.drop_page(kPage, 1, Globals::kKept);
  CHECK(cpu.has(kPage, 1));
  cpu.tlb.drop_page(kPage, 2, Globals::kDropped);
  CHECK_FALSE(cpu.has(kPage, 1));
}

TEST_CASE("drop_pcid takes what is not global of one PCID") {
  FilledTlb cpu;
  cpu.tlb.insert(page(kPage, 1));
  cpu.tlb.insert(page(kPage + kGigabyte, 1, Kind::kOwn, PageSize::k2M));
  cpu.tlb.insert(page(kPage, 2));
  cpu.tlb.insert(page(kPage + kPageBytes, 1, Kind::kGlobal));
  cpu.tlb.drop_pcid(1, Globals::kKept);
  CHECK_FALSE(cpu.has(kPage, 1));
  CHECK_FALSE(cpu.has(kPage + kGigabyte, 1));
  CHECK(cpu.has(kPage, 2));
  CHECK(cpu.has(kPage + kPageBytes, 1));
  cpu.tlb.drop_pcid(1, Globals::kDropped);
  CHECK(cpu.pages() == std::vector{kPage});
}

TEST_CASE("drop_all takes every PCID, and global ones if asked to") {
  FilledTlb cpu;
  cpu.tlb.insert(page(kPage, 1));
  cpu.tlb.insert(page(kPage, 2));
  cpu.tlb.insert(page(kPage + kPageBytes, 1, Kind::kGlobal));
  cpu.tlb.drop_all(Globals::kKept);
  CHECK(cpu.pages() == std::vector{kPage + kPageBytes});
  cpu.tlb.drop_all(Globals::kDropped);
  CHECK(cpu.tlb.size() == 0);
  CHECK_FALSE(cpu.has(kPage + kPageBytes, 1));
}

TEST_CASE("what the first level has forgotten the second still has") {
  FilledTlb cpu;
  constexpr std::uint64_t kSameSet = 16 * kPageBytes;  // as far apart as the sets go
  for (std::uint64_t i = 0; i < 5; ++i) cpu.tlb.insert(page(kPage + i * kSameSet));
  CHECK(cpu.tlb.find(kPage, 0).level == TlbLevel::kSecond);
  CHECK(cpu.tlb.find(kPage, 0).level == TlbLevel::kFirst);
  CHECK(cpu.tlb.find(kPage + kSameSet, 0).level == TlbLevel::kSecond);
  CHECK(cpu.tlb.size() == 5);
}

TEST_CASE("peek leaves the first level as it was") {
  FilledTlb cpu;
  for (std::uint64_t i = 0; i < 5; ++i) cpu.tlb.insert(page(kPage + i * 16 * kPageBytes));
  CHECK(cpu.has(kPage));
  CHECK(cpu.tlb.find(kPage, 0).level == TlbLevel::kSecond);
}

TEST_CASE("what is dropped is gone from both levels, and its place is free") {
  FilledTlb cpu;
  cpu.tlb.insert(page(kPage));
  CHECK(cpu.tlb.find(kPage, 0).level == TlbLevel::kFirst);
  cpu.tlb.drop_page(kPage, 0, Globals::kDropped);
  CHECK(cpu.tlb.find(kPage, 0).level == TlbLevel::kNone);
  cpu.tlb.insert(page(kPage));
  CHECK(cpu.tlb.find(kPage, 0).level == TlbLevel::kFirst);
  CHECK(cpu.tlb.size() == 1);
}

TEST_CASE("a full set replaces its ways in turn") {
  struct Shape {
    PageSize size;
    std::uint64_t ways;
    std::uint64_t sets;
  };
  for (const Shape& shape :
       {Shape{PageSize::k4K, 12, 128}, Shape{PageSize::k2M, 12, 128}, Shape{PageSize::k1G, 4, 4}}) {
    FilledTlb cpu;
    const std::uint64_t stride = shape.sets * bytes_of(shape.size);
    const auto nth = [&](std::uint64_t i) { return i * stride; };
    for (std::uint64_t i = 0; i < shape.ways; ++i) {
      cpu.tlb.insert(page(nth(i), 0, Kind::kOwn, shape.size));
    }
    for (std::uint64_t i = 0; i < shape.ways; ++i) CHECK(cpu.has(nth(i)));
    for (std::uint64_t i = 0; i < 2 * shape.ways; ++i) {
      cpu.tlb.insert(page(nth(shape.ways + i), 0, Kind::kOwn, shape.size));
      CHECK_FALSE(cpu.has(nth(i)));
      CHECK(cpu.has(nth(i + 1)));
      CHECK(cpu.tlb.size() == shape.ways);
    }
  }
}

TEST_CASE("pages of 4 KiB and of 2 MiB share the second level") {
  FilledTlb cpu;
  for (std::uint64_t i = 0; i < 12; ++i) {
    cpu.tlb.insert(page(i * 128 * kMegabytes2, 0, Kind::kOwn, PageSize::k2M));
  }
  cpu.tlb.insert(page(64 * kGigabyte * 128));
  CHECK(cpu.tlb.size() == 12);
  CHECK_FALSE(cpu.has(0));
  CHECK(cpu.has(128 * kMegabytes2));
}

TEST_CASE("it holds as much as the hardware it is modelled on") {
  FilledTlb cpu;
  for (std::uint64_t i = 0; i < 2000; ++i) cpu.tlb.insert(page(i * kPageBytes));
  CHECK(cpu.tlb.size() == 1536);
  for (std::uint64_t i = 0; i < 20; ++i) {
    cpu.tlb.insert(page((i + 8) * kGigabyte, 0, Kind::kOwn, PageSize::k1G));
  }
  CHECK(cpu.tlb.size() == 1536 + 16);
}

TEST_CASE("the list is in the order of PCID, page and size, however it was filled") {
  FilledTlb cpu;
  cpu.tlb.insert(page(kPage, 2));
  cpu.tlb.insert(page(kPage + kPageBytes, 1));
  cpu.tlb.insert(page(0xffffffff80000000, 1));
  cpu.tlb.insert(page(kPage, 1, Kind::kOwn, PageSize::k2M));
  cpu.tlb.insert(page(kPage, 1));
  std::pmr::vector<Translation> list;
  list.push_back({});
  cpu.tlb.list(list);
  REQUIRE(list.size() == 5);
  CHECK(list[0] == page(kPage, 1));
  CHECK(list[1] == page(kPage, 1, Kind::kOwn, PageSize::k2M));
  CHECK(list[2] == page(kPage + kPageBytes, 1));
  CHECK(list[3] == page(0xffffffff80000000, 1));
  CHECK(list[4] == page(kPage, 2));
}

TEST_CASE("a new one in the same arena knows nothing and needs no more memory") {
  Arena arena;
  std::size_t used = 0;
  for (int run = 0; run < 3; ++run) {
    arena.reset();
    Tlb tlb(arena);
    CHECK(tlb.peek(kPage, 0) == nullptr);
    for (std::uint64_t i = 0; i < 100; ++i) tlb.insert(page(kPage + i * kPageBytes));
    if (run > 1) CHECK(arena.used() == used);
    used = arena.used();
  }
}

TEST_CASE("a translation that does not begin with its page is our defect") {
  const auto ending = test::in_child([] {
    FilledTlb cpu;
    cpu.tlb.insert(page(kPageBytes, 0, Kind::kOwn, PageSize::k2M));
  });
  CHECK(ending.aborted());
}

}  // namespace
}  // namespace ipcsim::machine
