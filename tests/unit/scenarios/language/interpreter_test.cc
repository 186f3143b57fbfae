// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/interpreter.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/script.h"

namespace ipcsim::scenario {
namespace {

std::string outcome(const std::string& statements) { return run_statements(statements).outcome; }

// What happens on line 4, the first of the thread's statements.
std::string error(const std::string& message) { return "unhandled_error test.scn:4: " + message; }
std::string failed(const std::string& message) {
  return "failed_expectation test.scn:4: " + message;
}

TEST_CASE("integers are checked") {
  CHECK(outcome("var x = 9_223_372_036_854_775_806\nx += 1\nexpect x == 0x7fffffffffffffff") ==
        "passed");
  CHECK(outcome("var x = 9_223_372_036_854_775_807; x += random(1) + 1") ==
        error("the result does not fit into 64 bits"));
  CHECK(outcome("var x = random(1); let y = 1 / x; compute y") == error("division by zero"));
  CHECK(outcome("var x = random(1); let y = 1 << (x + 64); compute y") ==
        error("a shift is by 0 to 63 bits"));
  CHECK(outcome("var x = random(1) - 7\n"
                "expect x / 2 == -3 and x % 2 == -1 and x >> 1 == -4 and -x == 7\n"
                "expect (x & 0xff) == 249 and (x | 1) == -7 and (x ^ x) == 0 and 1 << 4 == 16\n"
                "expect x < 0 and x <= -7 and 0 > x and -7 >= x and x != 7 and not x == 7") ==
        "passed");
}

TEST_CASE("memory is what frames are mapped to, by words and by bytes") {
  const auto daemon = [](const std::string& statements) {
    return run_script("machine { cpus 1; cost unit }\ntask daemon privileged { thread main {\n" +
                      statements + "\n} }\n")
        .outcome;
  };
  const std::string start = "let f = new_frame(); map(daemon, 0x10000, f, write); ";
  CHECK(daemon(start + "store64(0x10000, -2); expect load64(0x10000) == -2\n"
                       "expect load8(0x10000) == 0xfe and load16(0x10007) == 0xff\n"
                       "store32(0x10002, 0x01020304); expect load32(0x10001) == 0x020304ff\n"
                       "store(0x10ffe, \"ab\"); expect load(0x10ffd, 3) == \"\\x00ab\"") ==
        "passed");
  CHECK(daemon(start + "expect exchange64(0x10008, 4) == 0; expect fetch_add64(0x10008, 3) == 4\n"
                       "expect compare_exchange64(0x10008, 1, 9) == 7; fence()\n"
                       "expect load64(0x10008) == 7") == "passed");
  CHECK(daemon(start + "protect(daemon, 0x10000, read); unmap(daemon, 0x10000); free_frame(f)\n"
                       "map(daemon, 0x10000, f, read) fails bad_argument") == "passed");
  CHECK(daemon("store8(0x10000, random(1) + 256)") ==
        "unhandled_error test.scn:4: 256 does not fit into 1 byte");
  CHECK(daemon("let x = load(0x10000, random(1) - 1)") ==
        "unhandled_error test.scn:4: -1 is too small here");
  CHECK(daemon(start + "store(0x10ffc, \"12345678\"); expect false") ==
        "unhandled_fault: daemon was ended: nobody handles its write of 0x11000");
}

TEST_CASE("a driver hears of its device, and acknowledges by number") {
  const auto driver = [](const std::string& device, const std::string& statements) {
    return run_script("machine { cpus 1; cost unit; device d: " + device +
                      " }\ntask driver privileged { thread main {\n" + statements +
                      "\n} }\nfinally d.events >= 0\n")
        .outcome;
  };
  const std::string open = "let line = open_interrupt_socket(d); mark ready; ";
  CHECK(driver("source irq 3 level { after driver.main passed ready every 500 count 2 }",
               open + "for n in 1..2 { let e = poll(line) expect signaled; expect d.masked\n"
                      "expect e.sequence == n and device_read(d) == n; expect d.interrupts == n\n"
                      "ack_interrupt(line, e.sequence); expect not d.masked }\n"
                      "expect device_read(d, 0) == 0; ack_interrupt(line, 2) fails stale") ==
        "passed");
  CHECK(driver("serial { delay 50 }",
               open + "device_write(d, 0, 65); expect device_read(d, 1) == 2\n"
                      "device_write(d, 0, 300) fails bad_argument\n"
                      "let e = poll(line) expect signaled; ack_interrupt(line, e.sequence)\n"
                      "device_read(d, -1) fails bad_argument") == "passed");
  CHECK(driver("timer", open + "let before = read_tsc(); device_write(d, 1, 1_000); poll(line)\n"
                               "expect device_read(d) == 1 and read_tsc() - before >= 1_000\n"
                               "expect d.events >= 0") == "passed");
  CHECK(driver("timer", "let p = new_port(); let e = poll(p) timeout 5; compute e.sequence") ==
        "unhandled_error test.scn:4: timed_out does not say that");
}

TEST_CASE("and, or stop where the result is known") {
  CHECK(outcome(
            "let x = random(1)\nexpect x == 0 or 1 / x == 1\nexpect not (x != 0 and 1 / x == 1)") ==
        "passed");
}

TEST_CASE("bytes") {
  CHECK(outcome("let b = le8(1) ++ le16(0x302) ++ le32(0x7060504) ++ le64(-1)\n"
                "expect len(b) == 15\n"
                "expect get8(b, 0) == 1 and get16(b, 1) == 0x302 and get32(b, 3) == 0x7060504\n"
                "expect get64(b, 7) == -1 and get8(b, 14) == 255\n"
                "expect part(b, 0, 2) == \"\\x01\\x02\" and part(b, 15, 0) == \"\"\n"
                "expect b starts_with le8(1) and not b starts_with le8(2)") == "passed");
  CHECK(outcome("let b = le16(random(1)); let x = get16(b, 1); compute x") ==
        error("1 lies outside of these 2 bytes"));
  CHECK(outcome("let b = le16(random(1)); let x = part(b, 1, 2); compute len(x)") ==
        error("1 lies outside of these 2 bytes"));
  CHECK(outcome("let b = le8(random(1) + 256); compute len(b)") ==
        error("256 does not fit into 1 byte"));
  CHECK(outcome("expect le8(random(1) - 128) == le8(random(1) + 128)") == "passed");
  CHECK(outcome("var b = le64(random(1)); loop { b = b ++ b }") ==
        error("131072 bytes are more than the 65_536 that one value holds"));
}

TEST_CASE("tables") {
  CHECK(outcome("var t = table\n"
                "for k in 1..5 { t[6 - k] = k * k }\n"
                "delete t[3]\n"
                "expect not 3 in t and 4 in t and t[5] == 1\n"
                "t[5] += 10\n"
                "var keys = 0\n"
                "for k in t { keys = keys * 10 + k }\n"
                "expect keys == 1245 and t[5] == 11") == "passed");
  CHECK(outcome("var t = table; let x = t[random(1)]; compute x") ==
        error("the table has no entry for 0"));
  CHECK(outcome("var t = table\nfor k in 1..3 { t[k] = k }\nvar n = 0\n"
                "for k in t { n += 1; delete t[k]; if k < 3 { t[k + 10] = 0 } }\n"
                "expect n == 5") == "passed");
}

TEST_CASE("loops, branches and procs") {
  CHECK(
      outcome("var n = 0\nfor i in 1..10 { if i == 3 { continue }; if i == 6 { break }; n += i }\n"
              "expect n == 12") == "passed");
  CHECK(outcome("var n = 0\nfor i in 3..2 { n = 1 }\nexpect n == 0") == "passed");
  CHECK(outcome("var n = 5\nwhile n > 0 { n = n - 1 }\nexpect n == 0") == "passed");
  CHECK(outcome("var n = 0\nloop { n += 1; if n == 7 { break } }\nexpect n == 7") == "passed");
  CHECK(outcome("let n = random(1) + 2\nif n == 1 { expect false } else if n == 2 { yield } else "
                "{ expect false }") == "passed");
  CHECK(run_script("proc square(x) { let y = x * x; return y }\n"
                   "proc sum(a, b) { return square(a) + square(b) }\n"
                   "proc nothing() { yield }\n"
                   "task t { thread main {\n"
                   "  let x = 3\n"
                   "  nothing()\n"
                   "  expect x + sum(x, 4) + square(1) == 29\n"
                   "} }\n")
            .outcome == "passed");
}

TEST_CASE("a call that fails ends the run unless that is expected or received") {
  CHECK(outcome("close(descriptor(5))") ==
        error("`close(descriptor(5))` failed with bad_descriptor: the number names no open end of "
              "this task or thread"));
  CHECK(outcome("close(descriptor(5)) fails bad_descriptor") == "passed");
  CHECK(outcome("wakeup(descriptor(5)) fails busy") ==
        failed("`wakeup(descriptor(5))` failed with bad_descriptor instead of busy"));
  CHECK(outcome("let port = new_port(); push_to_listen_queue(port) fails busy") ==
        failed("`push_to_listen_queue(port)` gave nothing instead of busy"));
  CHECK(outcome("let r = try close(descriptor(5)); expect r is bad_descriptor") == "passed");
  CHECK(outcome("try close(descriptor(5))") == "passed");
}

TEST_CASE("an error that a proc gives back is an error of its call") {
  const auto calling = [](const std::string& statement) {
    return run_script(
               "proc look(n) { let r = try read(descriptor(n)); return r }\n"
               "task one { thread main {\n" +
               statement + "\n} }\n")
        .outcome;
  };
  CHECK(calling("look(7) fails bad_descriptor") == "passed");
  CHECK(calling("let r = try look(7); expect r is bad_descriptor; try look(8)") == "passed");
  CHECK(calling("look(7)") ==
        error("`look(7)` failed with bad_descriptor: the number names no open end of this task or "
              "thread"));
  CHECK(calling("look(7) fails busy") ==
        failed("`look(7)` failed with bad_descriptor instead of busy"));
}

TEST_CASE("what a call gives is judged where it stands") {
  CHECK(outcome("let port = new_port()\npoll(port) timeout 10 expect timed_out") == "passed");
  CHECK(outcome("let port = new_port(); poll(port) timeout 10 expect closed") ==
        failed("`poll(port)` gave timed_out instead of closed"));
  CHECK(outcome("let x = random(1) expect == 1") == failed("`random(1)` gave 0 instead of 1"));
  CHECK(outcome("let x = random(1) + 3; expect x * 2 == 7") ==
        failed("`x * 2 == 7` does not hold"));
  const ScriptRun run = run_statements("let x = random(1) + 3; expect x * 2 == 7 or x == 2");
  CHECK(run.details == std::vector<std::string>{"x is 3"});
  CHECK(run.thread == "script.main");
}

TEST_CASE("within fails at its deadline, also when nothing moves any more") {
  CHECK(outcome("let port = new_port()\npoll(port) timeout 10 expect timed_out within 1_000") ==
        "passed");
  const ScriptRun late = run_statements("let port = new_port(); poll(port) within 1_000");
  CHECK(late.outcome == failed("`poll(port)` has not returned within 1_000 cycles"));
  CHECK(late.end >= 1'000);
  CHECK(late.end < 1'100);
  CHECK(outcome("let port = new_port(); poll(port) timeout 2_000 within 1_000") ==
        failed("`poll(port)` has not returned within 1_000 cycles"));
}

TEST_CASE("a deadline dies with the thread it belongs to") {
  CHECK(
      run_script("machine { cost unit }\n"
                 "task victim { thread main { let port = new_port(); poll(port) within 1_000 } }\n"
                 "task killer privileged { thread main { compute 500; kill(victim); sleep 5_000 } "
                 "}\n")
          .outcome == "passed");
  CHECK(run_script("machine { cost unit }\n"
                   "task t { thread main { let port = new_port(); poll(port) within 1_000 }\n"
                   "  thread other { compute 500; exit_task() } }\n"
                   "task u { thread main { sleep 5_000 } }\n")
            .outcome == "passed");
}

TEST_CASE("a spawn that is refused leaves no gap in the numbers") {
  CHECK(run_script("machine { cost unit }\npolicy { limit threads 2 }\n"
                   "task t { thread main {\n"
                   "  let first = spawn(w, 10); spawn(w, 20) fails limit\n"
                   "  await t.w[1] ended; spawn(w, 30); await t.w[2] ended; compute first }\n"
                   "  thread w(n) on_spawn { let x = n; yield } }\n"
                   "finally t.w[1].x == 10 and t.w[2].x == 30 and count(t.w[*].x > 0) == 2\n")
            .outcome == "passed");
}

TEST_CASE("a spawned thread has tables of its own") {
  CHECK(run_script("task t { thread main { var numbers = table; numbers[1] = 1\n"
                   "  spawn(w, numbers); await t.w[1] ended; expect numbers[1] == 1 }\n"
                   "  thread w(given) on_spawn { given[1] = 2; expect given[1] == 2 } }\n")
            .outcome == "passed");
}

TEST_CASE("a proc works on the table it is given") {
  CHECK(run_script("proc fill(into, n) { for k in 1..n { into[k] = k * k } }\n"
                   "task t { thread main { var squares = table; fill(squares, 4)\n"
                   "  expect squares[4] == 16 } }\n")
            .outcome == "passed");
}

TEST_CASE("within may stand around a proc that has one of its own") {
  CHECK(
      run_script("machine { cost unit }\n"
                 "proc wait(port) { poll(port) timeout 10 expect timed_out within 100; return 7 }\n"
                 "task t { thread main { let port = new_port()\n"
                 "  let x = wait(port) within 1_000\n"
                 "  expect x == 7; sleep 5_000 } }\n")
          .outcome == "passed");
  CHECK(run_script("machine { cost unit }\n"
                   "proc wait(port) { poll(port) timeout 500 within 1_000; sleep 600; return 7 }\n"
                   "task t { thread main { let port = new_port()\n"
                   "  let x = wait(port) within 1_000\n"
                   "  compute x } }\n")
            .outcome ==
        "failed_expectation test.scn:5: `wait(port)` has not returned within 1_000 cycles");
}

TEST_CASE("match takes the arm of the kind") {
  CHECK(outcome("let port = new_port()\nlet r = poll(port) timeout 10\nvar seen = 0\n"
                "match r { closed { seen = 1 } timed_out e { expect e is timed_out; seen = 2 } "
                "else { seen = 3 } }\nexpect seen == 2") == "passed");
  CHECK(outcome("let r = try close(descriptor(5))\nvar seen = 0\n"
                "match r { busy { seen = 1 } else { seen = 2 } }\nexpect seen == 2") == "passed");
  CHECK(outcome("let r = try close(descriptor(5)); match r { busy { yield } }") ==
        error("no arm of the match takes bad_descriptor"));
}

TEST_CASE("operands of the wrong kind are errors of the scenario") {
  CHECK(outcome("var x = random(1); if random(1) == 0 { x = \"a\" }; let y = x + 1; compute y") ==
        error("an integer is needed here, not \"a\""));
  CHECK(outcome("var x = random(1); if random(1) == 0 { x = \"a\" }; close(x)") ==
        error("a descriptor is needed here, not \"a\""));
}

TEST_CASE("code that calls nothing is stopped") {
  CHECK(outcome("var x = 0; loop { x = x ^ 1 }") ==
        "limit: ran 1_000_000 instructions without a call at test.scn:4");
  CHECK(outcome("loop { mark here }") ==
        "limit: ran 1_000_000 instructions without a call at test.scn:4");
  CHECK(outcome("var x = 0; mark m; loop { await script.main passed m; x += 1 }") ==
        "limit: ran 1_000_000 instructions without a call at test.scn:4");
  CHECK(outcome("for i in 1..200_000 { yield }") == "passed");
}

TEST_CASE("all code of a run together has a limit") {
  const std::string body =
      "machine { cost unit }\n"
      "task t { thread main { var n = 0; loop { for i in 1..1_000 { n += i }; yield } } }\n"
      "always not t.main ended\n";
  RunRules rules;
  rules.instructions = 100'000;
  const std::string outcome = run_script(body, rules).outcome;
  CHECK(outcome.starts_with("limit: its code ran for too many instructions in all at test.scn:"));
}

TEST_CASE("a long run needs no more memory than its variables") {
  CHECK(outcome(
            "var b = le64(0)\nfor i in 1..300_000 { b = le64(get64(b, 0) + 1); if i % 10_000 == 0 "
            "{ yield } }\nexpect get64(b, 0) == 300_000") == "passed");
}

TEST_CASE("what may be too much in total has a limit of its own") {
  CHECK(
      outcome(
          "var t = table; let big = \"0123456789abcdef\"\n"
          "var b = big\nwhile len(b) < 65_536 { b = b ++ b }\n"
          "for i in 1..65_536 { t[i] = part(b, 0, len(b) - i % 2); if i % 100 == 0 { yield } }") ==
      "limit: bytes and tables need more than 256 MiB at test.scn:7");
}

}  // namespace
}  // namespace ipcsim::scenario
