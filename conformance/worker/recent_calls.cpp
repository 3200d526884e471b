#include "worker/recent_calls.hpp"

#include <algorithm>
#include <cstring>

#include "worker/buffers.hpp"

namespace conformance {
namespace {

std::uintptr_t value_at(std::uintptr_t variable) {
  std::uintptr_t value = 0;
  std::memcpy(&value, reinterpret_cast<const void*>(variable), sizeof value);
  return value;
}

// Gives buffers their numbers, from 1 on. An address may be one buffer's after the other.
class Numbers {
 public:
  std::uintptr_t of_given(std::uintptr_t address) noexcept {
    if (address == 0) return 0;
    for (std::size_t i = count_; i > 0; --i) {
      if (addresses_[i - 1] == address) return i;
    }
    return of_stored(address);
  }
  std::uintptr_t of_stored(std::uintptr_t address) noexcept {
    if (address == 0) return 0;
    addresses_[count_++] = address;
    return count_;
  }
  void forget(std::uintptr_t number) noexcept {
    if (number != 0) addresses_[number - 1] = 0;
  }

 private:
  // Each call has two buffers at most.
  std::array<std::uintptr_t, 2 * RecentCalls::most_calls> addresses_ = {};
  std::size_t count_ = 0;
};

const char* json(bool value) noexcept { return value ? "true" : "false"; }

void write_call(FixedText& text, const RecentCall& call, std::uintptr_t given, std::uintptr_t stored) noexcept {
  const bool has_variable = call.function == Function::size || call.variable != 0;
  text << R"({"function":")" << name_of(call.function) << R"(","bytes":)" << std::uintptr_t{call.bytes}
       << R"(,"buffer":)" << given << R"(,"buffer_bytes":)" << std::uintptr_t{call.given_bytes} << R"(,"has_variable":)"
       << json(has_variable) << R"(,"aliased":)" << json(call.is_aliased) << R"(,"stored":)" << stored
       << R"(,"succeeded":)" << json(call.succeeded) << "}";
}

}  // namespace

void RecentCalls::begins(Function function, const std::uintptr_t* arguments) noexcept {
  const bool has_bytes = function == Function::allocate || function == Function::reallocate;
  const std::size_t bytes_at = function == Function::allocate ? 0 : 1;
  const std::uintptr_t given = function == Function::allocate ? 0 : arguments[0];
  const std::uintptr_t variable = has_bytes ? arguments[bytes_at + 1] : 0;
  // Written in its place: a copy of it would take longer than most calls.
  RecentCall& call = calls_[count_++ % calls_.size()];
  call.function = function;
  call.bytes = has_bytes ? static_cast<Dword>(arguments[bytes_at]) : 0;
  call.given = given;
  call.given_bytes = given != 0 ? buffers::bytes_of(given).value_or(0) : 0;
  call.variable = variable;
  call.is_aliased = given != 0 && variable != 0 && value_at(variable) == given;
  call.stored = 0;
  call.succeeded = false;
}

void RecentCalls::returned(Status status) noexcept {
  RecentCall& call = calls_[(count_ - 1) % calls_.size()];
  call.succeeded = status == success;
  if (call.succeeded && call.variable != 0) call.stored = value_at(call.variable);
}

void RecentCalls::write(FixedText& text) const noexcept {
  Numbers numbers;
  const std::size_t first = count_ - std::min(count_, calls_.size());
  text << "[";
  for (std::size_t i = first; i < count_; ++i) {
    const RecentCall& call = calls_[i % calls_.size()];
    const std::uintptr_t given = numbers.of_given(call.given);
    if (call.succeeded && call.function != Function::size) numbers.forget(given);
    if (i > first) text << ",";
    write_call(text, call, given, numbers.of_stored(call.stored));
  }
  text << "]";
}

}  // namespace conformance
