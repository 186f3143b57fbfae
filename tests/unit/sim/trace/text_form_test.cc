// SPDX-License-Identifier: BSD-2-Clause
// The page that describes the format shows a trace: it is one.
#include "sim/trace/text_form.h"

#include <fstream>
#include <iterator>
#include <string>

#include <doctest/doctest.h>

#include "sim/trace/formatters.h"
#include "sim/trace/text_reader.h"
#include "sim/trace/text_writer.h"

namespace ipcsim::trace {
namespace {

std::string page() {
  std::ifstream file("sim/trace/README.md");  // tests run in the project's root folder
  REQUIRE(file.is_open());
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string example() {
  const std::string text = page();
  constexpr std::string_view kStart = "```trace\n";
  const std::size_t start = text.find(kStart);
  REQUIRE(start != std::string::npos);
  const std::size_t end = text.find("```", start + kStart.size());
  return text.substr(start + kStart.size(), end - start - kStart.size());
}

TEST_CASE("the example of the page is a trace") {
  const auto trace = read_text(example());
  REQUIRE_MESSAGE(trace.ok(), trace.error().text());
  CHECK(write_text(*trace) == example());
  CHECK(trace->header.scenario == "hello.scn");
  CHECK(trace->header.parameters.size() == 1);
  CHECK(trace->header.policies.size() == 2);
  CHECK(trace->header.defects.empty());
  CHECK(trace->header.seed == 7);
  CHECK(trace->header.schedule.size() == 1);
  CHECK(trace->header.recorded == std::vector<std::string>{"ipc", "sched"});
  REQUIRE(trace->events.size() == 7);
  CHECK(trace->events[0].why == "slept");
  CHECK(trace->events[2].arguments()[0].value == "\"ping\"[32]");
  CHECK(parse_bytes(trace->events[2].arguments()[0].value)->size() == 32);
  CHECK(trace->events[4].result == "signaled");
  CHECK(trace->events[3].flow == trace->events[4].flow);
  CHECK(trace->events[5].result == "peer_closed");
  CHECK(trace->events[6].cpu == kNoCpu);
  CHECK(trace->events[6].lane == "-");
}

TEST_CASE("the page names the version that is written") {
  CHECK(page().find("## The text form, version " + std::to_string(kFormatVersion)) !=
        std::string::npos);
}

}  // namespace
}  // namespace ipcsim::trace
