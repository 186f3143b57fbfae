// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/abi/vocabulary.h"

#include <array>
#include <bit>
#include <cstring>

#include "kernel_model/abi/descriptor_number.h"
#include "kernel_model/abi/interrupt_vectors.h"
#include "kernel_model/machine/interrupt_message.h"
#include "sim/trace/formatters.h"
#include "sim/trace/names.h"

namespace ipcsim::kernel {
namespace {

using trace::ArgumentType;
using trace::EventType;
using trace::Names;

void format_descriptor(std::string& out, std::uint64_t value, const Names&) {
  if (value != kNoDescriptor) out += to_text(Descriptor{std::bit_cast<std::int64_t>(value)});
}

// A kept list of descriptors: `0,1,-1`.
void format_descriptors(std::string& out, std::uint64_t value, const Names& names) {
  const std::span<const std::byte> bytes = names.bytes(value);
  for (std::size_t at = 0; at + sizeof(std::int64_t) <= bytes.size(); at += sizeof(std::int64_t)) {
    Descriptor fd;
    std::memcpy(&fd.number, bytes.data() + at, sizeof fd.number);
    if (at > 0) out += ',';
    out += to_text(fd);
  }
}

void format_scope(std::string& out, std::uint64_t value, const Names&) {
  out += value == static_cast<std::uint64_t>(Scope::kFullTask) ? "full_task" : "thread_local";
}

void format_call(std::string& out, std::uint64_t value, const Names&) {
  out += name_of(static_cast<SystemCall>(value));
}

// What a vector is for.
void format_source(std::string& out, std::uint64_t value, const Names& names) {
  const auto vector = static_cast<std::uint8_t>(value);
  if (is_device_vector(vector)) {
    trace::format_name<kDeviceNames>(out, pin_of_vector(vector), names);
  } else if (vector == kTimerVector) {
    out += "timer";
  } else if (vector == kWakeVector) {
    out += "wake";
  } else if (vector == kKillVector) {
    out += "kill";
  } else {
    out += vector == kShootdownVector ? "shootdown" : "spurious";
  }
}

// What became of what a device asked for.
void format_acceptance(std::string& out, std::uint64_t value, const Names&) {
  constexpr std::array<std::string_view, machine::kAcceptances> kTexts = {
      "accepted",          "coalesced",      "masked",    "software_disabled",
      "hardware_disabled", "illegal_vector", "no_target", "remote_irr",
      "reserved_mode",     "not_waiting",    "no_change"};
  out += kTexts[value];
}

void format_access(std::string& out, std::uint64_t value, const Names&) {
  out += value == static_cast<std::uint64_t>(PageAccess::kWrite) ? "write" : "read";
}
void format_optional_address(std::string& out, std::uint64_t value, const Names& names) {
  if (value != kNoArgument) trace::format_hex(out, value, names);
}
void format_optional_bytes(std::string& out, std::uint64_t value, const Names& names) {
  if (value != kNoArgument) trace::format_bytes(out, value, names);
}
void format_optional_lane(std::string& out, std::uint64_t value, const Names& names) {
  if (value != kNoArgument) trace::format_lane(out, value, names);
}
void format_optional_task(std::string& out, std::uint64_t value, const Names& names) {
  if (value != kNoArgument) trace::format_name<kTaskNames>(out, value, names);
}
void format_optional_number(std::string& out, std::uint64_t value, const Names& names) {
  if (value != kNoArgument) trace::format_unsigned(out, value, names);
}

constexpr ArgumentType kFd{"fd", format_descriptor};
constexpr ArgumentType kReadyFd{"ready", format_descriptor};
constexpr ArgumentType kTask{"task", format_optional_task};
constexpr ArgumentType kScope{"scope", format_scope};
constexpr ArgumentType kBytes{"bytes", format_optional_bytes};
constexpr ArgumentType kSequence{"sequence", trace::format_unsigned};
constexpr ArgumentType kThread{"thread", format_optional_lane};
constexpr ArgumentType kWoken{"woken", format_optional_lane};
constexpr ArgumentType kTimeout{"timeout", trace::format_cycles};
constexpr ArgumentType kCycles{"cycles", trace::format_cycles};
constexpr ArgumentType kUid{"uid", format_optional_number};

constexpr ArgumentType kAddress{"address", format_optional_address};
constexpr ArgumentType kAccess{"access", format_access};
constexpr ArgumentType kFrame{"frame", format_optional_number};
constexpr ArgumentType kBytesCount{"bytes", trace::format_unsigned};
constexpr ArgumentType kValue{"value", trace::format_hex};
constexpr ArgumentType kOld{"old", trace::format_hex};

constexpr ArgumentType kConnectArguments[] = {kFd, kScope, kTask};
constexpr ArgumentType kNewPortArguments[] = {kFd, kScope};
constexpr ArgumentType kPushArguments[] = {kFd, {"queue", trace::format_unsigned}};
constexpr ArgumentType kFdWokenArguments[] = {kFd, kWoken};
constexpr ArgumentType kBufferArguments[] = {kBytes, kFd, kSequence};
constexpr ArgumentType kPollArguments[] = {{"fds", format_descriptors}, kReadyFd, kTimeout};
constexpr ArgumentType kPollAllArguments[] = {kReadyFd, kTimeout};
constexpr ArgumentType kPolledArguments[] = {kReadyFd, kTask, kUid};
constexpr ArgumentType kConnectedArguments[] = {kFd, kTask};
constexpr ArgumentType kUidArgument[] = {kUid};
constexpr ArgumentType kFrameArgument[] = {kFrame};
constexpr ArgumentType kCopyFrameArguments[] = {kFrame, {"from", format_optional_number}};
constexpr ArgumentType kMapArguments[] = {kAccess, kAddress, kFrame, kTask};
constexpr ArgumentType kProtectArguments[] = {kAccess, kAddress, kTask};
constexpr ArgumentType kUnmapArguments[] = {kAddress, kTask};
constexpr ArgumentType kLoadArguments[] = {kAddress, kBytesCount, kValue};
constexpr ArgumentType kAtomicArguments[] = {kAddress, kOld, kValue};
constexpr ArgumentType kCompareExchangeArguments[] = {
    kAddress, {"expected", trace::format_hex}, kOld, kValue};
constexpr ArgumentType kFaultArguments[] = {kAccess, kAddress, {"code", trace::format_hex}};
constexpr ArgumentType kShootdownArguments[] = {kAddress, {"cpus", trace::format_unsigned}, kTask};
constexpr ArgumentType kInvalidatedArguments[] = {kAddress, kTask};
constexpr ArgumentType kPage{"page", format_optional_address};
constexpr ArgumentType kRecord{"record", format_optional_number};
constexpr ArgumentType kFaultQueuedArguments[] = {
    kPage, kRecord, {"waiters", trace::format_unsigned}, kWoken};
constexpr ArgumentType kRecordArgument[] = {kRecord};
constexpr ArgumentType kTakeFaultArguments[] = {kFd, kPage, kRecord, kThread};
constexpr ArgumentType kAnswerFaultArguments[] = {kFd, kRecord};
constexpr ArgumentType kThreadArgument[] = {kThread};
constexpr ArgumentType kTaskArgument[] = {kTask};
constexpr ArgumentType kTaskThreadArguments[] = {kTask, kThread};
constexpr ArgumentType kCyclesArgument[] = {kCycles};
constexpr ArgumentType kSwitchArguments[] = {{"from", trace::format_lane},
                                             {"to", trace::format_lane}};
constexpr ArgumentType kSource{"source", format_source};
constexpr ArgumentType kSentArguments[] = {kSource, {"target", trace::format_lane}};
constexpr ArgumentType kTakenArguments[] = {{"latency", trace::format_cycles}, kSource};
constexpr ArgumentType kSourceArgument[] = {kSource};
constexpr ArgumentType kDevice{"device", trace::format_name<kDeviceNames>};
constexpr ArgumentType kDeviceArgument[] = {kDevice};
constexpr ArgumentType kRaisedArguments[] = {kDevice, {"outcome", format_acceptance}};
constexpr ArgumentType kDeviceEventArguments[] = {kDevice, {"number", trace::format_unsigned}};
constexpr ArgumentType kDeviceOutputArguments[] = {kDevice, kValue};
constexpr ArgumentType kDriverArguments[] = {kDevice, kSequence, kWoken};
constexpr ArgumentType kOpenInterruptArguments[] = {kDevice, kFd, kScope};
constexpr ArgumentType kAckArguments[] = {kFd, kSequence};
constexpr ArgumentType kDeviceAccessArguments[] = {
    kDevice, {"register", trace::format_unsigned}, kValue};
constexpr ArgumentType kReturnArguments[] = {{"call", format_call}, kCycles};
constexpr ArgumentType kMarkArgument[] = {{"name", trace::format_name<kMarkNames>}};
constexpr ArgumentType kFindingArgument[] = {{"name", trace::format_name<kFindingNames>}};

constexpr std::string_view kKinds[] = {"ipc", "thread", "sched", "irq", "memory", "user", "test"};

constexpr unsigned kind(EventGroup group) { return static_cast<unsigned>(group); }
constexpr unsigned kIpc = kind(EventGroup::kIpc);
constexpr unsigned kThreads = kind(EventGroup::kThread);
constexpr unsigned kSched = kind(EventGroup::kSched);
constexpr unsigned kIrq = kind(EventGroup::kIrq);
constexpr unsigned kMemory = kind(EventGroup::kMemory);
constexpr unsigned kUser = kind(EventGroup::kUser);
constexpr unsigned kScenario = kind(EventGroup::kScenario);

// By EventCode: the system calls in the order of system_calls.def, then the rest.
constexpr EventType kEvents[] = {
    {kIpc, "connect", kConnectArguments, 0},
    {kIpc, "new_port", kNewPortArguments, 0},
    {kIpc, "push_to_listen_queue", kPushArguments},
    {kIpc, "close", kFdWokenArguments},
    {kIpc, "read", kBufferArguments},
    {kIpc, "write", kBufferArguments},
    {kIpc, "wakeup", kFdWokenArguments},
    {kIpc, "poll", kPollArguments},
    {kIpc, "poll_all", kPollAllArguments},
    {kIpc, "block_uid", kUidArgument},
    {kIpc, "unblock_uid", kUidArgument},
    {kMemory, "new_frame", kFrameArgument},
    {kMemory, "copy_frame", kCopyFrameArguments},
    {kMemory, "free_frame", kFrameArgument},
    {kMemory, "map", kMapArguments},
    {kMemory, "protect", kProtectArguments},
    {kMemory, "unmap", kUnmapArguments},
    {kMemory, "open_fault_socket", kNewPortArguments, 0},
    {kMemory, "take_fault", kTakeFaultArguments},
    {kMemory, "resume_fault", kAnswerFaultArguments},
    {kMemory, "refuse_fault", kAnswerFaultArguments},
    {kIrq, "open_interrupt_socket", kOpenInterruptArguments},
    {kIrq, "ack_interrupt", kAckArguments},
    {kIrq, "device_read", kDeviceAccessArguments},
    {kIrq, "device_write", kDeviceAccessArguments},
    {kThreads, "spawn", kThreadArgument},
    {kThreads, "exit_thread", {}},
    {kThreads, "exit_task", {}},
    {kThreads, "kill", kTaskArgument},
    {kThreads, "sleep", kCyclesArgument},
    {kThreads, "yield", {}},
    {kIpc, "polled", kPolledArguments},
    {kIpc, "connected", kConnectedArguments, 0},
    {kThreads, "started", kTaskThreadArguments},
    {kThreads, "thread_ended", {}},
    {kThreads, "task_ended", kTaskArgument},
    {kSched, "switch", kSwitchArguments},
    {kSched, "ready", kThreadArgument},
    {kIrq, "sent", kSentArguments},
    {kIrq, "taken", kTakenArguments},
    {kIrq, "eoi", kSourceArgument},
    {kIrq, "raised", kRaisedArguments},
    {kIrq, "lowered", kDeviceArgument},
    {kIrq, "event", kDeviceEventArguments},
    {kIrq, "output", kDeviceOutputArguments},
    {kIrq, "signaled", kDriverArguments},
    {kIrq, "masked", kDeviceArgument},
    {kIrq, "unmasked", kDeviceArgument},
    {kIrq, "latched", kDeviceArgument},
    {kMemory, "load", kLoadArguments},
    {kMemory, "store", kLoadArguments},
    {kMemory, "exchange", kAtomicArguments},
    {kMemory, "compare_exchange", kCompareExchangeArguments},
    {kMemory, "fetch_add", kAtomicArguments},
    {kMemory, "fence", {}},
    {kMemory, "page_fault", kFaultArguments},
    {kMemory, "fault_queued", kFaultQueuedArguments},
    {kMemory, "fault_resumed", kRecordArgument},
    {kMemory, "shootdown", kShootdownArguments},
    {kMemory, "invalidated", kInvalidatedArguments},
    {kUser, "return", kReturnArguments},
    {kScenario, "mark", kMarkArgument},
    {kScenario, "finding", kFindingArgument},
    {kScenario, "await", {}},
};
static_assert(std::size(kEvents) == static_cast<std::size_t>(EventCode::kAwait) + 1);

constexpr std::string_view kReasons[] = {
    "",           "signal",          "opened",  "closed", "cancelled",   "timeout",
    "spawned",    "killed",          "awaited", "port",   "blocked_uid", "server_ended",
    "sleep_over", "blocks",          "slice",   "yield",  "ended",       "idle",
    "spurious",   "unhandled_fault", "fault",   "resumed"};
static_assert(std::size(kReasons) == static_cast<std::size_t>(Reason::kResumed) + 1);

constexpr std::string_view kResults[] = {"",         "ok",     "blocks",    "opened",
                                         "signaled", "closed", "cancelled", "timed_out",
#define KERNEL_ERROR(name, meaning) #name,
#include "kernel_model/abi/errors.def"
#undef KERNEL_ERROR
                                         "killed"};

static_assert(kResults[kFirstEventKind] == "opened" && kResults[kFirstError - 1] == "timed_out");

constexpr bool calls_are_in_their_groups() {
  for (std::size_t call = 0; call < kSystemCalls; ++call) {
    if (kEvents[call].kind != kind(group_of(static_cast<SystemCall>(call)))) return false;
  }
  return true;
}
static_assert(calls_are_in_their_groups());

}  // namespace

const trace::Vocabulary& vocabulary() {
  static constexpr trace::Vocabulary kVocabulary{kKinds, kEvents, kReasons, kResults};
  return kVocabulary;
}

}  // namespace ipcsim::kernel
