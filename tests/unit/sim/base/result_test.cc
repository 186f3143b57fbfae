// SPDX-License-Identifier: BSD-2-Clause
#include "sim/base/result.h"

#include <memory>
#include <string>

#include <doctest/doctest.h>

namespace ipcsim {
namespace {

Result<int, std::string> half(int number) {
  if (number % 2 != 0) return Failure(std::string("odd"));
  return number / 2;
}

TEST_CASE("a result holds a value") {
  const auto result = half(8);
  CHECK(result.ok());
  CHECK(static_cast<bool>(result));
  CHECK(result.value() == 4);
  CHECK(*result == 4);
}

TEST_CASE("a result holds an error") {
  const auto result = half(7);
  CHECK_FALSE(result.ok());
  CHECK(result.error() == "odd");
}

TEST_CASE("value and error may be of the same type") {
  const Result<int, int> good(1);
  const Result<int, int> bad(Failure(2));
  CHECK(good.ok());
  CHECK_FALSE(bad.ok());
  CHECK(good.value() == 1);
  CHECK(bad.error() == 2);
}

TEST_CASE("a result gives its value away") {
  Result<std::unique_ptr<int>, int> result(std::make_unique<int>(5));
  *result.value() = 6;
  CHECK(**result == 6);
  const std::unique_ptr<int> taken = std::move(result).value();
  CHECK(*taken == 6);
}

TEST_CASE("members are reached through a result") {
  const Result<std::string, int> text(std::string("four"));
  CHECK(text->size() == 4);
}

}  // namespace
}  // namespace ipcsim
