// SPDX-License-Identifier: BSD-2-Clause
// Any bytes as a trace: reading ends with a trace or an error that says where, and what was read is
// written again byte for byte. Since no random change keeps the hash of the last line right, the
// hash is put right before the text is read a second time: so that what lies behind it is reached.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "sim/base/check.h"
#include "sim/base/digits.h"
#include "sim/base/stable_hash.h"
#include "sim/trace/text_form.h"
#include "sim/trace/text_reader.h"
#include "sim/trace/text_writer.h"

namespace {

using ipcsim::trace::read_text;
using ipcsim::trace::write_text;

// The text up to its last line, and a last line that fits it.
std::string with_right_end(std::string_view text) {
  text = text.substr(0, text.rfind(ipcsim::trace::kEndEvents));
  ipcsim::StableHash hash;
  std::uint64_t events = 0;
  for (std::size_t start = 0, number = 1; start < text.size(); ++number) {
    const std::size_t end = std::min(text.find('\n', start), text.size() - 1) + 1;
    const std::string_view line = text.substr(start, end - start);
    if (number != 2) hash.add_raw(line);
    if (!line.starts_with('#')) ++events;
    start = end;
  }
  std::string whole(text);
  whole += ipcsim::trace::kEndEvents;
  ipcsim::append_decimal(whole, events);
  whole += ipcsim::trace::kEndHash;
  ipcsim::append_digest(whole, hash.digest());
  return whole += '\n';
}

void check(const std::string& text) {
  const auto trace = read_text(text);
  if (!trace) {
    SIM_CHECK(trace.error().line >= 1, "an error has a line");
    SIM_CHECK(!trace.error().message.empty(), "an error says what is wrong");
    SIM_CHECK(!trace.error().advice.empty(), "an error says what to do");
    return;
  }
  SIM_CHECK(write_text(*trace) == text, "what was read is written again");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check(text);
  check(with_right_end(text));
  return 0;
}
