#include "c_library.hpp"

#include <atomic>
#include <utility>

#include "last_error.hpp"

// The linker sends every call of these functions to __wrap_*, and __real_* to the C library (-Wl,--wrap).
extern "C" void* __real_malloc(std::size_t size);
extern "C" void* __real_calloc(std::size_t count, std::size_t size);
extern "C" void* __real_realloc(void* block, std::size_t size);
extern "C" void __real_free(void* block);

namespace {

// Not thread_local: the first use of such a variable may call malloc.
std::atomic<bool> malloc_fails = false;
std::atomic<bool> calloc_fails = false;
std::atomic<std::size_t> refused = 0;
std::atomic<std::ptrdiff_t> live = 0;
std::atomic<void (*)()> before_calloc = nullptr;
std::atomic<void (*)()> after_free = nullptr;
std::atomic<void (*)()> after_realloc = nullptr;

constexpr unsigned long last_error_of_the_library = 12;

void* refuse(std::size_t size) {
  refused = size;
  apibuf::last_error::set(last_error_of_the_library);
  return nullptr;
}

void* counted(void* block) {
  if (block != nullptr) ++live;
  return block;
}

}  // namespace

extern "C" void* __wrap_malloc(std::size_t size) { return malloc_fails ? refuse(size) : counted(__real_malloc(size)); }

extern "C" void* __wrap_realloc(void* block, std::size_t size) {
  void* const result = malloc_fails ? refuse(size) : __real_realloc(block, size);
  if (block == nullptr) counted(result);
  if (const auto function = after_realloc.exchange(nullptr)) function();
  return result;
}

extern "C" void* __wrap_calloc(std::size_t count, std::size_t size) {
  if (const auto function = before_calloc.exchange(nullptr)) function();
  if (!calloc_fails) return __real_calloc(count, size);
  apibuf::last_error::set(last_error_of_the_library);
  return nullptr;
}

extern "C" void __wrap_free(void* block) {
  if (block != nullptr) --live;
  __real_free(block);
  apibuf::last_error::set(last_error_of_the_library);
  if (const auto function = after_free.exchange(nullptr)) function();
}

namespace c_library {

NoMalloc::NoMalloc() {
  refused = 0;
  malloc_fails = true;
}
NoMalloc::~NoMalloc() { malloc_fails = false; }

NoCalloc::NoCalloc() { calloc_fails = true; }
NoCalloc::~NoCalloc() { calloc_fails = false; }

std::size_t refused_bytes() { return refused; }

std::ptrdiff_t live_blocks() { return live; }

void before_next_calloc(void (*function)()) { before_calloc = function; }

void after_next_free(void (*function)()) { after_free = function; }

void after_next_realloc(void (*function)()) { after_realloc = function; }

}  // namespace c_library
