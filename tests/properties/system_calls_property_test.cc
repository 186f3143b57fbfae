// SPDX-License-Identifier: BSD-2-Clause
// Random programs on random machines under random policies and schedules: every call does and gives
// what the reference kernel says, and all books agree after every step. A failure names its seed.
#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "tests/properties/random_program.h"
#include "tests/support/thoroughness.h"

namespace ipcsim::test {
namespace {

// Fewer where every access is checked, for those builds are slow.
constexpr std::uint64_t kSeeds = tries(80U, 400U);
// All books are checked after every step in one run of so many: that is most of what a run costs.
constexpr std::uint64_t kParanoidEvery = tries(4U, 1U);
constexpr std::uint64_t kParanoidEveryLong = 16;

std::string line_of(const Machine& machine, std::size_t index) {
  const RunTrace trace(const_cast<Machine&>(machine).system());
  const std::string text = trace.text();
  std::string shown;
  std::size_t from = 0;
  for (std::size_t line = 0; line <= index; ++line) {
    const std::size_t end = text.find('\n', from);
    if (line + 40 > index) shown += text.substr(from, end + 1 - from);
    from = end + 1;
  }
  return shown;
}

// What is wrong with the run, or nothing.
std::string problem_of(Machine& machine, const RandomProgram& program,
                       const ReferenceKernel::World& world) {
  const engine::RunOutcome& outcome = machine.run();
  ReferenceKernel reference(world);
  const trace::Recorder& recorder = machine.system().recorder();
  for (std::size_t index = 0; index < recorder.records().size(); ++index) {
    const auto problem = reference.replay(recorder.records()[index], recorder);
    if (problem) return *problem + "\n" + line_of(machine, index);
  }
  for (unsigned thread = 0; thread < program.seen().size(); ++thread) {
    const auto& seen = program.seen()[thread];
    if (seen.empty()) continue;
    const auto& outcomes = reference.outcomes(thread);
    for (std::size_t call = 0; call < seen.size(); ++call) {
      if (seen[call].killed) break;
      if (call < outcomes.size() && outcomes[call] == seen[call].outcome) continue;
      return "thread " + std::to_string(thread) + " saw " + to_text(seen[call].outcome) +
             ", but the call gave " +
             (call < outcomes.size() ? to_text(outcomes[call]) : std::string("nothing"));
    }
  }
  for (unsigned thread = 0; thread < program.loaded().size(); ++thread) {
    const auto& loaded = program.loaded()[thread];
    const auto& there = reference.loaded(thread);
    if (loaded.size() > there.size() || !std::equal(loaded.begin(), loaded.end(), there.begin())) {
      return "thread " + std::to_string(thread) + " found something else in memory";
    }
  }
  const bool standstill =
      outcome.end == engine::RunEnd::kFinding && outcome.finding.name == "deadlock";
  if (standstill && reference.somebody_can_run()) return "a standstill while somebody can run";
  const bool died_of_fault = outcome.end == engine::RunEnd::kFinding &&
                             outcome.finding.name == "unhandled_fault" &&
                             reference.a_fault_ended_a_task();
  if (!standstill && !died_of_fault && outcome.end != engine::RunEnd::kFinished) {
    return "the run ended badly: " + outcome.finding.name + " " + outcome.finding.message +
           outcome.limit + "\n" + line_of(machine, recorder.records().size() - 1);
  }
  for (unsigned cpu = 0; cpu < world.cpus; ++cpu) {
    Cycles sum = 0;
    for (const Cycles cycles : machine.accounts(cpu)) sum += cycles;
    if (sum != machine.system().now()) return "the accounts of a CPU do not add up to the clock";
    if (!world.picks_freely && machine.account(cpu, "held") != 0) {
      return "a CPU was held under the reference schedule";
    }
  }
  return "";
}

// Calls that were made, and what they gave, as the trace has it.
using Called = std::set<std::pair<std::uint16_t, std::uint16_t>>;

void note_calls(const trace::Recorder& recorder, Called& called) {
  for (const trace::Record& record : recorder.records()) {
    if (record.event < kernel::kSystemCalls) called.emplace(record.event, record.result);
  }
}

// Every row of system_calls.def.
void check_every_call(const Called& called) {
  for (std::uint16_t call = 0; call < kernel::kSystemCalls; ++call) {
    const bool succeeds =
        std::any_of(called.begin(), called.end(), [call](const auto& call_and_result) {
          return call_and_result.first == call && call_and_result.second < kernel::kFirstError;
        });
    CHECK_MESSAGE(succeeds, "no random program makes this call, or in vain: "
                                << std::string(name_of(static_cast<kernel::SystemCall>(call))));
  }
}

// Every row of call_errors.def, but for those that take a million descriptors, or memory that
// somebody without privilege has been given from outside.
void check_every_error(const Called& called) {
  using kernel::SystemCall;
  constexpr std::pair<SystemCall, KernelError> kErrors[] = {
#define CALL_ERROR(call, error) {SystemCall::call, KernelError::error},
#include "kernel_model/abi/call_errors.def"
#undef CALL_ERROR
  };
  for (const auto& row : kErrors) {
    const SystemCall call = row.first;
    const KernelError error = row.second;
    const bool makes_socket =
        call == SystemCall::open_fault_socket || call == SystemCall::open_interrupt_socket;
    if (makes_socket && error == KernelError::limit) continue;
    if (call == SystemCall::free_frame && error == KernelError::not_privileged) continue;
    CHECK_MESSAGE(called.contains({static_cast<std::uint16_t>(call), kernel::result_of(error)}),
                  "no random program sees this error: " << std::string(name_of(call)) << " "
                                                        << std::string(name_of(error)));
  }
}

// In one of `paranoid_every` runs all books are checked after every step.
Called check_seeds(std::uint64_t first, std::uint64_t count, bool random_schedule,
                   std::uint64_t paranoid_every = kParanoidEvery) {
  Called called;
  Machine machine;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    RandomProgram program(seed);
    Setup setup = program.setup();
    setup.paranoid = seed % paranoid_every == 0;
    ReferenceKernel::World world = program.world();
    if (random_schedule) {
      setup.seed = seed;
      world.picks_freely = true;
    }
    machine.boot(setup);
    program.start(machine);
    const std::string problem = problem_of(machine, program, world);
    note_calls(machine.system().recorder(), called);
    if (problem.empty()) continue;
    std::string policies;
    for (const auto& [policy, value] : setup.policies) {
      policies += " " + std::string(policy) + "=" + std::string(value);
    }
    FAIL_CHECK("seed " << seed << ", " << setup.cpus << " CPUs, " << std::string(setup.cost)
                       << policies << ": " << problem);
    break;
  }
  return called;
}

TEST_CASE("random programs do what the reference kernel says, under the reference schedule") {
  check_every_call(check_seeds(1, kSeeds, false));
}

TEST_CASE("random programs do what the reference kernel says, under random schedules") {
  check_every_call(check_seeds(100'001, kSeeds, true));
}

// Too long for every day: `--no-skip --test-case="a hundred thousand*"` runs both halves.
constexpr std::uint64_t kHalf = 50'000;

TEST_CASE("a hundred thousand random programs, those under the reference schedule" *
          doctest::skip()) {
  check_every_error(check_seeds(1'000'001, kHalf, false, kParanoidEveryLong));
}

TEST_CASE("a hundred thousand random programs, those under random schedules" * doctest::skip()) {
  check_every_error(check_seeds(2'000'001, kHalf, true, kParanoidEveryLong));
}

}  // namespace
}  // namespace ipcsim::test
