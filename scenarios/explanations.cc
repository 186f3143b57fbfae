// SPDX-License-Identifier: BSD-2-Clause
// Explanations are put together from the tables that declare the words, so that a word that is
// added there is explained here.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "kernel_model/abi/configuration.h"
#include "kernel_model/abi/system_call.h"
#include "kernel_model/abi/vocabulary.h"
#include "scenarios/language/diagnostic_code.h"
#include "scenarios/language/finding_name.h"
#include "scenarios/scenario.h"

namespace ipcsim::scenario {
namespace {

struct Row {
  std::string_view name;
  std::string_view meaning;
};

constexpr std::array kErrors{
#define KERNEL_ERROR(name, meaning) Row{#name, meaning},
#include "kernel_model/abi/errors.def"
#undef KERNEL_ERROR
};

constexpr std::array kFindings{
#define FINDING_EXPLANATION(name, text) Row{#name, text},
#include "scenarios/finding_explanations.def"
#undef FINDING_EXPLANATION
};

using Explanations = std::vector<Explanation>;

void add_findings(Explanations& out) {
  for (const FindingDescription& finding : finding_descriptions()) {
    std::string_view text;
    for (const Row& row : kFindings) {
      if (row.name == finding.name) text = row.meaning;
    }
    out.push_back({"finding", std::string(finding.name), finding.meaning, std::string(text)});
  }
}

void add_errors(Explanations& out) {
  for (const Row& error : kErrors) {
    out.push_back({"error of a system call", std::string(error.name), error.meaning,
                   fmt::format("A call that may fail so either says it or receives the error; "
                               "otherwise\nit ends the run as unhandled_error.\n\n"
                               "    CALL fails {0}\n"
                               "    let r = try CALL\n"
                               "    if r is {0} {{ ... }}",
                               error.name)});
  }
}

void add_system_calls(Explanations& out) {
  for (const kernel::SystemCallDescription& call : kernel::system_calls()) {
    out.push_back({"system call", std::string(call.name), call.meaning,
                   fmt::format("    {}({})", call.name, call.arguments)});
  }
}

void add_policies(Explanations& out) {
  const auto policies = kernel::policies();
  for (std::size_t index = 0; index < policies.size(); ++index) {
    const auto values = kernel::policy_values(static_cast<kernel::Policy>(index));
    std::string text;
    std::size_t width = 0;
    for (const auto& value : values) width = std::max(width, value.name.size());
    for (const auto& value : values) {
      text += fmt::format("    {:{}}  {}{}\n", value.name, width, value.meaning,
                          &value == values.data() ? " (the default)" : "");
    }
    text += fmt::format("\nIn a file: policy {{ {0} {1} }}. On the command line: --policy {0}={1}.",
                        policies[index].name, values.back().name);
    out.push_back(
        {"policy", std::string(policies[index].name), policies[index].meaning, std::move(text)});
  }
}

void add_limits(Explanations& out) {
  const kernel::Configuration defaults;
  const auto limits = kernel::limit_names();
  for (std::size_t index = 0; index < limits.size(); ++index) {
    const auto name = static_cast<kernel::LimitName>(index);
    out.push_back({"limit", std::string(limits[index].name), limits[index].meaning,
                   fmt::format("A task may have {0} of them. A call that would go over fails with "
                               "`limit` and\nchanges nothing.\n\n    policy {{ limit {1} {0} }}",
                               defaults.limit(name), limits[index].name)});
  }
}

void add_defects(Explanations& out) {
  for (const kernel::DefectDescription& defect : kernel::defects()) {
    out.push_back(
        {"defect", std::string(defect.name), defect.meaning,
         fmt::format("A real kernel did this: {1}. It is off unless it is switched on.\n\n"
                     "    policy {{ defect {0} }}\n"
                     "    ipcsim run FILE --defect {0}",
                     defect.name, defect.source)});
  }
}

void add_diagnostics(Explanations& out) {
  for (const DiagnosticDescription& diagnostic : diagnostic_descriptions()) {
    out.push_back({diagnostic.severity == Severity::kError ? "error in a scenario file"
                                                           : "warning about a scenario file",
                   code_text(diagnostic.code), diagnostic.title,
                   std::string(diagnostic.explanation)});
  }
}

}  // namespace

std::vector<Explanation> explanations() {
  Explanations out;
  add_findings(out);
  add_errors(out);
  add_system_calls(out);
  add_policies(out);
  add_limits(out);
  add_defects(out);
  add_diagnostics(out);
  // By kind: errors and warnings are mixed in the table of diagnostics.
  std::stable_sort(
      out.end() - static_cast<std::ptrdiff_t>(diagnostic_descriptions().size()), out.end(),
      [](const Explanation& one, const Explanation& other) { return one.kind < other.kind; });
  return out;
}

std::vector<std::string_view> event_kinds() {
  const auto kinds = kernel::vocabulary().kinds;
  return {kinds.begin(), kinds.end()};
}

}  // namespace ipcsim::scenario
