// SPDX-License-Identifier: BSD-2-Clause
// Scenarios of the catalogue, unchanged, on a kernel with somebody else's connections and polls.
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "scenarios/scenario.h"
#include "tests/package/alux_2014/alux_ipc.h"

namespace ipcsim::alux {
namespace {

constexpr std::string_view kRace = "defects/poll_tests_before_it_blocks";

scenario::RunReport run_on(kernel::IpcFactory* ipc, std::string_view name,
                           const scenario::Overrides& overrides = {},
                           scenario::RunOptions options = {}) {
  const scenario::Loaded loaded =
      scenario::load(fmt::format("scenarios/catalogue/{}.scn", name), overrides);
  REQUIRE(loaded.scenario != nullptr);
  options.ipc = ipc;
  options.paranoid = true;
  return scenario::run(*loaded.scenario, options);
}

std::string found(const scenario::RunReport& report) {
  if (report.verdict == scenario::Verdict::kPassed) return "passed";
  return report.findings.empty() ? report.limit : report.findings.back().name;
}

TEST_CASE("scenarios of the catalogue run unchanged on the IPC of Alux") {
  AluxFactory alux(Poll::kAsInAlux);
  AluxFactory mended(Poll::kLooksAgain);
  for (const std::string_view name :
       {"ipc/hello", "ipc/signal_before_poll", "ipc/coalesced_wakeups", "ipc/poll_on_several",
        "ipc/peer_closes_while_polled", "ipc/time_out", "ipc/listen_queue_order", "ipc/dead_ports",
        "ipc/blocked_uid", "lifetimes/kill_of_a_polling_task",
        "scheduling/round_trip_on_one_cpu"}) {
    for (const std::string_view lock : {"big", "fine"}) {
      scenario::Overrides overrides;
      overrides.policies = {{"kernel_lock", std::string(lock)}};
      CHECK_MESSAGE(found(run_on(&alux, name, overrides)) == "passed", name << ", " << lock);
      CHECK_MESSAGE(found(run_on(&mended, name, overrides)) == "passed", name << ", " << lock);
    }
  }
}

TEST_CASE("eight clients lose a wakeup on it by themselves, and none where the poll looks again") {
  AluxFactory alux(Poll::kAsInAlux);
  AluxFactory mended(Poll::kLooksAgain);
  const scenario::RunReport report = run_on(&alux, "ipc/eight_clients");
  CHECK(found(report) == "lost_wakeup");
  REQUIRE_FALSE(report.findings.empty());
  CHECK(report.findings.back().threads == std::vector<std::string>{"server.main"});
  CHECK(found(run_on(&mended, "ipc/eight_clients")) == "passed");
  CHECK(found(run_on(nullptr, "ipc/eight_clients")) == "passed");
}

TEST_CASE("it is another implementation: the same scenario, another trace") {
  AluxFactory alux(Poll::kAsInAlux);
  const scenario::RunReport ours = run_on(nullptr, "ipc/hello");
  const scenario::RunReport theirs = run_on(&alux, "ipc/hello");
  CHECK(ours.fingerprint != theirs.fingerprint);
  CHECK(run_on(&alux, "ipc/hello").trace == theirs.trace);
  CHECK(run_on(nullptr, "ipc/hello").trace == ours.trace);
}

// How many of the producer's delays lose the wakeup.
int losing_delays(kernel::IpcFactory* ipc) {
  int losing = 0;
  for (int delay = 6'500; delay < 7'100; delay += 20) {
    scenario::Overrides overrides;
    overrides.parameters = {{"delay", std::to_string(delay)}};
    const std::string what = found(run_on(ipc, kRace, overrides));
    if (what != "passed") CHECK(what == "lost_wakeup");
    if (what == "lost_wakeup") ++losing;
  }
  return losing;
}

TEST_CASE("a scenario with a delay finds the gap between the two halves of the poll") {
  AluxFactory alux(Poll::kAsInAlux);
  AluxFactory mended(Poll::kLooksAgain);
  CHECK(losing_delays(&alux) > 0);
  CHECK(losing_delays(&mended) == 0);
  CHECK(losing_delays(nullptr) == 0);
}

TEST_CASE("random schedules find it too") {
  AluxFactory alux(Poll::kAsInAlux);
  AluxFactory mended(Poll::kLooksAgain);
  int lost = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    scenario::RunOptions options;
    options.schedule = scenario::Schedule::kRandomWalk;
    options.seed = seed;
    if (found(run_on(&alux, "ipc/hello", {}, options)) == "lost_wakeup") ++lost;
    CHECK(found(run_on(&mended, "ipc/hello", {}, options)) == "passed");
    CHECK(found(run_on(nullptr, "ipc/hello", {}, options)) == "passed");
  }
  CHECK(lost > 0);
}

TEST_CASE("what Alux does not have is unsupported") {
  AluxFactory alux(Poll::kAsInAlux);
  // Sockets of the kernel are signaled through ends of ours.
  for (const std::string_view name :
       {"ipc/second_poller_is_busy", "faults/demand_paging", "interrupts/edge_source"}) {
    CAPTURE(name);
    const scenario::RunReport report = run_on(&alux, name);
    REQUIRE_FALSE(report.findings.empty());
    CHECK(report.findings.back().name == "unhandled_error");
    CHECK(report.findings.back().message.find("unsupported") != std::string::npos);
  }
}

}  // namespace
}  // namespace ipcsim::alux
