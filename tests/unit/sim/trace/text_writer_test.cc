// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/text_writer.h"

#include <doctest/doctest.h>

#include "sim/base/digits.h"
#include "sim/base/text.h"
#include "tests/unit/sim/trace/sample_vocabulary.h"

namespace ipcsim::trace {
namespace {

void fill(Recorder& recorder, std::uint32_t events) {
  for (std::uint32_t i = 1; i <= events; ++i) {
    Record& record = recorder.append();
    record.cycle = 10 * Cycle{i};
    record.lane = LaneId(i % 2);
    record.step = i;
    record.cpu = 0;
    record.event = i % 3 == 0 ? sample::kReady : sample::kSwitch;
    record.arguments = {0, 1};
  }
}

std::string written(const TraceHeader& header, const Recorder& recorder) {
  return write_text(header, recorder.records(), sample::kVocabulary, sample::names_of(recorder));
}

TEST_CASE("header, a line for each event, and the end") {
  Recorder recorder;
  fill(recorder, 3);
  const std::string text = written(sample::header(), recorder);
  std::string header;
  append_header(header, sample::header());
  REQUIRE(text.starts_with(header));
  const std::vector<std::string_view> lines =
      split(std::string_view(text).substr(header.size()), '\n');
  REQUIRE(lines.size() == 5);
  CHECK(lines[0] ==
        "        10 cpu0  producer.main#1      sched  switch       from=consumer.main "
        "to=producer.main");
  CHECK(lines[2] == "        30 cpu0  producer.main#3      sched  ready");
  CHECK(lines[3].starts_with("#end events=3 hash="));
  CHECK(lines[4].empty());
}

TEST_CASE("the hash is that of all lines before the end but the tool's") {
  Recorder recorder;
  fill(recorder, 20);
  const std::string text = written(sample::header(), recorder);
  StableHash hash;
  std::string_view last;
  for (const std::string_view line :
       split(std::string_view(text).substr(0, text.size() - 1), '\n')) {
    last = line;
    if (line.starts_with("#tool ") || line.starts_with("#end ")) continue;
    hash.add_raw(line);
    hash.add_raw("\n");
  }
  std::string expected = "#end events=20 hash=";
  append_digest(expected, hash.digest());
  CHECK(last == expected);
}

TEST_CASE("the version of the tool changes its own line alone") {
  Recorder recorder;
  fill(recorder, 5);
  TraceHeader newer = sample::header();
  newer.tool = "0.2.0-a_longer_version";
  const std::string old_text = written(sample::header(), recorder);
  const std::string new_text = written(newer, recorder);
  CHECK(old_text != new_text);
  CHECK(same_but_tool(old_text, new_text));
  CHECK(old_text.substr(old_text.rfind("#end")) == new_text.substr(new_text.rfind("#end")));
}

TEST_CASE("texts are the same but for the tool only if nothing else differs") {
  Recorder recorder;
  fill(recorder, 5);
  const std::string text = written(sample::header(), recorder);
  CHECK(same_but_tool(text, text));
  CHECK_FALSE(same_but_tool(text, text.substr(0, text.size() - 1)));
  CHECK_FALSE(same_but_tool(text, ""));
  CHECK(same_but_tool("", ""));
  CHECK(same_but_tool("a", "a"));
  CHECK_FALSE(same_but_tool("a", "b"));
  CHECK_FALSE(same_but_tool("a", "a\n"));
  CHECK_FALSE(same_but_tool("", "\n"));
  CHECK_FALSE(same_but_tool("a\nx", "a\nx\n"));
  CHECK(same_but_tool("a\nx\nb", "a\nyz\nb"));
  CHECK_FALSE(same_but_tool("a\nx\nb", "a\nb"));
  for (std::size_t i = 0; i < text.size(); i += 7) {
    std::string changed = text;
    changed[i] = '~';
    const bool in_tool_line = i >= text.find("#tool") && i < text.find("\n#scenario");
    REQUIRE(same_but_tool(text, changed) == in_tool_line);
  }
}

TEST_CASE("text taken in pieces is the same text") {
  Recorder recorder;
  fill(recorder, 50);
  const Names names = sample::names_of(recorder);
  const RecordFormatter formatter(sample::kVocabulary, names);
  TextWriter writer(sample::header());
  std::string text = writer.take();
  const std::span<const Record> records = recorder.records();
  for (std::size_t i = 0; i < records.size(); i += 5) {
    writer.add(records.subspan(i, 5), formatter);
    if (i % 2 == 0) text += writer.take();
  }
  writer.finish();
  text += writer.take();
  CHECK(text == written(sample::header(), recorder));
  CHECK(writer.take().empty());
}

TEST_CASE("a run without events has a trace too") {
  const Recorder recorder;
  const std::string text = written({}, recorder);
  CHECK(text.find("\n#end events=0 hash=") != std::string::npos);
}

}  // namespace
}  // namespace ipcsim::trace
