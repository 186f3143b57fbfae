// SPDX-License-Identifier: BSD-2-Clause
// Fingerprint: 64 bits that two runs share when they recorded the same events with the same bytes.
// Made of the records themselves, without text: cheap enough for every run of a search. Comparable
// only between runs of one program version; what lasts is the hash in a trace's last line.
#pragma once

#include <cstdint>

#include "sim/trace/recorder.h"

namespace ipcsim::trace {

std::uint64_t fingerprint(const Recorder& recorder);

}  // namespace ipcsim::trace
