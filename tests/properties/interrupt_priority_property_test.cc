// SPDX-License-Identifier: BSD-2-Clause
// Random programs of a local APIC's registers against lists and sentences of the manual (SDM vol.
// 3A 10.8.3, 10.8.4): which vector is requested, which is in service, which is delivered next, and
// what the I/O APICs are told.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include <doctest/doctest.h>

#include "kernel_model/machine/local_apic.h"
#include "sim/base/random.h"

namespace ipcsim::machine {
namespace {

// What the manual says, as lists.
class ReferenceApic {
 public:
  void accept(unsigned vector, bool level) {
    if (vector < 16) return;
    requested_.insert(vector);
    if (level) {
      level_.insert(vector);
    } else {
      level_.erase(vector);
    }
  }
  void set_task_priority(unsigned priority) { task_priority_ = priority; }

  // "The processor-priority class is the greater of the task-priority class and the class of the
  // highest vector in service."
  unsigned processor_priority() const {
    const unsigned in_service = serving_.empty() ? 0 : *serving_.rbegin();
    const unsigned task_class = task_priority_ / 16;
    const unsigned service_class = in_service / 16;
    // The lower four bits are those of the task priority unless the vector in service has the
    // greater class.
    return service_class > task_class ? service_class * 16 : task_priority_;
  }

  // "Only an interrupt whose class is above the processor-priority class is delivered."
  std::optional<unsigned> next() const {
    std::optional<unsigned> next;
    for (const unsigned vector : requested_) {
      if (vector / 16 > processor_priority() / 16) next = vector;
    }
    return next;
  }

  unsigned acknowledge() {
    const std::optional<unsigned> vector = next();
    if (!vector) return 0xff;
    requested_.erase(*vector);
    serving_.insert(*vector);
    return *vector;
  }

  void end() {
    if (serving_.empty()) return;
    const unsigned highest = *serving_.rbegin();
    serving_.erase(highest);
    if (level_.contains(highest)) told.push_back(highest);
  }

  const std::set<unsigned>& requested() const { return requested_; }
  const std::set<unsigned>& serving() const { return serving_; }

  std::vector<unsigned> told;

 private:
  std::set<unsigned> requested_;
  std::set<unsigned> serving_;
  std::set<unsigned> level_;
  unsigned task_priority_ = 0;
};

class Listener final : public InterruptBus {
 public:
  void send(const InterruptMessage&, std::uint32_t) override {}
  void end_of_interrupt(std::uint8_t vector) override { told.push_back(vector); }

  std::vector<unsigned> told;
};

std::set<unsigned> set_in(const InterruptBitmap& bank) {
  std::set<unsigned> vectors;
  for (unsigned vector = 0; vector < 256; ++vector) {
    if (bank.test(static_cast<std::uint8_t>(vector))) vectors.insert(vector);
  }
  return vectors;
}

void run_program(std::uint64_t seed) {
  constexpr int kOperations = 60;
  Random random(seed);
  Listener listener;
  LocalApic apic(0, CpuRole::kBootstrap, listener);
  ReferenceApic reference;
  apic.write_memory(static_cast<std::uint32_t>(ApicRegister::kSpuriousVector), 4, 0x1ff, 0);
  for (int operation = 0; operation < kOperations; ++operation) {
    switch (random.below(6)) {
      case 0:
      case 1: {
        const auto vector = static_cast<std::uint8_t>(random.below(256));
        const bool level = random.below(2) == 0;
        reference.accept(vector, level);
        static_cast<void>(apic.accept(
            {.vector = vector, .trigger = level ? TriggerMode::kLevel : TriggerMode::kEdge}));
        break;
      }
      case 2: {
        const auto priority = static_cast<std::uint32_t>(random.below(256));
        reference.set_task_priority(priority);
        apic.write_memory(static_cast<std::uint32_t>(ApicRegister::kTaskPriority), 4, priority, 0);
        break;
      }
      case 3: {
        const std::uint64_t priority = random.below(16);
        reference.set_task_priority(static_cast<unsigned>(priority * 16));
        REQUIRE(apic.write_cr8(priority));
        break;
      }
      case 4:
        REQUIRE(apic.acknowledge() == reference.acknowledge());
        break;
      default:
        reference.end();
        apic.end_of_interrupt();
    }
    REQUIRE(apic.processor_priority() == reference.processor_priority());
    REQUIRE(apic.deliverable() == reference.next());
    REQUIRE(set_in(apic.request()) == reference.requested());
    REQUIRE(set_in(apic.in_service()) == reference.serving());
    REQUIRE(listener.told == reference.told);
  }
}

TEST_CASE("a local APIC keeps the manual's priorities in every program") {
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    CAPTURE(seed);
    run_program(seed);
  }
}

}  // namespace
}  // namespace ipcsim::machine
