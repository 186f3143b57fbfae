// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/fingerprint.h"

#include <cstring>
#include <set>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/random.h"

namespace ipcsim::trace {
namespace {

std::vector<Record> some_records(std::size_t count) {
  Random random(51);
  std::vector<Record> records(count);
  for (Record& record : records) {
    for (std::uint64_t& argument : record.arguments) argument = random.below(3);
    record.cycle = random.below(1000);
    record.step = static_cast<std::uint32_t>(random.below(5));
  }
  return records;
}

std::uint64_t fingerprint_of(const std::vector<Record>& records) {
  Recorder recorder;
  for (const Record& record : records) recorder.append(record);
  return fingerprint(recorder);
}

TEST_CASE("the same run has the same fingerprint, in a fresh recorder and in a used one") {
  const std::vector<Record> records = some_records(40);
  Recorder used;
  for (const Record& record : some_records(90)) used.append(record);
  used.keep({});
  used.clear();
  for (const Record& record : records) used.append(record);
  CHECK(fingerprint(used) == fingerprint_of(records));
}

TEST_CASE("a fingerprint lasts: it is the same on every machine") {
  CHECK(fingerprint(Recorder()) == 0xd17afcb255b48b03);
  CHECK(fingerprint_of(some_records(40)) == 0xdab07d0ef60d8083);
}

TEST_CASE("every bit of every record counts") {
  const std::vector<Record> records = some_records(3);
  std::set<std::uint64_t> seen{fingerprint_of(records)};
  constexpr std::size_t kBits = 8 * sizeof(Record);
  for (std::size_t bit = 0; bit < records.size() * kBits; ++bit) {
    std::vector<Record> changed = records;
    std::array<unsigned char, sizeof(Record)> bytes{};
    Record& record = changed[bit / kBits];
    std::memcpy(bytes.data(), &record, sizeof record);
    bytes.at(bit % kBits / 8) =
        static_cast<unsigned char>(bytes.at(bit % kBits / 8) ^ 1U << bit % 8);
    std::memcpy(&record, bytes.data(), sizeof record);
    seen.insert(fingerprint_of(changed));
  }
  CHECK(seen.size() == 1 + records.size() * kBits);
}

TEST_CASE("order and number of records count") {
  std::vector<Record> records = some_records(20);
  std::set<std::uint64_t> seen{fingerprint_of(records)};
  for (std::size_t i = 1; i < records.size(); ++i) {
    std::vector<Record> swapped = records;
    std::swap(swapped[i - 1], swapped[i]);
    seen.insert(fingerprint_of(swapped));
  }
  CHECK(seen.size() == records.size());
  records.pop_back();
  CHECK(seen.insert(fingerprint_of(records)).second);
  CHECK(fingerprint_of({}) != fingerprint_of({Record{}}));
  CHECK(fingerprint_of({Record{}}) != fingerprint_of({Record{}, Record{}}));
}

TEST_CASE("kept bytes count") {
  const auto with = [](std::initializer_list<unsigned> bytes) {
    Recorder recorder;
    std::vector<std::byte> message;
    for (const unsigned byte : bytes) message.push_back(static_cast<std::byte>(byte));
    recorder.keep(message);
    return fingerprint(recorder);
  };
  CHECK(with({1, 2}) == with({1, 2}));
  CHECK(with({1, 2}) != with({2, 1}));
  CHECK(with({1}) != with({1, 0}));
  CHECK(with({}) != fingerprint(Recorder()));
}

}  // namespace
}  // namespace ipcsim::trace
