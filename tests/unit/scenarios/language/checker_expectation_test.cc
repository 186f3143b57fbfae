// SPDX-License-Identifier: BSD-2-Clause
// The checker on conditions and on what stands at top level to be judged.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/unit/scenarios/language/checked_text.h"

namespace ipcsim::scenario {
namespace {

// Three clients, a server with a spawned thread; the expectations follow from line 8 on.
CheckedText judged(const std::string& text) {
  return checked_text(R"(task client[i in 1..3] { thread main {
  let n = i
  let c = connect(server, full_task); mark done; close(c); compute n } }
task server { thread main { let p = new_port(full_task); push_to_listen_queue(p); poll(p)
  spawn(late); helper(); await any client[*].main passed done }
  thread late on_spawn { let seen = 1; compute seen } }
)" + text + "\nproc helper() { mark helped }\nfinally server.main passed helped\n");
}

Names reported(const std::string& text) { return judged(text).reported(); }

TEST_CASE("terms are resolved") {
  const CheckedText checked = judged(
      "always client[2].main.n == 2\nnever server.late[1].seen == 3\n"
      "finally all client[*].main ended\nalways count(client[*].main is polling) <= 3\n"
      "always server.ports <= 1 and server.listen_queue >= 0\neventually server ended by exit\n"
      "always not client[1].main.c.closed\n");
  REQUIRE(checked.reported() == Names{});
  const CheckedExpectations& expectations = checked.scenario->expectations;
  REQUIRE(expectations.run.size() == 8);
  const auto term = [&](const Expression& expression) {
    const auto* found = expectations.resolutions.find_as<Term>(expression);
    REQUIRE(found != nullptr);
    return *found;
  };
  const auto left = [&](std::size_t index) {
    return term(*expectations.run[index].condition->as<BinaryExpression>()->left);
  };
  CHECK(left(0).kind == TermKind::kVariable);
  CHECK(left(0).task.kind == Selector::Kind::kIndexed);
  CHECK(left(0).slot == 0);
  CHECK(left(1).family == 1);
  CHECK(left(1).thread.kind == Selector::Kind::kIndexed);
  const Term ended = term(*expectations.run[5].condition);
  CHECK(ended.kind == TermKind::kTaskEnded);
  CHECK(ended.reason == EndReason::kExit);
  const auto* all = expectations.run[2].condition->as<QuantifiedCondition>();
  CHECK(term(*all->condition).kind == TermKind::kThreadEnded);
  CHECK(term(*all->condition).task.kind == Selector::Kind::kAll);
  const auto* negated = expectations.run[6].condition->as<UnaryExpression>();
  CHECK(term(*negated->operand).kind == TermKind::kClosed);
  CHECK(term(*negated->operand).slot == 1);
  CHECK(term(*expectations.run[7].condition).kind == TermKind::kPassed);
}

TEST_CASE("terms that name nothing") {
  CHECK(reported("always serverr ended") == Names{"unknown_name:8"});
  CHECK(judged("always serverr ended").first().help == "did you mean `server`?");
  CHECK(reported("always server.mian ended") == Names{"unknown_thread:8"});
  CHECK(reported("always server.main.q == 1") == Names{"unknown_variable:8"});
  CHECK(reported("always server.main passed don") == Names{"unknown_mark:8"});
  CHECK(reported("always server.main is poling") == Names{"unknown_run_state:8"});
  CHECK(reported("always server.prts == 1") == Names{"unknown_thread:8"});
  CHECK(judged("always server.prts == 1").first().help == "did you mean `ports`?");
  CHECK(reported("always client.main ended") == Names{"wrong_replica:8"});
  CHECK(reported("always client[4].main ended") == Names{"wrong_replica:8"});
  CHECK(reported("always server[1].main ended") == Names{"wrong_replica:8"});
  CHECK(reported("always server.main[1] ended") == Names{"wrong_replica:8"});
  CHECK(reported("always server.late ended") == Names{"wrong_replica:8"});
  CHECK(reported("always server.late[0] ended") == Names{"wrong_replica:8"});
  CHECK(reported("always server.main") == Names{"incomplete_term:8"});
  CHECK(reported("always server.main.p.fd") == Names{"incomplete_term:8"});
  CHECK(reported("always server") == Names{"wrong_kind:8"});
  CHECK(reported("always server.ports") == Names{"wrong_kind:8"});
  CHECK(reported("always server.frames == 0").empty());
  CHECK(reported("never server ended by unhandled_fault").empty());
  CHECK(reported("always fault_queue == 0").empty());
  CHECK(reported("always 3 ended") == Names{"wrong_kind:8"});
}

TEST_CASE("what conditions see of a device") {
  const CheckedText checked =
      judged("never d.masked\nalways d.events >= d.interrupts\nmachine { device d: timer }");
  REQUIRE(checked.reported() == Names{});
  const CheckedExpectations& expectations = checked.scenario->expectations;
  const auto* masked = expectations.resolutions.find_as<Term>(*expectations.run[0].condition);
  REQUIRE(masked != nullptr);
  CHECK(masked->kind == TermKind::kDeviceMasked);
  CHECK(masked->device == kernel::DeviceId(0));
  CHECK(reported("always d.events\nmachine { device d: timer }") == Names{"wrong_kind:8"});
  CHECK(reported("always d.ports == 0\nmachine { device d: timer }") ==
        Names{"unknown_device_term:8"});
  CHECK(reported("always d\nmachine { device d: timer }") == Names{"no_value:8"});
}

TEST_CASE("interrupts that are injected") {
  const std::string device =
      "\nmachine { device e: timer; device d: timer }\nfinally e.events == 0";
  const CheckedText checked = judged(
      "inject spurious_interrupt d at 5\n"
      "inject spurious_interrupt d" +
      device);
  REQUIRE(checked.reported() == Names{});
  REQUIRE(checked.scenario->injections.size() == 2);
  CHECK(checked.scenario->injections[0].kind == Injection::Kind::kSpuriousInterrupt);
  CHECK(checked.scenario->injections[0].device == kernel::DeviceId(1));
  CHECK(checked.scenario->injections[0].at == Cycle{5});
  CHECK_FALSE(checked.scenario->injections[1].at);
  CHECK(reported("inject spurious_interrupt server") == Names{"wrong_kind:8"});
  CHECK(reported("inject spurious_wakeup e" + device) == Names{"wrong_kind:8"});
}

TEST_CASE("quantifiers") {
  CHECK(reported("always client[*].main ended") == Names{"star_without_quantifier:8"});
  CHECK(reported("always all server.main ended") == Names{"star_without_quantifier:8"});
  CHECK(reported("always all (any client[*].main ended)") == Names{"star_without_quantifier:8"});
  CHECK(reported("finally count(server.late[*] ended) == 1") == Names{});
  CHECK(reported("always all (client[*].main ended or server.late[*] ended)") == Names{});
  CHECK(reported("always all (client[*].main.n == 1 or client[*].main ended)") == Names{});
  CHECK(reported("always client[*]") == Names{"star_without_quantifier:8"});
  CHECK(reported("always count(client[*].main ended)") == Names{"wrong_kind:8"});
}

TEST_CASE("expectations that are never judged") {
  CHECK(reported("always 1 == 1") == Names{"never_judged:8"});
  CHECK(reported("forall true") == Names{"never_judged:8"});
  CHECK(reported("outcomes 3 { 3 }") == Names{"never_judged:8"});
  CHECK(
      checked_text("task t { thread main { yield }\nthread a on_spawn { let x = 1; compute x } }\n"
                   "always t.a[1].x == 1\n")
          .reported() == Names{"unused:3", "never_judged:4"});
  CHECK(reported("allow deadlock\nexpect_finding deadlock by run") == Names{"never_judged:9"});
}

TEST_CASE("deadlines and outcomes") {
  CHECK(reported("eventually server ended within -1cy") == Names{"out_of_range:8"});
  CHECK(reported("eventually server ended within client[1].main.n") == Names{"not_constant:8"});
  CHECK(judged("eventually server ended within 5_000cy").scenario->expectations.run[0].within ==
        5000);
  CHECK(reported("outcomes client[1].main.n, client[2].main.n { 1, 2; 1 }") ==
        Names{"outcome_row:8"});
  const CheckedText outcomes =
      judged("outcomes client[1].main.n, server ended { 1, true; 2, false }");
  REQUIRE(outcomes.reported() == Names{});
  CHECK(outcomes.scenario->expectations.outcomes[0].rows[1] ==
        std::vector<ConstantValue>{std::int64_t{2}, false});
  CHECK(reported("forall client[1].main.n") == Names{});  // its kind is not known before it runs
  CHECK(reported("exists client[i].main.n == 1") == Names{"unknown_name:8"});
}

TEST_CASE("findings") {
  const CheckedText found = judged(
      "expect_finding deadlock | lost_wakeup in client[*].main, server.late[2] "
      "with policy_is_not_here x by run\n"
      "expect_finding leak in client[2].main, server.main with buffer duplex by fuzz "
      "within 2_000 runs shrinks_to 1 window 1..5\n"
      "expect_finding leak with defect closed_after_wake by check\nallow invariant in client\n");
  CHECK(found.reported() == Names{"unknown_policy:8"});
  const CheckedText right = judged(
      "expect_finding deadlock | lost_wakeup in client[*].main, server.late[2] by run\n"
      "expect_finding leak in client[2].main with buffer duplex by fuzz within 2_000 runs "
      "shrinks_to 1 window 1..5\n"
      "expect_finding leak with defect closed_after_wake by check\nallow invariant in client\n");
  REQUIRE(right.reported() == Names{});
  const CheckedExpectations& expectations = right.scenario->expectations;
  REQUIRE(expectations.findings.size() == 3);
  CHECK(expectations.findings[0].threads ==
        std::vector<std::string>{"client[1].main", "client[2].main", "client[3].main",
                                 "server.late[2]"});
  CHECK(expectations.findings[0].in_force);
  CHECK_FALSE(expectations.findings[1].in_force);
  CHECK(expectations.findings[1].within_runs == 2000);
  CHECK(expectations.findings[1].window == std::pair<Cycles, Cycles>(1, 5));
  CHECK_FALSE(expectations.findings[2].in_force);
  CHECK(expectations.allowed[0].tasks.size() == 3);

  CHECK(reported("expect_finding deadlok by run") == Names{"unknown_finding:8"});
  CHECK(reported("expect_finding deadlock with defect x by run") == Names{"unknown_defect:8"});
  CHECK(reported("expect_finding deadlock with buffer x by run") ==
        Names{"unknown_policy_value:8"});
  CHECK(reported("expect_finding deadlock in server by run") == Names{"wrong_kind:8"});
  CHECK(reported("expect_finding deadlock in server.man by run") == Names{"unknown_thread:8"});
  CHECK(reported("expect_finding deadlock in client[9].main by run") == Names{"wrong_replica:8"});
  CHECK(reported("expect_finding deadlock in server.late by run") == Names{"wrong_replica:8"});
  CHECK(reported("expect_finding deadlock by run within 5 runs shrinks_to 1 window 1..2") ==
        Names{"misplaced_clause:8", "misplaced_clause:8", "misplaced_clause:8"});
  CHECK(reported("expect_finding deadlock by fuzz window 2..1") == Names{"empty_range:8"});
  CHECK(reported("allow deadlock in server.main") == Names{"wrong_kind:8"});
  CHECK(reported("allow deadlock in 3") != Names{});
}

TEST_CASE("injections and schedules") {
  const CheckedText right = judged(
      "inject kill client[2].main at 500cy\ninject kill server\ninject spurious_wakeup client[1]\n"
      "inject exhaust ports of server\nschedule { hold cpu0#1 for 5 cy }\n");
  REQUIRE(right.reported() == Names{});
  REQUIRE(right.scenario->injections.size() == 4);
  CHECK(right.scenario->injections[0].kind == Injection::Kind::kKillThread);
  CHECK(right.scenario->injections[0].task == kernel::TaskId(1));
  CHECK(right.scenario->injections[0].at == 500);
  CHECK(right.scenario->injections[1].kind == Injection::Kind::kKillTask);
  CHECK(right.scenario->injections[3].limit == kernel::LimitName::ports);
  CHECK(right.scenario->schedule != nullptr);
  CHECK(reported("inject kill client") == Names{"wrong_replica:8"});
  CHECK(reported("inject kill server.late[1]") == Names{"thread_form:8"});
  CHECK(reported("inject exhaust prts of server") == Names{"unknown_limit:8"});
  CHECK(reported("inject spurious_wakeup 3") != Names{});
  CHECK(reported("schedule { }\nschedule { }") == Names{"duplicate_setting:9"});
}

}  // namespace
}  // namespace ipcsim::scenario
