// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/parser.h"

#include <string>

#include <doctest/doctest.h>

#include "scenarios/language/source_limits.h"
#include "tests/unit/scenarios/language/parsed_text.h"

namespace ipcsim::scenario {
namespace {

TEST_CASE("literals") {
  CHECK(expression_text("20_000") == "(integer 20_000 20000)");
  CHECK(expression_text("0xff") == "(integer 0xff 255)");
  CHECK(expression_text("0xffff_ffff_ffff_ffff") == "(integer 0xffff_ffff_ffff_ffff -1)");
  CHECK(expression_text("9223372036854775807") ==
        "(integer 9223372036854775807 9223372036854775807)");
  CHECK(expression_text("-9223372036854775808") ==
        "(integer -9223372036854775808 -9223372036854775808)");
  CHECK(expression_text("-5") == "(negate (integer 5 5))");
  CHECK(expression_text(R"("a\x00b")") == R"((bytes "a\x00b" 3))");
  CHECK(expression_text("true") == "(true)");
  CHECK(expression_text("false") == "(false)");
  CHECK(expression_text("table") == "(table)");
}

TEST_CASE("units") {
  CHECK(expression_text("20_000cy") == "(cy (integer 20_000 20000))");
  CHECK(expression_text("3 us") == "(us (integer 3 3))");
  CHECK(expression_text("1 page") == "(page (integer 1 1))");
  CHECK(expression_text("4KiB") == "(KiB (integer 4 4))");
  CHECK(expression_text("n page") == "(page (name n))");
  CHECK(expression_text("M.n ms") == "(ms (member (name M) n))");
  CHECK(expression_text("(a + b) ns") == "(ns (parenthesised (+ (name a) (name b))))");
  CHECK(expression_text("-1 MiB") == "(negate (MiB (integer 1 1)))");
  CHECK(expression_text("2 * 3 cy") == "(* (integer 2 2) (cy (integer 3 3)))");
}

TEST_CASE("operators bind in the order that is documented") {
  const auto names = [](const char* expression) {
    std::string text = expression_text(expression);
    for (std::size_t at; (at = text.find("(name ")) != std::string::npos;) {
      text.replace(at, text.find(')', at) + 1 - at, text.substr(at + 6, 1));
    }
    return text;
  };
  CHECK(names("a or b and not c == d") == "(or a (and b (not (== c d))))");
  CHECK(names("a and b or c and d") == "(or (and a b) (and c d))");
  CHECK(names("a == b ++ c") == "(== a (++ b c))");
  CHECK(names("a ++ b | c") == "(++ a (| b c))");
  CHECK(names("a | b ^ c & d << e + f * g") == "(| a (^ b (& c (<< d (+ e (* f g))))))");
  CHECK(names("a * b + c << d & e ^ f | g") == "(| (^ (& (<< (+ (* a b) c) d) e) f) g)");
  CHECK(names("a - b - c") == "(- (- a b) c)");
  CHECK(names("a / b % c * d") == "(* (% (/ a b) c) d)");
  CHECK(names("-a * b") == "(* (negate a) b)");
  CHECK(names("--a") == "(negate (negate a))");
  CHECK(names("not not a") == "(not (not a))");
  CHECK(names("a + b in c") == "(in (+ a b) c)");
  CHECK(names("a starts_with b ++ c") == "(starts_with a (++ b c))");
  CHECK(names("a != b or a <= b or a >= b or a < b or a > b") ==
        "(or (or (or (or (!= a b) (<= a b)) (>= a b)) (< a b)) (> a b))");
  CHECK(names("(a or b) and c") == "(and (parenthesised (or a b)) c)");
  CHECK(names("((a))") == "(parenthesised a)");
  CHECK(names("a is closed and b") == "(and (is a closed) b)");
  CHECK(names("a >> b") == "(>> a b)");
}

TEST_CASE("members, entries and calls") {
  CHECK(expression_text("e.fd") == "(member (name e) fd)");
  CHECK(expression_text("e.in") == "(member (name e) in)");  // any word can be a member
  CHECK(expression_text("t[k + 1]") == "(index (name t) (+ (name k) (integer 1 1)))");
  CHECK(expression_text("get64(read(e.fd), 0)") ==
        "(call get64 (call read (member (name e) fd)) (integer 0 0))");
  CHECK(expression_text("M.f()") == "(call M.f)");
  CHECK(expression_text("f(1)[2].x") == "(member (index (call f (integer 1 1)) (integer 2 2)) x)");
  CHECK(expression_text("client[*].main") == "(member (all_replicas (name client)) main)");
}

TEST_CASE("the terms of conditions") {
  CHECK(expression_text("T ended") == "(ended (name T) )");
  CHECK(expression_text("T.t ended by kill") == "(ended (member (name T) t) kill)");
  CHECK(expression_text("T ended by exit or T ended by unhandled_fault") ==
        "(or (ended (name T) exit) (ended (name T) unhandled_fault))");
  CHECK(expression_text("T.t passed ready") == "(passed (member (name T) t) ready)");
  CHECK(expression_text("T.t is polling") == "(is (member (name T) t) polling)");
  CHECK(expression_text("T.t.fd.signaled") == "(member (member (member (name T) t) fd) signaled)");
  CHECK(expression_text("T.waiting_connects == 0") ==
        "(== (member (name T) waiting_connects) (integer 0 0))");
  CHECK(expression_text("all client[*].main ended and x") ==
        "(and (all (ended (member (all_replicas (name client)) main) )) (name x))");
  CHECK(expression_text("any c[*].n == 3") ==
        "(any (== (member (all_replicas (name c)) n) (integer 3 3)))");
  CHECK(expression_text("count(client[*].main ended) >= 2") ==
        "(>= (count (ended (member (all_replicas (name client)) main) )) (integer 2 2))");
  CHECK(expression_text("count + 1") == "(+ (name count) (integer 1 1))");
  CHECK(expression_text("not (a is closed)") == "(not (parenthesised (is (name a) closed)))");
}

TEST_CASE("words of clauses and declarations can be names") {
  CHECK(statement_text("let timeout = within") == "(let timeout (action (name within)))");
  CHECK(statement_text("task = policy") == "(set (name task) (action (name policy)))");
  CHECK(statement_text("memory += 1") == "(add (name memory) (action (integer 1 1)))");
}

TEST_CASE("calls and their clauses") {
  CHECK(statement_text("poll(p) timeout 5cy expect opened within 7cy") ==
        "(do (action (call poll (name p)) timeout (cy (integer 5 5)) expect opened within "
        "(cy (integer 7 7))))");
  CHECK(statement_text("write(p, \"x\") fails peer_closed") ==
        "(do (action (call write (name p) (bytes \"x\" 1)) fails peer_closed))");
  CHECK(statement_text("read(p) expect == a ++ b") ==
        "(do (action (call read (name p)) expect_equal (++ (name a) (name b))))");
  CHECK(statement_text("let r = try connect(s, full_task)") ==
        "(let r (action try (call connect (name s) (name full_task))))");
  CHECK(statement_text("try wakeup(p)") == "(do (action try (call wakeup (name p))))");
  CHECK(statement_text("try poll(p) timeout 0") ==
        "(do (action try (call poll (name p)) timeout (integer 0 0)))");
  CHECK(statement_text("e = poll(p) within 5cy timeout 3cy") ==
        "(set (name e) (action (call poll (name p)) timeout (cy (integer 3 3)) within "
        "(cy (integer 5 5))))");
}

TEST_CASE("by run behind what is judged") {
  CHECK(statement_text("expect n == 3 by run") == "(expect (== (name n) (integer 3 3)) by_run)");
  CHECK(statement_text("poll(p) expect opened within 7 by run") ==
        "(do (action (call poll (name p)) expect opened within (integer 7 7) by_run))");
  CHECK(statement_text("poll(p) within by timeout 3") ==
        "(do (action (call poll (name p)) timeout (integer 3 3) within (name by)))");
  CHECK(declaration_text("finally a ended by kill by run") ==
        "(run_expectation 3 (ended (name a) kill) - by_run)");
}

TEST_CASE("statements without a block") {
  CHECK(statement_text("var t = table") == "(var t (action (table)))");
  CHECK(statement_text("fds[port] = port") ==
        "(set (index (name fds) (name port)) (action (name port)))");
  CHECK(statement_text("delete t[k]") == "(delete (index (name t) (name k)))");
  CHECK(statement_text("return") == "(return -)");
  CHECK(statement_text("return a") == "(return (name a))");
  CHECK(statement_text("break") == "(break)");
  CHECK(statement_text("continue") == "(continue)");
  CHECK(statement_text("expect a == b") == "(expect (== (name a) (name b)))");
  CHECK(statement_text("mark ready") == "(mark ready)");
  CHECK(statement_text("await T.t passed ready") == "(await (passed (member (name T) t) ready))");
  CHECK(statement_text("compute 50_000cy") == "(compute (cy (integer 50_000 50000)))");
  CHECK(statement_text("sleep d") == "(sleep (name d))");
  CHECK(statement_text("yield") == "(yield)");
}

TEST_CASE("statements with blocks") {
  CHECK(statement_text("if a { yield } else if b {\n} else { break }") ==
        "(if (name a) (block (yield)) (name b) (block) else (block (break)))");
  CHECK(statement_text("while a in t { yield; yield }") ==
        "(while (in (name a) (name t)) (block (yield) (yield)))");
  CHECK(statement_text("loop {}") == "(loop (block))");
  CHECK(statement_text("for i in 0..n - 1 {}") ==
        "(for i (range (integer 0 0) (- (name n) (integer 1 1))) (block))");
  CHECK(statement_text("for k in fds {}") == "(for_each k (name fds) (block))");
  CHECK(statement_text("match poll(fds) { opened e { yield } closed {}\nelse { break } }") ==
        "(match (call poll (name fds)) (arm opened e (block (yield))) (arm closed - (block)) "
        "(arm - - (block (break))))");
}

TEST_CASE("a statement ends with its line, at `;` or before `}`, but not inside `(`") {
  CHECK(statement_text("f(a,\n  b,\n\n  (1 +\n 2))") ==
        "(do (action (call f (name a) (name b) (parenthesised (+ (integer 1 1) (integer 2 2))))))");
  CHECK(parse_statements("yield; yield;;yield").codes().empty());
  CHECK(parse_statements("yield yield").codes() == "E0037@4:7");
  CHECK(parse_statements("let a = 1 +\n2").codes() == "E0036@4:12 E0045@5:1");
  CHECK(parse_statements("let a = (1\n) + 2\nyield").codes().empty());
  CHECK(parse_statements("let a = t[1\n]").codes() == "E0031@4:12 E0036@5:1");
}

TEST_CASE("declarations") {
  CHECK(declaration_text("import \"a/b.scn\"") == "(import \"a/b.scn\" [a/b.scn] -)");
  CHECK(declaration_text("import \"b.scn\" as b") == "(import \"b.scn\" [b.scn] b)");
  CHECK(declaration_text("param n = 64 in 1..1024") ==
        "(param n (integer 64 64) (range (integer 1 1) (integer 1024 1024)))");
  CHECK(declaration_text("param mode = shared in {shared, duplex}") ==
        "(param mode (name shared) set (name shared) (name duplex))");
  CHECK(declaration_text("param n = 1 + 2") == "(param n (+ (integer 1 1) (integer 2 2)))");
  CHECK(declaration_text("const x = a in t") == "(const x (in (name a) (name t)))");
  CHECK(declaration_text("policy { buffer mode; limit ports n; defect closed_after_wake }") ==
        "(policy (set buffer (name mode)) (limit ports (name n)) (defect closed_after_wake))");
  CHECK(declaration_text("proc f(a, b) { return a + b }") ==
        "(proc f (names a b) (block (return (+ (name a) (name b)))))");
  CHECK(declaration_text("schedule {\n  hold a#1 until b#2\n\n  x } ") ==
        "(schedule [hold a#1 until b#2] [x])");
}

TEST_CASE("machines") {
  CHECK(declaration_text("machine { cpus 2; slice 3us\nmemory 16 page; clock 4000 MHz }") ==
        "(machine (setting 0 (integer 2 2)) (setting 1 (us (integer 3 3))) "
        "(setting 2 (page (integer 16 16))) (setting 3 (integer 4000 4000)))");
  CHECK(declaration_text("machine { cost unit; cpus n; clock 4000MHz }") ==
        "(machine (cost unit) (setting 0 (name n)) (setting 3 (integer 4000 4000)))");
  CHECK(declaration_text("machine { cost unit { wakeup 3; exit 4 } }") ==
        "(machine (cost unit (settings (wakeup (integer 3 3)) (exit (integer 4 4)))))");
}

TEST_CASE("tasks and threads") {
  CHECK(declaration_text("task a {}") == "(task a - (body))");
  CHECK(declaration_text("task a[i in 0..3] privileged uid 5 + i background {}") ==
        "(task a (replicas i (range (integer 0 0) (integer 3 3))) (+ (integer 5 5) (name i)) "
        "privileged background (body))");
  CHECK(declaration_text("task a uid 5 = M.worker(1, b)") ==
        "(task a (integer 5 5) (use M.worker (integer 1 1) (name b)))");
  CHECK(declaration_text("template w(n) { thread main { } }") ==
        "(template w (names n) (body (thread main (names) - (block))))");
  CHECK(declaration_text(
            "task a { thread b[i in 1..2](x, y) cpu i % 2 on_spawn background { yield } }") ==
        "(task a - (body (thread b (replicas i (range (integer 1 1) (integer 2 2))) "
        "(names x y) (% (name i) (integer 2 2)) on_spawn background (block (yield)))))");
}

TEST_CASE("injections") {
  CHECK(declaration_text("inject kill a.main at 500cy") ==
        "(inject_kill (member (name a) main) (cy (integer 500 500)))");
  CHECK(declaration_text("inject kill a[2]") == "(inject_kill (index (name a) (integer 2 2)) -)");
  CHECK(declaration_text("inject spurious_wakeup a") == "(inject_spurious_wakeup (name a))");
  CHECK(declaration_text("inject exhaust ports of a") == "(inject_exhaust ports (name a))");
}

TEST_CASE("expectations") {
  CHECK(declaration_text("always a.b.n < 3") ==
        "(run_expectation 0 (< (member (member (name a) b) n) (integer 3 3)) -)");
  CHECK(declaration_text("never a ended") == "(run_expectation 1 (ended (name a) ) -)");
  CHECK(declaration_text("eventually a ended within 5cy") ==
        "(run_expectation 2 (ended (name a) ) (cy (integer 5 5)))");
  CHECK(declaration_text("finally a ended") == "(run_expectation 3 (ended (name a) ) -)");
  CHECK(declaration_text("exists a ended") == "(exists (ended (name a) ))");
  CHECK(declaration_text("forall a ended") == "(forall (ended (name a) ))");
  CHECK(declaration_text("outcomes a.m.x, b { 0, 1; 1, n\n 2, 2 }") ==
        "(outcomes (member (member (name a) m) x) (name b) (row (integer 0 0) (integer 1 1)) "
        "(row (integer 1 1) (name n)) (row (integer 2 2) (integer 2 2)))");
  CHECK(declaration_text("allow leak in a") == "(allow leak (name a))");
  CHECK(declaration_text("allow leak") == "(allow leak -)");
}

TEST_CASE("expected findings") {
  CHECK(declaration_text("expect_finding deadlock by run") ==
        "(expect_finding (names deadlock) 0 - -)");
  CHECK(declaration_text("expect_finding deadlock | leak in a.m, b[1].t with defect d by fuzz "
                         "within 2_000 runs shrinks_to 1 window 1..5cy") ==
        "(expect_finding (names deadlock leak) (member (name a) m) "
        "(member (index (name b) (integer 1 1)) t) with_defect d 1 (integer 2_000 2000) "
        "(integer 1 1) (range (integer 1 1) (cy (integer 5 5))))");
  CHECK(declaration_text("expect_finding leak with buffer duplex by check") ==
        "(expect_finding (names leak) with_policy buffer duplex 2 - -)");
}

TEST_CASE("documentation belongs to the file or to what follows") {
  const auto file_documentation = [](const std::string& text) {
    const ParsedText parsed = parse_text(text);
    CHECK(parsed.messages().empty());
    return documentation_of(parsed.tree);
  };
  CHECK(file_documentation("scenario 1\n/// A\n/// B\ntask t {}\n") == "A\nB");
  CHECK(file_documentation("scenario 1\n\n/// A\n\ntask t {}\n") == "A");
  CHECK(file_documentation("scenario 1\n\n/// A\nmachine {}\n") == "A");
  CHECK(file_documentation("scenario 1\n\n/// A\ntask t {}\n").empty());
  CHECK(file_documentation("/// Above\nscenario 1\n/// A\n\n/// B\ntask t {}\n") == "Above\nA");
  CHECK(file_documentation("scenario 1\n// plain\n/// A\ntask t {}\n").empty());

  const ParsedText parsed =
      parse_text("scenario 1\n\n/// Of t\n/// more\ntask t {\n/// Of m\nthread m {}\n}\n");
  CHECK(documentation_of(parsed.tree.declarations.at(0).surroundings) == "Of t\nmore");
  const auto& task = *parsed.tree.declarations.at(0).as<TaskDeclaration>();
  CHECK(documentation_of(std::get<TaskBody>(task.body).threads.at(0).surroundings) == "Of m");
}

TEST_CASE("comments belong to what they precede or stand behind") {
  CHECK(statement_text("// a\n\n// b\nyield // c") ==
        "(yield (before plain [// a]) (before plain apart [// b]) (behind plain [// c]))");
  CHECK(statement_text("if a { // a\n // b\n}") ==
        "(if (name a) (block (opening plain [// a]) (closing plain [// b])))");
  CHECK(statement_text("f(a, // a\n // b\n b)") ==
        "(do (action (call f (name a) (name b))) (before plain [// a]) (before plain [// b]))");
}

TEST_CASE("ranges cover what was written") {
  const ParsedText parsed = parse_statements("let a = (1 + f(b)) * 2 // c");
  const auto& task = *parsed.tree.declarations.at(0).as<TaskDeclaration>();
  const Statement& let = std::get<TaskBody>(task.body).threads.at(0).body.statements.at(0);
  CHECK(parsed.sources->text(let.range) == "let a = (1 + f(b)) * 2");
  const Action& action = let.as<LetStatement>()->action;
  CHECK(parsed.sources->text(action.range) == "(1 + f(b)) * 2");
  const auto* product = action.value->as<BinaryExpression>();
  CHECK(parsed.sources->text(product->operator_range) == "*");
  CHECK(parsed.sources->text(product->left->range) == "(1 + f(b))");
  CHECK(parsed.sources->text(product->left->as<BinaryExpression>()->right->range) == "f(b)");
  CHECK(parsed.sources->text(std::get<TaskBody>(task.body).threads.at(0).range)
            .starts_with("thread main {"));
}

TEST_CASE("heights are those of the tree") {
  const ParsedText parsed = parse_text("scenario 1\nconst a = f(1, -2 * 3)[4].x\n");
  CHECK(parsed.tree.declarations.at(0).as<ConstDeclaration>()->value->height == 6);
}

TEST_CASE("several mistakes are found, and none twice") {
  CHECK(parse_statements("let = 5\nyield\nlett x = 3\npoll(p) expct opened\nlet b = (3 * 4\nyield")
            .codes() == "E0030@4:5 E0035@6:1 E0037@7:9 E0031@8:15");
  CHECK(parse_text("scenario 1\ntsak a {\n thread main { nonsense }\n}\ntask b { thred c {} }\n")
            .codes() == "E0034@2:1 E0030@5:10");
  CHECK(parse_statements("if ) { let = 3 }\nwhile { yield yield }\nfor 3 in { lett }").codes() ==
        "E0036@4:4 E0030@4:12 E0036@5:7 E0037@5:15 E0030@6:5 E0035@6:12");
}

TEST_CASE("a missing brace is one mistake") {
  CHECK(
      parse_text("scenario 1\ntask a {\nthread m {\nif x {\nyield\n}\n\ntask b {\nthread m {}\n}\n")
          .codes() == "E0032@8:1");
  CHECK(parse_text("scenario 1\ntask a {\nthread m {\nyield\n\nthread n {\nlet = 3\n}\n}\n")
            .codes() == "E0032@6:1 E0030@7:5");
  CHECK(parse_text("scenario 1\ntask a { thread m { loop { match x { opened {").codes() ==
        "E0032@2:46");
  CHECK(parse_text("scenario 1\nmachine {\ncpus 2\n\ntask a {}\ntsak b {}\n").codes() ==
        "E0032@5:1 E0034@6:1");
  CHECK(parse_text("scenario 1\nschedule {\nhold x").codes() == "E0032@3:7");
}

TEST_CASE("a file without a version is read all the same") {
  CHECK(parse_text("task a {}\nlett\n").codes() == "E0020@1:1 E0034@2:1");
  CHECK(parse_text("").codes() == "E0020@1:1");
  CHECK(parse_text("scenario\ntask a {}\n").codes() == "E0030@1:9");
  CHECK(parse_text("scenario 2\nanything $ goes\n").codes() == "E0021@1:10 E0003@2:10");
}

TEST_CASE("memory of a task and memory that tasks share") {
  CHECK(parse_text("scenario 1\nmemory m 1 page of a, b[1]\ntask a {\nmemory n 2 page empty\n"
                   "memory o N * 4 KiB\nthread t {}\n}\n")
            .codes()
            .empty());
  CHECK(parse_text("scenario 1\nmemory m 1 page\n").codes() == "E0030@2:16");
  CHECK(parse_text("scenario 1\nmemory 1 page of a\n").codes() == "E0030@2:8");
  CHECK(parse_text("scenario 1\ntask a { memory m 1 page of b }\n").codes() == "E0037@2:26");
}

TEST_CASE("devices, whose clauses need nothing between them on one line") {
  const std::string clauses =
      "(clauses (at (integer 5 5)) (every (integer 3 3)) (jitter (range (integer 0 0) (name n))))";
  CHECK(declaration_text("machine { device d: source irq 4 level { at 5 every 3 jitter 0..n } }") ==
        "(machine (device d source (integer 4 4) level " + clauses + "))");
  CHECK(declaration_text("machine { device d: source { at 5; every 3\n jitter 0..n }; cpus 2 }") ==
        "(machine (device d source " + clauses + ") (setting 0 (integer 2 2)))");
  CHECK(declaration_text("machine { device d: serial irq a + 1 edge {\n after t.m passed go every "
                         "3us count 9 burst 2 bytes \"x\" delay 7 } }") ==
        "(machine (device d serial (+ (name a) (integer 1 1)) edge (clauses (after (passed (member "
        "(name t) m) go)) (every (us (integer 3 3))) (count (integer 9 9)) (burst (integer 2 2)) "
        "(bytes (bytes \"x\" 1)) (delay (integer 7 7)))))");
  CHECK(declaration_text("machine { device d: block; device at: timer {} }") ==
        "(machine (device d block) (device at timer (clauses)))");
  CHECK(declaration_text("inject spurious_interrupt d") ==
        "(inject_spurious_interrupt (name d) -)");
  CHECK(declaration_text("inject spurious_interrupt d at 5cy") ==
        "(inject_spurious_interrupt (name d) (cy (integer 5 5)))");

  const auto codes = [](const std::string& device) {
    return parse_text("scenario 1\nmachine {\ndevice " + device + "\ncpus 2 }\n").codes();
  };
  CHECK(codes("d source") == "E0030@3:10");
  CHECK(codes("d: disk") == "E0041@3:11");
  CHECK(codes("d: source irq 4") == "E0041@3:23");
  CHECK(codes("d: source irq 4 rising") == "E0041@3:24");
  CHECK(codes("d: source { at 5 evry 3 }") == "E0041@3:25");
  CHECK(codes("d: source { at 5 at 3 }") == "E0047@3:25");
  CHECK(codes("d: source { jitter 3 }") == "E0030@3:29");
  CHECK(codes("d: source { at 5 3 }") == "E0037@3:25");
  CHECK(codes("d: source { at }\ndevice e: source { at 5; every }") == "E0036@3:23 E0036@4:32");
  CHECK(codes("d: source\n{ at 5 }") == "E0039@4:1");
}

TEST_CASE("nesting is limited, however it is made") {
  const auto statement = [](const std::string& text) { return parse_statements(text).codes(); };
  const auto repeated = [](const char* text, std::size_t count) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) all += text;
    return all;
  };
  constexpr std::size_t kMany = 100'000;
  for (const char* text : {"(", "-", "not ", "f(", "a[", "1 + (", "all (", "count("}) {
    CAPTURE(text);
    CHECK(statement("let a = " + repeated(text, kMany)).starts_with("E0022@"));
  }
  for (const char* text : {" + 1", ".a", "[1]", " and a", " ++ a"}) {
    CAPTURE(text);
    CHECK(statement("let a = a" + repeated(text, kMany)).starts_with("E0022@"));
    CHECK(statement("let a = a" + repeated(text, kMaximumNesting - 2)).empty());
  }
  for (const char* text : {"loop {", "if a {", "match a { b {"}) {
    CAPTURE(text);
    CHECK(statement(repeated(text, 50'000)).starts_with("E0022@"));
  }
  // A row of branches is no nesting.
  CHECK(statement("if a {} " + repeated("else if a {} ", 10'000)).empty());
}

TEST_CASE("a height that parentheses hide is limited, too") {
  // Each level of parentheses holds a sum of a hundred operators.
  std::string text = "a";
  for (int level = 0; level < 10; ++level) {
    text = "(" + text;
    for (int i = 0; i < 100; ++i) text += " + a";
    text += ")";
  }
  CHECK(parse_text("scenario 1\nconst c = " + text).codes().starts_with("E0022@"));
}

TEST_CASE("a file that is cut anywhere is read to its end") {
  const std::string text =
      "scenario 1\nparam n = 3 in {1, 3}\nmachine { cpus 2; cost unit { wakeup 3 } }\n"
      "machine { device d: serial irq 4 edge { at 5 every 3 jitter 0..2; bytes \"x\" } }\n"
      "task a[i in 0..n] uid 5 {\n  thread m(x) cpu 1 {\n    match poll(f(x, \"a\\x00b\")) {\n"
      "      opened e { try write(e.fd, le8(3)) } // c\n    }\n  }\n}\n"
      "outcomes a.m.x { 0; 1 }\nexpect_finding leak in a.m by fuzz within 3 runs\n";
  REQUIRE(parse_text(text).messages().empty());
  for (std::size_t size = 0; size < text.size(); ++size) {
    CAPTURE(size);
    const ParsedText parsed = parse_text(text.substr(0, size));
    CHECK(parsed.diagnostics.error_count() <= 3);
  }
}

TEST_CASE("after very many errors the rest is not read") {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "5\n";
  const ParsedText parsed = parse_statements(text);
  CHECK(parsed.diagnostics.shown().size() == Diagnostics::kMaximumShown);
  CHECK(parsed.diagnostics.error_count() <= kMaximumErrors + 1);
}

}  // namespace
}  // namespace ipcsim::scenario
