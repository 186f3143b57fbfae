// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/expectations.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/script.h"

namespace ipcsim::scenario {
namespace {

std::string judged(const std::string& body) {
  return run_script("machine { cpus 2; cost unit }\n" + body).outcome;
}

// A server that accepts one client and waits for its end.
const std::string kServer =
    "task server { thread main { let port = new_port(full_task); push_to_listen_queue(port)\n"
    "  mark ready; poll(port) expect opened; compute 1_000; poll(port) expect signaled; poll(port) "
    "expect closed } }\n";
const std::string kClient =
    "task client uid 7 { thread main { await server.main passed ready\n"
    "  let c = connect(server, full_task); compute 100; wakeup(c); compute 100; close(c) } }\n";

TEST_CASE("await holds an order by marks, variables and kernel state") {
  CHECK(judged(kServer + kClient) == "passed");
  CHECK(
      judged(
          "task a { thread main { compute 1_000; let x = 5; mark m; sleep 100 } }\n"
          "task b { thread main { await a.main.x == 5; await a.main passed m; await a ended } }") ==
      "passed");
  CHECK(judged("task a { thread main { let p = new_port(); poll(p) timeout 500 } }\n"
               "task b { thread main { await a.main is polling; expect a.ports == 1\n"
               "  expect not a.main ended; await a.main ended by exit; expect not a ended by kill "
               "} }") == "passed");
}

TEST_CASE("terms about ends and listen queues") {
  CHECK(judged(kServer + kClient +
               "eventually server.listen_queue == 1\n"
               "eventually client.connections == 1\n"
               "eventually server.main.port.signaled\n"
               "eventually server.main.port.closed\n"
               "finally server.ports == 0 and client.connections == 0\n") == "passed");
}

TEST_CASE("an expectation over the run fails where it is broken") {
  const std::string body = "task a { thread main { var x = 0; x = 3; yield; x = 5; yield } }\n";
  CHECK(judged(body + "always a.main.x < 4") ==
        "failed_expectation test.scn:4: `a.main.x < 4` must always hold, and does not here");
  CHECK(judged(body + "never a.main.x == 5") ==
        "failed_expectation test.scn:4: `a.main.x == 5` must never hold, and does here");
  CHECK(judged(body + "eventually a.main.x == 7") ==
        "failed_expectation test.scn:4: `a.main.x == 7` must hold at some time, and never did");
  CHECK(judged(body + "finally a.main.x == 3") ==
        "failed_expectation test.scn:4: `a.main.x == 3` must hold at the end, and does not");
  CHECK(judged(body + "always a.main.x < 6\nnever a.main.x == 4\neventually a.main.x == 3\n"
                      "finally a.main.x == 5") == "passed");
  CHECK(run_script(body + "always a.main.x < 4").details ==
        std::vector<std::string>{"a.main.x is 5"});
}

TEST_CASE("eventually within fails at its cycle, whatever happens later") {
  const std::string body = "task a { thread main { var x = 0; sleep 10_000; x = 1; yield } }\n";
  CHECK(judged(body + "eventually a.main.x == 1 within 20_000") == "passed");
  const ScriptRun late =
      run_script("machine { cost unit }\n" + body + "eventually a.main.x == 1 within 5_000");
  CHECK(late.outcome ==
        "failed_expectation test.scn:4: `a.main.x == 1` must hold within 5_000 cycles, and has not "
        "yet");
  CHECK(late.end == 5'000);
}

TEST_CASE("what is said by run is judged in the schedule that stands for the file alone") {
  const RunRules by_run{.by_run = true};
  const std::string begin =
      "machine { cost unit }\ntask a { thread main { var x = 0; sleep 10_000; x = 1; yield\n";
  const auto outcome = [&](const std::string& rest, const RunRules& rules) {
    return run_script(begin + rest, rules).outcome;
  };
  for (const std::string rest :
       {"expect x == 2 by run } }", "let p = new_port(); poll(p) timeout 500 within 100 by run } }",
        "} }\nalways a.main.x == 0 by run", "} }\nnever a.main.x == 1 by run",
        "} }\neventually a.main.x == 2 by run", "} }\neventually a.main.x == 1 within 5_000 by run",
        "} }\nfinally a.main.x == 2 by run"}) {
    CAPTURE(rest);
    CHECK(outcome(rest, {}) == "passed");
    CHECK(outcome(rest, by_run).starts_with("failed_expectation"));
  }
  // Behind a deadline it is about the deadline: that it happens is judged in every schedule.
  CHECK(outcome("} }\neventually a.main.x == 2 within 5_000 by run", {}) ==
        "failed_expectation test.scn:5: `a.main.x == 2` must hold at some time, and never did");
  CHECK(outcome("let p = new_port(); poll(p) timeout 5 within 100 by run; expect x == 1 by run } }",
                by_run) == "passed");
  // The condition is evaluated everywhere: only the judgement is left out.
  CHECK(outcome("expect 1 / (x - 1) == 2 by run } }", {}).starts_with("unhandled_error"));
}

TEST_CASE("what is seen behind a compute is the time after it") {
  const std::string other = "task a { thread main { sleep 1_000; mark m; sleep 1_000 } }\n";
  CHECK(judged(other +
               "task b { thread main { compute 5_000; expect a.main passed m and a ended } }") ==
        "passed");
  CHECK(judged(other + "task b { thread main { compute 1_500; expect a.main passed m\n"
                       "  expect not a ended; compute 1_500; await a ended } }") == "passed");
  CHECK(judged("task a { thread main { compute 5_000; mark late } }\n"
               "task b { thread main { sleep 4_000; expect not a.main passed late } }") ==
        "passed");
  // One that looks at nothing of the run is no step.
  CHECK(run_statements("compute 100; let x = 1; expect x == 1; compute 100").end ==
        run_statements("compute 200; let x = 1; expect x == 1").end);
}

TEST_CASE("devices go on for those who await what they do") {
  CHECK(judged("machine { device nic: source irq 3 level { at 100 every 900 count 3 } }\n"
               "task a { thread main { await nic.events == 3; expect nic.interrupts == 0 } }\n") ==
        "passed");
}

TEST_CASE("a term on a variable that is unset is not judged") {
  const std::string body =
      "task a { thread main { yield; if random(1) == 1 { let x = 1; compute x }; let y = 2; yield "
      "} }\n";
  CHECK(judged(body + "always a.main.x == 7") == "passed");
  CHECK(judged(body + "always a.main.x == 7 and a.main.y == 2") == "passed");
  CHECK(judged(body + "never a.main.x == 7 or a.main.y == 2") ==
        "failed_expectation test.scn:4: `a.main.x == 7 or a.main.y == 2` must never hold, and does "
        "here");
  CHECK(judged(body + "finally a.main.x == 7") == "passed");
}

TEST_CASE("replicas by number, all, any and count") {
  const std::string body =
      "task w[i in 2..5] { thread main { let x = i * 10; mark done; yield } }\n";
  CHECK(judged(body + "finally w[3].main.x == 30\n"
                      "finally all w[*].main.x == 10 * 2 or w[2].main.x == 20\n"
                      "finally all w[*].main ended\n"
                      "finally count(w[*].main.x >= 30) == 3\n"
                      "finally any w[*].main.x == 50\n"
                      "finally not any w[*].main.x == 60") == "passed");
  CHECK(judged(body + "eventually all w[*].main passed done") == "passed");
  CHECK(judged("task t { thread w[i in 0..3] { var x = i; yield } }\n"
               "finally count(t.w[*].x > 0) == 3\nfinally t.w[2].x == 2") == "passed");
  CHECK(judged("task t[i in 0..1] { thread w[j in 0..1] { var x = i * 2 + j; yield } }\n"
               "finally count(t[*].w[*].x > 0) == 3\nfinally all t[*].w[1].x != 2") == "passed");
}

TEST_CASE("spawned threads are numbered from one, in the order of their spawning") {
  CHECK(judged("task t { thread main { for i in 1..3 { spawn(w, i * i) }\n"
               "  await t.w[2].x == 4; await count(t.w[*] ended) == 3 }\n"
               "  thread w(n) on_spawn { let x = n; yield } }\n"
               "finally t.w[1].x == 1 and t.w[3].x == 9\n"
               "finally count(t.w[*].x > 1) == 2") == "passed");
}

TEST_CASE("a condition that names a replica which is not there is an error") {
  CHECK(judged("task w[i in 0..3] { thread main { yield } }\n"
               "task t { thread main { var k = random(1) + 9; await w[k].main ended } }") ==
        "unhandled_error test.scn:4: there is no task w[9]");
}

TEST_CASE("allow silences a finding") {
  const std::string body = "task a { thread main { close(descriptor(9)); expect false } }\n";
  const std::string message =
      "`close(descriptor(9))` failed with bad_descriptor: the number names no open end of this "
      "task "
      "or thread";
  CHECK(judged(body + "allow unhandled_error") ==
        "passed; silenced unhandled_error test.scn:3: " + message);
  CHECK(judged("task b { thread main { yield } }\n" + body + "allow unhandled_error in b") ==
        "unhandled_error test.scn:4: " + message);
  CHECK(judged("task a { thread main { expect false; mark reached } }\nallow failed_expectation\n"
               "finally a.main passed reached") ==
        "passed; silenced failed_expectation test.scn:3: `false` does not hold");
}

}  // namespace
}  // namespace ipcsim::scenario
