// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/text_reader.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "sim/base/random.h"
#include "sim/trace/text_form.h"
#include "sim/trace/text_writer.h"
#include "tests/unit/sim/trace/sample_vocabulary.h"

namespace ipcsim::trace {
namespace {

std::string sample_text() {
  Recorder recorder;
  for (std::uint32_t i = 1; i <= 6; ++i) {
    Record& record = recorder.append();
    record.cycle = 571 * Cycle{i};
    record.lane = LaneId(i % 2);
    record.step = i;
    record.cpu = 1;
    record.event = sample::kPoll;
    record.arguments = {0, i, 100};
    record.flow = i;
    record.source.line = i & kMaximumSourceLine;
  }
  return write_text(sample::header(), recorder.records(), sample::kVocabulary,
                    sample::names_of(recorder));
}

ReadError error_of(std::string text) {
  const auto trace = read_text(std::move(text));
  REQUIRE_FALSE(trace.ok());
  CHECK(trace.error().line >= 1);
  CHECK_FALSE(trace.error().message.empty());
  CHECK_FALSE(trace.error().advice.empty());
  return trace.error();
}

std::string replaced(std::string text, std::string_view part, std::string_view by) {
  const std::size_t at = text.find(part);
  REQUIRE(at != std::string::npos);
  return text.replace(at, part.size(), by);
}

TEST_CASE("a trace is read") {
  const auto trace = read_text(sample_text());
  REQUIRE_MESSAGE(trace.ok(), trace.error().text());
  CHECK(trace->header == sample::header());
  REQUIRE(trace->events.size() == 6);
  const EventLine& event = trace->events[4];
  CHECK(event.cycle == 5 * 571);
  CHECK(event.cpu == 1);
  CHECK(event.lane == "producer.main");
  CHECK(event.step == 5);
  CHECK(event.kind == "ipc");
  CHECK(event.name == "poll");
  REQUIRE(event.arguments().size() == 2);
  CHECK(event.arguments()[0].key == "fd");
  CHECK(event.arguments()[0].value == "5");
  CHECK(event.result == "signaled");
  CHECK(event.flow == 5);
  CHECK(event.why.empty());
  CHECK(event.file == "hello.scn");
  CHECK(event.line == 5);
}

TEST_CASE("a copy of a trace outlives it") {
  Trace copy;
  {
    const auto trace = read_text(sample_text());
    copy = *trace;
  }
  CHECK(copy.events[0].name == "poll");
  CHECK(write_text(copy) == sample_text());
}

TEST_CASE("something else is no trace") {
  for (const char* text :
       {"", "\n", "hello\n", "hello", "scenario 1\n", "#ipcsim\n", "#ipcsim trace \n",
        "#ipcsim trace x\n", "#ipcsim trace 01\n", "\xef\xbb\xbf#ipcsim trace 1\n"}) {
    CAPTURE(text);
    CHECK(error_of(text).fault == TraceFault::kNotATrace);
  }
  CHECK(error_of("hello\n").text() ==
        "line 1: this is no trace; give a file that was written as the native text form of a "
        "trace");
  CHECK(error_of(std::string(3'000'000, 'x')).fault == TraceFault::kNotATrace);
  CHECK(error_of(std::string(3'000'000, '\n')).fault == TraceFault::kNotATrace);
  CHECK(error_of(std::string(1'000, '\0')).fault == TraceFault::kNotATrace);
  CHECK(error_of(std::string(100'000, 'x') + "\n").fault == TraceFault::kNotATrace);
}

TEST_CASE("a packed trace should be unpacked first") {
  CHECK(error_of("\x28\xb5\x2f\xfd etc").text() ==
        "line 1: this is no text, but packed with zstd; unpack it first");
  CHECK(error_of("\x1f\x8b\x08 etc\n etc").text() ==
        "line 1: this is no text, but packed with gzip; unpack it first");
}

TEST_CASE("another version is refused before anything else is looked at") {
  const ReadError error = error_of("#ipcsim trace 2\nquite another form\n");
  CHECK(error.fault == TraceFault::kOtherVersion);
  CHECK(error.text() ==
        "line 1: the trace has format version 2, this program reads version 1; write the trace "
        "again with this program, or read it with the one named in line 2");
}

TEST_CASE("CR LF line ends are told apart from other damage") {
  std::string text;
  for (const char c : sample_text()) {
    if (c == '\n') text += '\r';
    text += c;
  }
  CHECK(error_of(text).fault == TraceFault::kCarriageReturn);
  CHECK(error_of(text).line == 1);
  const ReadError one_line = error_of(replaced(sample_text(), "#seed 7\n", "#seed 7\r\n"));
  CHECK(one_line.fault == TraceFault::kCarriageReturn);
  CHECK(one_line.line == 10);
  CHECK(one_line.message == "the line ends with CR and LF");
}

TEST_CASE("a cut file is noticed wherever it was cut") {
  const std::string text = sample_text();
  for (std::size_t size = 1; size < text.size(); ++size) {
    CAPTURE(size);
    const ReadError error = error_of(text.substr(0, size));
    REQUIRE(error.fault == TraceFault::kTruncated);
  }
  const ReadError at_line_end = error_of(text.substr(0, text.find("#end")));
  CHECK(at_line_end.line == 20);
  CHECK(at_line_end.text() ==
        "line 20: the trace ends here, without its last line; what follows this line was lost when "
        "it was written or copied; do that again");
  CHECK(error_of(text.substr(0, text.size() - 1)).message ==
        "the trace ends in the middle of a line");
}

TEST_CASE("a line that was taken out, put in twice or swapped is noticed") {
  const std::string text = sample_text();
  const std::size_t first = text.find("\n       571 ") + 1;
  const std::size_t second = text.find('\n', first) + 1;
  const std::string line = text.substr(first, second - first);
  CHECK(error_of(replaced(text, line, "")).fault == TraceFault::kCount);
  CHECK(error_of(replaced(text, line, "")).message ==
        "the last line counts 6 events, the trace has 5");
  CHECK(error_of(replaced(text, line, line + line)).fault == TraceFault::kCount);
  CHECK(error_of(replaced(replaced(text, line, ""), "#end", line + "#end")).fault ==
        TraceFault::kHash);
}

TEST_CASE("something behind the end is noticed") {
  CHECK(error_of(sample_text() + "x").fault == TraceFault::kAfterEnd);
  CHECK(error_of(sample_text() + "\n").fault == TraceFault::kAfterEnd);
  CHECK(error_of(sample_text() + sample_text()).fault == TraceFault::kAfterEnd);
}

TEST_CASE("a last line that is damaged") {
  const std::string text = sample_text();
  const std::string end = text.substr(text.find("#end"));
  const auto with_end = [&](const std::string& line) { return replaced(text, end, line + "\n"); };
  CHECK(error_of(with_end("#end")).fault == TraceFault::kEvent);
  CHECK(error_of(with_end("#end events=")).fault == TraceFault::kTruncated);
  CHECK(error_of(with_end("#end events=6")).fault == TraceFault::kTruncated);
  CHECK(error_of(with_end("#end events=6 hash=")).fault == TraceFault::kTruncated);
  CHECK(error_of(with_end("#end events=6 hash=12")).fault == TraceFault::kTruncated);
  CHECK(error_of(with_end("#end events=06 hash=0123456789abcdef")).fault == TraceFault::kTruncated);
  CHECK(error_of(with_end("#end events=6 hash=0123456789abcdef")).fault == TraceFault::kHash);
  CHECK(error_of(with_end("#end events=7 hash=0123456789abcdef")).fault == TraceFault::kCount);
}

TEST_CASE("errors name their line") {
  const std::string text = sample_text();
  const ReadError header = error_of(replaced(text, "#seed 7", "#seed seven"));
  CHECK(header.fault == TraceFault::kHeader);
  CHECK(header.line == 10);
  const ReadError event = error_of(replaced(text, "1142 cpu1", "1142 cpux"));
  CHECK(event.fault == TraceFault::kEvent);
  CHECK(event.line == 16);
  CHECK(
      event.text() ==
      "line 16: the CPU should be cpuN, or - for none: \"cpux\"; the file was changed after it was "
      "written; write the trace again");
}

TEST_CASE("a line can be as long as a line may be, and no longer") {
  TraceHeader header = sample::header();
  constexpr std::string_view kSchedule = "#schedule ";
  header.schedule = {std::string(kMaximumLine - kSchedule.size(), 'x')};
  CHECK(read_text(write_text(header, {}, sample::kVocabulary, Names(Recorder()))).ok());
  header.schedule[0] += 'x';
  const ReadError error = error_of(write_text(header, {}, sample::kVocabulary, Names(Recorder())));
  CHECK(error.fault == TraceFault::kLineTooLong);
  CHECK(error.line == 11);
}

TEST_CASE("every bit that is turned is noticed, but for those of the tool's version") {
  const std::string text = sample_text();
  const std::size_t tool = text.find("#tool ") + 6;
  const std::size_t tool_end = text.find('\n', tool);
  std::size_t unnoticed = 0;
  for (std::size_t bit = 0; bit < 8 * text.size(); ++bit) {
    const std::size_t at = bit / 8;
    std::string changed = text;
    changed[at] = static_cast<char>(changed[at] ^ (1 << bit % 8));
    const auto trace = read_text(changed);
    if (!trace) continue;
    REQUIRE(at >= tool);
    REQUIRE(at < tool_end);
    ++unnoticed;
  }
  CHECK(unnoticed > 0);  // "0.1.0" becomes another version
}

TEST_CASE("whatever the input, reading ends with a trace or an error") {
  const std::string text = sample_text();
  Random random(71);
  for (int round = 0; round < 3000; ++round) {
    std::string changed = text;
    for (std::uint64_t edits = 1 + random.below(4); edits != 0; --edits) {
      const std::size_t at = random.below(changed.size());
      switch (random.below(4)) {
        case 0:
          changed[at] = static_cast<char>(random.below(256));
          break;
        case 1:
          changed.erase(at, random.below(100));
          break;
        case 2: {
          const std::size_t from = random.below(changed.size());
          changed.insert(at, changed.substr(from, random.below(300)));
          break;
        }
        default:
          changed.insert(at, 1, " \n\r#=\"\\@"[random.below(8)]);
          break;
      }
      if (changed.empty()) changed = "x";
    }
    const auto trace = read_text(changed);
    if (trace) REQUIRE(same_but_tool(write_text(*trace), changed));
  }
}

TEST_CASE("a trace can be read line by line, keeping one line") {
  TextReader reader;
  std::string text = sample_text();
  std::size_t events = 0;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = text.find('\n', start);
    const std::string line = text.substr(start, end - start);
    start = end + 1;
    const auto got = reader.next(line);
    REQUIRE_MESSAGE(got.ok(), got.error().text());
    if (*got == TextReader::Line::kEvent) {
      ++events;
      CHECK(reader.event().cycle == 571 * events);
    }
    CHECK((*got == TextReader::Line::kEnd) == (start == text.size()));
    CHECK(reader.finish("").ok() == (start == text.size()));
  }
  CHECK(events == 6);
  CHECK(reader.events() == 6);
  CHECK(reader.header() == sample::header());
}

}  // namespace
}  // namespace ipcsim::trace
