#include "call_path/checks.hpp"
#include "call_path/x86/check_control.hpp"

namespace conformance {
namespace {

static_assert(offsetof(Reserved, registers_after) == 5 * sizeof(std::uintptr_t));
static_assert(offsetof(Reserved, x87_environment_after) == 11 * sizeof(std::uintptr_t));

constexpr const char* register_names[] = {"rbp", "rbx", "r12", "r13", "r14", "r15"};

}  // namespace

std::vector<Breach> breaches_of(const CallRecord& record) {
  std::vector<Breach> breaches;
  check_stack_pointer(record, breaches);
  check_registers(record, register_names, record.reserved.registers_after, breaches);
  check_x86_control(record.reserved.control, breaches);
  check_x87_stack(record.reserved.x87_environment_after, breaches);
  return breaches;
}

}  // namespace conformance
