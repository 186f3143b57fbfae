// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/option_table.h"

#include <algorithm>
#include <array>

namespace ipcsim::cli {
namespace {

template <std::size_t... kSizes>
constexpr auto joined(const std::array<Option, kSizes>&... groups) {
  std::array<Option, (kSizes + ...)> all{};
  auto* place = all.data();
  ((place = std::copy(groups.begin(), groups.end(), place)), ...);
  return all;
}

constexpr std::array kHelp{
    Option{"help", 'h', "", "show this help and exit"},
};

constexpr std::array kJson{
    Option{"json", 0, "", "also print the result to stdout as one JSON object"},
};

// What may be laid over a scenario, on every verb that loads one for its own sake.
constexpr std::array kParameters{
    Option{"param", 'P', "NAME=VALUE", "set a parameter of the scenario", Occurs::kAnyNumber},
};

constexpr std::array kDefects{
    Option{"defect", 0, "NAME", "switch on a named defect of the kernel", Occurs::kAnyNumber},
};

constexpr std::array kOverrides = joined(
    kParameters,
    std::array{
        Option{"policy", 0, "NAME=VALUE", "choose a kernel policy, whatever the file says",
               Occurs::kAnyNumber},
    },
    kDefects,
    std::array{
        Option{"cost", 0, "MODEL",
               "use this cost model, whatever the file says: one that is shipped, or a .cost file"},
    });

constexpr std::array kRunOptions = joined(
    std::array{
        Option{"output", 'o', "FILE", "write the trace to FILE instead of stdout"},
        Option{"seed", 0, "N", "take a random walk over all choices; the same N, the same run"},
        Option{"schedule", 0, "SCHEDULE", "run exactly this schedule: its text, or a file with it"},
        Option{"trace", 0, "KINDS", "record only these kinds of events, as in sched,ipc"},
        Option{"until", 0, "CYCLE", "stop at this cycle, without a verdict"},
        Option{"paranoid", 0, "", "check every invariant of the kernel after every step"},
        Option{"check-determinism", 0, "",
               "run twice here and once in a fresh process, and compare the traces"},
    },
    kOverrides, kJson, kHelp);

constexpr std::array kReplayOptions = joined(
    std::array{
        Option{"explain", 0, "FORM",
               "tell what happens as a message-sequence chart: `text`, or `mermaid`",
               Occurs::kAtMostOnce, "text"},
        Option{"output", 'o', "FILE", "write the trace to FILE instead of stdout"},
        Option{"trace", 0, "KINDS", "record only these kinds of events, as in sched,ipc"},
        Option{"until", 0, "CYCLE", "stop at this cycle, without a verdict"},
        Option{"paranoid", 0, "", "check every invariant of the kernel after every step"},
    },
    kOverrides, kJson, kHelp);

constexpr std::array kCompareOptions = joined(
    std::array{
        Option{"policy", 0, "NAME=V,V",
               "run under each of these values of a policy, whatever the file says",
               Occurs::kAnyNumber},
        Option{"cost", 0, "MODEL,MODEL", "run under each of these cost models"},
    },
    kParameters, kDefects, kJson, kHelp);

constexpr std::array kFuzzOptions = joined(
    std::array{
        Option{"runs", 0, "N", "make at most N runs; 10_000 without --time"},
        Option{"time", 0, "SPAN", "stop after this time, as in 60s, 15m or 2h; for each FILE"},
        Option{"seed", 0, "N", "another N, other runs; 1 if it is not given"},
        Option{"first", 0, "", "stop soon after something is found"},
        Option{"strategy", 0, "NAMES", "only these: random, pct, pos, surw, mutation"},
        Option{"vary", 0, "KINDS", "only these: order, preempt, pick, inject, value, jitter, tlb"},
        Option{"max-hold", 0, "CYCLES", "hold CPUs for at most so long in a run, all together"},
        Option{"max-preemptions", 0, "N", "preempt at most N times in a run"},
        Option{"max-injections", 0, "N", "let at most N declared injections happen in a run"},
        Option{"jobs", 'j', "N", "run on N processors; changes nothing but the time"},
        Option{"shard", 0, "I/N", "make the I-th of N parts of the search, which share no run"},
        Option{"no-shrink", 0, "", "leave schedules as they were found: quicker, and far longer"},
        Option{"output", 'o', "DIR", "write schedules into DIR instead of the current folder"},
        Option{"corpus", 0, "DIR", "run the schedules in DIR first, and add those worth keeping"},
        Option{"paranoid", 0, "", "check every invariant of the kernel after every step"},
    },
    kOverrides, kJson, kHelp);

constexpr std::array kLintOptions = joined(kOverrides, kJson, kHelp);

constexpr std::array kFmtOptions = joined(
    std::array{
        Option{"check", 0, "", "change nothing; name the files that are not in canonical layout"},
    },
    kJson, kHelp);

constexpr std::array kTestOptions = joined(
    std::array{
        Option{"bless", 0, "",
               "write the golden traces anew, remove those without a scenario, say what changes"},
    },
    kJson, kHelp);

constexpr std::array kExplainOptions = joined(kJson, kHelp);

constexpr std::array kGlobalOptions{
    Option{"help", 'h', "", "show this help and exit"},
    Option{"version", 0, "", "show the version and exit"},
};

constexpr std::array kRunExamples{
    Example{"run scenarios/catalogue/ipc/hello.scn", "the reference schedule, trace to stdout"},
    Example{"run scenarios/catalogue/ipc/hello.scn --seed 7 -o hello.trace",
            "another order of things, trace to a file"},
    Example{"run scenarios/catalogue/ipc/hello.scn --policy kernel_lock=fine --cost unit",
            "another kernel, every cost 1 cycle"},
    Example{"run scenarios/catalogue/ipc/hello.scn --trace sched,ipc --paranoid",
            "a shorter trace, all checks on"},
};

constexpr std::array kReplayExamples{
    Example{"replay scenarios/catalogue/ipc/hello.scn hello.schedule -o hello.trace",
            "the run of a schedule that was found, trace to a file"},
    Example{"replay scenarios/catalogue/ipc/hello.scn - < hello.schedule",
            "the schedule from stdin"},
    Example{"replay scenarios/catalogue/ipc/hello.scn hello.schedule --explain",
            "the story of the run, as a chart in the terminal"},
};

constexpr std::array kCompareExamples{
    Example{"compare scenarios/catalogue/ipc/hello.scn --policy wake=ipi,tick",
            "the same protocol on two kernels, side by side"},
    Example{"compare scenarios/catalogue/ipc/hello.scn --policy buffer=shared,duplex --policy "
            "kernel_lock=big,fine",
            "every combination: four columns"},
    Example{"compare scenarios/catalogue/ipc/hello.scn --policy wake=ipi,tick --cost "
            "skylake_nokpti,skylake_kpti",
            "does it hold on another machine?"},
};

constexpr std::array kFuzzExamples{
    Example{"fuzz scenarios/catalogue/ipc/hello.scn", "10_000 scheduling orders"},
    Example{"fuzz scenarios/catalogue/ipc/hello.scn --first --max-hold 500",
            "stop at the first that goes wrong; judge cycle bounds, too"},
    Example{"fuzz scenarios/catalogue/ipc --runs 100 --seed 7", "every scenario below the folder"},
    Example{"fuzz scenarios/catalogue/ipc/hello.scn --runs 2_000 --corpus corpus",
            "again and again: each search begins with what the ones before it left"},
    Example{"fuzz scenarios/catalogue/ipc/hello.scn --strategy surw --vary order,pick",
            "one strategy, no preemption"},
};

constexpr std::array kLintExamples{
    Example{"lint scenarios/catalogue/ipc/hello.scn", "every error and warning of the file"},
    Example{"lint --json scenarios/catalogue/ipc/hello.scn", "the same for an editor"},
};

constexpr std::array kFmtExamples{
    Example{"fmt scenarios/catalogue/ipc/hello.scn", "rewrite the file in the canonical layout"},
    Example{"fmt --check scenarios/catalogue/ipc/hello.scn", "only say whether it would change"},
    Example{"fmt - < scenarios/catalogue/ipc/hello.scn", "from stdin to stdout"},
};

constexpr std::array kTestExamples{
    Example{"test scenarios/catalogue", "every scenario below the folder"},
    Example{"test scenarios/catalogue/ipc/hello.scn", "one scenario"},
    Example{"test --bless scenarios/catalogue/ipc", "accept the traces as they are now"},
};

constexpr std::array kExplainExamples{
    Example{"explain deadlock", "a finding"},
    Example{"explain peer_closed", "an error of a system call"},
    Example{"explain kernel_lock", "a policy and its values"},
    Example{"explain", "all that can be explained"},
};

constexpr std::array kVerbs{
    Verb{"run", "run a scenario once; show trace and verdict", "FILE", 1, 1, kRunExamples,
         kRunOptions,
         "FILE is a scenario, or - for stdin. The trace goes to stdout, or with -o to a file; with "
         "--json there is no trace unless -o is given. The summary goes to stderr; after a failure "
         "its last line is the command that runs exactly this again."},
    Verb{
        "replay", "run exactly a schedule again", "FILE SCHEDULE", 2, 2, kReplayExamples,
        kReplayOptions,
        "FILE is the scenario that the schedule was found in, unchanged; SCHEDULE is a file with "
        "the schedule. One of them may be - for stdin. Policies, defects and parameters must be "
        "those under which it was found. The run is made twice: should the two differ, the exit "
        "code is 5. A schedule that does not fit, because the scenario has changed or because a "
        "line of it never applies, is an error that says which line and why: exit code 2. The "
        "trace goes to stdout, or with -o to a file; with --json or --explain there is none unless "
        "-o is given. The chart of --explain has a column for each thread that matters; longer "
        "stories are told from before the first deviation on. It marks the step behind which it "
        "fails the same way even if the rest of the schedule is left out."},
    Verb{"compare", "run a scenario under several kernels", "FILE", 1, 1, kCompareExamples,
         kCompareOptions,
         "FILE is a scenario, or - for stdin. Every combination of the values is run on the "
         "reference schedule and becomes a column; a value given alone holds in all of them. The "
         "cycles of a call are counted from the kernel's entry to the return, with all waiting. "
         "`apart` is the largest value divided by the smallest. The exit code is 0 unless an "
         "expectation fails: then 1."},
    Verb{
        "fuzz", "search many scheduling orders for one that goes wrong", "FILE|DIR...", 1,
        Verb::kNoBound, kFuzzExamples, kFuzzOptions,
        "FILE is a scenario, or - for stdin. Runs that fail alike are one finding; the schedule of "
        "the first is replayed twice and written to NAME.K.schedule. Cycle bounds of the scenario "
        "are judged only where CPUs are held for at most --max-hold cycles. A corpus holds one "
        "file "
        "for each schedule that fails or showed something new, of any number of scenarios; those "
        "of "
        "this FILE run before all else, beside the runs of --runs. The exit code is 0 "
        "when nothing was found but what the file expects, 1 when something was, 4 when runs came "
        "to a limit or were too few to judge an expectation, 5 when a replay is another run."},
    Verb{"lint", "report what is wrong, without running", "FILE...", 1, Verb::kNoBound,
         kLintExamples, kLintOptions,
         "FILE is a scenario, or - for stdin. Warnings alone leave the exit code at 0."},
    Verb{"fmt", "rewrite scenarios in the canonical layout", "FILE...", 1, Verb::kNoBound,
         kFmtExamples, kFmtOptions,
         "FILE is a scenario, or - to format stdin to stdout. A file with syntax errors is left "
         "alone; comments are kept."},
    Verb{"test", "compare runs with their golden traces", "DIR|FILE...", 1, Verb::kNoBound,
         kTestExamples, kTestOptions,
         "Every NAME.scn below a DIR is run on the reference schedule. It passes when its "
         "expectations hold and its trace equals NAME.trace beside it (the tool's version is not "
         "compared). A scenario without its trace fails, as does a trace without its scenario; a "
         "file in which no thread runs, a library, needs none. "
         "--bless is refused where CI is set, and accepts no trace of a run that fails. The exit "
         "code is 1 when anything failed, whatever the reason."},
    Verb{"explain", "say what a word or a code means", "[WORD]", 0, 1, kExplainExamples,
         kExplainOptions,
         "WORD is the code of a diagnostic (E0101), or the name of a finding, of an error, of a "
         "system call, of a policy, of a limit or of a defect."},
};

struct PlannedVerb {
  std::string_view name;
  std::string_view effect;
};

// Whoever adds one takes its line out here.
constexpr std::array kPlanned{
    PlannedVerb{"check", "it will try all scheduling orders within bounds"},
    PlannedVerb{"diff", "it will compare two traces"},
    PlannedVerb{"export", "it will turn a trace into other formats"},
    PlannedVerb{"stats", "it will show the figures of a trace"},
};

}  // namespace

std::span<const Verb> verbs() { return kVerbs; }

const Verb* find_verb(std::string_view name) {
  const auto* found = std::find_if(kVerbs.begin(), kVerbs.end(),
                                   [name](const Verb& verb) { return verb.name == name; });
  return found == kVerbs.end() ? nullptr : found;
}

std::string_view planned_verb(std::string_view name) {
  const auto* found = std::find_if(kPlanned.begin(), kPlanned.end(),
                                   [name](const PlannedVerb& verb) { return verb.name == name; });
  return found == kPlanned.end() ? std::string_view() : found->effect;
}

std::span<const Option> global_options() { return kGlobalOptions; }

}  // namespace ipcsim::cli
