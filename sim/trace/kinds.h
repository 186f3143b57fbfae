// SPDX-License-Identifier: BSD-2-Clause
// Kinds of events by name: what `--trace sched,ipc` says, as a mask for the Recorder and back.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"
#include "sim/trace/recorder.h"
#include "sim/trace/vocabulary.h"

namespace ipcsim::trace {

// Stand for every kind and for no kind, in what a person asks for and in the header of a trace.
inline constexpr std::string_view kAllKinds = "all";
inline constexpr std::string_view kNoKinds = "none";

struct UnknownKind {
  std::string name;
  std::optional<std::string_view> suggestion;  // the kind that was probably meant
};

std::optional<unsigned> kind_index(const Vocabulary& vocabulary, std::string_view name);

// The mask of the kinds with these names; "all" among them, or no name at all, means every kind.
Result<KindMask, UnknownKind> mask_of(const Vocabulary& vocabulary,
                                      std::span<const std::string> names);

// What the header of a trace says (TraceHeader::recorded): the names of the kinds recorded, in the
// vocabulary's order, "all" when none is left out, "none" when all are.
std::vector<std::string> recorded_kinds(const Vocabulary& vocabulary, KindMask mask);

}  // namespace ipcsim::trace
