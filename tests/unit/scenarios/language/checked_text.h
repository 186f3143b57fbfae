// SPDX-License-Identifier: BSD-2-Clause
// CheckedText: a scenario in memory, with the files it imports, parsed and checked; for tests.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/language/checker.h"

namespace ipcsim::scenario {

using FileTexts = std::map<std::string, std::string>;

class TextLoader final : public SourceLoader {
 public:
  explicit TextLoader(FileTexts files) : files_(std::move(files)) {}

  Result<std::string, std::string> load(const std::string& path) override {
    loaded.push_back(path);
    const auto file = files_.find(path);
    if (file == files_.end()) return Failure(std::string("no such file"));
    return file->second;
  }

  std::vector<std::string> loaded;

 private:
  FileTexts files_;
};

// What was reported, so that a test that fails shows it.
struct Names : std::vector<std::string> {
  using std::vector<std::string>::vector;

  friend std::ostream& operator<<(std::ostream& out, const Names& names) {
    for (const std::string& name : names) out << (&name == names.data() ? "" : " ") << name;
    return out;
  }
};

struct CheckedText {
  std::shared_ptr<SourceFiles> sources = std::make_shared<SourceFiles>();
  Diagnostics diagnostics = Diagnostics(sources);
  std::unique_ptr<const CheckedScenario> scenario;
  Names loaded;  // paths, in order

  // The names of what was reported, in order of place, each with its line: "unknown_name:3".
  Names reported() const {
    Names names;
    for (const Diagnostic* one : diagnostics.shown()) {
      std::string name(describe(one->code).name);
      if (one->range.has_place()) {
        name += ":" + std::to_string(sources->position(one->range).line);
      }
      names.push_back(std::move(name));
    }
    return names;
  }

  // The only one, or the first.
  const Diagnostic& first() const {
    static const Diagnostic none{DiagnosticCode::unused, {}, {}, {}, {}, {}};
    const auto shown = diagnostics.shown();
    return shown.empty() ? none : *shown.front();
  }
  std::string text(SourceRange range) const { return std::string(sources->text(range)); }
};

// `text` goes without its first line, `scenario 1`, which is line 1.
inline CheckedText checked_text(const std::string& text, FileTexts files = {},
                                const Overrides& overrides = {}) {
  CheckedText result;
  TextLoader loader(std::move(files));
  const FileIndex main = result.sources->add("main.scn", "scenario 1\n" + text);
  result.scenario = check(*result.sources, main, loader, overrides, result.diagnostics);
  result.loaded.assign(loader.loaded.begin(), loader.loaded.end());
  return result;
}

// `body` as the body of a thread, from line 2 on, beside a server.
inline CheckedText checked_body(const std::string& body, const std::string& more = "") {
  return checked_text("task t { thread main {\n" + body + "\n} }\n" +
                      "task server background { thread main { var p = new_port()\n"
                      "push_to_listen_queue(p)\nloop { let e = poll(p)\nclose(e.fd)\n"
                      "p = new_port()\npush_to_listen_queue(p) } } }\n" +
                      more);
}

}  // namespace ipcsim::scenario
