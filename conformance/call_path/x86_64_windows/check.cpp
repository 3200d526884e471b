#include <iterator>

#include "call_path/checks.hpp"
#include "call_path/x86/check_control.hpp"

namespace conformance {
namespace {

static_assert(offsetof(Reserved, registers_after) == 5 * sizeof(std::uintptr_t));
static_assert(offsetof(Reserved, vectors_after) == 13 * sizeof(std::uintptr_t));

constexpr const char* register_names[] = {"rbp", "rbx", "rdi", "rsi", "r12", "r13", "r14", "r15"};

// What both halves of each vector register are loaded with: this + the register's index. It stands in call.S as well.
constexpr std::uint64_t vector_sentinel = 0x7EC707EC707EC700ULL;

void check_vectors(const Reserved& reserved, std::vector<Breach>& breaches) {
  for (std::size_t i = 0; i < std::size(reserved.vectors_after); ++i) {
    const auto& halves = reserved.vectors_after[i];
    const std::uint64_t expected = vector_sentinel + i;
    if (halves[0] == expected && halves[1] == expected) continue;
    breaches.push_back({"xmm" + std::to_string(i + 6), "as before the call", "changed"});
  }
}

}  // namespace

std::vector<Breach> breaches_of(const CallRecord& record) {
  std::vector<Breach> breaches;
  check_stack_pointer(record, breaches);
  check_registers(record, register_names, record.reserved.registers_after, breaches);
  check_vectors(record.reserved, breaches);
  check_x86_control(record.reserved.control, breaches);
  return breaches;
}

}  // namespace conformance
