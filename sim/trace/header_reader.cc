// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/header_reader.h"

#include <utility>
#include <vector>

#include "sim/base/digits.h"
#include "sim/base/text.h"
#include "sim/trace/word.h"

namespace ipcsim::trace {

namespace {

constexpr std::string_view kDigest = " digest=";

// Takes the word at the beginning of `text` away and gives what it stands for.
std::optional<std::string> take_word(std::string_view& text) {
  const std::string_view word = leading_word(text);
  text.remove_prefix(word.size());
  return text_of(word);
}

bool read_name(std::string_view rest, std::string& name) {
  std::optional<std::string> text = text_of(rest);
  if (!text) return false;
  name = std::move(*text);
  return true;
}

bool read_named_digest(std::string_view rest, std::string& name, std::uint64_t& digest) {
  const std::optional<std::string> text = take_word(rest);
  if (!text || !rest.starts_with(kDigest)) return false;
  const std::optional<std::uint64_t> value = read_digest(rest.substr(kDigest.size()));
  if (!value) return false;
  name = *text;
  digest = *value;
  return true;
}

bool read_setting(std::string_view rest,
                  std::vector<std::pair<std::string, std::string>>& settings) {
  const std::optional<std::string> name = take_word(rest);
  if (!name || !rest.starts_with('=')) return false;
  const std::optional<std::string> value = text_of(rest.substr(1));
  if (!value) return false;
  settings.emplace_back(*name, *value);
  return true;
}

bool read_kinds(std::string_view rest, std::vector<std::string>& kinds) {
  kinds.clear();
  while (!rest.empty()) {
    if (!rest.starts_with(' ')) return false;
    rest.remove_prefix(1);
    std::optional<std::string> kind = take_word(rest);
    if (!kind) return false;
    kinds.push_back(std::move(*kind));
  }
  return true;
}

bool add_text(std::optional<std::string> text, std::vector<std::string>& texts) {
  if (!text) return false;
  texts.push_back(std::move(*text));
  return true;
}

std::string quoted_beginning(std::string_view line) {
  constexpr std::size_t kShown = 40;
  return line.size() <= kShown ? quote(line) : quote(line.substr(0, kShown)) + "...";
}

}  // namespace

Result<HeaderReader::Progress, std::string> HeaderReader::next(std::string_view line) {
  if (line == kHeading && may_come(kHeaderItems.size())) return Progress::kComplete;
  for (std::size_t item = next_item_; item < kHeaderItems.size() && may_come(item); ++item) {
    const HeaderItemForm& form = kHeaderItems[item];
    if (!line.starts_with('#') || !line.substr(1).starts_with(form.word)) continue;
    const std::string_view rest = line.substr(1 + form.word.size());
    if (!rest.empty() && !rest.starts_with(' ')) continue;
    if (!read_item(static_cast<HeaderItem>(item), rest)) {
      return Failure("this '#" + std::string(form.word) +
                     "' line is not as they are written: " + quoted_beginning(line));
    }
    next_item_ = form.occurs == Occurs::kAnyNumber ? item : item + 1;
    return Progress::kMore;
  }
  return Failure("the header should go on with " + expected() + ", not with " +
                 quoted_beginning(line));
}

// All items between the expected one and `item` may be absent.
bool HeaderReader::may_come(std::size_t item) const {
  for (std::size_t between = next_item_; between < item; ++between) {
    if (kHeaderItems[between].occurs == Occurs::kOnce) return false;
  }
  return true;
}

std::string HeaderReader::expected() const {
  std::string words;
  for (std::size_t item = next_item_; item < kHeaderItems.size() && may_come(item); ++item) {
    if (!words.empty()) words += " or ";
    words += "'#" + std::string(kHeaderItems[item].word) + "'";
  }
  if (may_come(kHeaderItems.size())) {
    if (!words.empty()) words += " or ";
    words += "the names of the columns";
  }
  return words;
}

bool HeaderReader::read_item(HeaderItem item, std::string_view rest) {
  if (item == HeaderItem::kRecorded) return read_kinds(rest, header_.recorded);
  if (rest.empty()) return false;
  rest.remove_prefix(1);
  switch (item) {
    case HeaderItem::kTool:
      return read_name(rest, header_.tool);
    case HeaderItem::kScenario:
      return read_named_digest(rest, header_.scenario, header_.scenario_digest);
    case HeaderItem::kParameter:
      return read_setting(rest, header_.parameters);
    case HeaderItem::kPolicy:
      return read_setting(rest, header_.policies);
    case HeaderItem::kDefect:
      return add_text(text_of(rest), header_.defects);
    case HeaderItem::kCost:
      return read_named_digest(rest, header_.cost_model, header_.cost_model_digest);
    case HeaderItem::kSeed:
      header_.seed = read_decimal(rest);
      return header_.seed.has_value();
    case HeaderItem::kSchedule:
      return add_text(free_text_of(rest), header_.schedule);
    case HeaderItem::kRecorded:
      break;
  }
  return false;
}

}  // namespace ipcsim::trace
