// SPDX-License-Identifier: BSD-2-Clause
// Random expressions, evaluated by the whole way from text to running code and by a few lines of
// reference code here: both must give the same value, or fail for the same reason.
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "sim/base/random.h"
#include "tests/support/scenario_text.h"

namespace ipcsim::scenario {
namespace {

// The value of an expression, or the message with which it fails.
struct Outcome {
  std::int64_t value = 0;
  std::string error;

  bool ok() const { return error.empty(); }
};

struct Sample {
  std::string text;
  Outcome outcome;
};

constexpr std::string_view kOverflow = "the result does not fit into 64 bits";
constexpr std::string_view kDivision = "division by zero";
constexpr std::string_view kShift = "a shift is by 0 to 63 bits";

__extension__ using Wide = __int128;

Outcome narrowed(Wide value) {
  if (value < std::numeric_limits<std::int64_t>::min() ||
      value > std::numeric_limits<std::int64_t>::max()) {
    return {0, std::string(kOverflow)};
  }
  return {static_cast<std::int64_t>(value), ""};
}

Outcome combine(const std::string& operation, std::int64_t left, std::int64_t right) {
  const Wide a = left;
  const Wide b = right;
  if (operation == "+") return narrowed(a + b);
  if (operation == "-") return narrowed(a - b);
  if (operation == "*") return narrowed(a * b);
  if (operation == "/" || operation == "%") {
    if (right == 0) return {0, std::string(kDivision)};
    return operation == "/" ? narrowed(a / b) : narrowed(a % b);
  }
  if (operation == "&") return {left & right, ""};
  if (operation == "|") return {left | right, ""};
  if (operation == "^") return {left ^ right, ""};
  if (right < 0 || right > 63) return {0, std::string(kShift)};
  Wide result = a;
  for (std::int64_t bit = 0; bit < right; ++bit) {
    // Rounds towards minus infinity to the right; drops the highest of 64 bits to the left.
    result = operation == "<<" ? static_cast<std::int64_t>(static_cast<std::uint64_t>(result) * 2)
                               : (result - (result & 1)) / 2;
  }
  return narrowed(result);
}

bool compare(const std::string& operation, std::int64_t left, std::int64_t right) {
  if (operation == "==") return left == right;
  if (operation == "!=") return left != right;
  if (operation == "<") return left < right;
  if (operation == "<=") return left <= right;
  if (operation == ">") return left > right;
  return left >= right;
}

class Generator {
 public:
  Generator(Random& random, std::array<std::int64_t, 4> variables)
      : random_(random), variables_(variables) {}

  Sample integer(unsigned depth) {
    if (depth == 0 || random_.one_in(4)) return leaf();
    if (random_.one_in(8)) {
      const Sample operand = integer(depth - 1);
      return {"-(" + operand.text + ")",
              operand.outcome.ok() ? combine("-", 0, operand.outcome.value) : operand.outcome};
    }
    const std::string operation = pick({"+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>"});
    const Sample left = integer(depth - 1);
    const Sample right = integer(depth - 1);
    Sample sample{"(" + left.text + " " + operation + " " + right.text + ")", left.outcome};
    if (left.outcome.ok()) sample.outcome = right.outcome;
    if (left.outcome.ok() && right.outcome.ok()) {
      sample.outcome = combine(operation, left.outcome.value, right.outcome.value);
    }
    return sample;
  }

  Sample truth(unsigned depth) {
    if (depth == 0 || random_.one_in(3)) {
      const std::string operation = pick({"==", "!=", "<", "<=", ">", ">="});
      const Sample left = integer(2);
      const Sample right = integer(2);
      Sample sample{left.text + " " + operation + " " + right.text, left.outcome};
      if (left.outcome.ok()) sample.outcome = right.outcome;
      if (left.outcome.ok() && right.outcome.ok()) {
        sample.outcome = {compare(operation, left.outcome.value, right.outcome.value), ""};
      }
      return sample;
    }
    if (random_.one_in(5)) {
      const Sample operand = truth(depth - 1);
      return {"not (" + operand.text + ")",
              operand.outcome.ok() ? Outcome{operand.outcome.value == 0, ""} : operand.outcome};
    }
    const bool is_and = random_.one_in(2);
    const Sample left = truth(depth - 1);
    const Sample right = truth(depth - 1);
    Sample sample{"(" + left.text + (is_and ? ") and (" : ") or (") + right.text + ")",
                  left.outcome};
    const bool goes_on = left.outcome.ok() && (left.outcome.value != 0) == is_and;
    if (goes_on) sample.outcome = right.outcome;
    return sample;
  }

 private:
  Sample leaf() {
    if (random_.one_in(2)) {
      const std::size_t index = random_.below(variables_.size());
      return {std::string(1, static_cast<char>('a' + index)), {variables_[index], ""}};
    }
    const std::int64_t value = random_.range(0, 70);
    // Something that is only known when it runs: an expression without a value is refused before.
    return {"(z + " + std::to_string(value) + ")", {value, ""}};
  }

  std::string pick(std::initializer_list<const char*> words) {
    return words.begin()[random_.below(words.size())];
  }

  Random& random_;
  std::array<std::int64_t, 4> variables_;
};

std::array<std::int64_t, 4> draw_variables(Random& random) {
  return {random.range(-3, 3), random.range(-100, 100),
          random.one_in(2) ? std::numeric_limits<std::int64_t>::min()
                           : std::numeric_limits<std::int64_t>::max(),
          static_cast<std::int64_t>(random.next())};
}

std::string scenario_for(const std::array<std::int64_t, 4>& variables, const std::string& last) {
  std::string body = "let z = random(1); ";
  for (std::size_t index = 0; index < variables.size(); ++index) {
    body += std::string("let ") + static_cast<char>('a' + index) + " = random(1) + " +
            std::to_string(variables[index]) + "; ";
  }
  return body + "compute z | (a ^ a) | (b ^ b) | (c ^ c) | (d ^ d)\n" + last;
}

void check(const std::array<std::int64_t, 4>& variables, const Sample& sample,
           const std::string& statement) {
  const RunReport report = run_thread(scenario_for(variables, statement));
  INFO(statement);
  if (sample.outcome.ok()) {
    CHECK(outcome_of(report) == "passed");
  } else {
    CHECK(outcome_of(report) == "unhandled_error test.scn:5: " + sample.outcome.error);
  }
}

TEST_CASE("random integer expressions have the value they should") {
  Random random(1);
  for (int round = 0; round < 300; ++round) {
    const std::array<std::int64_t, 4> variables = draw_variables(random);
    const Sample sample = Generator(random, variables).integer(4);
    check(variables, sample,
          "let r = " + sample.text + "; expect r == " + std::to_string(sample.outcome.value));
  }
}

TEST_CASE("random conditions have the truth they should") {
  Random random(2);
  for (int round = 0; round < 300; ++round) {
    const std::array<std::int64_t, 4> variables = draw_variables(random);
    const Sample sample = Generator(random, variables).truth(3);
    const std::string condition = sample.outcome.value != 0 || !sample.outcome.ok()
                                      ? sample.text
                                      : "not (" + sample.text + ")";
    check(variables, sample, "expect " + condition);
  }
}

}  // namespace
}  // namespace ipcsim::scenario
