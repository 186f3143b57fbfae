// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/parser.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "scenarios/language/block_parser.h"
#include "scenarios/language/declaration_parser.h"
#include "scenarios/language/parse_context.h"

namespace ipcsim::scenario {

namespace {

constexpr std::string_view kVersion = "1";

class FileParser {
 public:
  FileParser(const SourceFiles& sources, FileIndex file, Diagnostics& diagnostics)
      : context_(sources, file, diagnostics), declarations_(context_) {
    parsed_.file = file;
  }

  ScenarioFile parse();

 private:
  void parse_version();
  void parse_declaration(ItemPlace place);
  void take_documentation(Surroundings& of_first, bool documentable);

  ParseContext context_;
  DeclarationParser declarations_;
  ScenarioFile parsed_;
};

ScenarioFile FileParser::parse() {
  parse_version();
  ItemPlace place = ItemPlace::kFirst;
  for (;;) {
    while (context_.at(TokenKind::kNewline) || context_.at(TokenKind::kSemicolon)) {
      context_.advance();
    }
    if (context_.given_up() || context_.at(TokenKind::kEndOfFile)) break;
    context_.set_unwinding(false);
    const std::size_t begin = context_.position();
    parse_declaration(place);
    place = ItemPlace::kLater;
    if (context_.failed()) context_.recover(begin);
  }
  if (!context_.given_up()) parsed_.closing = context_.take_closing_comments(ItemPlace::kLater);
  return std::move(parsed_);
}

// The first line: `scenario 1`.
void FileParser::parse_version() {
  context_.skip_newlines();
  Surroundings begun = context_.begin_item(ItemPlace::kFirst);
  const SourceRange first = context_.range();
  const std::size_t begin = context_.position();
  if (context_.accept_word("scenario")) {
    const Token& number = context_.token();
    if (context_.at(TokenKind::kInteger) && context_.text(number) != kVersion) {
      context_
          .report(DiagnosticCode::unknown_version, context_.range(),
                  fmt::format("version {} of the language is not known", context_.text(number)))
          .with_help(fmt::format("this program reads `scenario {}`", kVersion));
      context_.give_up();
    } else {
      context_.expect(TokenKind::kInteger);
      end_of_item(context_);
    }
  } else {
    context_.remark(DiagnosticCode::missing_version, {first.file, first.begin, first.begin},
                    fmt::format("the file does not begin with the version of the language, "
                                "`scenario {}`",
                                kVersion));
    // The comments belong to the first declaration then; the file is not printed anyway.
  }
  parsed_.version_range = context_.range_since(first);
  if (auto surroundings = context_.end_item(std::move(begun))) {
    parsed_.version_surroundings = std::move(*surroundings);
  }
  if (context_.failed() && !context_.given_up()) context_.recover(begin);
}

void FileParser::parse_declaration(ItemPlace place) {
  Surroundings begun = context_.begin_item(ItemPlace::kLater);
  const SourceRange first = context_.range();
  if (place == ItemPlace::kFirst) {
    const std::string_view word = context_.text(context_.token());
    take_documentation(begun, word != "import" && word != "machine" && word != "policy");
  }
  Declaration declaration;
  auto node = declarations_.parse_node();
  declaration.range = context_.range_since(first);
  end_of_item(context_);
  declaration.surroundings = context_.end_item(std::move(begun));
  if (!node) return;
  declaration.node = std::move(*node);
  parsed_.declarations.push_back(std::move(declaration));
}

// The `///` lines at the beginning document the file when they stand right below the version line,
// apart from what follows, or before something that has no documentation of its own.
void FileParser::take_documentation(Surroundings& of_first, bool documentable) {
  std::vector<Comment>& before = of_first.before;
  const auto is_end_of_run = [](const Comment& comment) {
    return comment.kind != CommentKind::kDocumentation;
  };
  auto end = std::find_if(before.begin(), before.end(), is_end_of_run);
  if (end == before.begin()) return;
  const auto gap = std::find_if(before.begin() + 1, end, [](const Comment& comment) {
    return comment.spacing == Spacing::kBlankLine;
  });
  end = gap;
  const Spacing behind = end == before.end() ? of_first.spacing : end->spacing;
  const bool below_version = before.front().spacing == Spacing::kNextLine;
  if (!below_version && behind == Spacing::kNextLine && documentable) return;
  std::move(before.begin(), end, std::back_inserter(parsed_.documentation));
  before.erase(before.begin(), end);
  parsed_.documentation.front().spacing = Spacing::kNextLine;
}

}  // namespace

ScenarioFile parse(const SourceFiles& sources, FileIndex file, Diagnostics& diagnostics) {
  return FileParser(sources, file, diagnostics).parse();
}

}  // namespace ipcsim::scenario
