// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/object/tracer.h"

#include <doctest/doctest.h>

namespace ipcsim::kernel {
namespace {

TEST_CASE("a record has what the call site says and when and where that was") {
  engine::Engine engine;
  engine::ReferenceChooser chooser;
  engine.reset({}, chooser, 1);
  trace::Recorder recorder;
  Tracer tracer(engine, recorder);
  tracer.emit(EventGroup::kIpc, EventCode::kPolled, 3, {.file = 1, .line = 9}, {7, 8, 9},
              {.result = kOk, .why = Reason::kSignal, .flow = 5});
  REQUIRE(recorder.records().size() == 1);
  const trace::Record& record = recorder.records().front();
  CHECK(record.cycle == 0);
  CHECK(record.cpu == 3);
  CHECK(record.event == static_cast<std::uint16_t>(EventCode::kPolled));
  CHECK(record.source.line == 9);
  CHECK(record.result == kOk);
  CHECK(record.why == static_cast<std::uint16_t>(Reason::kSignal));
  CHECK(record.flow == 5);
  CHECK(record.arguments[0] == 7);
  CHECK(record.arguments[2] == 9);
  CHECK(record.arguments[3] == 0);
}

TEST_CASE("a kind that is not recorded leaves nothing, and then there are no arrows") {
  engine::Engine engine;
  engine::ReferenceChooser chooser;
  engine.reset({}, chooser, 1);
  trace::Recorder recorder(trace::KindMask{1} << static_cast<unsigned>(EventGroup::kIpc));
  Tracer tracer(engine, recorder);
  CHECK(tracer.records(EventGroup::kIpc));
  CHECK_FALSE(tracer.records(EventGroup::kSched));
  tracer.emit(EventGroup::kSched, EventCode::kReady, 0, {}, {});
  CHECK(recorder.records().empty());
  CHECK(tracer.new_flow() == 1);
  CHECK(tracer.new_flow() == 2);
  recorder.start(0);
  CHECK(tracer.new_flow() == 0);
}

}  // namespace
}  // namespace ipcsim::kernel
