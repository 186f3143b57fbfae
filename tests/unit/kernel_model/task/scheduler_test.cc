// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/task/scheduler.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/child_process.h"

namespace ipcsim::kernel {
namespace {

constexpr Cycles kSlice = 1'000;

// Answers every pick with one number.
class Picker final : public engine::Chooser {
 public:
  explicit Picker(std::uint64_t answer) : answer_(answer) {}
  engine::ChoiceKinds asked() const override { return engine::kinds_of(engine::ChoiceKind::kPick); }
  std::uint64_t choose(const engine::Choice& choice) override {
    count = choice.count;
    return answer_ < choice.count ? answer_ : 0;
  }
  std::uint64_t count = 0;

 private:
  std::uint64_t answer_;
};

// A scheduler at rest: its CPUs halt unless a test says otherwise; no fiber runs.
class Rig {
 public:
  explicit Rig(std::uint32_t cpus, PolicyValue wake = PolicyValue::wake_ipi,
               engine::Chooser* chooser = nullptr)
      : timers_(cpus),
        memory_(arena_, 16 * machine::kFrameBytes),
        frames_(memory_, arena_),
        tasks_(arena_, frames_, memory_, PolicyValue::descriptor_reuse_generation),
        scheduler_(start(cpus, chooser), tracer_, arena_, tasks_, memory_, interrupts_, cost_,
                   timers_, kSlice, wake) {
    for (std::uint32_t number = 0; number < cpus; ++number) {
      Processor& processor = scheduler_.add_processor(CpuId(number), engine_.add_lane("cpu"));
      processor.awake = false;
    }
    tasks_.add_task();
  }

  Scheduler& scheduler() { return scheduler_; }
  Processor& cpu(std::uint32_t number) { return scheduler_.processor(CpuId(number)); }
  engine::Engine& engine() { return engine_; }

  // A thread that sleeps, perhaps bound to a CPU.
  Thread& sleeper(CpuId pinned = CpuId::none()) {
    Thread& thread = tasks_.add_thread(tasks_[TaskId(0)]);
    thread.lane = engine_.add_lane("thread");
    thread.state = RunState::kSleeping;
    thread.pinned = pinned;
    return thread;
  }
  // The same, running on a CPU.
  Thread& runner(std::uint32_t cpu_number) {
    Thread& thread = sleeper();
    Processor& processor = cpu(cpu_number);
    thread.state = RunState::kRunning;
    thread.processor = &processor;
    processor.current = &thread;
    return thread;
  }
  // "0 2": the CPUs that somebody counts on.
  std::string told() {
    std::string text;
    for (const Processor* const processor : scheduler_.processors()) {
      if (processor->told)
        text += (text.empty() ? "" : " ") + std::to_string(processor->id.value());
    }
    return text;
  }
  std::size_t interrupts_sent() const {
    std::size_t sent = 0;
    for (const trace::Record& record : recorder_.records()) {
      if (record.event == static_cast<std::uint16_t>(EventCode::kInterruptSent)) ++sent;
    }
    return sent;
  }

 private:
  engine::Engine& start(std::uint32_t cpus, engine::Chooser* chooser) {
    engine_.reset({}, chooser != nullptr ? *chooser : reference_, cpus);
    return engine_;
  }

  engine::ReferenceChooser reference_;
  engine::Engine engine_;
  trace::Recorder recorder_;
  Tracer tracer_{engine_, recorder_};
  Arena arena_;
  machine::CostModel cost_;
  std::vector<engine::EventQueue<ThreadId>> timers_;
  machine::PhysicalMemory memory_;
  FramePool frames_;
  machine::InterruptNetwork interrupts_{engine_, arena_, 1'000};
  TaskTable tasks_;
  Scheduler scheduler_;
};

TEST_CASE("a thread that becomes ready joins the tail, and the lowest idle CPU is told") {
  Rig rig(3);
  Thread& one = rig.sleeper();
  Thread& two = rig.sleeper();
  rig.scheduler().make_ready(two, Reason::kSignal);
  CHECK(rig.told() == "0");
  rig.scheduler().make_ready(one, Reason::kSignal);
  CHECK(rig.told() == "0 1");
  CHECK(rig.scheduler().run_queue().first() == &two);
  CHECK(two.next_in_queue == &one);
  CHECK(one.state == RunState::kReady);
  CHECK(rig.interrupts_sent() == 2);
}

TEST_CASE("a CPU that is busy, told already or not allowed is not told") {
  Rig rig(4);
  rig.runner(0);
  rig.scheduler().make_ready(rig.sleeper(), Reason::kSignal);
  CHECK(rig.told() == "1");
  rig.scheduler().make_ready(rig.sleeper(CpuId(3)), Reason::kSignal);
  CHECK(rig.told() == "1 3");
  rig.scheduler().make_ready(rig.sleeper(CpuId(3)), Reason::kSignal);
  rig.scheduler().make_ready(rig.sleeper(CpuId(0)), Reason::kSignal);
  CHECK(rig.told() == "1 3");
  CHECK(rig.interrupts_sent() == 2);
}

TEST_CASE("an idle CPU that is awake is counted on first, and not interrupted") {
  Rig rig(3);
  rig.cpu(2).awake = true;
  rig.scheduler().make_ready(rig.sleeper(), Reason::kTimeout);
  CHECK(rig.told() == "2");
  CHECK(rig.interrupts_sent() == 0);
  rig.scheduler().make_ready(rig.sleeper(), Reason::kTimeout);
  CHECK(rig.told() == "0 2");
  CHECK(rig.interrupts_sent() == 1);
}

TEST_CASE("wake tick: the idle CPU that ticks next is told by setting its timer") {
  Rig rig(2, PolicyValue::wake_tick);
  rig.cpu(0).idle_since = 700;
  rig.cpu(1).idle_since = 400;
  rig.scheduler().make_ready(rig.sleeper(), Reason::kSignal);
  CHECK(rig.told() == "1");
  CHECK(rig.cpu(1).cpu.timer() == 400 + kSlice);
  CHECK(rig.cpu(0).cpu.timer() == kNever);
  CHECK(rig.interrupts_sent() == 0);
}

TEST_CASE("a thread that is preempted joins the tail, and an idle CPU is told") {
  Rig rig(2);
  Thread& running = rig.runner(0);
  rig.scheduler().make_ready(rig.sleeper(CpuId(0)), Reason::kSignal);
  CHECK(rig.told().empty());
  rig.scheduler().preempt(running, Reason::kSlice);
  CHECK(running.state == RunState::kReady);
  CHECK(rig.told() == "1");
}

TEST_CASE("pick takes the oldest thread that may run there") {
  Rig rig(2);
  Thread& one = rig.sleeper(CpuId(1));
  Thread& two = rig.sleeper();
  Thread& three = rig.sleeper(CpuId(0));
  for (Thread* const thread : {&one, &two, &three}) {
    rig.scheduler().make_ready(*thread, Reason::kSignal);
  }
  CHECK(rig.scheduler().has_work(rig.cpu(0)));
  CHECK(rig.scheduler().pick(rig.cpu(0)) == &two);
  CHECK(rig.scheduler().pick(rig.cpu(0)) == &three);
  CHECK_FALSE(rig.scheduler().has_work(rig.cpu(0)));
  CHECK(rig.scheduler().pick(rig.cpu(0)) == nullptr);
  CHECK(rig.scheduler().has_work(rig.cpu(1)));
  CHECK(rig.scheduler().pick(rig.cpu(1)) == &one);
}

TEST_CASE("a schedule may pick another, and whoever is passed over finds another CPU") {
  Picker picker(1);
  Rig rig(2, PolicyValue::wake_ipi, &picker);
  rig.runner(1);
  Thread& passed_over = rig.sleeper();
  Thread& picked = rig.sleeper(CpuId(0));
  rig.scheduler().make_ready(rig.sleeper(CpuId(1)), Reason::kSignal);
  rig.scheduler().make_ready(passed_over, Reason::kSignal);
  rig.scheduler().make_ready(picked, Reason::kSignal);
  CHECK(rig.told() == "0");
  rig.cpu(1).current = &rig.cpu(1).idle;  // meanwhile it halts
  CHECK(rig.scheduler().pick(rig.cpu(0)) == &picked);
  CHECK(picker.count == 2);  // one of the three is bound to the other CPU
  CHECK(rig.told() == "0 1");
}

TEST_CASE("the timer is set to the earlier of the slice's end and the first timer that ends") {
  Rig rig(1);
  Processor& processor = rig.cpu(0);
  Thread& thread = rig.runner(0);
  rig.scheduler().start_slice(processor, 500);
  CHECK(processor.cpu.timer() == 500 + kSlice);
  rig.scheduler().arm_timer(thread, 900);
  CHECK(processor.cpu.timer() == 900);
  CHECK(thread.wait.timer_cpu == processor.id);
  rig.scheduler().cancel_timer(thread);
  CHECK(processor.cpu.timer() == 500 + kSlice);
  CHECK_FALSE(thread.wait.timer.valid());
  rig.scheduler().cancel_timer(thread);  // there is none: nothing happens
  rig.scheduler().arm_timer(thread, kNever);
  CHECK_FALSE(thread.wait.timer.valid());
  rig.scheduler().arm_timer(thread, 5'000);
  CHECK(processor.cpu.timer() == 500 + kSlice);
}

TEST_CASE("a thread cannot become ready twice, nor after its end") {
  for (const RunState state : {RunState::kReady, RunState::kEnded}) {
    const auto ending = test::in_child([state] {
      Rig rig(1);
      Thread& thread = rig.sleeper();
      thread.state = state;
      rig.scheduler().make_ready(thread, Reason::kSignal);
    });
    CHECK(ending.aborted());
  }
}

}  // namespace
}  // namespace ipcsim::kernel
