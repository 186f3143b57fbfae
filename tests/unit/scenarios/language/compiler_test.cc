// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/compiler.h"

#include <algorithm>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "tests/support/script.h"

namespace ipcsim::scenario {
namespace {

Program program_of(const std::string& body) { return compile_script(body).program; }

const Routine& routine(const Program& program, std::string_view name) {
  const auto found = std::ranges::find(program.routines, name, &Routine::name);
  REQUIRE(found != program.routines.end());
  return *found;
}

std::size_t count(const Program& program, Opcode opcode) {
  return static_cast<std::size_t>(std::ranges::count(program.code, opcode, &Instruction::opcode));
}

TEST_CASE("a body is compiled once for all its replicas") {
  const Program program = program_of("task w[i in 1..100] { thread main { compute i } }\n");
  CHECK(program.tasks.size() == 100);
  CHECK(program.places.size() == 100);
  CHECK(program.routines.size() == 1);
  CHECK(program.places[99].name == "w[100].main");
  CHECK(program.bindings[program.places[99].first_binding].integer() == 100);
  CHECK(count(program, Opcode::k_compute) == 1);
}

TEST_CASE("the frames of procs lie in the thread's own registers") {
  const Program program = program_of(
      "proc inner(a, b) { let c = a + b; return c * c }\n"
      "proc outer(a) { let x = inner(a, 1); let y = inner(a, 2); return x + y }\n"
      "task t { thread main { let z = outer(3) + outer(4); compute z } }\n");
  const Routine& inner = routine(program, "inner");
  const Routine& outer = routine(program, "outer");
  const Routine& main = routine(program, "t.main");
  CHECK(inner.depth == 1);
  CHECK(inner.stack == inner.registers);
  CHECK(outer.depth == 2);
  CHECK(outer.stack > outer.registers);
  CHECK(main.depth == 3);
  CHECK(main.stack >= 1 + outer.stack);
}

TEST_CASE("changes are told only of variables that somebody watches") {
  const std::string body =
      "task t { thread main { var x = 0; var y = 0; x = 1; y = 1; x += 1; compute x + y } }\n";
  CHECK(count(program_of(body), Opcode::k_note_change) == 0);
  CHECK(count(program_of(body + "finally t.main.x == 2"), Opcode::k_note_change) == 3);
  CHECK(count(program_of(body + "task u { thread main { await t.main.y == 1 } }"),
              Opcode::k_note_change) == 2);
  CHECK(count(program_of(body + "task u { thread main { expect t.main.y == 1 } }"),
              Opcode::k_note_change) == 0);
}

TEST_CASE("from when on a device acts is a condition as any") {
  const Program program = program_of(
      "machine { device a: timer; device b: source { after t.main.x == 1 }\n"
      "device c: source { at 5 } }\n"
      "task t { thread main { var x = 0; x = 1; compute x } }\n"
      "finally a.events + b.events + c.events >= 0\n");
  REQUIRE(program.device_starts.size() == 1);
  CHECK(program.device_starts[0].device == 1);
  const Condition& start = program.device_starts[0].condition;
  CHECK(program.code[start.done].opcode == Opcode::k_condition_done);
  REQUIRE(judgement_of(program, start.done) != nullptr);
  CHECK(judgement_of(program, start.done)->text == "t.main.x == 1");
  CHECK(count(program, Opcode::k_note_change) == 2);  // x is watched
  CHECK(count(program, Opcode::k_device_events) == 3);
}

TEST_CASE("every judgement is found by its instruction") {
  const Program program = program_of(
      "task t { thread main { let p = new_port(); push_to_listen_queue(p)\n"
      "  expect p == p; close(p); expect random(1) == 0 } }\nfinally t ended");
  CHECK(std::ranges::is_sorted(program.judgements, {}, &Judgement::instruction));
  for (std::uint32_t index = 0; index < program.code.size(); ++index) {
    const Opcode opcode = program.code[index].opcode;
    const bool is_judged = opcode == Opcode::k_require_ok || opcode == Opcode::k_expect_true;
    if (is_judged) CHECK(judgement_of(program, index) != nullptr);
    if (opcode == Opcode::k_close) CHECK(judgement_of(program, index) == nullptr);
  }
}

TEST_CASE("code knows its lines") {
  const Program program = program_of("task t { thread main {\n  yield\n  yield\n} }\n");
  std::vector<std::string> places;
  for (std::uint32_t index = 0; index < program.code.size(); ++index) {
    if (program.code[index].opcode == Opcode::k_yield) places.push_back(place_of(program, index));
  }
  CHECK(places == std::vector<std::string>{"test.scn:3", "test.scn:4"});
}

TEST_CASE("an instruction that is executed often is small") {
  const Program program = program_of(
      "task t { thread main { let p = new_port()\n"
      "  for n in 1..10 { wakeup(p); poll(p) expect signaled } } }\n");
  // Per round: the copy of the loop variable; wakeup and its check; the time-out, the descriptor,
  // poll and its two checks; the end of the loop.
  CHECK(program.code.size() <= 22);
}

}  // namespace
}  // namespace ipcsim::scenario
