// SPDX-License-Identifier: BSD-2-Clause
// ReferencePaging: what the manual says of one access, written down as slowly and plainly as it
// goes: collect the entries, then judge them sentence by sentence (SDM vol. 3A 4.5 to 4.8). It
// remembers nothing and shares no code with the model under test.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kernel_model/machine/mmu.h"

namespace ipcsim::test {

class ReferencePaging {
 public:
  // 8-byte words by physical address; what is not there is 0, what lies behind `bytes` all ones.
  struct Memory {
    std::map<std::uint64_t, std::uint64_t> words;
    std::uint64_t bytes = 0;

    std::uint64_t load(std::uint64_t place) const;
    void set_bits(std::uint64_t place, std::uint64_t bits);
  };

  struct Entry {
    std::uint64_t place = 0;
    std::uint64_t bits = 0;
    unsigned shift = 0;  // of the bits of the address that chose it: 39, 30, 21, 12
  };

  // All that paging knows of one page at one moment.
  struct Page {
    std::vector<Entry> entries;
    bool missing = false;   // some entry is not present
    bool reserved = false;  // the last one has a reserved bit
    bool user = false, writable = false, executable = false, global = false, dirty = false;
    unsigned key = 0;
    unsigned shift = 0;          // of its size
    std::uint64_t physical = 0;  // of its first byte

    bool mapped() const { return !missing && !reserved; }
    friend bool operator==(const Page&, const Page&) = delete;
  };

  machine::ControlRegisters registers;
  std::uint32_t pkru = 0;
  std::uint32_t pkrs = 0;

  // Through the tables, as they are now.
  Page page_at(const Memory& memory, std::uint64_t linear) const;

  // The error code of an access to such a page; nothing: it is allowed.
  std::optional<std::uint32_t> error_of(const Page& page, machine::AccessKind kind,
                                        machine::Privilege privilege) const;

  // The flags that a successful access sets.
  static void mark(Memory& memory, const Page& page, machine::AccessKind kind);

 private:
  bool has_reserved_bit(const Entry& entry) const;
};

std::string to_text(const machine::Fault& fault);
std::string to_text(const machine::MemoryAccess& access);

}  // namespace ipcsim::test
