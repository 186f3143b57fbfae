// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/replay_request.h"

#include <fmt/format.h>

#include "tools/cli/input_file.h"

namespace ipcsim::cli {
namespace {

Usage<Explain> explain_of(const std::string& form) {
  if (form == "text") return Explain::kText;
  if (form == "mermaid") return Explain::kMermaid;
  return wrong_usage(fmt::format("`--explain={}`: there is no such form", form),
                     "write --explain, or --explain=mermaid");
}

}  // namespace

Usage<ReplayRequest> replay_request(const Arguments& arguments) {
  auto run = run_request(arguments);
  if (!run) return Failure(run.error());
  ReplayRequest request{std::move(run).value(), arguments.operands()[1]};
  if (const std::string* form = arguments.value("explain")) {
    const auto explain = explain_of(*form);
    if (!explain) return Failure(explain.error());
    request.explain = *explain;
    if (request.run.trace_to == TraceTo::kStdout) request.run.trace_to = TraceTo::kNowhere;
  }
  if (request.run.file == kStdin && request.schedule_file == kStdin) {
    return wrong_usage("the scenario and the schedule cannot both come from stdin",
                       "give a file for one of them");
  }
  auto text = read_text(request.schedule_file);
  if (!text) return Failure(text.error());
  request.run.options.schedule = scenario::Schedule::kGiven;
  request.run.options.schedule_text = std::move(text).value();
  return request;
}

std::vector<std::string> words_of(const ReplayRequest& request) {
  std::vector<std::string> words = words_of(request.run);
  // `run FILE --schedule TEXT ...`: the file takes the place of the text.
  words.erase(words.begin() + 2, words.begin() + 4);
  words.front() = "replay";
  words.insert(words.begin() + 2, request.schedule_file);
  if (request.explain == Explain::kText) words.emplace_back("--explain");
  if (request.explain == Explain::kMermaid) words.emplace_back("--explain=mermaid");
  return words;
}

}  // namespace ipcsim::cli
