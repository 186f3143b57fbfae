// SPDX-License-Identifier: BSD-2-Clause
// Writing and reading are inverses, whatever a run recorded.
#include <doctest/doctest.h>

#include "sim/base/random.h"
#include "sim/trace/text_reader.h"
#include "sim/trace/text_writer.h"
#include "tests/unit/sim/trace/sample_vocabulary.h"

namespace ipcsim::trace {
namespace {

std::string any_text(Random& random) {
  std::string text;
  for (std::uint64_t size = random.below(30); size != 0; --size) {
    text += random.one_in(5) ? static_cast<char>(random.below(256))
                             : static_cast<char>('a' + random.below(26));
  }
  return text;
}

// Numbers of every size, small ones often.
std::uint64_t any_number(Random& random) { return random.next() >> random.below(64); }

Record any_record(Random& random, Recorder& recorder) {
  Record record;
  record.cycle = any_number(random);
  record.lane = random.one_in(10) ? LaneId() : LaneId(static_cast<std::uint32_t>(random.below(8)));
  record.step = static_cast<std::uint32_t>(any_number(random));
  record.event = static_cast<std::uint16_t>(random.below(sample::kEvents.size()));
  record.cpu = random.one_in(5) ? kNoCpu : static_cast<std::uint16_t>(any_number(random));
  record.source.file = random.below(8) & 1023U;
  record.source.line = any_number(random) & kMaximumSourceLine;
  record.flow = random.one_in(2) ? 0 : static_cast<std::uint32_t>(any_number(random));
  record.why = static_cast<std::uint16_t>(random.below(sample::kReasons.size()));
  record.result = static_cast<std::uint16_t>(random.below(sample::kResults.size()));
  for (std::uint64_t& argument : record.arguments) argument = any_number(random);
  if (record.event == sample::kWrite || record.event == sample::kRead) {
    std::string message = any_text(random);
    message.append(random.below(20), '\0');
    record.arguments[0] = recorder.keep(std::as_bytes(std::span(message)));
  }
  return record;
}

TEST_CASE("what is written is read, and what is read is written again") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    Recorder recorder;
    for (std::uint64_t i = random.below(40); i != 0; --i) {
      recorder.append(any_record(random, recorder));
    }
    Names names(recorder);
    for (std::uint64_t i = random.below(8); i != 0; --i) names.add_lane(any_text(random));
    for (std::uint64_t i = random.below(8); i != 0; --i) names.add_file(any_text(random));
    for (std::uint64_t i = random.below(8); i != 0; --i)
      names.add(sample::kTasks, any_text(random));
    TraceHeader header = sample::header();
    header.scenario = any_text(random);

    const std::string text = write_text(header, recorder.records(), sample::kVocabulary, names);
    const auto trace = read_text(text);
    REQUIRE_MESSAGE(trace.ok(), trace.error().text());
    REQUIRE(trace->header == header);
    REQUIRE(trace->events.size() == recorder.records().size());
    for (std::size_t i = 0; i < trace->events.size(); ++i) {
      const Record& record = recorder.records()[i];
      const EventLine& event = trace->events[i];
      REQUIRE(event.cycle == record.cycle);
      REQUIRE(event.cpu == record.cpu);
      REQUIRE(event.step == record.step);
      REQUIRE(event.flow == record.flow);
      REQUIRE(event.name == sample::kEvents.at(record.event).name);
      REQUIRE(event.why == sample::kReasons.at(record.why));
      REQUIRE(event.line == record.source.line);
    }
    REQUIRE(write_text(*trace) == text);
    const auto again = read_text(write_text(*trace));
    REQUIRE(again.ok());
    REQUIRE(*again == *trace);
  }
}

}  // namespace
}  // namespace ipcsim::trace
