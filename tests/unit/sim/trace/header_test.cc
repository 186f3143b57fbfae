// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/header.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "sim/base/random.h"
#include "sim/base/text.h"
#include "sim/trace/header_reader.h"
#include "tests/unit/sim/trace/sample_vocabulary.h"

namespace ipcsim::trace {
namespace {

using Lines = std::vector<std::string>;

Lines lines_of(const TraceHeader& header) {
  std::string text;
  append_header(text, header);
  Lines lines;
  for (const std::string_view line : split(text, '\n')) lines.emplace_back(line);
  REQUIRE(lines.back().empty());  // the text ends with a line end
  lines.pop_back();
  return lines;
}

// The header, or what is wrong with its first bad line. The first line is not the reader's.
Result<TraceHeader, std::string> read(const Lines& lines) {
  HeaderReader reader;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const auto progress = reader.next(lines[i]);
    if (!progress) return Failure(progress.error());
    const bool last = i + 1 == lines.size();
    if ((*progress == HeaderReader::Progress::kComplete) != last) {
      return Failure(std::string("ended at the wrong line"));
    }
  }
  return reader.header();
}

TEST_CASE("the header in full") {
  CHECK(lines_of(sample::header()) ==
        Lines{"#ipcsim trace 1", "#tool 0.1.0", "#scenario hello.scn digest=0123456789abcdef",
              "#parameter messages=64", "#parameter greeting=\"two\\x20words\"",
              "#policy buffer=shared", "#policy poll_all=full_task", "#defect lost_signal",
              "#cost skylake_nokpti digest=000000000000002a", "#seed 7",
              "#schedule hold consumer.main#3 until producer.main#7",
              "#schedule \" an odd \\\"line\\\"\"", "#recorded all",
              "#    cycle cpu   lane#step            kind   name         arguments, result, flow, "
              "why, place"});
}

TEST_CASE("the least header") {
  TraceHeader header;
  header.recorded = {"ipc", "sched"};
  CHECK(lines_of(header) ==
        Lines{"#ipcsim trace 1", "#tool \"\"", "#scenario \"\" digest=0000000000000000",
              "#cost \"\" digest=0000000000000000", "#recorded ipc sched", lines_of({}).back()});
}

TEST_CASE("a header is read back") {
  for (const TraceHeader& header : {TraceHeader(), sample::header()}) {
    const auto same = read(lines_of(header));
    REQUIRE_MESSAGE(same.ok(), same.error());
    CHECK(*same == header);
  }
}

std::string random_text(Random& random) {
  std::string text;
  for (std::uint64_t size = random.below(8); size != 0; --size) {
    text += random.one_in(3) ? static_cast<char>(random.below(256)) : 'a';
  }
  return text;
}

TEST_CASE("any header is read back") {
  Random random(61);
  for (int round = 0; round < 500; ++round) {
    TraceHeader header;
    header.tool = random_text(random);
    header.scenario = random_text(random);
    header.scenario_digest = random.next();
    header.cost_model = random_text(random);
    header.cost_model_digest = random.next();
    if (random.one_in(2)) header.seed = random.next();
    for (auto* settings : {&header.parameters, &header.policies}) {
      for (std::uint64_t i = random.below(3); i != 0; --i) {
        std::string name = random_text(random);
        settings->emplace_back(std::move(name), random_text(random));
      }
    }
    header.recorded.clear();
    for (auto* texts : {&header.defects, &header.schedule, &header.recorded}) {
      for (std::uint64_t i = random.below(3); i != 0; --i) texts->push_back(random_text(random));
    }
    const auto same = read(lines_of(header));
    REQUIRE_MESSAGE(same.ok(), same.error());
    REQUIRE(*same == header);
  }
}

// What the reader says when line `index` of the sample is replaced.
std::string complaint(std::size_t index, std::string line) {
  Lines lines = lines_of(sample::header());
  lines[index] = std::move(line);
  const auto result = read(lines);
  return result ? "" : result.error();
}

TEST_CASE("a damaged line of the header is named") {
  CHECK(complaint(1, "#tool") == "this '#tool' line is not as they are written: \"#tool\"");
  for (const char* tool : {"#tool ", "#tool a b", "#tool  a", "#tool a ", "#tool \"a\""}) {
    CAPTURE(tool);
    CHECK(complaint(1, tool).starts_with("this '#tool' line is not as they are written"));
  }
  for (const char* scenario :
       {"#scenario hello.scn", "#scenario hello.scn digest=1",
        "#scenario hello.scn digest=", "#scenario hello.scn  digest=0123456789abcdef",
        "#scenario hello.scn digest=0123456789ABCDEF",
        "#scenario hello.scn digest=0123456789abcdef ", "#scenario digest=0123456789abcdef"}) {
    CAPTURE(scenario);
    CHECK(complaint(2, scenario).starts_with("this '#scenario' line is not as they are written"));
  }
  for (const char* parameter : {"#parameter a", "#parameter a=", "#parameter =b",
                                "#parameter a=b=c", "#parameter a =b", "#parameter a=\"b\""}) {
    CAPTURE(parameter);
    CHECK(complaint(3, parameter).starts_with("this '#parameter' line is not as"));
  }
  for (const char* seed : {"#seed", "#seed x", "#seed 07", "#seed -1", "#seed 7 "}) {
    CAPTURE(seed);
    CHECK(complaint(9, seed).starts_with("this '#seed' line is not as they are written"));
  }
  for (const char* kinds : {"#recorded ", "#recorded a  b", "#recorded a ", "#recorded a,b"}) {
    CAPTURE(kinds);
    CHECK(complaint(12, kinds).starts_with("this '#recorded' line is not as they are written"));
  }
  CHECK(complaint(10, "#schedule  x").starts_with("this '#schedule' line is not as"));
}

TEST_CASE("the lines of the header come in their order") {
  CHECK(complaint(1, "#scenario hello.scn digest=0123456789abcdef") ==
        "the header should go on with '#tool', not with \"#scenario hello.scn digest=0123456789abc"
        "\"...");
  CHECK(complaint(3, "#recorded all") ==
        "the header should go on with '#parameter' or '#policy' or '#defect' or '#cost', not with "
        "\"#recorded all\"");
  CHECK(complaint(10, "#seed 8") ==
        "the header should go on with '#schedule' or '#recorded', not with \"#seed 8\"");
  CHECK(complaint(13, "0 cpu0") ==
        "the header should go on with the names of the columns, not with \"0 cpu0\"");
  CHECK(complaint(5, "#polic buffer=shared") ==
        "the header should go on with '#parameter' or '#policy' or '#defect' or '#cost', not with "
        "\"#polic buffer=shared\"");
  CHECK(complaint(5, "#policybuffer=shared").starts_with("the header should go on with"));
}

}  // namespace
}  // namespace ipcsim::trace
