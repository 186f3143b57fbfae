// SPDX-License-Identifier: BSD-2-Clause
// What it costs to leave a trace: recording while the run goes on, and text, fingerprint and
// reading afterwards. All figures are per event; the counter `line` is the length of a line.
#include <cstring>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "sim/trace/fingerprint.h"
#include "sim/trace/record_formatter.h"
#include "sim/trace/recorder.h"
#include "sim/trace/text_reader.h"
#include "sim/trace/text_writer.h"
#include "tests/unit/sim/trace/sample_vocabulary.h"

namespace ipcsim::trace {
namespace {

constexpr std::int64_t kEventsOfRun = 1000;

Record record_of(std::uint32_t i, std::uint64_t kept) {
  Record record;
  record.cycle = 1'000'000 + 571 * Cycle{i};
  record.lane = LaneId(i % 2);
  record.step = i / 2 + 1;
  record.cpu = static_cast<std::uint16_t>(i % 2);
  record.source = {.file = 0, .line = 17};
  switch (i % 4) {
    case 0:
      record.event = sample::kPoll;
      record.arguments = {0, static_cast<std::uint64_t>(-1), kNever};
      record.flow = i;
      break;
    case 1:
      record.event = sample::kWrite;
      record.arguments = {kept, static_cast<std::uint64_t>(-1), i};
      break;
    case 2:
      record.event = sample::kSwitch;
      record.arguments = {0, 1};
      record.why = sample::kSlept;
      break;
    default:
      record.event = sample::kReady;
      record.why = sample::kSliceOver;
      record.flow = i;
      break;
  }
  return record;
}

void fill(Recorder& recorder) {
  std::vector<std::byte> message(32);
  std::memcpy(message.data(), "ping", 4);
  const std::uint64_t kept = recorder.keep(message);
  for (std::uint32_t i = 1; i <= kEventsOfRun; ++i) recorder.append(record_of(i, kept));
}

void append(benchmark::State& state) {
  Recorder recorder;
  Record record = record_of(1, 0);
  for (auto _ : state) {
    recorder.clear();
    for (std::int64_t i = 0; i < kEventsOfRun; ++i) {
      record.cycle += 571;
      recorder.append(record);
    }
    benchmark::DoNotOptimize(recorder.records().data());
  }
  state.SetItemsProcessed(state.iterations() * kEventsOfRun);
}
BENCHMARK(append);

void append_in_place(benchmark::State& state) {
  Recorder recorder;
  for (auto _ : state) {
    recorder.clear();
    for (std::uint32_t i = 0; i < kEventsOfRun; ++i) {
      Record& record = recorder.append();
      record.cycle = 571 * Cycle{i};
      record.lane = LaneId(i % 2);
      record.step = i;
      record.event = sample::kPoll;
      record.cpu = 0;
      record.source = {.file = 0, .line = 17};
      record.arguments = {0, i, kNever};
    }
    benchmark::DoNotOptimize(recorder.records().data());
  }
  state.SetItemsProcessed(state.iterations() * kEventsOfRun);
}
BENCHMARK(append_in_place);

void keep_message(benchmark::State& state) {
  Recorder recorder;
  const std::vector<std::byte> message(32);
  for (auto _ : state) {
    recorder.clear();
    for (std::int64_t i = 0; i < kEventsOfRun; ++i) {
      benchmark::DoNotOptimize(recorder.keep(message));
    }
  }
  state.SetItemsProcessed(state.iterations() * kEventsOfRun);
}
BENCHMARK(keep_message);

void fingerprint_of_run(benchmark::State& state) {
  Recorder recorder;
  fill(recorder);
  for (auto _ : state) benchmark::DoNotOptimize(fingerprint(recorder));
  state.SetItemsProcessed(state.iterations() * kEventsOfRun);
}
BENCHMARK(fingerprint_of_run);

void format_lines(benchmark::State& state) {
  Recorder recorder;
  fill(recorder);
  const Names names = sample::names_of(recorder);
  const RecordFormatter formatter(sample::kVocabulary, names);
  std::string text;
  for (auto _ : state) {
    text.clear();
    for (const Record& record : recorder.records()) {
      formatter.append_line(text, record);
      text += '\n';
    }
    benchmark::DoNotOptimize(text.data());
  }
  state.SetItemsProcessed(state.iterations() * kEventsOfRun);
  state.counters["line"] = static_cast<double>(text.size()) / static_cast<double>(kEventsOfRun);
}
BENCHMARK(format_lines);

std::string text_of_run() {
  Recorder recorder;
  fill(recorder);
  return write_text(sample::header(), recorder.records(), sample::kVocabulary,
                    sample::names_of(recorder));
}

void whole_text(benchmark::State& state) {
  Recorder recorder;
  fill(recorder);
  const Names names = sample::names_of(recorder);
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        write_text(sample::header(), recorder.records(), sample::kVocabulary, names));
  }
  state.SetItemsProcessed(state.iterations() * kEventsOfRun);
}
BENCHMARK(whole_text);

void read_whole_text(benchmark::State& state) {
  const std::string text = text_of_run();
  for (auto _ : state) benchmark::DoNotOptimize(read_text(text));
  state.SetItemsProcessed(state.iterations() * kEventsOfRun);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(read_whole_text);

}  // namespace
}  // namespace ipcsim::trace

BENCHMARK_MAIN();
