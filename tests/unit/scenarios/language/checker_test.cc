// SPDX-License-Identifier: BSD-2-Clause
// The checker on files, names, constants, configuration and the layout of tasks.
#include "scenarios/language/checker.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "scenarios/language/check_limits.h"
#include "tests/unit/scenarios/language/checked_text.h"

namespace ipcsim::scenario {
namespace {

constexpr const char* kTask = "task t { thread main { exit_thread() } }\n";

TEST_CASE("a scenario without mistakes is laid out") {
  const CheckedText checked = checked_text(R"(param clients = 2 in 1..8
machine { cpus 4; slice 5_000cy; clock 1_000 MHz; cost unit { poll_before 7 } }
policy { buffer duplex; limit ports 3; defect closed_after_wake }
task server uid 5 privileged { thread main { exit_thread() } }
task client[i in 1..clients] uid 100 + i background {
  thread main cpu i { let seen = i
    expect seen == i }
  thread worker[k in 0..i] background { compute k }
  thread late(x) on_spawn { compute x }
  thread boss { spawn(late, 3) }
}
)");
  REQUIRE(checked.reported() == Names{});
  const CheckedScenario& scenario = *checked.scenario;
  CHECK(scenario.machine.cpus == 4);
  CHECK(scenario.machine.slice == 5000);
  CHECK(scenario.machine.clock_mhz == 1000);
  CHECK(scenario.machine.cost.poll_before == 7);
  CHECK(scenario.kernel.is(kernel::PolicyValue::buffer_duplex));
  CHECK(scenario.kernel.limit(kernel::LimitName::ports) == 3);
  CHECK(scenario.kernel.has(kernel::Defect::closed_after_wake));
  REQUIRE(scenario.parameters.size() == 1);
  CHECK(scenario.parameters[0].second == ConstantValue(std::int64_t{2}));

  REQUIRE(scenario.tasks.size() == 3);
  CHECK(scenario.tasks[0].name == "server");
  CHECK(scenario.tasks[0].privileged);
  CHECK(scenario.tasks[1].name == "client[1]");
  CHECK(scenario.tasks[2].name == "client[2]");
  CHECK(scenario.tasks[2].uid == 102);
  const CheckedTask& client = scenario.tasks[2];
  REQUIRE(client.families.size() == 4);
  CHECK(client.families[0].threads[0].cpu == 2);
  CHECK(client.families[0].waits == RunWaits::kNot);
  REQUIRE(client.families[1].threads.size() == 3);
  CHECK(client.families[1].threads[2].name == "worker[2]");
  const std::vector<ConstantValue> bindings{std::int64_t{2}, std::int64_t{1}};
  CHECK(client.families[1].threads[1].bindings == bindings);
  CHECK(client.families[2].start == ThreadStart::kOnSpawn);
  const CheckedBody& body = scenario.bodies[client.families[0].body.value()];
  CHECK(body.name == "client.main");
  CHECK(body.bindings == std::vector<std::string_view>{"i"});
  CHECK(body.slot_of("seen") == 0);
  CHECK(client.families[0].body == scenario.tasks[1].families[0].body);
}

TEST_CASE("a template has one body for each kind of use") {
  const CheckedText checked = checked_text(R"(template client(to, word) { thread main {
  await to.main passed ready
  let peer = connect(to, word); close(peer) } }
task one { thread main {
  let p = new_port(full_task); push_to_listen_queue(p); mark ready; poll(p) } }
task two { thread main {
  let p = new_port(full_task); push_to_listen_queue(p); mark ready; poll(p) } }
task a[i in 0..2] = client(one, full_task)
task b = client(one, full_task)
task c uid 7 = client(two, thread_local)
)");
  REQUIRE(checked.reported() == Names{});
  const CheckedScenario& scenario = *checked.scenario;
  REQUIRE(scenario.tasks.size() == 7);
  CHECK(scenario.tasks[2].families[0].body == scenario.tasks[5].families[0].body);
  CHECK(scenario.tasks[5].families[0].body != scenario.tasks[6].families[0].body);
  CHECK(scenario.tasks[6].uid == 7);
  const std::vector<ConstantValue> bindings{kernel::TaskId(1), Word{"thread_local"}};
  CHECK(scenario.tasks[6].families[0].threads[0].bindings == bindings);

  const CheckedBody& body = scenario.bodies[scenario.tasks[6].families[0].body.value()];
  const auto* await = body.block->statements[0].as<AwaitStatement>();
  const auto* term = body.resolutions.find_as<Term>(*await->condition);
  REQUIRE(term != nullptr);
  CHECK(term->kind == TermKind::kPassed);
  CHECK(scenario.groups[term->group.value()].name == "two");
  CHECK(term->binding == 0);
  CHECK(scenario.marks[term->mark.value()] == "ready");
}

TEST_CASE("imports come first, each once, and their names are visible") {
  const CheckedText checked = checked_text(R"(import "lib/a.scn"
import "./lib/../lib/b.scn" as B
task main_task { thread main { expect base + B.more + offset() == 6 } }
)",
                                           {{"lib/a.scn", R"(scenario 1
import "b.scn"
const base = more
task from_a background { thread main { exit_thread() } }
proc offset() { return 2 }
)"},
                                            {"lib/b.scn", R"(scenario 1
const more = 2
task from_b background { thread main { exit_thread() } }
)"}});
  REQUIRE(checked.reported() == Names{});
  CHECK(checked.loaded == Names{"lib/a.scn", "lib/b.scn"});
  REQUIRE(checked.scenario->tasks.size() == 3);
  CHECK(checked.scenario->tasks[0].name == "B.from_b");
  CHECK(checked.scenario->tasks[1].name == "from_a");
  CHECK(checked.scenario->tasks[2].name == "main_task");
}

TEST_CASE("mistakes in imports") {
  CHECK(checked_text("import \"gone.scn\"\n").reported() == Names{"missing_import:2"});
  CHECK(checked_text("import \"main.scn\"\n").reported() == Names{"import_cycle:2"});
  const CheckedText cycle = checked_text(
      "import \"a.scn\"\n",
      {{"a.scn", "scenario 1\nimport \"b.scn\"\n"}, {"b.scn", "scenario 1\nimport \"a.scn\"\n"}});
  REQUIRE(cycle.reported() == Names{"import_cycle:2"});
  CHECK(cycle.first().help == "a.scn imports b.scn imports a.scn");
  CHECK(checked_text("import \"a.scn\"\nimport \"./a.scn\" as A\n", {{"a.scn", "scenario 1\n"}})
            .reported() == Names{"imported_twice:3"});
  const CheckedText clash =
      checked_text("import \"a.scn\"\nconst x = 1\n", {{"a.scn", "scenario 1\nconst x = 2\n"}});
  REQUIRE(clash.reported() == Names{"import_clash:2"});
  CHECK(clash.first().help == "`import \"a.scn\" as M` makes it `M.x`");
  CHECK(checked_text("import \"a.scn\"\n",
                     {{"a.scn", "scenario 1\nmachine { cpus 1 }\nschedule { }\n"}})
            .reported() == Names{"configured_in_import:2", "configured_in_import:3"});
  CHECK(checked_text("import \"a.scn\"\n", {{"a.scn", "scenario 1\nconst = 1\n"}}).scenario ==
        nullptr);

  FileTexts chain;
  for (int index = 1; index < 50; ++index) {
    chain["f" + std::to_string(index) + ".scn"] =
        "scenario 1\nimport \"f" + std::to_string(index + 1) + ".scn\"\n";
  }
  CHECK(checked_text("import \"f1.scn\"\n", chain).reported() == Names{"too_many_imports:2"});
}

TEST_CASE("names at top level") {
  CHECK(checked_text(std::string(kTask) + kTask).reported() == Names{"duplicate_name:3"});
  CHECK(checked_text("const a = 1\nproc a() { }\nproc write() { }\nproc len() { }\n").reported() ==
        Names{"duplicate_name:3", "duplicate_name:4", "duplicate_name:5"});
  CHECK(checked_text("task t { thread a { yield }\nthread a { yield } }\n").reported() ==
        Names{"duplicate_name:3"});
  CHECK(checked_text("const i = 1\ntask t[i in 1..2] { thread main { yield } }\n").reported() ==
        Names{"shadowed_name:3"});
  CHECK(checked_text("template s(a, a) { thread main { yield } }\n").reported() ==
        Names{"duplicate_name:2"});
}

TEST_CASE("constants") {
  const auto reported = [](const std::string& text) { return checked_text(text).reported(); };
  CHECK(reported("const a = b + 1\nconst b = 2\n") == Names{});
  CHECK(reported("const a = b\nconst b = a\n") == Names{"constant_cycle:2"});
  CHECK(reported("const a = nothing_like_it\n") == Names{"unknown_name:2"});
  CHECK(reported("const a = 1 / 0\n") == Names{"arithmetic:2"});
  CHECK(reported("const a = 9_223_372_036_854_775_807 + 1\n") == Names{"arithmetic:2"});
  CHECK(reported("const a = 1 << 64\n") == Names{"arithmetic:2"});
  CHECK(reported("const a = 3us\n") == Names{"clock_needed:2"});
  CHECK(reported("const a = 3us\nmachine { clock 1_000 MHz }\n") == Names{});
  CHECK(reported("const a = 2ms\nmachine { clock a MHz }\n") == Names{"constant_cycle:2"});
  CHECK(reported("const a = \"x\" + 1\n") == Names{"wrong_kind:2"});
  CHECK(reported("const a = \"x\" == 1\n") == Names{"wrong_kind:2"});
  CHECK(reported("const a = random(2)\n") == Names{"not_constant:2"});
  CHECK(reported("const a = len(\"xy\" ++ le64(3)) == 10 and not (\"xy\" starts_with \"y\")\n"
                 "param p = 10 in 1..2 + len(\"12345678\")\n") == Names{});
  CHECK(reported("const a = le8(256)\nconst b = le8(1, 2)\n") ==
        Names{"arithmetic:2", "wrong_argument_count:3"});
  std::string forward;
  for (int index = 0; index < 100; ++index) {
    forward += "const c" + std::to_string(index) + " = c" + std::to_string(index + 1) + "\n";
  }
  CHECK(reported(forward + "const c100 = 1\n") == Names{"constant_too_deep:18"});
}

TEST_CASE("parameters and what the command line sets") {
  const std::string text =
      "param n = 8 in 1..16\nparam how = shared in {shared, duplex}\nparam loud = false\n"
      "param name = \"a\"\npolicy { buffer how }\n" +
      std::string(kTask);
  CHECK(checked_text("param n = 8 in 1..4\n").reported() == Names{"parameter_value:2"});
  CHECK(checked_text("param n = 8 in 4..1\n").reported() == Names{"empty_range:2"});
  const auto with = [&](const std::string& name, const std::string& value) {
    Overrides overrides;
    overrides.parameters.emplace_back(name, value);
    return checked_text(text, {}, overrides);
  };
  CHECK(with("n", "0x10").scenario->parameters[0].second == ConstantValue(std::int64_t{16}));
  CHECK(with("name", "b").scenario->parameters[3].second == ConstantValue(std::string("b")));
  CHECK(with("loud", "true").scenario->parameters[2].second == ConstantValue(true));
  CHECK(with("how", "duplex").scenario->kernel.is(kernel::PolicyValue::buffer_duplex));
  CHECK(with("n", "17").reported() == Names{"parameter_value"});
  CHECK(with("n", "many").reported() == Names{"parameter_value"});
  CHECK(with("how", "duplexx").first().help == "did you mean `duplex`?");
  CHECK(with("nn", "1").first().message == "`-P nn=1`: there is no param `nn`");
  CHECK(with("t", "1").reported() == Names{"unknown_parameter"});
}

TEST_CASE("devices have a pin each") {
  const CheckedText checked = checked_text(
      "machine {\ndevice a: source { at 5 }\ndevice b: serial irq 1 level { at 9 every 4 burst 2 "
      "bytes \"abc\" delay 7 }\ndevice c: block { bytes \"x\" }\n"
      "device d: timer irq 0 edge { after t.main passed go jitter 1..3 } }\n"
      "task t { thread main { mark go } }\n"
      "finally a.events + b.events + c.events + d.events >= 0\n");
  REQUIRE(checked.reported() == Names{});
  const std::vector<CheckedDevice>& devices = checked.scenario->machine.devices;
  REQUIRE(devices.size() == 4);
  CHECK(devices[0].name == "a");
  CHECK(devices[0].kind == DeviceKind::kSource);
  CHECK(devices[0].pin == 2);
  CHECK(devices[0].trigger == DeviceTrigger::kEdge);
  CHECK(devices[0].at == Cycle{5});
  CHECK(devices[0].every == 0);
  CHECK_FALSE(devices[0].count);
  CHECK(devices[1].pin == 1);
  CHECK(devices[1].trigger == DeviceTrigger::kLevel);
  CHECK(devices[1].every == 4);
  CHECK(devices[1].count == std::uint64_t{2});  // that is all of its bytes
  CHECK(devices[1].burst == 2);
  CHECK(devices[1].bytes == "abc");
  CHECK(devices[1].delay == 7);
  CHECK(devices[2].pin == 3);
  CHECK(devices[2].bytes == "x");
  CHECK(devices[3].pin == 0);
  CHECK(devices[3].after != nullptr);
  CHECK_FALSE(devices[3].at);
  CHECK(devices[3].jitter_from == 1);
  CHECK(devices[3].jitter_to == 3);
}

TEST_CASE("what a device does not have, or what says nothing") {
  const auto reported = [](const std::string& device) {
    return checked_text("machine { device d: " + device + " }\nfinally d.events >= 0\n").reported();
  };
  CHECK(reported("source irq 24 edge { at 5 }") == Names{"out_of_range:2"});
  CHECK(reported("source irq -1 edge { at 5 }") == Names{"out_of_range:2"});
  CHECK(reported("source irq 4 edge { at 5 }; device e: block irq 4 edge") == Names{"pin_taken:2"});
  for (const char* clause : {"bytes \"x\"", "delay 3"}) {
    CHECK(reported(std::string("source { at 5 ") + clause + " }") == Names{"device_clause:2"});
    CHECK(reported(std::string("timer { ") + clause + " }") == Names{"device_clause:2"});
  }
  for (const char* clause :
       {"at 5", "after d.masked", "every 5", "count 5", "burst 5", "jitter 1..2"}) {
    CHECK(reported(std::string("block { ") + clause + " }") == Names{"device_clause:2"});
  }
  CHECK(reported("timer { at 5 burst 2 }") == Names{"device_clause:2"});
  CHECK(reported("source { at 5 after d.masked }") == Names{"device_clause:2"});
  CHECK(reported("timer { every 5 count 2 }") == Names{"device_clause:2"});
  CHECK(reported("timer { jitter 1..2 }") == Names{"device_clause:2"});
  CHECK(reported("source { at 5 count 2 }") == Names{"device_clause:2"});
  CHECK(reported("source { at -1 }") == Names{"out_of_range:2"});
  CHECK(reported("source { at 5 every 0 }") == Names{"out_of_range:2"});
  CHECK(reported("source { at 5 every 2 count 0 }") == Names{"out_of_range:2"});
  CHECK(reported("source { at 5 burst 0 }") == Names{"out_of_range:2"});
  CHECK(reported("source { at 5 burst 10_001 }") == Names{"out_of_range:2"});
  CHECK(reported("source { at 5 jitter -1..2 }") == Names{"out_of_range:2"});
  CHECK(reported("source { at 5 jitter 3..2 }") == Names{"empty_range:2"});
  CHECK(reported("block { delay -1 }") == Names{"out_of_range:2"});
  CHECK(reported("block { bytes 3 }") == Names{"wrong_kind:2"});
  CHECK(reported("source { after 1 == 1 }") == Names{"never_judged:2"});
  CHECK(reported("source { after t.main ended }") == Names{"unknown_name:2"});
  CHECK(reported("source { after 3 }") == Names{"wrong_kind:2"});
}

TEST_CASE("devices that do nothing") {
  const auto reported = [](const std::string& device) {
    return checked_text("machine { device d: " + device + " }\nfinally d.events >= 0\n").reported();
  };
  CHECK(reported("source") == Names{"silent_device:2"});
  CHECK(reported("serial") == Names{});
  CHECK(reported("timer") == Names{});
  CHECK(reported("block") == Names{});
  CHECK(reported("serial { at 5 }") == Names{"silent_device:2"});
  CHECK(reported("serial { bytes \"abc\" }") == Names{"silent_device:2"});
  CHECK(reported("serial { at 5 bytes \"abc\" }") == Names{"silent_device:2"});
  CHECK(reported("serial { at 5 burst 3 bytes \"abc\" }") == Names{});
  CHECK(reported("serial { at 5 every 2 count 2 bytes \"abc\" }") == Names{"silent_device:2"});
  const std::string unused = "machine { device d: block }\ntask t { thread main { yield } }\n";
  CHECK(checked_text(unused).reported() == Names{"unused:2"});
  CHECK(checked_text(unused + "inject spurious_interrupt d\n").reported() == Names{});
}

TEST_CASE("there are as many devices as pins") {
  std::string block = "machine {\n";
  std::string use = "finally 0 <= 0";
  for (int index = 0; index < 24; ++index) {
    block += "device d" + std::to_string(index) + ": timer\n";
    use += " + d" + std::to_string(index) + ".events";
  }
  CHECK(checked_text(block + "}\n" + use + "\n").reported() == Names{});
  CHECK(checked_text(block + "device e: timer\n}\n" + use + " + e.events\n").reported() ==
        Names{"pin_taken:27"});
}

TEST_CASE("devices have names as tasks have") {
  const std::string machine = "machine { device d: timer }\n";
  CHECK(checked_text(machine + "task d { thread main { yield } }\n").reported() ==
        Names{"duplicate_name:3"});
  CHECK(checked_text(machine + "task t { thread main { let d = 1; compute d } }\n").reported() ==
        Names{"shadowed_name:3"});
  CHECK(checked_text("import \"a.scn\"\n", {{"a.scn", "scenario 1\n" + machine}}).reported() ==
        Names{"configured_in_import:2"});
  // A template is told which device it drives.
  CHECK(checked_text("import \"a.scn\"\n" + machine + "task t = driver(d)\n",
                     {{"a.scn",
                       "scenario 1\ntemplate driver(which) { thread main {\n"
                       "device_write(which, 1, 5_000); expect which.events == 0 } }\n"}})
            .reported() == Names{});
}

TEST_CASE("machine and policy") {
  const auto reported = [](const std::string& text) { return checked_text(text).reported(); };
  CHECK(reported("machine { cpus 0 }\n") == Names{"out_of_range:2"});
  CHECK(reported("machine { cpus 65\nslice 999cy\nmemory 5_000\nclock 0 MHz }\n") ==
        Names{"out_of_range:2", "out_of_range:3", "out_of_range:4", "out_of_range:5"});
  CHECK(reported("machine { cpus 1 }\nmachine { cpus 2 }\n") == Names{"duplicate_setting:3"});
  CHECK(checked_text("machine { cost skylake }\n").reported() == Names{"unknown_cost:2"});
  CHECK(checked_text("machine { cost unit { pol_before 1 } }\n").first().help ==
        "did you mean `poll_before`?");
  CHECK(reported("machine { cost unit { poll_before -1 } }\n") == Names{"out_of_range:2"});
  CHECK(checked_text("policy { bufer shared }\n").first().help == "did you mean `buffer`?");
  CHECK(checked_text("policy { buffer shraed }\n").first().help == "did you mean `shared`?");
  CHECK(reported("policy { limit portz 1 }\n") == Names{"unknown_limit:2"});
  CHECK(reported("policy { limit ports -1 }\n") == Names{"out_of_range:2"});
  CHECK(reported("policy { defect closed }\n") == Names{"unknown_defect:2"});
  CHECK(reported("policy { buffer shared; buffer duplex }\n") == Names{"duplicate_setting:2"});
  Overrides overrides;
  overrides.policies = {{"buffer", "duplex"}};
  overrides.defects = {"closed_after_wake"};
  overrides.cost = "unit";
  const CheckedText set = checked_text("machine { cost skylake_nokpti }\n", {}, overrides);
  REQUIRE(set.scenario != nullptr);
  CHECK(set.scenario->kernel.is(kernel::PolicyValue::buffer_duplex));
  CHECK(set.scenario->machine.cost.name == "unit");
  overrides.policies = {{"buffer", "x"}, {"puffer", "x"}};
  overrides.defects = {"x"};
  overrides.cost = "x";
  CHECK(checked_text("", {}, overrides).reported() ==
        Names{"unknown_cost", "unknown_policy_value", "unknown_policy", "unknown_defect"});
}

TEST_CASE("tasks, replicas and templates") {
  const auto reported = [](const std::string& text) { return checked_text(text).reported(); };
  CHECK(reported("task t[i in 1..1_000_000_000] { thread main { yield } }\n") ==
        Names{"too_many_replicas:2"});
  CHECK(reported("task t[i in 1..9_000_000_000] { thread main { yield } }\n") ==
        Names{"out_of_range:2"});
  CHECK(reported("task t[i in 1..4000] { thread main[k in 1..5] { yield } }\n") ==
        Names{"too_many_replicas:2"});
  CHECK(reported("task t[i in 2..1] { thread main { yield } }\n") == Names{"empty_range:2"});
  CHECK(reported("task t uid 65_536 { thread main { yield } }\n") == Names{"out_of_range:2"});
  CHECK(reported("task t { thread main cpu 2 { yield } }\n") == Names{"out_of_range:2"});
  CHECK(reported("task t { }\n") == Names{"task_without_thread:2"});
  CHECK(reported("task t { thread main(x) { compute x } }\n") == Names{"thread_form:2"});
  CHECK(reported("task t { thread a { spawn(b) }\nthread b[i in 0..1] on_spawn { yield } }\n") ==
        Names{"thread_form:3"});
  CHECK(checked_text("task t = clint(1)\ntemplate client(n) { thread main { compute n } }\n")
            .first()
            .help == "did you mean `client`?");
  CHECK(reported("task t = client(1, 2)\ntemplate client(n) { thread main { compute n } }\n") ==
        Names{"wrong_argument_count:2"});
  CHECK(
      reported("task t[i in 0..3] = client(nn)\ntemplate client(n) { thread m { compute n } }\n") ==
      Names{"unknown_name:2"});
  CHECK(reported("task t = client(\"x\")\ntemplate client(n) { thread m { compute n } }\n") ==
        Names{"wrong_kind:3"});
  // A template that nobody uses is judged all the same.
  CHECK(reported("template client(n) { thread m { wakeup(n.fd); await n.x ended; write(1) } }\n") ==
        Names{"wrong_argument_count:2"});
}

TEST_CASE("many tasks of many templates are laid out in little time") {
  std::string text;
  for (int index = 0; index < 2000; ++index) {
    const std::string number = std::to_string(index);
    text += "template s" + number + "(a) { thread main { compute a } }\n";
    text += "task t" + number + "[i in 0..1] = s" + number + "(i)\n";
  }
  const CheckedText checked = checked_text(text);
  REQUIRE(checked.scenario != nullptr);
  CHECK(checked.scenario->tasks.size() == 4000);
}

TEST_CASE("words are suggested from what is legal there") {
  CHECK(checked_text("machine { cpus clints }\nparam clients = 2\n").first().help ==
        "did you mean `clients`?");
  CHECK(checked_body("wakup(descriptor(1))").first().help == "did you mean `wakeup`?");
  CHECK(checked_body("let c = connect(sever, full_task); close(c)").first().help ==
        "did you mean `server`?");
}

}  // namespace
}  // namespace ipcsim::scenario
