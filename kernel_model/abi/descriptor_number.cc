// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/abi/descriptor_number.h"

namespace ipcsim::kernel {

std::string to_text(Descriptor fd) {
  const DescriptorParts parts = parts_of(fd);
  const Descriptor first_use = descriptor_of({parts.scope, parts.slot, 0});
  std::string text = std::to_string(first_use.number);
  if (parts.generation > 0) text += ".g" + std::to_string(parts.generation);
  return text;
}

}  // namespace ipcsim::kernel
