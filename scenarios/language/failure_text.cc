// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/failure_text.h"

#include <string_view>

#include <fmt/format.h>

#include "scenarios/language/arithmetic.h"
#include "scenarios/language/table.h"
#include "scenarios/language/value_heap.h"

namespace ipcsim::scenario {
namespace {

// 20_000, as a scenario would write it.
std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, '_');
  return digits;
}

class Words {
 public:
  Words(const Program& program, const ScriptFailure& failure)
      : program_(program),
        failure_(failure),
        judgement_(judgement_of(program, failure.instruction)) {}

  std::string message() const {
    return finding_name(failure_.kind) == "unhandled_error" ? of_error() : of_expectation();
  }

  std::vector<std::string> details() const {
    std::vector<std::string> lines;
    for (std::uint32_t index = 0; index < failure_.term_count; ++index) {
      const Value& value = failure_.terms[index];
      if (value.is_set()) {
        lines.push_back(fmt::format("{} is {}", judgement_->terms[index].text, shown(value)));
      }
    }
    return lines;
  }

 private:
  std::string shown(const Value& value) const {
    return value.is(ValueKind::kTask) ? program_.tasks[value.task().value()].name : text_of(value);
  }

  std::string judged() const {
    return judgement_ == nullptr ? "this" : "`" + judgement_->text + "`";
  }

  // "gave closed(fd -1)", "failed with busy"
  std::string outcome(const Value& value) const {
    return fmt::format("{} {}", value.is(ValueKind::kError) ? "failed with" : "gave", shown(value));
  }

  std::string of_error() const {
    const std::string left = shown(failure_.left);
    switch (failure_.kind) {
      case FailureKind::kCallFailed:
        return fmt::format("{} failed with {}: {}", judged(), left,
                           kernel::meaning_of(failure_.left.error()));
      case FailureKind::kArithmetic:
        return std::string(describe(static_cast<ArithmeticError>(failure_.detail)));
      case FailureKind::kWrongKind:
        return fmt::format("{} is needed here, not {}",
                           describe(static_cast<ValueKind>(failure_.detail)), left);
      case FailureKind::kNoKey:
        return fmt::format("the keys of a table are integers and descriptors, not {}", left);
      case FailureKind::kNoEntry:
        return fmt::format("the table has no entry for {}", left);
      case FailureKind::kOutsideBytes:
        return fmt::format("{} lies outside of these {} bytes", left,
                           failure_.right.bytes().size());
      case FailureKind::kDoesNotFit:
        return fmt::format("{} does not fit into {} byte{}", left, failure_.detail,
                           failure_.detail == 1 ? "" : "s");
      case FailureKind::kBytesTooLong:
        return fmt::format("{} bytes are more than the {} that one value holds", left,
                           grouped(ValueHeap::kMaximumBytes));
      case FailureKind::kTableFull:
        return fmt::format("a table has at most {} entries", grouped(Table::kMaximumEntries));
      case FailureKind::kTableInTable:
        return "a table cannot hold a table";
      case FailureKind::kNoReplica:
        return fmt::format("there is no task {}[{}]", program_.groups[failure_.detail].name, left);
      case FailureKind::kNoThread:
        return no_thread();
      case FailureKind::kNoField:
        return fmt::format("{} does not say that", left);
      case FailureKind::kNegative:
        return fmt::format("{} is too small here", left);
      default:
        return fmt::format("no arm of the match takes {}", left);
    }
  }

  std::string no_thread() const {
    const TaskInstance& task = program_.tasks[failure_.right.task().value()];
    return fmt::format("there is no thread {}[{}]",
                       program_.families[task.first_family + failure_.detail].name,
                       shown(failure_.left));
  }

  std::string of_expectation() const {
    switch (failure_.kind) {
      case FailureKind::kExpectedKind:
        return fmt::format("{} {} instead of {}", judged(), outcome(failure_.left),
                           name_of_kind(static_cast<std::uint16_t>(failure_.detail)));
      case FailureKind::kExpectedValue:
        return fmt::format("{} {} instead of {}", judged(), outcome(failure_.left),
                           shown(failure_.right));
      case FailureKind::kExpectedTrue:
        return fmt::format("{} does not hold", judged());
      case FailureKind::kWithin:
        return fmt::format("{} has not returned within {} cycles", judged(), span());
      case FailureKind::kAlways:
        return fmt::format("{} must always hold, and does not here", judged());
      case FailureKind::kNever:
        return fmt::format("{} must never hold, and does here", judged());
      case FailureKind::kLivelock:
        return "whoever still runs goes round for ever, and nothing changes";
      case FailureKind::kEventually:
        return fmt::format("{} must hold at some time, and never did", judged());
      case FailureKind::kEventuallyWithin:
        return fmt::format("{} must hold within {} cycles, and has not yet", judged(), span());
      default:
        return fmt::format("{} must hold at the end, and does not", judged());
    }
  }

  std::string span() const { return grouped(static_cast<std::uint64_t>(failure_.left.integer())); }

  const Program& program_;
  const ScriptFailure& failure_;
  const Judgement* judgement_;
};

}  // namespace

std::string_view finding_name(FailureKind kind) {
  if (kind == FailureKind::kLivelock) return "livelock";
  return kind < FailureKind::kExpectedKind ? "unhandled_error" : "failed_expectation";
}

FailureText text_of(const Program& program, const ScriptFailure& failure) {
  const Words words(program, failure);
  return {words.message(), words.details()};
}

}  // namespace ipcsim::scenario
