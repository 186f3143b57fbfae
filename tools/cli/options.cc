// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/options.h"

#include <algorithm>
#include <optional>

#include <boost/program_options.hpp>
#include <fmt/format.h>

#include "sim/base/text.h"

namespace ipcsim::cli {
namespace {

namespace po = boost::program_options;

// Words are only found when written in full: what is guessed today means something else tomorrow.
constexpr int kStyle = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;

po::options_description described(const Verb& verb) {
  po::options_description description;
  for (const Option& option : verb.options) {
    std::string names(option.name);
    if (option.letter != 0) names += fmt::format(",{}", option.letter);
    auto* semantic = po::value<std::string>();
    if (!option.takes_value()) semantic->zero_tokens();
    if (!option.implied.empty()) semantic->implicit_value(std::string(option.implied));
    description.add_options()(names.c_str(), semantic);
  }
  return description;
}

const Option* find_option(const Verb& verb, std::string_view name) {
  const auto found = std::find_if(verb.options.begin(), verb.options.end(),
                                  [name](const Option& option) { return option.name == name; });
  return found == verb.options.end() ? nullptr : &*found;
}

// "-o FILE", "--seed N", "--json": the short form where there is one.
std::string shown(const Option& option) {
  std::string text =
      option.letter != 0 ? fmt::format("-{}", option.letter) : fmt::format("--{}", option.name);
  if (option.takes_value()) {
    text += option.implied.empty() ? fmt::format(" {}", option.value_name)
                                   : fmt::format("[={}]", option.value_name);
  }
  return text;
}

std::string next_help(const Verb& verb) { return fmt::format("try: ipcsim {} --help", verb.name); }

// The word among `known` that was probably meant: a near one, or the only one it begins.
std::optional<std::string_view> meant(std::string_view word,
                                      std::span<const std::string_view> known) {
  if (word.empty()) return std::nullopt;
  std::optional<std::string_view> begun;
  unsigned count = 0;
  for (const std::string_view candidate : known) {
    if (!candidate.starts_with(word)) continue;
    begun = candidate;
    ++count;
  }
  return count == 1 ? begun : closest(word, known);
}

UsageError unknown_option(const Verb& verb, std::string_view token) {
  const std::string_view spelling = token.substr(0, token.find('='));
  std::string_view word = spelling;
  word.remove_prefix(std::min(word.find_first_not_of('-'), word.size()));
  std::vector<std::string_view> known;
  for (const Option& option : verb.options) known.push_back(option.name);
  const auto suggestion = meant(word, known);
  return {fmt::format("`ipcsim {}` has no option `{}`", verb.name, spelling),
          suggestion ? fmt::format("did you mean `--{}`?", *suggestion) : next_help(verb)};
}

UsageError missing_value(const Option& option) {
  return {fmt::format("`--{}` needs a value", option.name), fmt::format("write {}", shown(option))};
}

// `-o --json`: the file's name was forgotten. With `=` any value can be given.
bool is_option_taken_for_value(const Verb& verb, const po::option& given) {
  if (given.original_tokens.size() < 2) return false;
  const std::string_view value = given.original_tokens.back();
  return value == "--" ||
         (value.starts_with("--") && find_option(verb, value.substr(2)) != nullptr);
}

UsageError wrong_syntax(const Verb& verb, const po::invalid_syntax& error) {
  const std::string spelling = error.get_option_name();
  std::string_view name = spelling;
  name.remove_prefix(std::min(name.find_first_not_of('-'), name.size()));
  const Option* option = find_option(verb, name);
  if (option == nullptr) return {error.what(), next_help(verb)};
  if (option->takes_value()) return missing_value(*option);
  return {fmt::format("`{}` takes no value", spelling), fmt::format("write {}", shown(*option))};
}

std::optional<UsageError> wrong_count(const Verb& verb, const std::vector<std::string>& operands) {
  if (operands.size() < verb.least_operands) {
    return UsageError{fmt::format("`ipcsim {}` needs {}", verb.name, verb.operands),
                      verb.examples.empty()
                          ? next_help(verb)
                          : fmt::format("for example: ipcsim {}", verb.examples.front().command)};
  }
  if (operands.size() > verb.most_operands) {
    return UsageError{fmt::format("`ipcsim {}` takes {}{}, but there is also `{}`", verb.name,
                                  verb.most_operands == 1 ? "one " : "", trim(verb.operands),
                                  operands[verb.most_operands]),
                      next_help(verb)};
  }
  return std::nullopt;
}

}  // namespace

const std::string* Arguments::value(std::string_view option) const {
  const auto all = values(option);
  return all.empty() ? nullptr : &all.back();
}

std::span<const std::string> Arguments::values(std::string_view option) const {
  const auto found = options_.find(option);
  if (found == options_.end()) return {};
  return found->second;
}

Usage<Arguments> parse_arguments(const Verb& verb, std::span<const std::string> words) {
  Arguments arguments;
  const po::options_description description = described(verb);
  po::parsed_options parsed(&description);
  try {
    // Unknown options are let through, for they keep their spelling then.
    parsed = po::command_line_parser(std::vector<std::string>(words.begin(), words.end()))
                 .options(description)
                 .style(kStyle)
                 .allow_unregistered()
                 .run();
  } catch (const po::invalid_syntax& error) {
    return Failure(wrong_syntax(verb, error));
  } catch (const po::error& error) {
    return wrong_usage(error.what(), next_help(verb));
  }
  for (const po::option& given : parsed.options) {
    if (given.unregistered) return Failure(unknown_option(verb, given.original_tokens.front()));
    if (given.position_key >= 0) {
      arguments.operands_.insert(arguments.operands_.end(), given.value.begin(), given.value.end());
      continue;
    }
    const Option* option = find_option(verb, given.string_key);
    if (option == nullptr) return Failure(unknown_option(verb, given.string_key));
    std::vector<std::string>& values = arguments.options_[given.string_key];
    if (!values.empty() && option->occurs == Occurs::kAtMostOnce) {
      return wrong_usage(fmt::format("`--{}` is given twice", option->name),
                         "leave one of them out");
    }
    if (option->takes_value() && is_option_taken_for_value(verb, given)) {
      return Failure(missing_value(*option));
    }
    values.push_back(given.value.empty() ? std::string(option->implied) : given.value.front());
  }
  if (auto error = wrong_count(verb, arguments.operands_)) return Failure(std::move(*error));
  return arguments;
}

bool asks_for_help(std::span<const std::string> words) {
  const auto end = std::find(words.begin(), words.end(), "--");
  return std::any_of(words.begin(), end,
                     [](const std::string& word) { return word == "--help" || word == "-h"; });
}

Usage<const Verb*> verb_named(std::string_view word) {
  if (const Verb* verb = find_verb(word)) return verb;
  if (word.starts_with('-')) {
    return wrong_usage(fmt::format("`{}` stands before the verb", word),
                       "write: ipcsim VERB [OPTIONS], for example `ipcsim run FILE --seed 7`");
  }
  if (const std::string_view effect = planned_verb(word); !effect.empty()) {
    return wrong_usage(fmt::format("`{}` is not offered by this version", word),
                       fmt::format("{}; `ipcsim --help` lists what there is", effect));
  }
  std::vector<std::string_view> known{"help"};
  for (const Verb& verb : verbs()) known.push_back(verb.name);
  const auto suggestion = meant(word, known);
  if (suggestion) {
    return wrong_usage(fmt::format("there is no verb `{}`", word),
                       fmt::format("did you mean `{}`?", *suggestion));
  }
  if (word.find(".scn") != std::string_view::npos) {
    return wrong_usage(fmt::format("`{}` is no verb but looks like a scenario", word),
                       fmt::format("try: ipcsim run {}", word));
  }
  return wrong_usage(fmt::format("there is no verb `{}`", word), "try: ipcsim --help");
}

}  // namespace ipcsim::cli
