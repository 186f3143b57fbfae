// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/entry/user_thread.h"

#include "kernel_model/entry/kernel.h"

namespace ipcsim::kernel {

ThreadId UserThread::id() const { return thread_.id; }
TaskId UserThread::task() const { return thread_.task; }
Cycle UserThread::now() const { return later(kernel_.engine().now(), thread_.user_debt); }

void UserThread::set_source(trace::SourceLine line) { thread_.source = line; }

Call<Descriptor> UserThread::connect(TaskId server, Scope scope) {
  return kernel_.ipc_calls().connect(thread_, server, scope);
}
Call<Descriptor> UserThread::new_port(Scope scope) {
  return kernel_.ipc_calls().new_port(thread_, scope);
}
Call<Nothing> UserThread::push_to_listen_queue(Descriptor port) {
  return kernel_.ipc_calls().push_to_listen_queue(thread_, port);
}
Call<Nothing> UserThread::close(Descriptor fd) { return kernel_.ipc_calls().close(thread_, fd); }
Call<Buffer> UserThread::read(Descriptor fd) { return kernel_.ipc_calls().read(thread_, fd); }
Call<Nothing> UserThread::write(Descriptor fd, std::span<const std::byte> bytes) {
  return kernel_.ipc_calls().write(thread_, fd, bytes);
}
Call<Nothing> UserThread::wakeup(Descriptor fd) { return kernel_.ipc_calls().wakeup(thread_, fd); }
Call<Event> UserThread::poll(std::span<const Descriptor> set, Cycles timeout) {
  return kernel_.ipc_calls().poll(thread_, set, timeout);
}
Call<Event> UserThread::poll_all(Cycles timeout) {
  return kernel_.ipc_calls().poll_all(thread_, timeout);
}

Call<Nothing> UserThread::block_uid(std::int64_t uid) {
  return kernel_.set_permission(thread_, uid, SystemCall::block_uid);
}
Call<Nothing> UserThread::unblock_uid(std::int64_t uid) {
  return kernel_.set_permission(thread_, uid, SystemCall::unblock_uid);
}

Call<FrameId> UserThread::new_frame() {
  return kernel_.take_frame(thread_, SystemCall::new_frame, std::nullopt);
}
Call<FrameId> UserThread::copy_frame(std::int64_t frame) {
  return kernel_.take_frame(thread_, SystemCall::copy_frame, frame);
}
Call<Nothing> UserThread::free_frame(std::int64_t frame) {
  return kernel_.free_frame(thread_, frame);
}
Call<Nothing> UserThread::map(TaskId task, std::uint64_t page, std::int64_t frame,
                              PageAccess access) {
  return kernel_.map(thread_, task, page, frame, access);
}
Call<Nothing> UserThread::protect(TaskId task, std::uint64_t page, PageAccess access) {
  return kernel_.protect(thread_, task, page, access);
}
Call<Nothing> UserThread::unmap(TaskId task, std::uint64_t page) {
  return kernel_.unmap(thread_, task, page);
}

Call<Nothing> UserThread::load(std::uint64_t address, std::span<std::byte> to) {
  return kernel_.load(thread_, address, to);
}
Call<Nothing> UserThread::store(std::uint64_t address, std::span<const std::byte> from) {
  return kernel_.store(thread_, address, from);
}
Call<std::uint64_t> UserThread::exchange(std::uint64_t address, std::uint64_t value) {
  return kernel_.exchange(thread_, address, value);
}
Call<std::uint64_t> UserThread::fetch_add(std::uint64_t address, std::uint64_t value) {
  return kernel_.fetch_add(thread_, address, value);
}
Call<std::uint64_t> UserThread::compare_exchange(std::uint64_t address, std::uint64_t expected,
                                                 std::uint64_t value) {
  return kernel_.compare_exchange(thread_, address, expected, value);
}
Call<Nothing> UserThread::fence() { return kernel_.fence(thread_); }
Call<Cycle> UserThread::read_tsc() { return kernel_.read_tsc(thread_); }

Call<Descriptor> UserThread::open_interrupt_socket(DeviceId device, Scope scope) {
  return kernel_.open_interrupt_socket(thread_, device, scope);
}
Call<Nothing> UserThread::ack_interrupt(Descriptor fd, std::int64_t sequence) {
  return kernel_.ack_interrupt(thread_, fd, sequence);
}
Call<std::uint64_t> UserThread::device_read(DeviceId device, std::int64_t number) {
  return kernel_.device_read(thread_, device, number);
}
Call<Nothing> UserThread::device_write(DeviceId device, std::int64_t number, std::uint64_t value) {
  return kernel_.device_write(thread_, device, number, value);
}

Call<Descriptor> UserThread::open_fault_socket(Scope scope) {
  return kernel_.open_fault_socket(thread_, scope);
}
Call<PageFault> UserThread::take_fault(Descriptor fd) { return kernel_.take_fault(thread_, fd); }
Call<Nothing> UserThread::resume_fault(Descriptor fd, std::int64_t record) {
  return kernel_.resume_fault(thread_, fd, record);
}
Call<Nothing> UserThread::refuse_fault(Descriptor fd, std::int64_t record) {
  return kernel_.refuse_fault(thread_, fd, record);
}

Call<ThreadId> UserThread::spawn(const ThreadDescription& thread) {
  return kernel_.spawn(thread_, thread);
}
Call<Nothing> UserThread::exit_thread() { return kernel_.exit(thread_, SystemCall::exit_thread); }
Call<Nothing> UserThread::exit_task() { return kernel_.exit(thread_, SystemCall::exit_task); }
Call<Nothing> UserThread::kill(TaskId victim) { return kernel_.kill(thread_, victim); }
Call<Nothing> UserThread::sleep(Cycles span) { return kernel_.sleep(thread_, span); }
Call<Nothing> UserThread::yield() { return kernel_.yield(thread_); }

Call<Nothing> UserThread::compute(Cycles span) { return kernel_.compute(thread_, span); }

Call<Nothing> UserThread::catch_up() { return kernel_.catch_up(thread_); }
Call<std::int64_t> UserThread::random(std::int64_t bound) { return kernel_.random(thread_, bound); }
Call<Nothing> UserThread::await(const AwaitCondition& condition) {
  return kernel_.await(thread_, condition);
}

}  // namespace ipcsim::kernel
