// SPDX-License-Identifier: BSD-2-Clause
// ipcsim, the program. Where to look:
//   option_table.cc   what verbs and options there are; options.h parses them, help.h shows them
//   commands.h        one function per verb, in run_command.cc, lint_command.cc, ...
//   run_request.h, run_summary.h, determinism_check.h     the parts of `run`
//   replay_request.h, run_ending.h        the parts of `replay`, and what it shares with `run`
//   compare_request.h, comparison.h, comparison_table.h   the parts of `compare`
//   fuzz_request.h, fuzz_summary.h, thread_workers.h      the parts of `fuzz`
//   golden_traces.h, trace_difference.h, test_result.h    the parts of `test`
//   console.h, json_output.h, output_file.h, input_file.h   what goes in and out
//   crash_report.h, interrupt.h   how it ends when it does not end by itself
#include <cstdio>
#include <exception>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tools/cli/commands.h"
#include "tools/cli/crash_report.h"
#include "tools/cli/help.h"
#include "tools/cli/interrupt.h"
#include "tools/cli/option_table.h"
#include "tools/cli/version.h"

namespace ipcsim::cli {
namespace {

using Words = std::span<const std::string>;

ExitCode wrong(Console& console, const UsageError& error) {
  console.error(error);
  return ExitCode::kUsage;
}

ExitCode show_help(Console& console, Words about) {
  if (about.empty()) {
    console.out(overall_help(console.paint_out()));
    return ExitCode::kOk;
  }
  const auto verb = verb_named(about.front());
  if (!verb) return wrong(console, verb.error());
  console.out(verb_help(**verb, console.paint_out()));
  return ExitCode::kOk;
}

ExitCode perform(const Verb& verb, const Invocation& invocation) {
  if (verb.name == "run") return run_command(invocation);
  if (verb.name == "fuzz") return fuzz_command(invocation);
  if (verb.name == "replay") return replay_command(invocation);
  if (verb.name == "lint") return lint_command(invocation);
  if (verb.name == "fmt") return fmt_command(invocation);
  if (verb.name == "compare") return compare_command(invocation);
  if (verb.name == "test") return test_command(invocation);
  return explain_command(invocation);
}

ExitCode dispatch(Console& console, const std::string& program, Words words) {
  if (words.empty()) {
    console.err(overall_help(console.paint_err()));
    return ExitCode::kUsage;
  }
  const std::string& first = words.front();
  if (first == "--version") {
    console.out(fmt::format("ipcsim {}\n", kVersion));
    return ExitCode::kOk;
  }
  if (first == "--help" || first == "-h") return show_help(console, {});
  if (first == "help") return show_help(console, words.subspan(1));
  const auto verb = verb_named(first);
  if (!verb) return wrong(console, verb.error());
  const Words rest = words.subspan(1);
  if (asks_for_help(rest)) return show_help(console, words.first(1));
  auto arguments = parse_arguments(**verb, rest);
  if (!arguments) return wrong(console, arguments.error());
  return perform(**verb, {program, std::move(arguments).value(), console});
}

ExitCode run_program(const std::string& program, Words words) {
  Console console;
  const ExitCode code = dispatch(console, program, words);
  if (console.out_failure().empty()) return code;
  return wrong(console, {fmt::format("stdout cannot be written: {}", console.out_failure()), {}});
}

// The name to type again: a path as it was given, or the plain name.
std::string name_of_program(int count, char** words) {
  const std::string name = count > 0 ? words[0] : "";
  return name.empty() ? "ipcsim" : name;
}

}  // namespace
}  // namespace ipcsim::cli

int main(int count, char** words) {
  using ipcsim::cli::ExitCode;
  ipcsim::cli::install_crash_report();
  ipcsim::cli::install_interrupt_handler();
  try {
    const std::vector<std::string> rest(words + (count > 0 ? 1 : 0), words + count);
    const ExitCode code =
        ipcsim::cli::run_program(ipcsim::cli::name_of_program(count, words), rest);
    return static_cast<int>(code);
  } catch (const std::bad_alloc&) {
    std::fputs("ipcsim: error: the memory of this machine is used up\n", stderr);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ipcsim: this is a defect of ipcsim, please report it: %s\n",
                 error.what());
  } catch (...) {
    std::fputs("ipcsim: this is a defect of ipcsim, please report it\n", stderr);
  }
  return static_cast<int>(ExitCode::kInternal);
}
