// Pointers that are no live buffers: the reference refuses them and follows none (D2 in DECISIONS.md).
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <initializer_list>
#include <span>
#include <string_view>

#include "apibuffer.h"

namespace {

void check_is_refused(std::string_view what, void* pointer) {
  CAPTURE(what);
  void* const untouched = &pointer;
  void* new_buffer = untouched;
  DWORD byte_count = 0xA5A5A5A5;
  CHECK(NetApiBufferSize(pointer, &byte_count) == ERROR_INVALID_PARAMETER);
  CHECK(byte_count == 0xA5A5A5A5);
  CHECK(NetApiBufferReallocate(pointer, 64, &new_buffer) == ERROR_INVALID_PARAMETER);
  CHECK(NetApiBufferReallocate(pointer, 0, &new_buffer) == ERROR_INVALID_PARAMETER);
  CHECK(new_buffer == untouched);
  CHECK(NetApiBufferFree(pointer) == ERROR_INVALID_PARAMETER);
  MIDL_user_free(pointer);
}

// Fills the memory with what could be sizes in headers. Every pointer into it is refused, and it stays as it was.
void check_all_of_it_is_refused(std::string_view what, std::span<std::uint32_t> words) {
  std::ranges::fill(words, 4u);
  const auto bytes = std::as_writable_bytes(words);
  for (std::size_t offset = 0; offset < bytes.size(); ++offset) check_is_refused(what, &bytes[offset]);
  CHECK(std::ranges::all_of(words, [](std::uint32_t word) { return word == 4; }));
}

alignas(16) std::array<std::uint32_t, 16> static_words;

}  // namespace

TEST_CASE("a freed buffer is refused, and so is a double free") {
  void* buffer = nullptr;
  REQUIRE(NetApiBufferAllocate(64, &buffer) == NERR_Success);
  REQUIRE(NetApiBufferFree(buffer) == NERR_Success);
  CHECK(NetApiBufferFree(buffer) == ERROR_INVALID_PARAMETER);
  check_is_refused("freed", buffer);
}

TEST_CASE("a buffer that Reallocate moved is refused at its old place") {
  void* old_buffer = nullptr;
  REQUIRE(NetApiBufferAllocate(64, &old_buffer) == NERR_Success);
  void* new_buffer = nullptr;
  REQUIRE(NetApiBufferReallocate(old_buffer, 64 << 20, &new_buffer) == NERR_Success);  // more than fits in its place
  REQUIRE(new_buffer != old_buffer);
  CHECK(NetApiBufferFree(old_buffer) == ERROR_INVALID_PARAMETER);
  CHECK(NetApiBufferFree(new_buffer) == NERR_Success);
}

TEST_CASE("pointers into a buffer and to just before and after it are refused") {
  void* buffer = nullptr;
  REQUIRE(NetApiBufferAllocate(64, &buffer) == NERR_Success);
  auto* const words = static_cast<std::uint32_t*>(buffer);
  std::ranges::fill(std::span(words, 16), 4u);
  auto* const bytes = static_cast<char*>(buffer);
  for (std::size_t offset = 1; offset <= 64; ++offset) check_is_refused("interior", bytes + offset);
  check_is_refused("header", bytes - 2 * sizeof(void*));
  CHECK(std::ranges::all_of(std::span(words, 16), [](std::uint32_t word) { return word == 4; }));
  CHECK(NetApiBufferFree(buffer) == NERR_Success);
}

TEST_CASE("pointers to the stack, to static data and to the C library's heap are refused") {
  alignas(16) std::array<std::uint32_t, 16> stack_words;
  check_all_of_it_is_refused("stack", stack_words);
  check_all_of_it_is_refused("static", static_words);
  auto* const heap_words = static_cast<std::uint32_t*>(std::malloc(64));
  REQUIRE(heap_words != nullptr);
  check_all_of_it_is_refused("heap", {heap_words, 16});
  std::free(heap_words);
}

TEST_CASE("pointers to no memory at all are refused") {
  for (const std::uintptr_t address :
       {std::uintptr_t{1}, std::uintptr_t{16}, std::uintptr_t{4096}, std::uintptr_t{0x7FFF0000}, ~std::uintptr_t{0},
        ~std::uintptr_t{15}, ~std::uintptr_t{0} / 2 + 1, std::uintptr_t{1} << (sizeof(void*) * 6)}) {
    check_is_refused("unmapped", reinterpret_cast<void*>(address));
  }
}

TEST_CASE("NULL is refused by Size, and MIDL_user_free does nothing with it") {
  DWORD byte_count = 0xA5A5A5A5;
  CHECK(NetApiBufferSize(nullptr, &byte_count) == ERROR_INVALID_PARAMETER);
  CHECK(byte_count == 0xA5A5A5A5);
  MIDL_user_free(nullptr);
}
