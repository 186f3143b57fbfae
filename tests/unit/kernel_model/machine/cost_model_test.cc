// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/cost_model.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "kernel_model/machine/shipped_cost_models.h"

namespace ipcsim::machine {
namespace {

constexpr std::string_view kCpuAndSource = " | a CPU | somebody measured it";

// A whole model; the line of `replaced`, if any, is `line` instead.
std::string model_text(std::string_view replaced = "", std::string_view line = "") {
  std::string text = "# a comment\nmodel mine\n\n";
  std::uint64_t value = 100;
  for (const CostKey& cost : cost_keys()) {
    if (cost.key == replaced) {
      text += line;
    } else {
      text += std::string(cost.key) + "  " + std::to_string(value) + " cycles" +
              std::string(kCpuAndSource);
    }
    text += "\n";
    ++value;
  }
  return text;
}

std::vector<CostModelError> errors_of(const std::string& text) {
  const auto model = parse_cost_model(text);
  return model ? std::vector<CostModelError>() : model.error();
}

// The only error of a model in which one line is wrong.
std::string error_in(std::string_view replaced, std::string_view line) {
  const auto errors = errors_of(model_text(replaced, line));
  REQUIRE(!errors.empty());
  std::uint32_t number = 4;
  for (const CostKey& cost : cost_keys()) {
    if (cost.key == replaced) break;
    ++number;
  }
  CHECK(errors[0].line == number);
  return errors[0].message;
}

TEST_CASE("a model has its name and every number of its file") {
  const auto model = parse_cost_model(model_text());
  REQUIRE(model.ok());
  CHECK(model->name == "mine");
  std::uint64_t value = 100;
  for (const CostKey& cost : cost_keys()) CHECK(cost_of(*model, cost.key) == value++);
  CHECK(model->system_call_entry == 100);
}

TEST_CASE("numbers may be 0 and as large as kMaximumCost, with digits in groups") {
  for (const std::string_view number : {"0", "1000000000", "1_000_000_000"}) {
    const auto model = parse_cost_model(model_text(
        "random", "random " + std::string(number) + " cycles" + std::string(kCpuAndSource)));
    REQUIRE(model.ok());
    CHECK(model->random == (number == "0" ? 0 : kMaximumCost));
  }
}

TEST_CASE("spaces, tabs, comments and empty lines do not matter") {
  const auto model = parse_cost_model(
      model_text("random", "\t random\t\t7   cycles |x|y  # and why\r") + "\n\n# the end");
  REQUIRE(model.ok());
  CHECK(model->random == 7);
}

TEST_CASE("a key that is not known is an error, with the nearest that is") {
  const std::string message = error_in("random", "randon 7 cycles | x | y");
  CHECK(message == "`randon` is no cost; did you mean `random`?");
  const auto errors = errors_of(model_text() + "quite_something_else 7 cycles | x | y\n");
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].message == "`quite_something_else` is no cost");
}

TEST_CASE("a key that is missing is an error of the file") {
  const auto errors = errors_of(model_text("random", ""));
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].line == 0);
  CHECK(errors[0].message == "`random` is missing");
}

TEST_CASE("a key that is given twice is an error") {
  CHECK(error_in("lock_acquire", "system_call_entry 7 cycles | x | y") ==
        "`system_call_entry` is given twice");
}

TEST_CASE("a line without its CPU or its source is an error") {
  CHECK(error_in("random", "random 7 cycles") ==
        "`random` needs its CPU and its source: KEY N cycles | CPU | SOURCE");
  CHECK(error_in("random", "random 7 cycles | x") ==
        "`random` needs its CPU and its source: KEY N cycles | CPU | SOURCE");
}

TEST_CASE("a value that is no number of cycles up to the largest is an error") {
  for (const std::string_view value : {"", "7", "cycles", "7 ns", "seven cycles", "-7 cycles",
                                       "7.5 cycles", "1000000001 cycles", "7 cycles more"}) {
    const std::string line = "random " + std::string(value) + " | x | y";
    CHECK_MESSAGE(error_in("random", line) ==
                      "`random` needs a number of cycles up to 1000000000, as in `95 cycles`",
                  std::string(value));
  }
}

TEST_CASE("a model without a name is an error of the file") {
  std::string text = model_text();
  text.replace(text.find("model mine"), 10, "");
  const auto errors = errors_of(text);
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].line == 0);
  CHECK(errors[0].message == "the line `model NAME` is missing");
}

TEST_CASE("a name that is no word, or a second one, is an error") {
  const std::string long_name = "model " + std::string(201, 'x');
  for (const std::string_view name :
       {std::string_view("model"), std::string_view("model my board"),
        std::string_view("model mine | x"), std::string_view(long_name)}) {
    std::string text = model_text();
    text.replace(text.find("model mine"), 10, name);
    const auto errors = errors_of(text);
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].line == 2);
    CHECK(errors[0].message == "`model` needs a name: one word of at most 200 characters");
  }
  const auto twice = errors_of(model_text() + "model other\n");
  REQUIRE(twice.size() == 1);
  CHECK(twice[0].message == "`model` is given twice");
}

TEST_CASE("the errors of all lines are given, in their order, and nothing that follows from them") {
  const auto errors = errors_of("model mine\nrandom\nnonsense 1 cycles | x | y\n");
  REQUIRE(errors.size() == 2);
  CHECK(errors[0].line == 2);
  CHECK(errors[1].line == 3);
}

TEST_CASE("an empty file is no model; what is missing is told at once") {
  const auto errors = errors_of("");
  REQUIRE(errors.size() == 2);
  CHECK(errors[1].line == 0);
  CHECK(errors[1].message.ends_with(" and " + std::to_string(cost_keys().size() - 5) +
                                    " more are missing"));
}

TEST_CASE("a byte order mark at the beginning is skipped") {
  CHECK(parse_cost_model("\xef\xbb\xbf" + model_text()).ok());
}

TEST_CASE("set_cost sets one number by its key") {
  CostModel model;
  CHECK(set_cost(model, "poll_before", 77));
  CHECK(model.poll_before == 77);
  CHECK(cost_of(model, "poll_before") == 77);
  CHECK_FALSE(set_cost(model, "poll_bfore", 78));
  CHECK(model.poll_before == 77);
  CHECK(model.poll_after == 1);
}

TEST_CASE("the digest is of the numbers") {
  CostModel model;
  const std::uint64_t before = digest_of(model);
  model.name = "other";
  CHECK(digest_of(model) == before);
  set_cost(model, "random", 5);
  CHECK(digest_of(model) != before);
}

TEST_CASE("every cost says what it is") {
  for (const CostKey& cost : cost_keys()) CHECK(!cost.meaning.empty());
}

}  // namespace
}  // namespace ipcsim::machine
