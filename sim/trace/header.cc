// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/header.h"

#include "sim/base/digits.h"
#include "sim/trace/text_form.h"
#include "sim/trace/word.h"

namespace ipcsim::trace {

namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

void append_item(std::string& out, HeaderItem item) {
  out += '#';
  out += form_of(item).word;
}

void append_named(std::string& out, HeaderItem item, std::string_view name) {
  append_item(out, item);
  out += ' ';
  append_word(out, name);
}

void append_named_digest(std::string& out, HeaderItem item, std::string_view name,
                         std::uint64_t digest) {
  append_named(out, item, name);
  out += " digest=";
  append_digest(out, digest);
  out += '\n';
}

void append_settings(std::string& out, HeaderItem item, const Settings& settings) {
  for (const auto& [name, value] : settings) {
    append_named(out, item, name);
    out += '=';
    append_word(out, value);
    out += '\n';
  }
}

}  // namespace

void append_header(std::string& out, const TraceHeader& header) {
  out += kMagic;
  append_decimal(out, kFormatVersion);
  out += '\n';
  append_named(out, HeaderItem::kTool, header.tool);
  out += '\n';
  append_named_digest(out, HeaderItem::kScenario, header.scenario, header.scenario_digest);
  append_settings(out, HeaderItem::kParameter, header.parameters);
  append_settings(out, HeaderItem::kPolicy, header.policies);
  for (const std::string& defect : header.defects) {
    append_named(out, HeaderItem::kDefect, defect);
    out += '\n';
  }
  append_named_digest(out, HeaderItem::kCost, header.cost_model, header.cost_model_digest);
  if (header.seed) {
    append_item(out, HeaderItem::kSeed);
    out += ' ';
    append_decimal(out, *header.seed);
    out += '\n';
  }
  for (const std::string& line : header.schedule) {
    append_item(out, HeaderItem::kSchedule);
    out += ' ';
    append_free_text(out, line);
    out += '\n';
  }
  append_item(out, HeaderItem::kRecorded);
  for (const std::string& kind : header.recorded) {
    out += ' ';
    append_word(out, kind);
  }
  out += '\n';
  out += kHeading;
  out += '\n';
}

}  // namespace ipcsim::trace
