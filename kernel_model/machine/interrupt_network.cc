// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/interrupt_network.h"

#include "kernel_model/machine/cpu.h"
#include "sim/base/check.h"

namespace ipcsim::machine {

InterruptNetwork::InterruptNetwork(engine::Engine& engine, Arena& arena, Cycles latency)
    : engine_(engine),
      latency_(latency),
      bus_(arena),
      io_apic_(*this),
      cpus_(&arena),
      parcels_(&arena),
      free_places_(&arena) {
  bus_.attach(io_apic_);
}

void InterruptNetwork::attach(Cpu& cpu) {
  SIM_CHECK(cpu.number() == cpus_.size(), "CPUs are attached in the order of their numbers");
  cpus_.push_back(&cpu);
  bus_.attach(cpu.apic());
}

void InterruptNetwork::interrupt(const Cpu& target, std::uint8_t vector, std::uint32_t flow) {
  const engine::AgentId sender = engine_.running_agent();
  flow_ = flow;
  if (sender.valid()) {
    cpus_[sender.value()]->command_interrupt(target.number(), vector);
  } else {
    InterruptMessage message;
    message.vector = vector;
    message.width = DestinationWidth::k32;
    message.destination = target.number();
    dispatch(message, flow);
  }
  flow_ = 0;
}

Delivery InterruptNetwork::set_line(unsigned pin, Level level, std::uint32_t flow) {
  flow_ = flow;
  const Delivery delivery = io_apic_.set_line(pin, level);
  flow_ = 0;
  return delivery;
}

Delivery InterruptNetwork::send(const InterruptMessage& message) {
  if (!message.sender.valid()) return deliver(message, flow_, engine_.now());
  dispatch(message, flow_);
  return {};
}

void InterruptNetwork::broadcast_end(std::uint8_t vector) { bus_.broadcast_end(vector); }

void InterruptNetwork::dispatch(const InterruptMessage& message, std::uint32_t flow) {
  std::uint32_t place = static_cast<std::uint32_t>(parcels_.size());
  if (free_places_.empty()) {
    parcels_.emplace_back();
  } else {
    place = free_places_.back();
    free_places_.pop_back();
  }
  parcels_[place] = {message, flow, engine_.now()};
  ++commands_;
  ++on_the_way_;
  const bool one_target = message.shorthand == Shorthand::kNone &&
                          message.destination_mode == DestinationMode::kPhysical &&
                          message.destination < cpus_.size();
  const Cpu& lane_of = *cpus_[one_target ? message.destination : message.sender.value()];
  engine_.schedule(later(engine_.now(), latency_), lane_of.lane(), *this, place);
}

void InterruptNetwork::happen(std::uint64_t payload) {
  const Parcel parcel = parcels_[payload];
  free_places_.push_back(static_cast<std::uint32_t>(payload));
  --on_the_way_;
  deliver(parcel.message, parcel.flow, parcel.sent);
}

Delivery InterruptNetwork::deliver(const InterruptMessage& message, std::uint32_t flow,
                                   Cycle raised) {
  const Delivery delivery = bus_.send(message);
  if (delivery.pending() == 0 || !has_vector(message.delivery)) return delivery;
  for (Cpu* const cpu : cpus_) {
    const bool pending = cpu->apic().request().test(message.vector);
    if (pending && cpu->apic().is_destination(message)) {
      cpu->interrupt_arrived(message.vector, flow, raised);
    }
  }
  return delivery;
}

}  // namespace ipcsim::machine
