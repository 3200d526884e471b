#include "worker/recent_calls.hpp"

#include <algorithm>
#include <cstring>
#include <map>

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
  int of_given(std::uintptr_t address) {
    if (address == 0) return 0;
    const auto [place, is_new] = by_address_.try_emplace(address, last_ + 1);
    if (is_new) ++last_;
    return place->second;
  }
  int of_stored(std::uintptr_t address) {
    if (address == 0) return 0;
    return by_address_[address] = ++last_;
  }
  void forget(std::uintptr_t address) { by_address_.erase(address); }

 private:
  std::map<std::uintptr_t, int> by_address_;
  int last_ = 0;
};

}  // namespace

RecentCall recent_call(Function function, const std::uintptr_t* arguments) noexcept {
  const bool has_bytes = function == Function::allocate || function == Function::reallocate;
  const std::size_t bytes_at = function == Function::allocate ? 0 : 1;
  const std::uintptr_t given = function == Function::allocate ? 0 : arguments[0];
  const std::uintptr_t variable = has_bytes ? arguments[bytes_at + 1] : 0;
  return {.function = function,
          .bytes = has_bytes ? static_cast<Dword>(arguments[bytes_at]) : 0,
          .given = given,
          .given_bytes = given != 0 ? buffers::bytes_of(given).value_or(0) : 0,
          .variable = variable,
          .is_aliased = given != 0 && variable != 0 && value_at(variable) == given};
}

void RecentCalls::add(RecentCall call, Status status) noexcept {
  call.succeeded = status == success;
  if (call.succeeded && call.variable != 0) call.stored = value_at(call.variable);
  calls_[count_++ % calls_.size()] = call;
}

nlohmann::ordered_json RecentCalls::as_json() const {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  Numbers numbers;
  for (std::size_t i = count_ - std::min(count_, calls_.size()); i < count_; ++i) {
    const RecentCall& call = calls_[i % calls_.size()];
    const int given = numbers.of_given(call.given);
    if (call.succeeded && call.function != Function::size) numbers.forget(call.given);
    const int stored = numbers.of_stored(call.stored);
    all.push_back({{"function", name_of(call.function)},
                   {"bytes", call.bytes},
                   {"buffer", given},
                   {"buffer_bytes", call.given_bytes},
                   {"has_variable", call.function == Function::size || call.variable != 0},
                   {"aliased", call.is_aliased},
                   {"stored", stored},
                   {"succeeded", call.succeeded}});
  }
  return all;
}

}  // namespace conformance
