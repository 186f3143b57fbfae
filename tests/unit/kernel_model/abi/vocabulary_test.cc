// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/abi/vocabulary.h"

#include <bit>
#include <cstring>
#include <string>

#include <doctest/doctest.h>

#include "kernel_model/abi/interrupt_vectors.h"
#include "sim/trace/names.h"

namespace ipcsim::kernel {
namespace {

TEST_CASE("the vocabulary keeps the rules of sim/trace") {
  for (const std::string& problem : trace::problems_of(vocabulary())) FAIL_CHECK(problem);
}

TEST_CASE("the first events are the system calls, by name and number") {
  for (std::size_t call = 0; call < kSystemCalls; ++call) {
    CHECK(vocabulary().events[call].name == name_of(static_cast<SystemCall>(call)));
    CHECK(vocabulary().events[call].kind ==
          static_cast<unsigned>(group_of(static_cast<SystemCall>(call))));
  }
}

TEST_CASE("results: errors by their names, kinds of events by theirs, nothing for success") {
  const auto& results = vocabulary().results;
  CHECK(results[kNoResult].empty());
  CHECK(results[kOk] == "ok");
  CHECK(results[kBlocks] == "blocks");
  for (unsigned number = 0; number <= static_cast<unsigned>(KernelError::killed); ++number) {
    const auto error = static_cast<KernelError>(number);
    CHECK(results[result_of(error)] == name_of(error));
  }
  for (const EventKind kind : {EventKind::kOpened, EventKind::kSignaled, EventKind::kClosed,
                               EventKind::kCancelled, EventKind::kTimedOut}) {
    CHECK(results[result_of(kind)] == name_of(kind));
  }
}

TEST_CASE("reasons are called as their enum says") {
  const auto& reasons = vocabulary().reasons;
  CHECK(reasons[static_cast<std::size_t>(Reason::kSignal)] == "signal");
  CHECK(reasons[static_cast<std::size_t>(Reason::kPorted)] == "port");
  CHECK(reasons[static_cast<std::size_t>(Reason::kServerEnded)] == "server_ended");
  CHECK(reasons[static_cast<std::size_t>(Reason::kSpurious)] == "spurious");
}

// The text of one argument of an event.
std::string shown(std::size_t event, std::string_view key, std::uint64_t value,
                  const trace::Names& names) {
  for (const trace::ArgumentType& argument : vocabulary().events[event].arguments) {
    if (argument.key != key) continue;
    std::string text;
    argument.format(text, value, names);
    return text;
  }
  return "no such argument";
}

TEST_CASE("arguments that do not apply are left out") {
  const trace::Recorder recorder;
  trace::Names names(recorder);
  names.add_lane("client.main");
  names.add(kTaskNames, "server");
  const auto connect = static_cast<std::size_t>(SystemCall::connect);
  const auto wakeup = static_cast<std::size_t>(SystemCall::wakeup);
  const auto read = static_cast<std::size_t>(SystemCall::read);
  const auto polled = static_cast<std::size_t>(EventCode::kPolled);
  CHECK(shown(connect, "fd", kNoDescriptor, names).empty());
  CHECK(shown(connect, "fd", std::bit_cast<std::uint64_t>(std::int64_t{-2}), names) == "-2");
  CHECK(shown(connect, "task", 0, names) == "server");
  CHECK(shown(connect, "scope", static_cast<std::uint64_t>(Scope::kFullTask), names) ==
        "full_task");
  CHECK(shown(wakeup, "woken", kNoArgument, names).empty());
  CHECK(shown(wakeup, "woken", 0, names) == "client.main");
  CHECK(shown(read, "bytes", kNoArgument, names).empty());
  CHECK(shown(polled, "task", kNoArgument, names).empty());
  CHECK(shown(polled, "uid", kNoArgument, names).empty());
  CHECK(shown(polled, "uid", 65'535, names) == "65535");
}

TEST_CASE("a list of descriptors is printed with commas, a set of interrupts by its names") {
  trace::Recorder recorder;
  const std::int64_t fds[] = {0, -1, (std::int64_t{2} << 20) + 3};
  const std::uint64_t kept = recorder.keep(std::as_bytes(std::span(fds)));
  const std::uint64_t none = recorder.keep({});
  const trace::Names names(recorder);
  const auto poll = static_cast<std::size_t>(SystemCall::poll);
  CHECK(shown(poll, "fds", kept, names) == "0,-1,3.g2");
  CHECK(shown(poll, "fds", none, names).empty());
  const auto taken = static_cast<std::size_t>(EventCode::kInterruptTaken);
  CHECK(shown(taken, "source", kTimerVector, names) == "timer");
  CHECK(shown(taken, "source", kWakeVector, names) == "wake");
  CHECK(shown(taken, "source", kKillVector, names) == "kill");
  CHECK(shown(taken, "source", kShootdownVector, names) == "shootdown");
  CHECK(shown(taken, "source", kSpuriousVector, names) == "spurious");
  CHECK(shown(taken, "source", vector_of_pin(3), names) == "?3");
}

}  // namespace
}  // namespace ipcsim::kernel
