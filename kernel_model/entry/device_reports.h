// SPDX-License-Identifier: BSD-2-Clause
// DeviceReports: what devices do, as the trace shows it, and what they may ask of the kernel.
#pragma once

#include "kernel_model/machine/device.h"
#include "kernel_model/object/tracer.h"

namespace ipcsim::kernel {

struct KernelState;

class DeviceReports final : public machine::DeviceListener {
 public:
  DeviceReports(Tracer& tracer, KernelState& state) : tracer_(tracer), state_(state) {}

  std::uint32_t rises(const machine::Device& device) override;
  void risen(const machine::Device& device, std::uint32_t flow,
             const machine::Delivery& outcome) override;
  void fallen(const machine::Device& device) override;
  void happened(const machine::Device& device, std::uint64_t number) override;
  void put_out(const machine::Device& device, std::uint64_t value) override;
  bool may_access(std::uint64_t frame) const override;
  bool is_heard() const override;

 private:
  void emit(EventCode code, const machine::Device& device, std::uint64_t argument,
            std::uint32_t flow = 0);

  Tracer& tracer_;
  KernelState& state_;
};

}  // namespace ipcsim::kernel
