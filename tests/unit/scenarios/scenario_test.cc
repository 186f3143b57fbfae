// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/scenario.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

#include <doctest/doctest.h>

#include "kernel_model/machine/cost_model.h"
#include "scenarios/language/source_limits.h"
#include "tests/support/scenario_text.h"

namespace ipcsim::scenario {
namespace {

// A folder of its own for each test, gone afterwards.
class Folder {
 public:
  Folder() {
    std::string name = std::filesystem::temp_directory_path() / "scenario_test_XXXXXX";
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string path(const std::string& name) const { return path_ / name; }
  std::string write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
    std::ofstream(path(name), std::ios::binary) << text;
    return path(name);
  }

 private:
  std::filesystem::path path_;
};

const std::string kHello =
    "scenario 1\n"
    "param rounds = 3 in 1..10\n"
    "machine { cpus 2; cost unit }\n"
    "task server {\n"
    "  thread main {\n"
    "    let port = new_port(full_task)\n"
    "    push_to_listen_queue(port)\n"
    "    mark ready\n"
    "    poll(port) expect opened\n"
    "    for n in 1..rounds {\n"
    "      poll(port) expect signaled\n"
    "      expect get64(read(port), 0) == n\n"
    "      write(port, le64(n * 2))\n"
    "      wakeup(port)\n"
    "    }\n"
    "    poll(port) expect closed\n"
    "  }\n"
    "}\n"
    "task client {\n"
    "  thread main {\n"
    "    await server.main passed ready\n"
    "    let c = connect(server, full_task)\n"
    "    for n in 1..rounds {\n"
    "      write(c, le64(n))\n"
    "      wakeup(c)\n"
    "      poll(c) expect signaled\n"
    "      expect get64(read(c), 0) == n * 2\n"
    "    }\n"
    "    close(c)\n"
    "  }\n"
    "}\n"
    "finally client ended and server ended\n";

const std::string kDeadlock =
    "scenario 1\n"
    "machine { cost unit }\n"
    "task a { thread main { let port = new_port(); poll(port) } }\n";

std::string message_of(const Loaded& loaded) { return render(loaded.diagnostics, Colour::kNone); }

std::shared_ptr<const Scenario> scenario_of(const std::string& text,
                                            const Overrides& overrides = {}) {
  Loaded loaded = load_text(text, "folder/hello.scn", overrides);
  INFO(message_of(loaded));
  REQUIRE(loaded.scenario != nullptr);
  return loaded.scenario;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("a scenario runs, and says what it did") {
  const auto scenario = scenario_of(kHello);
  const RunReport report = run(*scenario, {});
  CHECK(outcome_of(report) == "passed");
  CHECK(report.events > 20);
  CHECK(report.wakeups == 6);
  CHECK(report.cpus.size() == 2);
  for (const CpuAccount& cpu : report.cpus) {
    Cycles sum = 0;
    for (const auto& [activity, cycles] : cpu.activities) sum += cycles;
    CHECK(sum == report.end);
  }
  CHECK(contains(report.trace, "hello.scn"));
  CHECK_FALSE(contains(report.trace, "folder/"));
  CHECK(contains(report.trace, "@hello.scn:9"));
}

TEST_CASE("the same run gives the same trace; another schedule another one") {
  const auto scenario = scenario_of(kHello);
  const RunReport first = run(*scenario, {});
  const RunReport second = run(*scenario, {});
  CHECK(first.trace == second.trace);
  CHECK(first.fingerprint == second.fingerprint);
  RunOptions options;
  options.schedule = Schedule::kRandomWalk;
  options.seed = 5;
  const RunReport walk = run(*scenario, options);
  CHECK(outcome_of(walk) == "passed");
  CHECK(walk.trace == run(*scenario, options).trace);
  CHECK(walk.fingerprint != first.fingerprint);
}

TEST_CASE("what a random walk did can be given back as a schedule") {
  const auto scenario = scenario_of(kHello);
  RunOptions options;
  options.schedule = Schedule::kRandomWalk;
  for (options.seed = 1; options.seed <= 20; ++options.seed) {
    const RunReport walk = run(*scenario, options);
    REQUIRE_FALSE(walk.schedule.empty());
    RunOptions again;
    again.schedule = Schedule::kGiven;
    again.schedule_text = walk.schedule;
    const RunReport replayed = run(*scenario, again);
    CHECK(replayed.schedule_error.empty());
    CHECK(replayed.fingerprint == walk.fingerprint);
  }
}

TEST_CASE("a schedule that does not fit is refused") {
  const auto scenario = scenario_of(kHello);
  RunOptions options;
  options.schedule = Schedule::kGiven;
  options.schedule_text = "nonsense";
  CHECK_FALSE(run(*scenario, options).schedule_error.empty());
  options.schedule_text = "schedule 1 other.scn 0000000000000001\n";
  CHECK(contains(run(*scenario, options).schedule_error, "other.scn"));
}

TEST_CASE("parameters, policies, defects and costs can be laid over") {
  Overrides overrides;
  overrides.parameters = {{"rounds", "5"}};
  const auto scenario = scenario_of(kHello, overrides);
  CHECK(run(*scenario, {}).wakeups == 10);
  CHECK(summary(*scenario).parameters ==
        std::vector<std::pair<std::string, std::string>>{{"rounds", "5"}});
  overrides.cost = "skylake_nokpti";
  overrides.policies = {{"kernel_lock", "fine"}};
  const RunReport other = run(*scenario_of(kHello, overrides), {});
  CHECK(outcome_of(other) == "passed");
  CHECK(contains(other.trace, "kernel_lock=fine"));
  CHECK(contains(other.trace, "skylake_nokpti"));
}

TEST_CASE("what is recorded can be narrowed, or nothing recorded at all") {
  const auto scenario = scenario_of(kHello);
  RunOptions options;
  options.recorded_kinds = {"ipc"};
  const RunReport narrow = run(*scenario, options);
  CHECK(narrow.events > 0);
  CHECK(narrow.events < run(*scenario, {}).events);
  options.record = false;
  const RunReport none = run(*scenario, options);
  CHECK(none.events == 0);
  CHECK(none.trace.empty());
  CHECK(none.end == narrow.end);
}

TEST_CASE("a run can be stopped from outside, and leaves a whole trace") {
  const volatile int stop = 1;
  RunOptions options;
  options.stop = &stop;
  const RunReport report = run(*scenario_of(kHello), options);
  CHECK(report.verdict == Verdict::kLimit);
  CHECK(report.limit.starts_with("it was interrupted at hello.scn:"));
  CHECK(contains(report.trace, "\n#end events="));
  const volatile int go_on = 0;
  options.stop = &go_on;
  CHECK(run(*scenario_of(kHello), options).verdict == Verdict::kPassed);
}

TEST_CASE("who sleeps until after the end of time is not in a deadlock") {
  const std::string nap = "sleep 9_223_372_036_854_775_807\n";
  const RunReport report =
      run(*scenario_of("scenario 1\ntask t { thread main {\n" + nap + nap + nap + "} }\n"), {});
  CHECK(outcome_of(report) == "limit: cycle 4611686018427387904");
}

TEST_CASE("declared memory has an address of its own, and is there from the start") {
  const std::string text =
      "scenario 1\n"
      "machine { cpus 2; cost unit; memory 64 page }\n"
      "memory shared 2 page of one, other[1]\n"
      "task one {\n"
      "  memory own 1 page\n"
      "  memory hole 1 page empty\n"
      "  thread main {\n"
      "    store64(shared + 4096, 5)\n"
      "    expect load64(own) == 0 and hole > own and own > shared + 8191\n"
      "    mark stored\n"
      "    await other[1] ended\n"
      "    load64(hole)\n"
      "  }\n"
      "}\n"
      "task other[i in 1..2] {\n"
      "  memory own 1 page\n"
      "  thread main {\n"
      "    await one.main passed stored\n"
      "    store64(own, i)\n"
      "    if i == 1 { expect load64(shared + 4096) == 5 }\n"
      "  }\n"
      "}\n"
      "finally one ended by unhandled_fault and one.frames == 0\n";
  CHECK(outcome_of(run(*scenario_of(text), {})).starts_with("unhandled_fault hello.scn:12"));
  CHECK(outcome_of(run(*scenario_of(text + "allow unhandled_fault in one\n"), {}))
            .starts_with("passed"));
}

TEST_CASE("memory that the machine does not have is a limit") {
  const RunReport report =
      run(*scenario_of("scenario 1\nmachine { memory 4 page }\n"
                       "task t { memory big 8 page; thread main { store64(big, 1) } }\n"),
          {});
  CHECK(contains(outcome_of(report), "limit: physical memory"));
}

TEST_CASE("parameters that are set in an imported file stand in the trace") {
  const Folder folder;
  folder.write("lib.scn", "scenario 1\nparam naps = 2\nparam other = 1\n");
  const std::string main = folder.write("main.scn",
                                        "scenario 1\nimport \"lib.scn\" as lib\n"
                                        "param here = lib.other\n"
                                        "task t { thread main { compute lib.naps + here } }\n");
  Overrides overrides;
  overrides.parameters = {{"lib.naps", "7"}};
  const Loaded loaded = load(main, overrides);
  INFO(message_of(loaded));
  REQUIRE(loaded.scenario != nullptr);
  const RunReport report = run(*loaded.scenario, {});
  CHECK(contains(report.trace, "\n#parameter here=1\n"));
  CHECK(contains(report.trace, "\n#parameter lib.naps=7\n"));
  CHECK_FALSE(contains(report.trace, "lib.other"));
}

TEST_CASE("a run can be stopped at a cycle") {
  RunOptions options;
  options.until = 20;
  const RunReport report = run(*scenario_of(kHello), options);
  CHECK(report.verdict == Verdict::kLimit);
  CHECK_FALSE(report.limit.empty());
}

TEST_CASE("a finding that the file expects passes, a missing one fails") {
  const RunReport found = run(*scenario_of(kDeadlock), {});
  CHECK(found.verdict == Verdict::kFailed);
  REQUIRE(found.findings.size() == 1);
  CHECK(found.findings[0].name == "deadlock");
  CHECK(found.findings[0].threads == std::vector<std::string>{"a.main"});

  const RunReport expected =
      run(*scenario_of(kDeadlock + "expect_finding deadlock in a.main by run\n"), {});
  CHECK(expected.verdict == Verdict::kPassed);
  CHECK(expected.expected_finding);

  CHECK(run(*scenario_of(kDeadlock + "expect_finding lost_wakeup by run\n"), {}).verdict ==
        Verdict::kFailed);
  const RunReport missing = run(*scenario_of("scenario 1\ntask a { thread main { yield } }\n"
                                             "expect_finding deadlock | lost_wakeup by run\n"),
                                {});
  CHECK(outcome_of(missing) ==
        "failed_expectation hello.scn:3: the run should have found deadlock or lost_wakeup, and "
        "found nothing");
}

TEST_CASE("what is expected of another verb is nothing to a run") {
  CHECK(run(*scenario_of("scenario 1\ntask a { thread main { yield } }\n"
                         "expect_finding deadlock by fuzz\n"),
            {})
            .verdict == Verdict::kPassed);
  CHECK(run(*scenario_of(kDeadlock + "expect_finding deadlock by fuzz\n"), {}).verdict ==
        Verdict::kFailed);
}

TEST_CASE("with a defect or policy: without it nothing may be found") {
  const std::string text =
      "scenario 1\ntask a { thread main { yield } }\n"
      "expect_finding deadlock with defect poll_tests_before_it_blocks by run\n";
  CHECK(run(*scenario_of(text), {}).verdict == Verdict::kPassed);
  Overrides overrides;
  overrides.defects = {"poll_tests_before_it_blocks"};
  CHECK(run(*scenario_of(text, overrides), {}).verdict == Verdict::kFailed);
}

TEST_CASE("allow deadlock lets the run end where it stands") {
  const RunReport report = run(*scenario_of(kDeadlock + "allow deadlock\n"), {});
  CHECK(report.verdict == Verdict::kPassed);
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings[0].silenced);
}

TEST_CASE("files and their imports are read relative to each other") {
  const Folder folder;
  folder.write("library/helper.scn", "scenario 1\nproc twice(x) {\n  yield\n  return x * 2\n}\n");
  const std::string main =
      folder.write("catalogue/ipc/main.scn",
                   "scenario 1\nimport \"../../library/helper.scn\"\n"
                   "task t { thread main { let x = twice(4); expect x == 8 } }\n");
  const Loaded loaded = load(main, {});
  INFO(message_of(loaded));
  REQUIRE(loaded.scenario != nullptr);
  const RunReport report = run(*loaded.scenario, {});
  CHECK(outcome_of(report) == "passed");
  CHECK(contains(report.trace, "@../../library/helper.scn:3"));
  CHECK_FALSE(contains(report.trace, folder.path("")));
  CHECK(summary(*loaded.scenario).name == "main.scn");
}

TEST_CASE("the digest is of what the files say, not of how they lie on the page") {
  const auto digest = [](const std::string& text) { return summary(*scenario_of(text)).digest; };
  CHECK(digest(kHello) == digest(kHello + "\n\n// a comment\n"));
  CHECK(digest(kHello) != digest(kHello + "never client.main ended by kill\n"));
}

// A model in which everything costs `cycles`.
std::string cost_file(const std::string& name, unsigned cycles) {
  std::string text = "model " + name + "\n";
  for (const machine::CostKey& key : machine::cost_keys()) {
    text += std::string(key.key) + " " + std::to_string(cycles) + " cycles | test | by hand\n";
  }
  return text;
}

TEST_CASE("a cost model can be a file, found relative to the scenario") {
  const Folder folder;
  folder.write("costs/three.cost", cost_file("mine", 3));
  const std::string main = folder.write("ipc/main.scn",
                                        "scenario 1\nmachine { cost \"../costs/three.cost\" }\n"
                                        "task t { thread main { yield } }\n");
  const auto run_with = [&](const Overrides& overrides) {
    const Loaded loaded = load(main, overrides);
    INFO(message_of(loaded));
    REQUIRE(loaded.scenario != nullptr);
    return run(*loaded.scenario, {});
  };
  const RunReport three = run_with({});
  CHECK(contains(three.trace, "#cost mine digest="));
  CHECK_FALSE(contains(three.trace, "three.cost"));
  Overrides overrides;
  overrides.cost = folder.write("four.cost", cost_file("mine", 4));
  const RunReport four = run_with(overrides);
  CHECK(four.end > three.end);
  // Files of one name are told apart by what stands in them.
  const auto cost_line = [](const std::string& trace) {
    const std::size_t begin = trace.find("#cost ");
    return trace.substr(begin, trace.find('\n', begin) - begin);
  };
  CHECK(contains(four.trace, "#cost mine digest="));
  CHECK(cost_line(three.trace) != cost_line(four.trace));
  CHECK(summary(*load(main, overrides).scenario).digest ==
        summary(*load(main, {}).scenario).digest);
}

TEST_CASE("what is wrong with a cost file is told at its line") {
  const Folder folder;
  const std::string main = folder.write("main.scn",
                                        "scenario 1\nmachine { cost \"mine.cost\" }\n"
                                        "task t { thread main { yield } }\n");
  CHECK(contains(message_of(load(main, {})), "mine.cost`: no such file"));
  folder.write("mine.cost", "model mine\npoll_befor 7 cycles | x | y\n");
  const std::string message = message_of(load(main, {}));
  CHECK(contains(message, "mine.cost:2:1: error[E0237]: `poll_befor` is no cost"));
  CHECK(contains(message, "main.scn:2"));
  folder.write("mine.cost", std::string(kMaximumFileBytes + 1, '#'));
  CHECK(contains(message_of(load(main, {})), "it has more than 1048576 bytes"));
  folder.write("mine.cost", std::string(10'000, '\xff'));
  CHECK(contains(message_of(load(main, {})), "E0237"));
}

TEST_CASE("what cannot be read is a message") {
  const Folder folder;
  CHECK(contains(message_of(load(folder.path("none.scn"), {})), "no such file"));
  CHECK(contains(message_of(load(folder.path(""), {})), "it is a folder"));
  CHECK(contains(message_of(load("/dev/zero", {})), "it is no regular file"));
  CHECK(contains(message_of(load("", {})), "no such file"));
  const std::string importer = folder.write(
      "a.scn", "scenario 1\nimport \"missing.scn\"\ntask t { thread main { yield } }\n");
  const std::string message = message_of(load(importer, {}));
  CHECK(contains(message, "missing.scn"));
  CHECK(contains(message, "no such file"));
  CHECK_FALSE(load(folder.write("binary.scn", std::string(10'000, '\xff')), {}).scenario);
  CHECK(contains(
      message_of(load(folder.write("large.scn", std::string(kMaximumFileBytes + 100, ' ')), {})),
      "E0002"));
}

TEST_CASE("a text is laid out, a broken one is not") {
  const Formatted good = format("scenario 1\ntask  t {thread main{yield}}\n", "a.scn");
  REQUIRE(good.text.has_value());
  CHECK(format(*good.text, "a.scn").text == good.text);
  const Formatted bad = format("scenario 1\ntask {", "a.scn");
  CHECK_FALSE(bad.text.has_value());
  CHECK(bad.diagnostics.has_errors());
}

TEST_CASE("what is said by run is judged in the reference, and in the schedule of the file") {
  const std::string text = kHello + "eventually client ended within 1 by run\n";
  const auto scenario = scenario_of(text);
  CHECK(run(*scenario, {}).verdict == Verdict::kFailed);
  RunOptions options;
  options.schedule = Schedule::kRandomWalk;
  options.seed = 3;
  const RunReport walk = run(*scenario, options);
  REQUIRE_FALSE(walk.schedule.empty());
  CHECK(outcome_of(walk) == "passed");
  options.schedule = Schedule::kGiven;
  options.schedule_text = walk.schedule;
  CHECK(outcome_of(run(*scenario, options)) == "passed");
  const auto with_schedule = scenario_of(kHello + "finally client.connections == 7 by run\n" +
                                         "schedule {\npreempt client.main#3\n}\n");
  CHECK(run(*with_schedule, {}).verdict == Verdict::kFailed);
}

TEST_CASE("a file can carry the schedule it is about") {
  const auto plain = scenario_of(kHello);
  RunOptions options;
  options.schedule = Schedule::kRandomWalk;
  options.seed = 3;
  const RunReport walk = run(*plain, options);
  const auto scenario = scenario_of(kHello + "schedule {\n" + walk.schedule + "}\n");
  CHECK(summary(*scenario).digest == summary(*plain).digest);
  const RunReport report = run(*scenario, {});
  CHECK(report.schedule_error.empty());
  CHECK(report.fingerprint == walk.fingerprint);

  // With its schedule the file is judged as a whole.
  const auto expecting = scenario_of(kHello + "expect_finding deadlock by run\nschedule {\n" +
                                     "preempt client.main#3\n}\n");
  CHECK(run(*expecting, {}).verdict == Verdict::kFailed);
}

// --- Livelock.

RunReport run_of_threads(const std::string& text) {
  const Loaded loaded = load_text("scenario 1\n" + text, "spin.scn", {});
  REQUIRE_MESSAGE(loaded.scenario != nullptr, render(loaded.diagnostics, Colour::kNone));
  RunOptions options;
  options.until = 2'000'000;
  return run(*loaded.scenario, options);
}

std::string found_in(const RunReport& report) {
  if (report.findings.empty()) return report.verdict == Verdict::kLimit ? "limit" : "nothing";
  return report.findings.back().name;
}

TEST_CASE("threads that ask each other for ever are a livelock") {
  const RunReport report = run_of_threads(
      "memory page 1 page of one, two\n"
      "task one { thread main { while load64(page) == 0 { yield }\nstore64(page + 8, 1) } }\n"
      "task two { thread main { while load64(page + 8) == 0 { compute 30 }\nstore64(page, 1) } "
      "}\n");
  REQUIRE(found_in(report) == "livelock");
  const Finding& finding = report.findings.back();
  CHECK(finding.threads == std::vector<std::string>{"one.main", "two.main"});
  CHECK(finding.place == "spin.scn:3");
  REQUIRE(finding.details.size() == 2);
  CHECK(finding.details[0] == "one.main goes round from spin.scn:3 on");
  CHECK(finding.details[1] == "two.main goes round from spin.scn:5 on");
}

TEST_CASE("who waits for somebody that goes round in vain is in a livelock, too") {
  CHECK(
      found_in(run_of_threads(
          "task one { thread main background { loop { yield } } }\n"
          "task two { thread main { let c = new_port(); push_to_listen_queue(c); poll(c) } }\n")) ==
      "livelock");
}

TEST_CASE("it is no livelock while something can still come") {
  const std::string spinner =
      "memory page 1 page of one, two\n"
      "task one { thread main { while load64(page) == 0 { yield } } }\n";
  // From a thread that sleeps, computes, or has its turn later.
  CHECK(
      found_in(run_of_threads(spinner + "task two { thread main { sleep 500_000; store64(page, 1) "
                                        "} }\n")) == "nothing");
  CHECK(found_in(run_of_threads(spinner + "task two { thread main { compute 500_000; store64(page, "
                                          "1) } }\n")) == "nothing");
  CHECK(found_in(run_of_threads("machine { cpus 1; slice 300_000 }\n" + spinner +
                                "task two { thread main { store64(page, 1) } }\n")) == "nothing");
  // From a time-out, a device, an injection.
  CHECK(found_in(run_of_threads(spinner + "task two { thread main { let c = new_port(); "
                                          "push_to_listen_queue(c); poll(c) timeout 400_000; "
                                          "store64(page, 1) } }\n")) == "nothing");
  CHECK(found_in(run_of_threads("task one { thread main { loop { yield } } }\n"
                                "inject kill one at 400_000\n")) == "nothing");
}

TEST_CASE("it is no livelock as long as a thread changes, be it in its variables") {
  CHECK(found_in(run_of_threads(
            "task one { thread main { var n = 0; loop { n += 1; yield } } }\n")) == "limit");
  CHECK(found_in(run_of_threads("task one { thread main { for n in 1..1_000 { yield } } }\n")) ==
        "nothing");
  CHECK(found_in(run_of_threads(
            "task one { thread main { while read_tsc() < 500_000 { yield } } }\n")) == "nothing");
  CHECK(found_in(run_of_threads("memory page 1 page of one\n"
                                "task one { thread main { loop { fetch_add64(page, 1) } } }\n")) ==
        "limit");
}

TEST_CASE("a livelock that is allowed goes on to the limit") {
  const RunReport report =
      run_of_threads("task one { thread main { loop { yield } } }\nallow livelock in one\n");
  CHECK(report.verdict == Verdict::kLimit);
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings.front().silenced);
}

}  // namespace
}  // namespace ipcsim::scenario
