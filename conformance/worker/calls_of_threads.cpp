#include "worker/calls_of_threads.hpp"

#include "worker/function.hpp"

namespace conformance {
namespace {

thread_local CallOfThread* of_this_thread = nullptr;

}  // namespace

void CallOfThread::begins(const char* function, const buffers::Account& account) noexcept {
  given_.store(account.given(), std::memory_order_relaxed);
  bytes_.store(account.bytes(), std::memory_order_relaxed);
  made_.fetch_add(1, std::memory_order_relaxed);
  function_.store(function, std::memory_order_relaxed);
}

std::string CallOfThread::text() const {
  const std::string name = function();
  const std::string bytes = std::to_string(bytes_.load(std::memory_order_relaxed));
  if (name == name_of(Function::allocate)) return name + " of " + bytes + " bytes";
  const std::string call = buffers::call_text(name, given_.load(std::memory_order_relaxed));
  if (name == name_of(Function::reallocate)) return call + " to " + bytes;
  return name == name_of(Function::free) || name == name_of(Function::size) ? call : name;
}

PublishedCalls::PublishedCalls(CallOfThread& place) noexcept { of_this_thread = &place; }
PublishedCalls::~PublishedCalls() { of_this_thread = nullptr; }

CallOfThread* published_call() noexcept { return of_this_thread; }

}  // namespace conformance
