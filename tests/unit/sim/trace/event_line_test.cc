// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/event_line.h"

#include <limits>

#include <doctest/doctest.h>

namespace ipcsim::trace {
namespace {

std::string line_of(const EventLine& event) {
  std::string line = "before ";
  append_line(line, event);
  return line.substr(7);
}

std::string complaint(std::string_view line) {
  const auto event = read_line(line);
  return event ? "" : event.error();
}

EventLine full_event() {
  EventLine event;
  event.cycle = 1220;
  event.cpu = 1;
  event.lane = "consumer.main";
  event.step = 12;
  event.kind = "ipc";
  event.name = "poll";
  event.all_arguments = {{{"fd", "-1"}, {"timeout", "never"}, {}, {}}};
  event.argument_count = 2;
  event.result = "signaled";
  event.flow = 4;
  event.why = "slept";
  event.file = "hello.scn";
  event.line = 9;
  return event;
}

constexpr std::string_view kFullLine =
    "      1220 cpu1  consumer.main#12     ipc    poll         fd=-1 timeout=never -> signaled "
    "flow=4 why=slept @hello.scn:9";

TEST_CASE("a line with everything") {
  CHECK(line_of(full_event()) == kFullLine);
  const auto event = read_line(kFullLine);
  REQUIRE_MESSAGE(event.ok(), event.error());
  CHECK(*event == full_event());
}

TEST_CASE("a line with nothing but the columns ends with the name") {
  EventLine event;
  event.lane = "-";
  event.kind = "sched";
  event.name = "end";
  const std::string line = line_of(event);
  CHECK(line == "         0 -     -#0                  sched  end");
  CHECK(read_line(line).value() == event);
}

TEST_CASE("each part that may follow the columns may be the only one") {
  for (const char* rest : {" a=b", " -> busy", " flow=1", " why=slept", " @a.scn:1"}) {
    CAPTURE(rest);
    const std::string line =
        "         0 cpu0  x#1                  ipc    poll        " + std::string(rest);
    const auto event = read_line(line);
    REQUIRE_MESSAGE(event.ok(), event.error());
    CHECK(line_of(*event) == line);
  }
}

TEST_CASE("fields wider than their columns push the rest to the right") {
  EventLine event = full_event();
  event.cycle = std::numeric_limits<Cycle>::max();
  event.cpu = 65534;
  event.lane = "a_lane_with_a_name_that_is_wider_than_its_column.main";
  event.step = std::numeric_limits<std::uint32_t>::max();
  event.kind = "interrupt";
  event.name = "push_to_listen_queue";
  const std::string line = line_of(event);
  CHECK(line ==
        "18446744073709551615 cpu65534 a_lane_with_a_name_that_is_wider_than_its_column.main"
        "#4294967295 interrupt push_to_listen_queue fd=-1 timeout=never -> signaled flow=4 "
        "why=slept @hello.scn:9");
  CHECK(read_line(line).value() == event);
}

TEST_CASE("fields that fill their columns exactly") {
  EventLine event = full_event();
  event.cycle = 9'999'999'999;
  event.cpu = 99;
  event.lane = "abcdefghijklmnopqr";
  event.step = 1;
  event.kind = "thread";
  event.name = "twelve_chars";
  const std::string line = line_of(event);
  CHECK(line.starts_with("9999999999 cpu99 abcdefghijklmnopqr#1 thread twelve_chars fd=-1"));
  CHECK(read_line(line).value() == event);
  event.cycle += 1;
  event.cpu = 100;
  event.lane = "abcdefghijklmnopqrs";
  CHECK(line_of(event).starts_with("10000000000 cpu100 abcdefghijklmnopqrs#1 thread twelve_chars"));
}

// The full line with one part of it replaced; the padding is that of the original.
std::string changed(std::string_view part, std::string_view by) {
  std::string line(kFullLine);
  const std::size_t at = line.find(part);
  REQUIRE(at != std::string::npos);
  return line.replace(at, part.size(), by);
}

TEST_CASE("what is no event is named") {
  CHECK(complaint("") == "the line should begin with a cycle, a decimal number: \"\"");
  CHECK(complaint(changed("1220", "122x")) ==
        "the line should begin with a cycle, a decimal number: \"122x\"");
  CHECK(complaint(changed("1220", "0122")).starts_with("the line should begin with a cycle"));
  CHECK(complaint(changed("cpu1", "cpu ")) == "the CPU should be cpuN, or - for none: \"cpu\"");
  CHECK(complaint(changed("cpu1", "core")) == "the CPU should be cpuN, or - for none: \"core\"");
  CHECK(complaint(changed("cpu1", "cpu65535")).starts_with("the CPU should be cpuN"));
  CHECK(complaint(changed("main#12", "main-12")) ==
        "the lane and its step should be LANE#N: \"consumer.main-12\"");
  CHECK(complaint(changed("#12", "#1x")).starts_with("the lane and its step should be"));
  CHECK(complaint(changed("#12", "#4294967296")).starts_with("the lane and its step should be"));
  CHECK(complaint(changed("consumer.main", "")).starts_with("the lane and its step should be"));
  CHECK(complaint(changed("consumer.main", "a=b")).starts_with("the lane and its step should be"));
  CHECK(complaint(changed("ipc", "i=c")) == "the kind of the event should be a word: \"i=c\"");
  CHECK(complaint(changed("poll", "p#ll")) == "the name of the event should be a word: \"p#ll\"");
  CHECK(complaint("      1220 cpu1  consumer.main#12").starts_with("the kind of the event"));
  CHECK(complaint(changed("fd=-1", "fd=")) == "an argument has no value: \"fd=\"");
  CHECK(complaint(changed("timeout=never", "a=1")) ==
        "the arguments should be sorted by key: \"a=1\"");
  CHECK(complaint(changed("timeout=never", "fd=1")) ==
        "the arguments should be sorted by key: \"fd=1\"");
  CHECK(complaint(changed("fd=-1", "a=1 b=2 c=3 d=4")) ==
        "an event has at most four arguments: \"timeout=never\"");
  CHECK(complaint(changed("-> signaled flow=4 why=slept @hello.scn:9", "->")) ==
        "a result should follow the arrow: \"\"");
  CHECK(complaint(changed("flow=4", "flow=0")) == "a flow should be a number from 1: \"flow=0\"");
  CHECK(complaint(changed("flow=4", "flow=4294967296")).starts_with("a flow should be a number"));
  CHECK(complaint(changed("why=slept", "why=")) == "a reason should be a word: \"why=\"");
  for (const char* place : {"@", "@:9", "@hello.scn", "@hello.scn:", "@hello.scn:0",
                            "@hello.scn:09", "@hello.scn:4194304", "@a=b:9"}) {
    CAPTURE(place);
    CHECK(complaint(changed("@hello.scn:9", place)).starts_with("the place should be @FILE:LINE"));
  }
  CHECK(complaint(changed("@hello.scn:9", "at")) ==
        "a field is not understood, or stands in the wrong order: \"at\"");
  CHECK(complaint(changed("flow=4 why=slept", "why=slept flow=4")) ==
        "a field is not understood, or stands in the wrong order: \"flow=4\"");
  CHECK(complaint(changed("fd=-1", "Fd=-1")) ==
        "a field is not understood, or stands in the wrong order: \"Fd=-1\"");
}

TEST_CASE("a field that is very long is shown in part") {
  const std::string complaint_of_long = complaint(std::string(5000, 'x'));
  CHECK(complaint_of_long.size() < 150);
  CHECK(complaint_of_long.ends_with("xxx\"..."));
}

TEST_CASE("only printable ASCII is accepted") {
  CHECK(complaint(changed("poll", "p\tll")) ==
        "the byte at column 47 is no printable ASCII character");
  CHECK(complaint(changed("poll", "p\xc3ll")).starts_with("the byte at column 47"));
  CHECK(complaint(std::string_view("\0", 1)).starts_with("the byte at column 1"));
}

TEST_CASE("a line is accepted in one form alone") {
  const std::string misaligned = "the fields are not aligned as they are written";
  CHECK(complaint(changed("fd=-1 ", "fd=-1  ")) == misaligned);
  CHECK(complaint(changed("cpu1  ", "cpu1 ")) == misaligned);
  CHECK(complaint(changed("      1220", "     1220")) == misaligned);
  CHECK(complaint(changed("poll         ", "poll ")) == misaligned);
  CHECK(complaint(std::string(kFullLine) + " ") == misaligned);
}

}  // namespace
}  // namespace ipcsim::trace
