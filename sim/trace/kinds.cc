// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/kinds.h"

#include "sim/base/text.h"

namespace ipcsim::trace {

std::optional<unsigned> kind_index(const Vocabulary& vocabulary, std::string_view name) {
  for (unsigned i = 0; i < vocabulary.kinds.size(); ++i) {
    if (vocabulary.kinds[i] == name) return i;
  }
  return std::nullopt;
}

Result<KindMask, UnknownKind> mask_of(const Vocabulary& vocabulary,
                                      std::span<const std::string> names) {
  KindMask mask = names.empty() ? ~KindMask{0} : 0;
  for (const std::string& name : names) {
    if (name == kAllKinds) {
      mask = ~KindMask{0};
    } else if (name == kNoKinds) {
      continue;
    } else if (const auto index = kind_index(vocabulary, name)) {
      mask |= KindMask{1} << *index;
    } else {
      std::vector<std::string_view> known(vocabulary.kinds.begin(), vocabulary.kinds.end());
      known.insert(known.end(), {kAllKinds, kNoKinds});
      return Failure(UnknownKind{name, closest(name, known)});
    }
  }
  return mask;
}

std::vector<std::string> recorded_kinds(const Vocabulary& vocabulary, KindMask mask) {
  std::vector<std::string> names;
  for (unsigned i = 0; i < vocabulary.kinds.size(); ++i) {
    if ((mask >> i & 1U) != 0) names.emplace_back(vocabulary.kinds[i]);
  }
  if (names.size() == vocabulary.kinds.size()) return {std::string(kAllKinds)};
  if (names.empty()) return {std::string(kNoKinds)};
  return names;
}

}  // namespace ipcsim::trace
