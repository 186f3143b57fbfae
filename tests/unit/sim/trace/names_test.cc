// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/names.h"

#include <doctest/doctest.h>

namespace ipcsim::trace {
namespace {

template <class Append>
std::string appended(Append append) {
  std::string text = "<";
  append(text);
  return text.substr(1);
}

TEST_CASE("names are numbered in the order in which they are added") {
  const Recorder recorder;
  Names names(recorder);
  names.add_lane("a");
  names.add_lane("b");
  names.add_file("one.scn");
  names.add(2, "x");
  names.add(2, "y");
  names.add(0, "z");
  CHECK(names.lanes() == 2);
  CHECK(names.files() == 1);
  CHECK(names.lane(LaneId(0)) == "a");
  CHECK(names.lane(LaneId(1)) == "b");
  CHECK(names.file(0) == "one.scn");
  CHECK(names.name(2, 1) == "y");
  CHECK(names.name(0, 0) == "z");
}

TEST_CASE("what has no name is a question mark, with its number in a trace") {
  const Recorder recorder;
  Names names(recorder);
  names.add(1, "x");
  CHECK(names.lane(LaneId(0)) == "?");
  CHECK(names.lane(LaneId()) == "?");
  CHECK(names.file(3) == "?");
  CHECK(names.name(0, 0) == "?");
  CHECK(names.name(1, 1) == "?");
  CHECK(names.name(9, 0) == "?");
  CHECK(appended([&](std::string& out) { names.append_lane(out, LaneId(4)); }) == "?4");
  CHECK(appended([&](std::string& out) { names.append_file(out, 5); }) == "?5");
  CHECK(appended([&](std::string& out) { names.append_name(out, 1, 1); }) == "?1");
  CHECK(appended([&](std::string& out) { names.append_name(out, 9, 77); }) == "?77");
  CHECK(appended([&](std::string& out) { names.append_lane(out, LaneId()); }) == "-");
}

TEST_CASE("names that are no words are quoted in a trace alone") {
  const Recorder recorder;
  Names names(recorder);
  names.add_lane("two words");
  names.add_file("my file.scn");
  names.add(0, "");
  CHECK(names.lane(LaneId(0)) == "two words");
  CHECK(appended([&](std::string& out) { names.append_lane(out, LaneId(0)); }) ==
        R"("two\x20words")");
  CHECK(appended([&](std::string& out) { names.append_file(out, 0); }) == R"("my\x20file.scn")");
  CHECK(appended([&](std::string& out) { names.append_name(out, 0, 0); }) == R"("")");
}

}  // namespace
}  // namespace ipcsim::trace
