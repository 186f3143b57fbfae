// SPDX-License-Identifier: BSD-2-Clause
// The checker on the bodies of threads and procs.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/unit/scenarios/language/checked_text.h"

namespace ipcsim::scenario {
namespace {

Names body(const std::string& text, const std::string& more = "") {
  return checked_body(text, more).reported();
}

TEST_CASE("variables and blocks") {
  CHECK(body("let a = 1\nlet a = 2\ncompute a") == Names{"duplicate_name:4"});
  CHECK(body("let a = 1\nif true { let a = 2; compute a }\ncompute a") == Names{"shadowed_name:4"});
  CHECK(body("if true { let a = 2; compute a }\nlet a = 1\ncompute a") == Names{});
  CHECK(body("let t = 1\ncompute t") == Names{"shadowed_name:3"});
  CHECK(body("compute a\nlet a = 1\ncompute a") == Names{"used_before_declaration:3"});
  CHECK(body("if true { let a = 1; compute a }\ncompute a") == Names{"unknown_name:4"});
  CHECK(body("let a = 1\na = 2\na += 1\ncompute a") ==
        Names{"assigned_constant:4", "assigned_constant:5"});
  CHECK(body("var a = 1\na = 2\na += 1\ncompute a") == Names{});
  CHECK(body("for i in 1..2 { i = 3 }") == Names{"assigned_constant:3"});
  CHECK(body("server = 3") == Names{"assigned_constant:3"});
  CHECK(body("compute nothing_near") == Names{"unknown_name:3"});
  CHECK(body("nothing_near = 1") == Names{"unknown_name:3"});
  CHECK(body("compute double", "proc double(x) { return x + x }") == Names{"unknown_name:3"});
}

TEST_CASE("a mistake is reported once, not again where its value is used") {
  CHECK(body("let a = 1 + \"x\"\ncompute a + 2\nlet b = a\nif b { wakeup(b) }") ==
        Names{"wrong_kind:3"});
  CHECK(body("let a = nothing_near.fd\nwakeup(a)\nmatch a { closed { } else { } }") ==
        Names{"unknown_name:3"});
  CHECK(body("let e = pol(a_port)\nexpect e is closed") ==
        Names{"unknown_call:3", "unknown_name:3"});
}

TEST_CASE("kinds") {
  CHECK(body("if 1 { }") == Names{"wrong_kind:3"});
  CHECK(body("while \"x\" { }") == Names{"wrong_kind:3"});
  CHECK(body("compute -true") == Names{"wrong_kind:3"});
  CHECK(body("let b = not 1\nexpect b") == Names{"wrong_kind:3"});
  CHECK(body("let b = 1 and true\nexpect b") == Names{"wrong_kind:3"});
  CHECK(body("expect 1 == \"x\"") == Names{"wrong_kind:3"});
  CHECK(body("expect \"a\" + \"b\" == \"ab\"") == Names{"wrong_kind:3"});
  CHECK(body("expect 1 starts_with 2") == Names{"wrong_kind:3"});
  CHECK(body("let n = table\nexpect 1 in n\nexpect \"x\" in n\nexpect 1 in 2") ==
        Names{"wrong_kind:5", "wrong_kind:6"});
  CHECK(body("let n = 3\nn[1] = 2\ndelete n[1]\ncompute n[1]") ==
        Names{"wrong_kind:4", "wrong_kind:5", "wrong_kind:6"});
  CHECK(body("let n = table\nn[true] = table\nn[1] += \"x\"\nn[2] = 3") ==
        Names{"wrong_kind:4", "wrong_kind:4", "wrong_kind:5"});
  CHECK(body("for i in 1..\"x\" { }\nfor k in 7 { }") == Names{"wrong_kind:3", "wrong_kind:4"});
  CHECK(body("sleep \"x\"\ncompute -5\nsleep -1cy") ==
        Names{"wrong_kind:3", "out_of_range:4", "out_of_range:5"});
  CHECK(body("compute 3us") == Names{"clock_needed:3"});
  CHECK(body("compute 1 / 0\ncompute 5 % (2 - 2)\ncompute 1 << 64") ==
        Names{"arithmetic:3", "arithmetic:4", "arithmetic:5"});
  CHECK(body("let x = random(3)\ncompute x / 0\ncompute x / x") == Names{"arithmetic:4"});
  CHECK(body("let x = le8(300) ++ le16(-1)\nexpect len(x) == 3") == Names{"arithmetic:3"});
  CHECK(body("compute random(0)") == Names{"out_of_range:3"});
}

TEST_CASE("a variable that is set to values of several kinds is judged at run time") {
  CHECK(body("var x = 1\nx = \"text\"\nwakeup(x)") == Names{});
  CHECK(body("var x = 1\nx += 1\nwakeup(x)") == Names{"wrong_kind:5"});
}

TEST_CASE("events and errors") {
  const std::string event = "let e = poll_all() timeout 5\n";
  CHECK(body(event + "compute e.uidd") == Names{"unknown_field:4"});
  CHECK(body(event + "wakeup(e)") == Names{"wrong_kind:4"});
  CHECK(checked_body(event + "wakeup(e)").first().help ==
        "`.fd` is the descriptor that the event is about");
  CHECK(body(event + "compute e.uid + e.fd") == Names{"wrong_kind:4"});
  CHECK(body(event + "compute e.sequence") == Names{});
  CHECK(body(event + "match e { signaled s { compute s.sequence } else { } }") == Names{});
  CHECK(body(event + "match e { closed c { compute c.sequence } else { } }") ==
        Names{"unknown_field:4"});
  CHECK(body(event + "match e { signaled s { compute s.uid } else { } }") ==
        Names{"unknown_field:4"});
  CHECK(body("let x = 3\ncompute x.fd") == Names{"wrong_kind:4"});
  CHECK(body(event + "expect e is cloosed") == Names{"unknown_kind:4"});
  CHECK(body(event + "expect e is closed or e.kind == opened") == Names{});
  CHECK(body(event + "expect e == closed") == Names{"no_value:4"});
  CHECK(body(event + "let k = closed\nexpect k == e.kind") == Names{"no_value:4"});
  CHECK(body(event + "expect e is refused") == Names{"wrong_kind:4"});
  CHECK(body("let r = try connect(server, full_task)\nexpect r is refused") == Names{});
  CHECK(body("let x = 3\nexpect x is closed") == Names{"wrong_kind:4"});
  CHECK(body("let x = shared\ncompute x") == Names{"no_value:3"});
}

TEST_CASE("drivers name their device") {
  const auto driver = [](const std::string& text) {
    return checked_body(text, "machine { device d: serial }\nfinally d.events == 0\n").reported();
  };
  CHECK(driver("let line = open_interrupt_socket(d, full_task)\nlet e = poll(line)\n"
               "ack_interrupt(line, e.sequence)\ncompute device_read(d) + device_read(d, 1)\n"
               "device_write(d, 0, 65)\ncompute read_tsc()") == Names{});
  CHECK(driver("open_interrupt_socket()") == Names{"wrong_argument_count:3"});
  CHECK(driver("device_write(d, 0)") == Names{"wrong_argument_count:3"});
  CHECK(driver("device_read(server)") == Names{"expected_device:3"});
  CHECK(driver("device_read(4)") == Names{"expected_device:3"});
  CHECK(driver("device_read(dd)") == Names{"unknown_name:3"});
  CHECK(driver("device_read(d, \"x\")") == Names{"wrong_kind:3"});
  CHECK(driver("open_interrupt_socket(d, 3)") == Names{"expected_scope:3"});
  CHECK(driver("let x = d\ncompute x") == Names{"no_value:3"});
  CHECK(driver("device_read(d) fails stale") == Names{"impossible_error:3"});
  CHECK(driver("expect d.events == 0 and not d.masked") == Names{});
  CHECK(driver("compute d.events") == Names{"term_outside_condition:3"});
  CHECK(driver("expect d.evnts == 0") == Names{"unknown_device_term:3"});
  CHECK(driver("expect read_tsc() == 0") == Names{});
  CHECK(driver("await read_tsc() == 0") == Names{"call_in_condition:3"});
}

TEST_CASE("page faults") {
  const std::string fault = "let f = take_fault(open_fault_socket())\n";
  CHECK(body(fault + "expect f.access == write and f.page <= f.address") == Names{});
  CHECK(body(fault + "map(f.task, f.page, new_frame(), f.access)") == Names{});
  CHECK(body(fault + "compute f.record + f.tid + f.code") == Names{});
  CHECK(body(fault + "map(f.task, f.page, new_frame(), f.code)") == Names{"expected_access:4"});
  CHECK(body(fault + "close(f.fd)") == Names{"unknown_field:4"});
  CHECK(body(fault + "expect f is closed") == Names{"wrong_kind:4"});
  CHECK(body(fault + "let a = f.access\nexpect a == 1") == Names{"no_value:4"});
  CHECK(body("let f = try take_fault(open_fault_socket())\n"
             "if f is empty { yield } else { compute f.record }") == Names{});
  CHECK(body("let n = 3\ncompute n.record") == Names{"wrong_kind:4"});
  CHECK(body("resume_fault(open_fault_socket(), 1) fails stale") == Names{"impossible_error:3"});
}

TEST_CASE("match") {
  const std::string event = "let e = poll_all() timeout 5\n";
  CHECK(body(event + "match e { closed { }\nclosed { }\nopned { }\nbusy { } else { } }") ==
        Names{"duplicate_arm:5", "unknown_kind:6", "impossible_kind:7"});
  CHECK(body(event + "match e { closed x { wakeup(x.fd); close(x) } else { } }") ==
        Names{"wrong_kind:4"});
  CHECK(body("let r = try poll_all() timeout 5\nmatch r { busy { } closed { } else { } }") ==
        Names{});
  CHECK(body("match 3 { closed { } }") == Names{"wrong_kind:3"});
  CHECK(body(event + "match e { else e { } }") != Names{});
}

TEST_CASE("system calls") {
  CHECK(body("wakup(1)") == Names{"unknown_call:3"});
  CHECK(body("wakeup()") == Names{"wrong_argument_count:3"});
  CHECK(body("wakeup(descriptor(1), 2)") == Names{"wrong_argument_count:3"});
  CHECK(body("poll()") == Names{"wrong_argument_count:3"});
  CHECK(body("let c = connect(server)\nclose(c)") == Names{"wrong_argument_count:3"});
  CHECK(body("let c = connect(3, full_task)\nclose(c)") == Names{"wrong_kind:3"});
  CHECK(body("let c = connect(server, full_tsk)\nclose(c)") == Names{"expected_scope:3"});
  CHECK(body("let c = connect(server, 1)\nclose(c)") == Names{"expected_scope:3"});
  CHECK(body("let c = connect(server, how)\nclose(c)",
             "param how = full_task in {full_task, thread_local}") == Names{});
  CHECK(body("wakeup(1)") == Names{"wrong_kind:3"});
  CHECK(checked_body("wakeup(1)").first().help ==
        "`descriptor(n)` is the descriptor with the number n");
  CHECK(body("write(descriptor(1), 7)") == Names{"wrong_kind:3"});
  CHECK(body("poll(\"x\")") == Names{"wrong_kind:3"});
  CHECK(body("let x = close(descriptor(1))\ncompute x") == Names{"no_value:3"});
  CHECK(body("compute close(descriptor(1))") == Names{"no_value:3"});
  CHECK(body("block_uid(65_536)\nblock_uid(-1) fails bad_argument") == Names{"out_of_range:3"});
  CHECK(body("kill(server, 1)\nkill(7)") == Names{"wrong_argument_count:3", "wrong_kind:4"});
}

TEST_CASE("a write of more than 32 bytes") {
  const std::string long_text = "\"123456789012345678901234567890123\"";
  const std::string fd = "let c = connect(server, full_task)\n";
  CHECK(body(fd + "write(c, " + long_text + ")") == Names{"write_too_long:4"});
  CHECK(body(fd + "write(c, \"12345678901234567890123456\" ++ le64(1))") ==
        Names{"write_too_long:4"});
  CHECK(body(fd + "write(c, text)", "const text = " + long_text) == Names{"write_too_long:4"});
  CHECK(body(fd + "write(c, " + long_text + ") fails too_long") == Names{});
  CHECK(body(fd + "try write(c, " + long_text + ")") == Names{});
  CHECK(body(fd + "write(c, read(c))") == Names{});
}

TEST_CASE("clauses") {
  const std::string fd = "let c = connect(server, full_task)\n";
  CHECK(body(fd + "wakeup(c) timeout 5") == Names{"misplaced_clause:4"});
  CHECK(body(fd + "poll(c) timeout -1") == Names{"out_of_range:4"});
  CHECK(body(fd + "wakeup(c) fails peer_closd") == Names{"unknown_error:4"});
  CHECK(body(fd + "wakeup(c) fails refused") == Names{"impossible_error:4"});
  CHECK(checked_body(fd + "wakeup(c) fails refused").first().help ==
        "it can fail with `bad_descriptor`, `not_connected`, `peer_closed` or `busy`");
  CHECK(body("exit_thread() fails busy") == Names{"impossible_error:3"});
  CHECK(body(fd + "poll(c) expect refused") == Names{"unknown_kind:4"});
  CHECK(checked_body(fd + "poll(c) expect refused").first().help ==
        "an error is expected by `fails refused`");
  CHECK(body(fd + "wakeup(c) expect closed") == Names{"wrong_kind:4"});
  CHECK(body(fd + "poll(c) expect timed_out") == Names{"impossible_kind:4"});
  CHECK(body(fd + "read(c) expect == 3") == Names{"wrong_kind:4"});
  CHECK(body(fd + "wakeup(c) expect == 3") == Names{"no_value:4"});
  CHECK(body(fd + "read(c) expect == \"x\" within 500cy\nclose(c)") == Names{});
  CHECK(body("helper() fails busy\ntry helper()\nhelper() within 5cy\nhelper() expect closed",
             "proc helper() { yield }") == Names{"wrong_kind:6"});
  CHECK(body("let n = len(\"x\") within 5\ncompute n") == Names{"misplaced_clause:3"});
  CHECK(body("let r = close(descriptor(1)) fails bad_descriptor\nexpect r is bad_descriptor") ==
        Names{});
}

TEST_CASE("procs") {
  CHECK(body("helper(1, 2)", "proc helper(a) { compute a }") == Names{"wrong_argument_count:3"});
  CHECK(body("let x = helper()\ncompute x", "proc helper() { yield }") == Names{"no_value:3"});
  CHECK(body("let x = helper()\nwakeup(x)", "proc helper() { return 3 }") == Names{"wrong_kind:4"});
  CHECK(body("a()", "proc a() { b() }\nproc b() { c() }\nproc c() { a() }") ==
        Names{"recursion:11"});
  CHECK(checked_body("a()", "proc a() { b() }\nproc b() { c() }\nproc c() { a() }").first().help ==
        "`a` calls `b` calls `c` calls `a`");
  CHECK(body("a()", "proc a() { a() }") == Names{"recursion:11"});
  CHECK(body("return") == Names{"return_outside_proc:3"});
  CHECK(body("break\ncontinue") == Names{"outside_loop:3", "outside_loop:4"});
  CHECK(body("a()", "proc a() { spawn(x) }") == Names{"unknown_thread:11"});
  CHECK(body("a(3)", "proc a(x, x) { compute x }") ==
        Names{"wrong_argument_count:3", "duplicate_name:11"});
  CHECK(body("a()",
             "proc a() { compute other }\ntask u { thread main { let other = 1\n"
             "compute other } }") == Names{"unknown_name:11"});
}

TEST_CASE("spawned threads") {
  const auto reported = [](const std::string& text) { return checked_text(text).reported(); };
  const std::string worker = "thread worker(fd) on_spawn { wakeup(fd) } }\n";
  CHECK(reported("task t { thread main { spawn(worker, new_port(full_task)) }\n" + worker) ==
        Names{});
  CHECK(reported("task t { thread main { spawn(worker, new_port()) }\n" + worker) ==
        Names{"thread_local_to_spawn:2"});
  CHECK(reported("task t { thread main { let p = new_port(); spawn(worker, p) }\n" + worker) ==
        Names{"thread_local_to_spawn:2"});
  CHECK(reported("task t { thread main { spawn(worker) }\n" + worker) ==
        Names{"wrong_argument_count:2"});
  CHECK(reported("task t { thread main { spawn(worke, 1) }\n" + worker).front() ==
        "unknown_thread:2");
  CHECK(reported("task t { thread main { spawn(main) } }\n") == Names{"thread_form:2"});
  CHECK(reported("task t { thread main { spawn() } }\n") == Names{"wrong_argument_count:2"});
  CHECK(reported("task t { thread main { yield }\nthread late on_spawn { yield } }\n") ==
        Names{"unused:3"});
  CHECK(reported("task t { thread main { yield }\nthread late on_spawn { expect false } }\n") ==
        Names{"never_judged:3"});
}

TEST_CASE("what is never reached") {
  CHECK(body("exit_thread()\nyield") == Names{"unreachable:4"});
  CHECK(body("exit_task()\nexpect false") == Names{"never_judged:4"});
  CHECK(body("loop { yield }\nyield") == Names{"unreachable:4"});
  CHECK(body("loop { break }\nyield") == Names{});
  CHECK(body("while true { yield }\nyield") == Names{"unreachable:4"});
  CHECK(body("loop { if true { continue } else { break }\nyield }") == Names{"unreachable:4"});
  CHECK(body("if true { exit_thread() } else { exit_thread() }\nyield") == Names{"unreachable:4"});
  CHECK(body("if true { exit_thread() }\nyield") == Names{});
  CHECK(body("a()", "proc a() { return\nclose(descriptor(0)) fails bad_descriptor }") ==
        Names{"unreachable:12"});
}

TEST_CASE("conditions in code") {
  CHECK(body("let x = server.main.p\ncompute x") == Names{"term_outside_condition:3"});
  CHECK(body("if server ended { }") == Names{"term_outside_condition:3"});
  CHECK(body("await server.main is polling") == Names{});
  CHECK(body("await yes()", "proc yes() { return true }") == Names{"call_in_condition:3"});
  CHECK(body("await len(read(descriptor(0))) == 0") == Names{"call_in_condition:3"});
  CHECK(body("await random(2) == 0") == Names{"call_in_condition:3"});
  CHECK(body("let x = 1\nawait x == 1") == Names{"await_never_changes:4"});
  CHECK(body("expect random(2) == server.ports") == Names{});
}

TEST_CASE("polls that nobody can end") {
  const auto reported = [](const std::string& text) { return checked_text(text).reported(); };
  CHECK(reported("task t { thread main { let p = new_port(); poll(p) } }\n") ==
        Names{"silent_poll:2"});
  CHECK(reported("task t { thread main { let p = new_port(); poll(p) timeout 5 } }\n") == Names{});
  const std::string pushed =
      "task t { thread main { let p = new_port(); push_to_listen_queue(p); poll(p) } }\n";
  CHECK(reported(pushed) == Names{"silent_poll:2"});
  CHECK(reported(pushed + "task u { thread main { let c = connect(t, full_task); close(c) } }\n") ==
        Names{});
  CHECK(reported("task t { thread main { poll_all() } }\n") == Names{"silent_poll:2"});
  CHECK(reported("task t { thread main { poll_all(); wakeup(descriptor(0)) } }\n") == Names{});
}

TEST_CASE("unused names") {
  const auto reported = [](const std::string& text) { return checked_text(text).reported(); };
  CHECK(body("let a = 1\nlet _b = 2\nfor i in 1..2 { yield }") == Names{"unused:3"});
  CHECK(body("var a = 1\na = 2\na += 3") == Names{"unused:3"});
  CHECK(body("let a = 1", "always t.main.a == 1") == Names{});
  CHECK(body("mark here") == Names{"unused:3"});
  CHECK(body("mark here", "eventually t.main passed here") == Names{});
  CHECK(body("yield",
             "param q = 1\nconst c = 2\nproc f(x) { yield }\n"
             "template s() { thread main { yield } }") ==
        Names{"unused:11", "unused:12", "unused:13", "unused:13", "unused:14"});
  CHECK(reported("const c = 1\nproc f() { yield }\n") == Names{});  // a file to be imported
  const auto importing = [](const std::string& text, const std::string& imported) {
    return checked_text(text + "task t { thread main { yield } }\n",
                        {{"a.scn", "scenario 1\n" + imported}})
        .reported();
  };
  CHECK(importing("import \"a.scn\"\n", "const c = 1\nconst d = c\n") == Names{"unused:2"});
  CHECK(importing("import \"a.scn\" as A\n", "const c = 1\n") == Names{"unused:2"});
  CHECK(importing("import \"a.scn\" as A\nparam p = A.c\n", "const c = 1\n") == Names{"unused:3"});
  CHECK(importing("import \"a.scn\"\n", "task b background { thread main { let x = 1 } }\n") ==
        Names{});
}

}  // namespace
}  // namespace ipcsim::scenario
