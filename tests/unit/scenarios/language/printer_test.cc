// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/printer.h"

#include <string>

#include <doctest/doctest.h>

#include "tests/unit/scenarios/language/parsed_text.h"

namespace ipcsim::scenario {
namespace {

// The canonical layout; on the way, that it is one.
std::string printed(const std::string& text) {
  const ParsedText parsed = parse_text(text);
  REQUIRE(parsed.messages() == "");
  std::string once = print(parsed.tree);
  const ParsedText again = parse_text(once);
  REQUIRE(again.messages() == "");
  CHECK(tree_text(again.tree) == tree_text(parsed.tree));
  CHECK(print(again.tree) == once);
  CHECK(digest(again.tree) == digest(parsed.tree));
  return once;
}

// A thread's body, without its indentation.
std::string printed_body(const std::string& statements) {
  const std::string head = "scenario 1\nproc p() {\n";
  const std::string all = printed(head + statements + "\n}\n");
  CHECK(all.starts_with(head));
  std::string body;
  for (std::size_t at = head.size(); all[at] != '}';) {
    const std::size_t end = all.find('\n', at);
    if (all[at] == ' ') at += 2;
    body += all.substr(at, end + 1 - at);
    at = end + 1;
  }
  return body;
}

std::uint64_t digest_of(const std::string& text) {
  const ParsedText parsed = parse_text(text);
  REQUIRE(parsed.messages() == "");
  return digest(parsed.tree);
}

TEST_CASE("the bulk data scenario, its memory left out") {
  const std::string text = R"(scenario 1  // language version
/// Bulk data through shared memory; the connection is its doorbell.
import "../../library/memory_daemon.scn"  // a background task, two procs
param messages = 64 in 1..1024  // ipcsim run -P messages=8

machine { cpus 2; cost skylake_nokpti }
policy { buffer shared; poll_all full_task }

task consumer uid 200 {
  thread main {
    let peer = new_port()
    push_to_listen_queue(peer)
    mark ready
    poll(peer) expect opened  // the port is now a connection
    let region = receive_region(peer)  // a proc may block; acknowledges
    for n in 1..messages {
      poll(peer) expect signaled
      expect get64(read(peer), 0) == n
      wakeup(peer)
    }
    poll(peer) expect closed
  }
}

task producer uid 100 {
  thread main {
    await consumer.main passed ready
    let peer = connect(consumer, full_task)
    let region = share_region(memory_daemon, peer, 1 page)
    for n in 1..messages {
      write(peer, le64(n))
      wakeup(peer)
      poll(peer) expect signaled within 20_000cy
    }
    close(peer)
    write(peer, "late") fails bad_descriptor
  }
}

eventually consumer ended within 5_000_000cy
)";
  CHECK(printed(text) == text);
}

TEST_CASE("the lost wakeup, its memory left out") {
  CHECK(printed(R"(scenario 1
machine { cpus 2 }
expect_finding deadlock in consumer.main, producer.main by fuzz within 2_000 runs shrinks_to 1
task producer { thread main {
  await consumer.main passed ready
  let c = connect(consumer, thread_local)
  compute 50_000cy; try wakeup(c); poll(c) expect closed } }
task consumer { thread main {
  let c = new_port(); push_to_listen_queue(c); mark ready
  poll(c) expect opened
  if get8(read(c), 0) == 0 { poll(c) timeout 0; poll(c) expect signaled } } }  // too late
)") == R"(scenario 1
machine { cpus 2 }
expect_finding deadlock in consumer.main, producer.main by fuzz within 2_000 runs shrinks_to 1
task producer {
  thread main {
    await consumer.main passed ready
    let c = connect(consumer, thread_local)
    compute 50_000cy
    try wakeup(c)
    poll(c) expect closed
  }
}
task consumer {
  thread main {
    let c = new_port()
    push_to_listen_queue(c)
    mark ready
    poll(c) expect opened
    if get8(read(c), 0) == 0 {
      poll(c) timeout 0
      poll(c) expect signaled
    }
  }
}  // too late
)");
}

TEST_CASE("the server of many clients") {
  CHECK(printed(R"(scenario 1
task server { thread main background {           // many clients, one port each
  var fds = table
  var port = new_port(); push_to_listen_queue(port); fds[port] = port
  loop { match poll(fds) {
    opened e   { if e.uid == 666 { block_uid(666) }
                 port = new_port(); push_to_listen_queue(port); fds[port] = port }
    signaled e { try write(e.fd, le64(get64(read(e.fd), 0) + 1)); try wakeup(e.fd) }  // gone?
    closed e   { close(e.fd); delete fds[e.fd] } } } } }
)") == R"(scenario 1
task server {
  thread main background {  // many clients, one port each
    var fds = table
    var port = new_port()
    push_to_listen_queue(port)
    fds[port] = port
    loop {
      match poll(fds) {
        opened e {
          if e.uid == 666 { block_uid(666) }
          port = new_port()
          push_to_listen_queue(port)
          fds[port] = port
        }
        signaled e {
          try write(e.fd, le64(get64(read(e.fd), 0) + 1))
          try wakeup(e.fd)
        }  // gone?
        closed e {
          close(e.fd)
          delete fds[e.fd]
        }
      }
    }
  }
}
)");
}

TEST_CASE("a short block stands on one line, if it fits") {
  CHECK(printed_body("if a {\nyield\n}\nelse_if()\nloop {\n}\nwhile a { f()\n}") ==
        "if a { yield }\nelse_if()\nloop {}\nwhile a { f() }\n");
  CHECK(printed_body("if a { yield } else {\n if b { yield } }") ==
        "if a {\n  yield\n} else {\n  if b { yield }\n}\n");
  CHECK(printed_body("for i in 1..2 { yield // why\n}") == "for i in 1..2 {\n  yield  // why\n}\n");
  const std::string name(90, 'n');
  CHECK(printed_body("if " + name + " { yield }") == "if " + name + " {\n  yield\n}\n");
  CHECK(printed_body("match a { b { yield }\nelse {} }") ==
        "match a {\n  b { yield }\n  else {}\n}\n");
}

TEST_CASE("blank lines are kept, one at most, and none at the ends of blocks") {
  CHECK(
      printed("\n\nscenario 1\n\n\n\nconst a = 1\nconst b = 2\n\n\nproc p() {\n\n\nyield\n\n\nyield"
              "\n\n}\n\n\n") ==
      "scenario 1\n\nconst a = 1\nconst b = 2\n\nproc p() {\n  yield\n\n  yield\n}\n");
  CHECK(printed_body("\n\n// a\n\n// b\n\nyield\n\n// c\n\n") == "// a\n\n// b\n\nyield\n\n// c\n");
}

TEST_CASE("comments keep their places") {
  const std::string text = R"(// above

/// above, too
scenario 1  // behind
/// of the file

// plain
/// of the task
task t {  // opening
  // first

  // second
  thread a {  // opening a
    // only a comment
  }  // behind a

  /// of b
  thread b {
    match f() {  // arms
      // before the arm
      opened e { yield }  // behind the arm
      // last in the match
    }
    if a {  // one
      yield  // two
    } else {  // three
      // four
    }  // five
  }
  // closing
}  // behind t

machine {  // hardware
  cpus 2  // two
  // costs
  cost unit {
    // little
    wakeup 3
  }
}
// last
)";
  CHECK(printed(text) == text);
}

TEST_CASE("comments inside of parentheses move in front of the statement") {
  CHECK(printed_body("// zero\nf(a, // one\n  // two\n  b) // three") ==
        "// zero\n// one\n// two\nf(a, b)  // three\n");
  CHECK(printed_body("yield\n\nif f( // one\n a) { // two\n yield }") ==
        "yield\n\n// one\nif f(a) {  // two\n  yield\n}\n");
}

TEST_CASE("numbers, units and bytes stay as they were written") {
  CHECK(printed_body(
            "f(20_000 cy, 3us, 1page, 4 KiB, 0xFf, 0x10 cy, n cy, -9_223_372_036_854_775_808)") ==
        "f(20_000cy, 3us, 1 page, 4 KiB, 0xFf, 0x10 cy, n cy, -9_223_372_036_854_775_808)\n");
  CHECK(printed_body(R"(f("a\x00\"", "é"))") == "f(\"a\\x00\\\"\", \"é\")\n");
}

TEST_CASE("parentheses that were written stay, and those that are needed are there") {
  CHECK(printed_body("f(((a)) + (b * c), (a + b) * c)") == "f((a) + (b * c), (a + b) * c)\n");

  const auto name = [](const char* text) {
    auto made = std::make_unique<Expression>();
    made->node = NameExpression{{text, {}}};
    return made;
  };
  const auto binary = [](BinaryOperator operation, ExpressionPtr left, ExpressionPtr right) {
    auto made = std::make_unique<Expression>();
    made->node = BinaryExpression{operation, std::move(left), std::move(right), {}};
    return made;
  };
  using enum BinaryOperator;
  CHECK(print(*binary(kMultiply, binary(kAdd, name("a"), name("b")), name("c"))) == "(a + b) * c");
  CHECK(print(*binary(kSubtract, name("a"), binary(kSubtract, name("b"), name("c")))) ==
        "a - (b - c)");
  CHECK(print(*binary(kSubtract, binary(kSubtract, name("a"), name("b")), name("c"))) ==
        "a - b - c");
  CHECK(print(*binary(kEqual, binary(kEqual, name("a"), name("b")), name("c"))) == "(a == b) == c");
  auto negated = std::make_unique<Expression>();
  negated->node = UnaryExpression{UnaryOperator::kNot, binary(kAnd, name("a"), name("b"))};
  CHECK(print(*negated) == "not (a and b)");
  auto member = std::make_unique<Expression>();
  member->node = MemberExpression{binary(kAdd, name("a"), name("b")), {"x", {}}};
  CHECK(print(*member) == "(a + b).x");
  auto unit = std::make_unique<Expression>();
  unit->node = UnitExpression{binary(kAdd, name("a"), name("b")), Unit::kCycles, {}};
  CHECK(print(*unit) == "(a + b) cy");
}

TEST_CASE("long lines are broken inside of parentheses, the outermost first") {
  CHECK(printed_body("let region = share_region(memory_daemon, a_quite_long_name_of_a_thing, "
                     "another(with_arguments, and_more, of_them), 1 page)") ==
        "let region = share_region(memory_daemon, a_quite_long_name_of_a_thing,\n"
        "    another(with_arguments, and_more, of_them), 1 page)\n");
  CHECK(printed_body("write(peer, le64(1) ++ le64(2) ++ le64(3) ++ le64(4) ++ le64(5) ++ le64(6) "
                     "++ le64(7) ++ le64(8) ++ le64(9))") ==
        "write(peer,\n"
        "    le64(1) ++ le64(2) ++ le64(3) ++ le64(4) ++ le64(5) ++ le64(6) ++ le64(7) ++ le64(8)\n"
        "    ++ le64(9))\n");
  const std::string name(60, 'n');
  // Nothing can be broken here.
  CHECK(printed_body("expect " + name + " == " + name) == "expect " + name + " == " + name + "\n");
}

TEST_CASE("blocks of settings stand on one line, if they fit and say nothing more") {
  CHECK(printed("scenario 1\nmachine {\ncost   \"a b.cost\"{ wakeup 3 } }\n") ==
        "scenario 1\nmachine { cost \"a b.cost\" { wakeup 3 } }\n");
  CHECK(printed("scenario 1\nmachine {\ncpus 2\ncost unit { wakeup 3\nexit 4 } }\n") ==
        "scenario 1\nmachine { cpus 2; cost unit { wakeup 3; exit 4 } }\n");
  CHECK(printed("scenario 1\npolicy {\nbuffer duplex // why\nlimit ports 3 }\n") ==
        "scenario 1\npolicy {\n  buffer duplex  // why\n  limit ports 3\n}\n");
  CHECK(printed("scenario 1\nmachine { cpus 2\n\nslice 3cy }\n") ==
        "scenario 1\nmachine {\n  cpus 2\n\n  slice 3cy\n}\n");
}

TEST_CASE("a device stands on one line, its clauses one behind the other, or each on its own") {
  CHECK(
      printed(
          "scenario 1\nmachine {\ndevice d:source irq 4 level {at 5;every 3\njitter 0..2}\n}\n") ==
      "scenario 1\nmachine { device d: source irq 4 level { at 5 every 3 jitter 0..2 } }\n");
  CHECK(printed("scenario 1\nmachine { device a: block\ndevice b: timer { }\ncpus 2 }\n") ==
        "scenario 1\nmachine { device a: block; device b: timer {}; cpus 2 }\n");
  CHECK(
      printed("scenario 1\nmachine { device d: source {  // nic\nat 5 every 3  // often\n} }\n") ==
      "scenario 1\nmachine {\n  device d: source {  // nic\n    at 5\n    every 3  // often\n  "
      "}\n}\n");
  const std::string condition = "a.main passed " + std::string(80, 'm');
  CHECK(printed("scenario 1\nmachine { device d: source { after " + condition + " every 3 } }\n") ==
        "scenario 1\nmachine {\n  device d: source {\n    after " + condition +
            "\n    every 3\n  }\n}\n");
  const std::string name(150, 'd');
  CHECK(printed("scenario 1\nmachine { cost " + name + "\ndevice " + name + ": block }\n") ==
        "scenario 1\nmachine {\n  cost " + name + "\n  device " + name + ": block\n}\n");
  CHECK(printed("scenario 1\ninject  spurious_interrupt d at 5\ninject spurious_interrupt d\n") ==
        "scenario 1\ninject spurious_interrupt d at 5\ninject spurious_interrupt d\n");
}

TEST_CASE("everything else at the top level") {
  const std::string text = R"(scenario 1
import "a.scn" as a
param mode = shared in {shared, duplex}
template worker(n, port) {
  thread main[i in 1..n](x) cpu i % 2 on_spawn background {
    yield
  }
}
task client[i in 0..7] uid 100 + i privileged background = a.worker(i, 3)
inject kill client[2].main at 500cy
inject spurious_wakeup server
inject exhaust ports of server
always not (a.b.c is polling)
eventually a ended within 5_000cy by run
finally a.b.n == 3 by run
exists all client[*].main ended by exit
outcomes a.b, c { 0, 1; 1, 1 }
allow leak in client[3]
expect_finding leak | deadlock with defect d by check within 5 runs shrinks_to 1 window 1..2cy
schedule {
  hold client[2].main#3 until server.main#14
}
)";
  CHECK(printed(text) == text);
}

TEST_CASE("the digest is of what is said, not of how") {
  const std::string text = "scenario 1\n\ntask t {\n  thread m {\n    yield\n  }\n}\n";
  const std::uint64_t plain = digest_of(text);
  CHECK(digest_of("// a\nscenario 1\n/// b\ntask t { // c\nthread m {\n\n// d\nyield }\n}\n") ==
        plain);
  CHECK(digest_of(text + "schedule {\n  hold x\n}\n") == plain);
  CHECK(digest_of("scenario 1\ntask t { thread n { yield } }\n") != plain);
  CHECK(digest_of("scenario 1\ntask t { thread m { yield; yield } }\n") != plain);
  // The same on every machine, and from version to version.
  CHECK(digest_of("scenario 1\n") == 10648276188617059686U);
}

}  // namespace
}  // namespace ipcsim::scenario
