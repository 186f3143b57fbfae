// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/help.h"

#include <fmt/format.h>

#include "sim/base/text.h"

namespace ipcsim::cli {
namespace {

// The first column of option and verb lists; what is longer gets its help on the next line.
constexpr std::size_t kColumn = 24;
constexpr std::size_t kWidest = 80;

// Words of `text` below each other in a column that begins behind `indent` blanks.
void append_wrapped(std::string& out, std::string_view text, std::size_t indent) {
  std::size_t used = indent;
  for (const std::string_view word : split(text, ' ')) {
    if (used > indent && used + 1 + word.size() > kWidest) {
      out += fmt::format("\n{:{}}", "", indent);
      used = indent;
    } else if (used > indent) {
      out += ' ';
      ++used;
    }
    out += word;
    used += word.size();
  }
  out += '\n';
}

void append_row(std::string& out, std::string_view left, std::string_view right) {
  out += fmt::format("  {:{}}  ", left, kColumn);
  if (left.size() > kColumn) out += fmt::format("\n{:{}}", "", kColumn + 4);
  append_wrapped(out, right, kColumn + 4);
}

void append_heading(std::string& out, const Painter& paint, std::string_view heading) {
  out += fmt::format("\n{}\n", paint(Tone::kStrong, heading));
}

void append_options(std::string& out, std::span<const Option> options) {
  for (const Option& option : options) {
    std::string left = option.letter != 0 ? fmt::format("-{}, ", option.letter) : "    ";
    left += fmt::format("--{}", option.name);
    if (option.takes_value()) {
      left += option.implied.empty() ? fmt::format(" {}", option.value_name)
                                     : fmt::format("[={}]", option.value_name);
    }
    append_row(out, left, option.help);
  }
}

// Examples one below the other: the command to copy, and what it shows.
void append_examples(std::string& out, const Painter& paint, std::span<const Example> examples) {
  for (const Example& example : examples) {
    out += fmt::format("  {}\n  ipcsim {}\n",
                       paint(Tone::kFaint, fmt::format("# {}", example.effect)), example.command);
  }
}

}  // namespace

std::string overall_help(const Painter& paint) {
  std::string out = "ipcsim simulates the IPC of a microkernel, cycle by cycle, from a scenario.\n";
  append_heading(out, paint, "examples");
  for (const Verb& verb : verbs()) append_examples(out, paint, verb.examples.first(1));
  append_heading(out, paint, "usage");
  out += "  ipcsim VERB [OPTIONS] ...\n";
  append_heading(out, paint, "verbs");
  for (const Verb& verb : verbs()) {
    append_row(out, fmt::format("{} {}", verb.name, verb.operands), verb.summary);
  }
  append_row(out, "help VERB", "show examples and options, as `VERB --help`");
  append_heading(out, paint, "options");
  append_options(out, global_options());
  append_heading(out, paint, "exit codes");
  append_row(out, "0", "it worked, and what was expected held");
  append_row(out, "1", "an expectation failed, or a bug was found");
  append_row(out, "2", "wrong usage; a file cannot be read or written");
  append_row(out, "3", "the scenario has errors");
  append_row(out, "4", "a limit was reached: no verdict");
  append_row(out, "5", "two runs that had to be equal were not");
  append_row(out, "70", "a defect of ipcsim itself");
  append_row(out, "130", "interrupted");
  return out;
}

std::string verb_help(const Verb& verb, const Painter& paint) {
  std::string out = fmt::format("ipcsim {}: {}\n", verb.name, verb.summary);
  append_heading(out, paint, "examples");
  append_examples(out, paint, verb.examples);
  append_heading(out, paint, "usage");
  out += fmt::format("  ipcsim {} [OPTIONS] {}\n", verb.name, verb.operands);
  append_heading(out, paint, "options");
  append_options(out, verb.options);
  if (!verb.notes.empty()) {
    out += '\n';
    append_wrapped(out, verb.notes, 0);
  }
  return out;
}

}  // namespace ipcsim::cli
