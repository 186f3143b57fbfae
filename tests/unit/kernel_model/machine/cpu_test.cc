// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/cpu.h"

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "kernel_model/machine/interrupt_network.h"
#include "sim/engine/chooser.h"

namespace ipcsim::machine {
namespace {

constexpr Activity kCall = kFirstCall;

constexpr std::uint8_t kTimer = 0xe0;
constexpr std::uint8_t kWake = 0xf0;
constexpr std::uint8_t kKill = 0xf1;
constexpr std::uint8_t kCallVector = 0xf2;

// A CPU to which tests send interrupts.
class TestCpu final : public Cpu, public engine::EventHandler {
 public:
  TestCpu(engine::Engine& engine, engine::AgentId agent, trace::LaneId lane,
          InterruptNetwork& network, Arena& arena)
      : Cpu(engine, agent, lane, network, arena), engine_(engine) {
    network.attach(*this);
    start_apic(kTimer, kCallVector, 0xff);
  }

  // It arrives `after` cycles from now.
  void send(std::uint8_t vector, Cycles after) {
    engine_.schedule(later(engine_.now(), after), lane(), *this, vector);
  }
  void happen(std::uint64_t payload) override {
    InterruptMessage message;
    message.vector = static_cast<std::uint8_t>(payload);
    message.destination = number();
    REQUIRE(is_pending(apic().accept(message)));
    interrupt_arrived(message.vector, 0, engine_.now());
  }
  // The vector of the interrupt that is due, which has ended; 0: none is.
  std::uint8_t take_interrupt() {
    if (!interrupt_due()) return 0;
    const TakenInterrupt taken = acknowledge();
    end_interrupt();
    return taken.vector;
  }

 private:
  engine::Engine& engine_;
};

// CPUs that each run one function; then they are halted for ever.
class Rig {
 public:
  using Code = std::function<void(engine::Engine&, TestCpu&)>;

  explicit Rig(std::vector<Code> codes) : Rig(std::move(codes), nullptr) {}
  Rig(std::vector<Code> codes, engine::Chooser* chooser) {
    engine_.reset({}, chooser != nullptr ? *chooser : reference_,
                  static_cast<std::uint32_t>(codes.size()));
    for (Code& code : codes) {
      const auto number = static_cast<std::uint32_t>(flows_.size());
      names_.push_back("cpu" + std::to_string(number));
      const trace::LaneId lane = engine_.add_lane(names_.back());
      TestCpu& cpu = cpus_.emplace_back(engine_, engine::AgentId(number), lane, network_, arena_);
      flows_.push_back({this, &cpu, std::move(code)});
    }
    for (Flow& flow : flows_) {
      engine_.start_agent(flow.cpu->agent(), flow.cpu->lane(), 0,
                          engine_.fibers().start(&Rig::run_flow, &flow));
    }
    engine_.run();
    for (TestCpu& each : cpus_) each.settle();
  }

  engine::Engine& engine() { return engine_; }
  TestCpu& cpu(std::size_t number) { return cpus_[number]; }
  Cycles booked(std::size_t number) {
    Cycles sum = 0;
    for (Activity activity = 0; activity < kActivities; ++activity) {
      sum += cpus_[number].booked(activity);
    }
    return sum;
  }

 private:
  struct Flow {
    Rig* rig;
    TestCpu* cpu;
    Code code;
  };
  static void run_flow(void* argument) {
    Flow& flow = *static_cast<Flow*>(argument);
    flow.cpu->settle();
    flow.code(flow.rig->engine_, *flow.cpu);
    for (;;) flow.rig->engine_.halt(flow.cpu->agent(), flow.cpu->lane());
  }

  engine::ReferenceChooser reference_;
  engine::Engine engine_;
  Arena arena_;
  InterruptNetwork network_{engine_, arena_, 1'000};
  std::deque<std::string> names_;
  std::deque<TestCpu> cpus_;
  std::deque<Flow> flows_;
};

// How a CPU got through user code.
struct Stop {
  bool reached = false;
  Cycles left = 0;
  Cycle at = 0;
  std::uint8_t taken = 0;
};

// A CPU that runs user code and 10 cycles of the kernel while another does something to it at a
// cycle of its own.
Stop disturbed(Cycles user, Cycle at,
               const std::function<void(TestCpu& first, TestCpu& second)>& disturb,
               Cycle timer = kNever) {
  TestCpu* disturbed_cpu = nullptr;
  Stop stop;
  stop.left = user;
  Rig rig({[&](engine::Engine& engine, TestCpu& cpu) {
             disturbed_cpu = &cpu;
             if (timer != kNever) cpu.set_timer(timer);
             stop.reached = cpu.run_user(cpu.lane(), stop.left, 10, kCall);
             stop.at = engine.now();
             stop.taken = cpu.take_interrupt();
           },
           [&](engine::Engine&, TestCpu& cpu) {
             cpu.run_kernel(cpu.lane(), at, kCall);
             disturb(*disturbed_cpu, cpu);
           }});
  CHECK(rig.booked(0) == rig.engine().now());
  CHECK(rig.booked(1) == rig.engine().now());
  CHECK(rig.cpu(0).booked(kUserCode) == user - stop.left);
  return stop;
}

void nothing(TestCpu&, TestCpu&) {}

TEST_CASE("user code and then kernel code pass, up to one step") {
  Rig rig({[](engine::Engine&, TestCpu& cpu) {
    Cycles user = 100;
    CHECK(cpu.run_user(cpu.lane(), user, 20, kCall));
    CHECK(user == 0);
    cpu.run_kernel(cpu.lane(), 5, kSwitch);
    cpu.run_kernel(cpu.lane(), 0, kSwitch);  // a step takes at least one cycle
  }});
  CHECK(rig.engine().now() == 126);
  CHECK(rig.engine().steps() == 4);
  CHECK(rig.cpu(0).booked(kUserCode) == 100);
  CHECK(rig.cpu(0).booked(kCall) == 20);
  CHECK(rig.cpu(0).booked(kSwitch) == 6);
}

TEST_CASE("an interrupt lands in user code at its cycle, and the rest is left") {
  const Stop stop = disturbed(100, 30, [](TestCpu& first, TestCpu&) { first.send(kWake, 25); });
  CHECK_FALSE(stop.reached);
  CHECK(stop.at == 55);
  CHECK(stop.left == 45);
  CHECK(stop.taken == kWake);
}

TEST_CASE("an interrupt at the end of the user code still lands") {
  const Stop stop = disturbed(100, 30, [](TestCpu& first, TestCpu&) { first.send(kWake, 70); });
  CHECK_FALSE(stop.reached);
  CHECK(stop.at == 100);
  CHECK(stop.left == 0);
}

TEST_CASE("an interrupt in kernel code waits until the kernel is left") {
  const Stop stop = disturbed(100, 30, [](TestCpu& first, TestCpu&) { first.send(kKill, 71); });
  CHECK(stop.reached);
  CHECK(stop.at == 110);
  CHECK(stop.taken == kKill);
  Rig rig({[](engine::Engine&, TestCpu& cpu) {
    cpu.send(kWake, 5);
    cpu.run_kernel(cpu.lane(), 20, kCall);
    CHECK(cpu.interrupt_due());
    Cycles user = 50;
    CHECK_FALSE(cpu.run_user(cpu.lane(), user, 10, kCall));  // at once
    CHECK(user == 50);
    CHECK(cpu.take_interrupt() == kWake);
    CHECK_FALSE(cpu.interrupt_due());
    CHECK(cpu.run_user(cpu.lane(), user, 10, kCall));
  }});
  CHECK(rig.engine().now() == 80);
}

TEST_CASE("the earlier of two interrupts counts, and of those that are due the highest vector") {
  const auto both = [](TestCpu& first, TestCpu&) {
    first.send(kWake, 50);
    first.send(kKill, 20);
  };
  Stop stop = disturbed(100, 10, both);
  CHECK(stop.at == 30);
  CHECK(stop.taken == kKill);
  stop = disturbed(100, 10, both, 20);
  CHECK(stop.at == 20);
  CHECK(stop.taken == kTimer);
  Rig rig({[](engine::Engine&, TestCpu& cpu) {
    cpu.send(kWake, 5);
    cpu.send(kKill, 6);
    cpu.set_timer(7);
    cpu.run_kernel(cpu.lane(), 20, kCall);
    CHECK(cpu.take_interrupt() == kKill);
    CHECK(cpu.take_interrupt() == kWake);
    CHECK(cpu.take_interrupt() == kTimer);
    CHECK(cpu.take_interrupt() == 0);
  }});
}

TEST_CASE("the timer lands in user code, waits in kernel code, and interrupts once") {
  Stop stop = disturbed(100, 1, nothing, 60);
  CHECK_FALSE(stop.reached);
  CHECK(stop.at == 60);
  CHECK(stop.left == 40);
  stop = disturbed(100, 1, nothing, 105);
  CHECK(stop.reached);
  CHECK(stop.taken == kTimer);
  Rig rig({[](engine::Engine&, TestCpu& cpu) {
    cpu.set_timer(5);
    cpu.run_kernel(cpu.lane(), 20, kCall);
    CHECK(cpu.timer_pending());
    cpu.set_timer(kNever);  // too late
    CHECK(cpu.timer_pending());
    CHECK(cpu.take_interrupt() == kTimer);
    CHECK_FALSE(cpu.timer_pending());
    CHECK_FALSE(cpu.interrupt_due());
  }});
}

TEST_CASE("another CPU may set the timer of one that is in user code: earlier, later or off") {
  const auto set_to = [](Cycle deadline) {
    return [deadline](TestCpu& first, TestCpu&) { first.set_timer(deadline); };
  };
  Stop stop = disturbed(100, 30, set_to(50), 80);
  CHECK_FALSE(stop.reached);
  CHECK(stop.at == 50);
  stop = disturbed(100, 30, set_to(90), 80);
  CHECK_FALSE(stop.reached);
  CHECK(stop.at == 90);
  CHECK(stop.left == 10);
  stop = disturbed(100, 30, set_to(kNever), 80);
  CHECK(stop.reached);
  CHECK(stop.at == 110);
}

TEST_CASE("a timer that is taken away takes no other interrupt with it") {
  const Stop stop = disturbed(
      100, 30,
      [](TestCpu& first, TestCpu& second) {
        first.send(kKill, 20);
        second.run_kernel(second.lane(), 10, kCall);
        first.set_timer(kNever);
      },
      80);
  CHECK_FALSE(stop.reached);
  CHECK(stop.at == 50);
  CHECK(stop.taken == kKill);
}

// A CPU that is halted from cycle 20 on, announced at cycle 10; the cycle at which it goes on.
Stop halted(Cycle at, const std::function<void(TestCpu& first, TestCpu& second)>& wake,
            Cycle timer = kNever, Cycles interrupted_after = kNever) {
  TestCpu* halted_cpu = nullptr;
  Stop stop;
  Rig rig({[&](engine::Engine& engine, TestCpu& cpu) {
             halted_cpu = &cpu;
             if (timer != kNever) cpu.set_timer(timer);
             if (interrupted_after != kNever) cpu.send(kWake, interrupted_after);
             cpu.run_kernel(cpu.lane(), 10, kCall);
             cpu.plan(kSwitch, 20);
             engine.step(cpu.agent(), cpu.lane(), cpu.start_idle(20));
             cpu.end_idle();
             stop.at = engine.now();
             stop.taken = cpu.take_interrupt();
           },
           [&](engine::Engine&, TestCpu& cpu) {
             cpu.run_kernel(cpu.lane(), at, kCall);
             wake(*halted_cpu, cpu);
             cpu.run_kernel(cpu.lane(), 1'000, kCall);
           }});
  CHECK(rig.cpu(0).booked(kSwitch) == 10);
  CHECK(rig.booked(0) == rig.engine().now());
  if (stop.taken != 0) CHECK(rig.cpu(0).booked(kIdle) == stop.at - 20);
  return stop;
}

TEST_CASE("a halted CPU sleeps until an interrupt comes, and without one for ever") {
  const auto send = [](TestCpu& first, TestCpu&) { first.send(kWake, 25); };
  CHECK(halted(30, send).at == 55);
  CHECK(halted(30, send).taken == kWake);
  CHECK(halted(30, nothing).taken == 0);
  CHECK(halted(1, nothing, 400).at == 400);
  CHECK(halted(30, [](TestCpu& first, TestCpu&) { first.set_timer(300); }).at == 300);
  CHECK(halted(
            30, [](TestCpu& first, TestCpu&) { first.set_timer(kNever); }, 400)
            .taken == 0);
}

TEST_CASE("what comes before the halt has begun ends it when it begins") {
  CHECK(halted(1, nothing, kNever, 5).at == 20);   // in kernel code
  CHECK(halted(1, nothing, kNever, 15).at == 20);  // between the announcement and the halt
  CHECK(halted(1, nothing, 3).at == 20);
  CHECK(halted(1, nothing, 20).at == 20);
}

TEST_CASE("a CPU that spins hears the call vector, and is released all the same") {
  TestCpu* spinning = nullptr;
  std::vector<Cycle> served;
  Cycle went_on = 0;
  Rig rig({[&](engine::Engine& engine, TestCpu& cpu) {
             spinning = &cpu;
             cpu.send(kCallVector, 20);
             cpu.run_kernel(cpu.lane(), 10, kCall);
             cpu.begin_spin();
             while (!cpu.spin(cpu.lane())) {
               cpu.answer_call();
               cpu.run_kernel(cpu.lane(), 40, kSpin);
               served.push_back(engine.now());
             }
             went_on = engine.now();
             CHECK(cpu.take_interrupt() == kCallVector);  // the interrupt itself is still to come
           },
           [&](engine::Engine&, TestCpu& cpu) {
             cpu.run_kernel(cpu.lane(), 50, kCall);
             spinning->release_spin(57);
           }});
  CHECK(served == std::vector<Cycle>{60});
  CHECK(went_on == 60);  // the release came while it served
  CHECK(rig.cpu(0).booked(kSpin) == 50);
}

TEST_CASE("a CPU that spins goes on when it is released, and all that time is spinning") {
  TestCpu* spinning = nullptr;
  Cycle went_on = 0;
  Rig rig({[&](engine::Engine& engine, TestCpu& cpu) {
             spinning = &cpu;
             cpu.send(kWake, 20);  // no interrupt ends it
             cpu.run_kernel(cpu.lane(), 10, kCall);
             cpu.begin_spin();
             CHECK(cpu.spin(cpu.lane()));
             went_on = engine.now();
             CHECK(cpu.interrupt_due());
           },
           [&](engine::Engine&, TestCpu& cpu) {
             cpu.run_kernel(cpu.lane(), 50, kCall);
             spinning->release_spin(57);
           }});
  CHECK(went_on == 57);
  CHECK(rig.cpu(0).booked(kSpin) == 47);
}

// Holds the first step of a CPU for as long as another can step.
class HoldFirst final : public engine::Chooser {
 public:
  engine::ChoiceKinds asked() const override {
    return engine::kinds_of(engine::ChoiceKind::kOrder);
  }
  std::uint64_t choose(const engine::Choice& choice) override {
    for (std::uint64_t answer = 0; answer < choice.count; ++answer) {
      if (choice.options[answer].step.lane.value() != 0) return answer;
    }
    return 0;
  }
};

TEST_CASE("time in which the schedule holds a CPU is booked as held") {
  HoldFirst chooser;
  Rig rig({[](engine::Engine& engine, TestCpu& cpu) {
             Cycles user = 40;
             CHECK(cpu.run_user(cpu.lane(), user, 10, kCall));
             CHECK(engine.now() >= 300);
           },
           [](engine::Engine&, TestCpu& cpu) {
             for (int times = 0; times < 3; ++times) cpu.run_kernel(cpu.lane(), 100, kCall);
           }},
          &chooser);
  CHECK(rig.cpu(0).booked(kUserCode) == 40);
  CHECK(rig.cpu(0).booked(kHeld) >= 250);
  CHECK(rig.booked(0) == rig.engine().now());
}

TEST_CASE("a timer that is changed while its CPU is held moves no step into the past") {
  HoldFirst chooser;
  TestCpu* held = nullptr;
  Stop stop;
  stop.left = 100;
  Rig rig({[&](engine::Engine& engine, TestCpu& cpu) {
             held = &cpu;
             cpu.set_timer(50);
             stop.reached = cpu.run_user(cpu.lane(), stop.left, 10, kCall);
             stop.at = engine.now();
           },
           [&](engine::Engine&, TestCpu& cpu) {
             for (int times = 0; times < 5; ++times) {
               cpu.run_kernel(cpu.lane(), 60, kCall);
               if (held != nullptr) held->set_timer(times == 3 ? 90 : kNever);
             }
           }},
          &chooser);
  CHECK(rig.booked(0) == rig.engine().now());
  CHECK(stop.at <= rig.engine().now());
}

TEST_CASE("an interrupt knows when it was asked for; of several the first counts") {
  Rig rig({[](engine::Engine& engine, TestCpu& cpu) {
    cpu.send(kWake, 5);
    cpu.send(kWake, 9);
    cpu.set_timer(12);
    cpu.run_kernel(cpu.lane(), 20, kCall);
    TakenInterrupt taken = cpu.acknowledge();
    CHECK(taken.vector == kWake);
    CHECK(taken.raised == 5);
    CHECK_FALSE(cpu.interrupt_due());  // the timer is of a lower class
    cpu.end_interrupt();
    taken = cpu.acknowledge();
    CHECK(taken.vector == kTimer);
    CHECK(taken.raised == 12);
    cpu.end_interrupt();
    taken = cpu.acknowledge();  // nothing is pending
    CHECK(taken.spurious);
    CHECK(taken.vector == 0xff);
    CHECK(taken.raised == engine.now());
  }});
}

TEST_CASE("an interrupt of another CPU is on its way for the latency of the machine") {
  TestCpu* target = nullptr;
  Rig rig({[&](engine::Engine& engine, TestCpu& cpu) {
             target = &cpu;
             Cycles user = 5'000;
             CHECK_FALSE(cpu.run_user(cpu.lane(), user, 10, kCall));
             CHECK(engine.now() == 1'050);
             CHECK(cpu.acknowledge().raised == 50);
           },
           [&](engine::Engine&, TestCpu& cpu) {
             cpu.run_kernel(cpu.lane(), 50, kCall);
             cpu.command_interrupt(target->number(), kKill);
           }});
}

}  // namespace
}  // namespace ipcsim::machine
