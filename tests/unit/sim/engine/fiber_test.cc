// SPDX-License-Identifier: BSD-2-Clause
#include "sim/engine/fiber.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/random.h"
#include "tests/support/child_process.h"

namespace ipcsim::engine {
namespace {

// A flow that writes down where it has come and goes back to the main flow each time.
struct Counting {
  FiberSet* fibers = nullptr;
  int turns = 0;            // then it finishes
  std::vector<int> seen{};  // local variable of each turn
  const void* stack = nullptr;

  static void run(void* argument) {
    Counting& self = *static_cast<Counting*>(argument);
    self.stack = __builtin_frame_address(0);
    for (int turn = 0; turn < self.turns; ++turn) {
      self.seen.push_back(turn);
      self.fibers->switch_to(self.fibers->main());
    }
    self.fibers->finish(self.fibers->main());
  }
};

TEST_CASE("the main flow runs at first") {
  FiberSet fibers;
  CHECK(&fibers.current() == &fibers.main());
  fibers.switch_to(fibers.main());  // to itself: nothing happens
  CHECK(&fibers.current() == &fibers.main());
}

TEST_CASE("a fiber does not run before it is switched to, and goes on where it stopped") {
  FiberSet fibers;
  Counting program{.fibers = &fibers, .turns = 3};
  Fiber& fiber = fibers.start(&Counting::run, &program);
  CHECK(program.seen.empty());
  fibers.switch_to(fiber);
  CHECK(program.seen == std::vector<int>{0});
  fibers.switch_to(fiber);
  fibers.switch_to(fiber);
  CHECK(program.seen == std::vector<int>{0, 1, 2});
  fibers.switch_to(fiber);  // finishes
  CHECK(&fibers.current() == &fibers.main());
}

TEST_CASE("many fibers, switched to in any order, keep their own state") {
  constexpr int kFibers = 300;  // several slabs of stacks
  constexpr int kTurns = 20;
  FiberSet fibers;
  std::vector<Counting> programs(kFibers, Counting{.fibers = &fibers, .turns = kTurns});
  std::vector<Fiber*> started;
  for (Counting& program : programs) started.push_back(&fibers.start(&Counting::run, &program));
  std::vector<int> left(kFibers, kTurns + 1);
  Random random(1);
  for (int switches = kFibers * (kTurns + 1); switches > 0; --switches) {
    std::size_t chosen = random.below(kFibers);
    while (left[chosen] == 0) chosen = (chosen + 1) % kFibers;
    --left[chosen];
    fibers.switch_to(*started[chosen]);
  }
  std::vector<const void*> stacks;
  for (const Counting& program : programs) {
    REQUIRE(program.seen.size() == kTurns);
    CHECK(std::is_sorted(program.seen.begin(), program.seen.end()));
    CHECK(std::find(stacks.begin(), stacks.end(), program.stack) == stacks.end());
    stacks.push_back(program.stack);
  }
}

// Two fibers that hand over to each other directly; the last one returns to main.
struct Relay {
  FiberSet* fibers = nullptr;
  Fiber* partner = nullptr;
  int* ball = nullptr;

  static void run(void* argument) {
    const Relay& self = *static_cast<Relay*>(argument);
    while (*self.ball > 0) {
      --*self.ball;
      self.fibers->switch_to(*self.partner);
    }
    self.fibers->switch_to(self.fibers->main());
  }
};

TEST_CASE("fibers switch to each other without the main flow") {
  FiberSet fibers;
  int ball = 1001;
  std::array<Relay, 2> relays{};
  std::array<Fiber*, 2> started{};
  for (std::size_t i = 0; i < 2; ++i) started[i] = &fibers.start(&Relay::run, &relays[i]);
  for (std::size_t i = 0; i < 2; ++i) relays[i] = {&fibers, started[1 - i], &ball};
  fibers.switch_to(*started[0]);
  CHECK(ball == 0);
  CHECK(&fibers.current() == &fibers.main());
}

TEST_CASE("the stack of a finished fiber is used again") {
  FiberSet fibers;
  const void* first = nullptr;
  for (int i = 0; i < 1000; ++i) {
    Counting program{.fibers = &fibers, .turns = 1};
    Fiber& fiber = fibers.start(&Counting::run, &program);
    fibers.switch_to(fiber);
    fibers.switch_to(fiber);
    if (first == nullptr) first = program.stack;
    REQUIRE(program.stack == first);
  }
}

// Would say so if it were destroyed.
struct Witness {
  int* destroyed;
  ~Witness() { ++*destroyed; }
};

struct Witnessed {
  FiberSet* fibers = nullptr;
  int destroyed = 0;
  const void* stack = nullptr;

  static void run(void* argument) {
    Witnessed& self = *static_cast<Witnessed*>(argument);
    self.stack = __builtin_frame_address(0);
    const Witness witness{&self.destroyed};
    for (;;) self.fibers->switch_to(self.fibers->main());
  }
};

TEST_CASE("an abandoned fiber's stack is used again, and nothing on it is destroyed") {
  FiberSet fibers;
  Witnessed one{&fibers};
  Witnessed two{&fibers};
  Fiber& fiber = fibers.start(&Witnessed::run, &one);
  fibers.switch_to(fiber);
  fibers.abandon(fiber);
  Fiber& next = fibers.start(&Witnessed::run, &two);
  fibers.switch_to(next);
  fibers.switch_to(next);
  CHECK(two.stack == one.stack);
  CHECK(one.destroyed == 0);
}

TEST_CASE("after all are abandoned the next run finds the same stacks in the same order") {
  FiberSet fibers;
  std::vector<const void*> before;
  for (int run = 0; run < 5; ++run) {
    std::vector<Witnessed> programs(100, Witnessed{&fibers});
    std::vector<const void*> stacks;
    for (Witnessed& program : programs) {
      fibers.switch_to(fibers.start(&Witnessed::run, &program));
      stacks.push_back(program.stack);
      REQUIRE(program.destroyed == 0);
    }
    fibers.start(&Witnessed::run, &programs[0]);  // never switched to
    if (run > 0) CHECK(stacks == before);
    before = stacks;
    fibers.abandon_all();
  }
}

TEST_CASE("fibers that finish and fibers that are abandoned mix") {
  FiberSet fibers;
  Random random(2);
  for (int run = 0; run < 50; ++run) {
    std::vector<Counting> programs(40, Counting{.fibers = &fibers, .turns = 3});
    for (Counting& program : programs) {
      Fiber& fiber = fibers.start(&Counting::run, &program);
      const std::uint64_t switches = random.below(5);  // with the fourth it finishes
      for (std::uint64_t i = 0; i < switches; ++i) fibers.switch_to(fiber);
      REQUIRE(program.seen.size() == std::min<std::uint64_t>(switches, 3));
    }
    fibers.abandon_all();
  }
}

TEST_CASE("exceptions stay within a fiber") {
  struct Throwing {
    FiberSet* fibers;
    std::string caught;
    static void run(void* argument) {
      Throwing& self = *static_cast<Throwing*>(argument);
      try {
        self.fibers->switch_to(self.fibers->main());
        throw std::string("thrown on a fiber");
      } catch (const std::string& text) {
        self.caught = text;
      }
      self.fibers->finish(self.fibers->main());
    }
  };
  FiberSet fibers;
  Throwing program{&fibers, {}};
  Fiber& fiber = fibers.start(&Throwing::run, &program);
  fibers.switch_to(fiber);
  fibers.switch_to(fiber);
  CHECK(program.caught == "thrown on a fiber");
}

// --- Misuse is our defect.

// Switches with `bytes` of its stack in use.
struct Deep {
  FiberSet* fibers = nullptr;
  std::size_t bytes = 0;

  static void run(void* argument) {
    const Deep& self = *static_cast<Deep*>(argument);
    static_cast<volatile char*>(__builtin_alloca(self.bytes))[0] = 1;
    self.fibers->switch_to(self.fibers->main());
    self.fibers->finish(self.fibers->main());
  }
};

TEST_CASE("a stack that is nearly used up is noticed at the next switch") {
  FiberSet fibers;
  Deep program{&fibers, kStackBytes / 2};
  Fiber& fiber = fibers.start(&Deep::run, &program);
  fibers.switch_to(fiber);
  fibers.switch_to(fiber);
  const test::ChildEnding ending = test::in_child([] {
    FiberSet others;
    Deep deeper{&others, kStackBytes - std::size_t{12} * 1024};
    others.switch_to(others.start(&Deep::run, &deeper));
  });
  CHECK(ending.aborted());
  CHECK(ending.error_output.find("used up its stack") != std::string::npos);
}

TEST_CASE("an entry function that returns is our defect") {
  const test::ChildEnding ending = test::in_child([] {
    FiberSet fibers;
    fibers.switch_to(fibers.start([](void*) {}, nullptr));
  });
  CHECK(ending.aborted());
  CHECK(ending.error_output.find("entry function returned") != std::string::npos);
}

TEST_CASE("a switch to a fiber that has been given up is our defect") {
  const test::ChildEnding ending = test::in_child([] {
    FiberSet fibers;
    Counting program{.fibers = &fibers, .turns = 1};
    Fiber& fiber = fibers.start(&Counting::run, &program);
    fibers.abandon(fiber);
    fibers.switch_to(fiber);
  });
  CHECK(ending.aborted());
  CHECK(ending.error_output.find("not suspended") != std::string::npos);
}

}  // namespace
}  // namespace ipcsim::engine
