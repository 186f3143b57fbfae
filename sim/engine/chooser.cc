// SPDX-License-Identifier: BSD-2-Clause
#include "sim/engine/chooser.h"

namespace ipcsim::engine {

std::string_view name_of(ChoiceKind kind) {
  switch (kind) {
    case ChoiceKind::kOrder:
      return "order";
    case ChoiceKind::kPreempt:
      return "preempt";
    case ChoiceKind::kPick:
      return "pick";
    case ChoiceKind::kInject:
      return "inject";
    case ChoiceKind::kValue:
      return "value";
    case ChoiceKind::kJitter:
      return "jitter";
    case ChoiceKind::kTlb:
      return "tlb";
  }
  return "";
}

std::uint64_t RandomChooser::choose(const Choice& choice) {
  constexpr std::uint64_t kRareOdds = 16;
  const bool rare = choice.kind == ChoiceKind::kPreempt || choice.kind == ChoiceKind::kInject;
  if (rare && !random_.one_in(kRareOdds)) return 0;
  if (rare) return 1 + random_.below(choice.count - 1);
  return random_.below(choice.count);
}

}  // namespace ipcsim::engine
