#include "call_path/checks.hpp"

namespace conformance {

std::string hexadecimal(std::uintptr_t value) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string text;
  do {
    text.insert(text.begin(), digits[value % 16]);
    value /= 16;
  } while (value != 0);
  return "0x" + text;
}

void check_stack_pointer(const CallRecord& record, std::vector<Breach>& breaches) {
  if (record.stack_after == record.stack_before) return;
  const auto bytes = static_cast<std::intptr_t>(record.stack_after - record.stack_before);
  breaches.push_back({"stack pointer", "balanced", "off by " + std::to_string(bytes) + " bytes"});
}

void check_registers(const CallRecord& record, std::span<const char* const> names,
                     std::span<const std::uintptr_t> after, std::vector<Breach>& breaches) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::uintptr_t expected = i == 0 ? record.frame : register_sentinel + i;
    if (after[i] != expected) breaches.push_back({names[i], "as before the call", "changed"});
  }
}

}  // namespace conformance
