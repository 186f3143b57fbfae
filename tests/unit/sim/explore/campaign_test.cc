// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/campaign.h"

#include <deque>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/engine/schedule_chooser.h"
#include "tests/unit/sim/explore/racing_program.h"

namespace ipcsim::explore {
namespace {

// Several workers whose pieces are interleaved, and taken from the back of the line as it were.
class ManyWorkers final : public Workers {
 public:
  explicit ManyWorkers(unsigned count) : count_(count) {}
  unsigned count() const override { return count_; }
  void run(std::uint64_t pieces, const Work& work) override {
    for (unsigned worker = count_; worker-- > 0;) {
      for (std::uint64_t index = worker; index < pieces; index += count_) work(worker, index);
    }
  }

 private:
  unsigned count_;
};

std::string summary_of(const Campaign& campaign) {
  std::string text = std::to_string(campaign.runs()) + " runs, " +
                     std::to_string(campaign.steps()) + " steps, " +
                     std::to_string(campaign.coverage()) + " keys, " +
                     std::to_string(campaign.singular()) + " singular\n";
  for (const CampaignFinding& finding : campaign.findings()) {
    text += finding.signature + " " + std::to_string(finding.run) + " " +
            std::to_string(finding.count) + " " + std::string(name_of(finding.way)) + "\n" +
            engine::to_text(engine::Schedule{"toy", 1, finding.deviations});
  }
  return text;
}

std::string search(const CampaignOptions& options, unsigned workers) {
  std::deque<RacingProgram> programs;
  std::vector<Program*> lent;
  for (unsigned worker = 0; worker < workers; ++worker) {
    lent.push_back(&programs.emplace_back(reorder(5)));
  }
  Campaign campaign(options, lent);
  ManyWorkers many(workers);
  while (campaign.advance(many)) {
  }
  return summary_of(campaign);
}

TEST_CASE("the findings do not depend on the number of workers") {
  CampaignOptions options;
  options.runs = 500;
  const std::string one = search(options, 1);
  CHECK(one.find("half set") != std::string::npos);
  CHECK(one.find("500 runs") == 0);
  for (const unsigned workers : {2U, 3U, 7U}) CHECK(search(options, workers) == one);
  options.seed = 2;
  CHECK(search(options, 1) != one);
}

TEST_CASE("a finding is kept with the first run that made it, and its schedule gives it again") {
  RacingProgram program(reorder(5));
  Campaign campaign({}, {&program});
  OneWorker worker;
  while (campaign.findings().empty()) REQUIRE(campaign.advance(worker));
  const CampaignFinding finding = campaign.findings().front();
  while (campaign.runs() < 300) campaign.advance(worker);
  REQUIRE(campaign.findings().size() == 1);
  CHECK(campaign.findings().front().run == finding.run);
  CHECK(campaign.findings().front().count > 1);

  const engine::Schedule schedule{"toy", 1, finding.deviations};
  engine::ScheduleChooser chooser(schedule, program.lanes());
  CHECK(program.run(chooser).signature == "half set");
  CHECK(chooser.unused().empty());
}

TEST_CASE("a search ends behind the round with the first finding, if that is all that is wanted") {
  CampaignOptions options;
  options.first_only = true;
  RacingProgram program(reorder(5));
  Campaign campaign(options, {&program});
  OneWorker worker;
  while (campaign.advance(worker)) {
  }
  CHECK(campaign.findings().size() == 1);
  CHECK(campaign.runs() < options.runs);
}

// Asked to stop in the middle of a round.
class StoppingWorkers final : public Workers {
 public:
  unsigned count() const override { return 2; }
  void run(std::uint64_t pieces, const Work& work) override {
    for (std::uint64_t index = 0; index < pieces; ++index) {
      if (++done_ == 100) stop = 1;
      work(static_cast<unsigned>(index % 2), index);
    }
  }
  volatile int stop = 0;

 private:
  unsigned done_ = 0;
};

TEST_CASE("a search that is stopped keeps the runs that were made") {
  RacingProgram first(reorder(5));
  RacingProgram second(reorder(5));
  Campaign campaign({}, {&first, &second});
  StoppingWorkers workers;
  while (campaign.advance(workers, &workers.stop)) {
  }
  CHECK(campaign.runs() == 99);  // the hundredth may have been cut short
  CHECK_FALSE(campaign.advance(workers, &workers.stop));
}

TEST_CASE("the parts of a search share no run") {
  CampaignOptions options;
  options.runs = 50;
  options.of = 2;
  const std::string first = search(options, 1);
  options.part = 1;
  CHECK(search(options, 1) != first);
}

std::vector<engine::Schedule> schedules_of(const std::vector<std::string>& lines) {
  std::vector<engine::Schedule> schedules;
  for (const std::string& line : lines) {
    schedules.push_back(engine::parse_schedule("schedule 1 toy 1\n" + line).value());
  }
  return schedules;
}

// Of reorder(1): lane1 looks between the two stores of lane0.
const std::string kHalfSet = "hold lane0#2 until lane1#2";

TEST_CASE("schedules that are given run behind the reference, in their order") {
  RacingProgram program(reorder(1));
  CampaignOptions options;
  options.runs = 1;
  Campaign campaign(options, {&program});
  campaign.start_with(schedules_of(
      {kHalfSet, kHalfSet, "hold lane0#1 until lane1#2", "hold lane7#1 until lane0#1"}));
  OneWorker worker;
  REQUIRE(campaign.advance(worker));
  CHECK(campaign.given_runs().empty());
  while (campaign.advance(worker)) {
  }
  CHECK(campaign.runs() == 1);
  REQUIRE(campaign.given_runs().size() == 4);
  const GivenRun& first = campaign.given_runs()[0];
  CHECK((first.fits && first.failed && first.is_new));
  const GivenRun& again = campaign.given_runs()[1];
  CHECK((again.fits && again.failed && !again.is_new));
  const GivenRun& other_order = campaign.given_runs()[2];
  CHECK((other_order.fits && !other_order.failed && other_order.is_new));
  CHECK_FALSE(campaign.given_runs()[3].fits);

  REQUIRE(campaign.findings().size() == 1);
  const CampaignFinding& finding = campaign.findings().front();
  CHECK(finding.given == 0U);
  CHECK((finding.run == 0 && finding.count == 0));
  CHECK(finding.deviations == schedules_of({kHalfSet}).front().deviations);
}

TEST_CASE("a given schedule that the bounds forbid does not fit") {
  RacingProgram program(reorder(1));
  CampaignOptions options;
  options.runs = 1;
  options.bounds.hold = 0;
  const auto first_run_of = [&](const std::string& line) {
    Campaign campaign(options, {&program});
    campaign.start_with(schedules_of({line}));
    OneWorker worker;
    while (campaign.advance(worker)) {
    }
    CHECK(campaign.findings().empty() == !campaign.given_runs().front().failed);
    return campaign.given_runs().front();
  };
  CHECK(first_run_of(kHalfSet).fits);  // both are at one cycle, so nothing is held for any time
  CHECK_FALSE(first_run_of("hold lane0#1 until lane1#2").fits);
  CHECK_FALSE(first_run_of("hold lane0#2 for 5 cy").fits);
  options.bounds.hold = 100;
  CHECK(first_run_of("hold lane0#1 until lane1#2").fits);
  CHECK(first_run_of("hold lane0#2 for 5 cy").failed);
}

TEST_CASE("what is given does not change how many runs are made, nor with how many workers") {
  std::string summary;
  for (const unsigned workers : {1U, 3U}) {
    std::deque<RacingProgram> programs;
    std::vector<Program*> lent;
    for (unsigned worker = 0; worker < workers; ++worker) {
      lent.push_back(&programs.emplace_back(reorder(1)));
    }
    CampaignOptions options;
    options.runs = 200;
    Campaign campaign(options, lent);
    campaign.start_with(schedules_of({kHalfSet, "hold lane0#1 until lane1#2"}));
    ManyWorkers many(workers);
    while (campaign.advance(many)) {
    }
    CHECK(campaign.runs() == 200);
    if (summary.empty()) summary = summary_of(campaign);
    CHECK(summary_of(campaign) == summary);
    CHECK(campaign.findings().front().count > 1);  // found again by others
  }
}

TEST_CASE("schedules that showed something new are kept, as many as are wanted") {
  RacingProgram program(reorder(5));
  for (const std::size_t wanted : {0U, 3U, 1000U}) {
    CampaignOptions options;
    options.runs = 300;
    options.keep = wanted;
    Campaign campaign(options, {&program});
    OneWorker worker;
    while (campaign.advance(worker)) {
    }
    CHECK(campaign.kept().size() <= wanted);
    CHECK(campaign.kept().empty() == (wanted == 0));

    // Given to the next search, each of them still shows something that those before it did not.
    std::vector<engine::Schedule> given;
    for (const auto& deviations : campaign.kept()) given.push_back({"toy", 1, deviations});
    options.runs = 1;
    Campaign next(options, {&program});
    next.start_with(given);
    while (next.advance(worker)) {
    }
    REQUIRE(next.given_runs().size() == given.size());
    for (const GivenRun& run : next.given_runs()) CHECK((run.fits && run.is_new && !run.failed));
  }
}

TEST_CASE("with nothing that could vary there is one run, again and again") {
  CampaignOptions options;
  options.runs = 100;
  options.bounds.vary = engine::kNoChoices;
  RacingProgram program(reorder(3));
  Campaign campaign(options, {&program});
  OneWorker worker;
  while (campaign.advance(worker)) {
  }
  CHECK(campaign.runs() == 100);
  CHECK(campaign.findings().empty());
  CHECK(campaign.singular() == 0);
}

}  // namespace
}  // namespace ipcsim::explore
