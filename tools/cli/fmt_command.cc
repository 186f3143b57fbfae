// SPDX-License-Identifier: BSD-2-Clause
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "tools/cli/commands.h"
#include "tools/cli/crash_report.h"
#include "tools/cli/input_file.h"
#include "tools/cli/json_output.h"
#include "tools/cli/load_report.h"
#include "tools/cli/output_file.h"
#include "tools/cli/shell_words.h"

namespace ipcsim::cli {
namespace {

enum class Mode : std::uint8_t { kRewrite, kCheck };

class Formatter {
 public:
  explicit Formatter(const Invocation& invocation)
      : invocation_(invocation),
        console_(invocation.console),
        mode_(invocation.arguments.has("check") ? Mode::kCheck : Mode::kRewrite),
        json_(invocation.arguments.has("json")) {}

  ExitCode run() {
    for (const std::string& path : invocation_.arguments.operands()) format(path);
    if (json_) console_.out(fmt_json(files_, code()));
    std::string closing = next_;
    if (closing.empty() && !unformatted_.empty()) {
      std::vector<std::string> words{invocation_.program, "fmt"};
      words.insert(words.end(), unformatted_.begin(), unformatted_.end());
      closing = fmt::format("next: {}\n", shell_line(words));
    }
    console_.err(closing);
    return code();
  }

 private:
  // The gravest first: what could not be read or written, what has errors, what would change.
  ExitCode code() const {
    if (trouble_) return ExitCode::kUsage;
    if (broken_) return ExitCode::kBrokenScenario;
    return unformatted_.empty() ? ExitCode::kOk : ExitCode::kFailed;
  }

  void fail(const UsageError& error) {
    console_.error(error);
    trouble_ = true;
  }

  void format(const std::string& path) {
    set_crash_replay(shell_line(std::vector<std::string>{invocation_.program, "fmt", path}));
    const auto text = read_text(path);
    if (!text) {
      fail(text.error());
      files_.push_back({path, false, {}, std::nullopt, text.error()});
      return;
    }
    scenario::Formatted formatted = scenario::format(*text, shown_name(path));
    console_.err(diagnostics_text(formatted.diagnostics, console_.paint_err()));
    std::optional<UsageError> error;
    if (!formatted.text) {
      broken_ = true;
      if (next_.empty()) next_ = next_explanation(formatted.diagnostics, invocation_.program);
    } else {
      error = deliver(path, *text, *formatted.text);
    }
    const bool changed = formatted.text && *formatted.text != *text;
    if (path != kStdin) formatted.text.reset();
    if (error) fail(*error);
    files_.push_back({path, changed, std::move(formatted.diagnostics), std::move(formatted.text),
                      std::move(error)});
  }

  std::optional<UsageError> deliver(const std::string& path, const std::string& before,
                                    const std::string& after) {
    if (mode_ == Mode::kCheck) {
      if (before == after) return std::nullopt;
      unformatted_.push_back(path);
      if (!json_) console_.out(shown_name(path) + "\n");
    } else if (path == kStdin) {
      if (!json_) console_.out(after);
    } else if (before != after) {
      if (auto error = write_file(path, after)) return error;
      console_.err(fmt::format("formatted: {}\n", path));
    }
    return std::nullopt;
  }

  const Invocation& invocation_;
  Console& console_;
  Mode mode_;
  bool json_;
  bool trouble_ = false;  // a file could not be read or written
  bool broken_ = false;   // a file has syntax errors
  std::vector<std::string> unformatted_;
  std::vector<FormattedFile> files_;
  std::string next_;
};

}  // namespace

ExitCode fmt_command(const Invocation& invocation) { return Formatter(invocation).run(); }

}  // namespace ipcsim::cli
