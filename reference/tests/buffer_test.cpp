// What the exported functions promise to a caller who makes no mistake.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <span>

#include "apibuffer.h"
#include "last_error.hpp"

namespace {

void* allocated(DWORD byte_count) {
  void* buffer = nullptr;
  REQUIRE(NetApiBufferAllocate(byte_count, &buffer) == NERR_Success);
  REQUIRE(buffer != nullptr);
  return buffer;
}

DWORD size_of(void* buffer) {
  DWORD byte_count = 0xA5A5A5A5;
  REQUIRE(NetApiBufferSize(buffer, &byte_count) == NERR_Success);
  return byte_count;
}

std::span<unsigned char> bytes_of(void* buffer) { return {static_cast<unsigned char*>(buffer), size_of(buffer)}; }

bool all_are(std::span<const unsigned char> bytes, unsigned char value) {
  return std::ranges::all_of(bytes, [value](unsigned char byte) { return byte == value; });
}

}  // namespace

TEST_CASE("a buffer has exactly the size that was asked for, is aligned, writable, and freed once") {
  for (const DWORD byte_count : {0u, 1u, 7u, 8u, 15u, 16u, 17u, 4096u, 1u << 20}) {
    CAPTURE(byte_count);
    void* const buffer = allocated(byte_count);
    CHECK(size_of(buffer) == byte_count);
    CHECK(reinterpret_cast<std::uintptr_t>(buffer) % (2 * sizeof(void*)) == 0);
    std::ranges::fill(bytes_of(buffer), std::uint8_t{0x5A});
    CHECK(all_are(bytes_of(buffer), 0x5A));
    CHECK(NetApiBufferFree(buffer) == NERR_Success);
  }
}

TEST_CASE("live buffers have different addresses, zero-byte ones too") {
  std::array<void*, 1000> buffers{};
  for (void*& buffer : buffers) buffer = allocated(0);
  std::ranges::sort(buffers);
  CHECK(std::ranges::adjacent_find(buffers) == buffers.end());
  for (void* const buffer : buffers) CHECK(NetApiBufferFree(buffer) == NERR_Success);
}

TEST_CASE("Free accepts NULL") { CHECK(NetApiBufferFree(nullptr) == NERR_Success); }

TEST_CASE("a NULL out-parameter is an invalid parameter, and nothing is freed") {
  void* const buffer = allocated(8);
  CHECK(NetApiBufferAllocate(0, nullptr) == ERROR_INVALID_PARAMETER);
  CHECK(NetApiBufferAllocate(8, nullptr) == ERROR_INVALID_PARAMETER);
  CHECK(NetapipBufferAllocate(8, nullptr) == ERROR_INVALID_PARAMETER);
  CHECK(NetApiBufferReallocate(nullptr, 8, nullptr) == ERROR_INVALID_PARAMETER);
  CHECK(NetApiBufferReallocate(buffer, 0, nullptr) == ERROR_INVALID_PARAMETER);
  CHECK(NetApiBufferReallocate(buffer, 16, nullptr) == ERROR_INVALID_PARAMETER);
  CHECK(NetApiBufferSize(buffer, nullptr) == ERROR_INVALID_PARAMETER);
  CHECK(NetApiBufferSize(nullptr, nullptr) == ERROR_INVALID_PARAMETER);
  CHECK(size_of(buffer) == 8);
  CHECK(NetApiBufferFree(buffer) == NERR_Success);
}

TEST_CASE("Reallocate keeps the contents up to the smaller size, and the old buffer is gone") {
  for (const DWORD byte_count : {1u, 63u, 64u, 65u, 100000u}) {
    CAPTURE(byte_count);
    void* const old_buffer = allocated(64);
    std::memset(old_buffer, 0x5A, 64);
    void* buffer = old_buffer;  // aliased, as the documentation's sample does it
    REQUIRE(NetApiBufferReallocate(buffer, byte_count, &buffer) == NERR_Success);
    CHECK(size_of(buffer) == byte_count);
    CHECK(all_are(bytes_of(buffer).first(std::min(byte_count, DWORD{64})), 0x5A));
    std::ranges::fill(bytes_of(buffer), std::uint8_t{0x3C});
    if (buffer != old_buffer) CHECK(NetApiBufferFree(old_buffer) == ERROR_INVALID_PARAMETER);
    CHECK(NetApiBufferFree(buffer) == NERR_Success);
    CHECK(NetApiBufferFree(old_buffer) == ERROR_INVALID_PARAMETER);
  }
}

TEST_CASE("Reallocate of NULL allocates") {
  void* buffer = nullptr;
  REQUIRE(NetApiBufferReallocate(nullptr, 24, &buffer) == NERR_Success);
  CHECK(size_of(buffer) == 24);
  CHECK(NetApiBufferFree(buffer) == NERR_Success);
}

TEST_CASE("Reallocate to 0 bytes frees and stores NULL, of NULL too") {
  void* const old_buffer = allocated(24);
  void* buffer = old_buffer;
  CHECK(NetApiBufferReallocate(old_buffer, 0, &buffer) == NERR_Success);
  CHECK(buffer == nullptr);
  CHECK(NetApiBufferFree(old_buffer) == ERROR_INVALID_PARAMETER);

  buffer = &buffer;
  CHECK(NetApiBufferReallocate(nullptr, 0, &buffer) == NERR_Success);
  CHECK(buffer == nullptr);
}

TEST_CASE("Size writes 32 bits and nothing beside them") {
  void* const buffer = allocated(3);
  std::array<DWORD, 3> byte_counts{0xA5A5A5A5, 0xA5A5A5A5, 0xA5A5A5A5};
  CHECK(NetApiBufferSize(buffer, &byte_counts[1]) == NERR_Success);
  CHECK(byte_counts == std::array<DWORD, 3>{0xA5A5A5A5, 3, 0xA5A5A5A5});
  CHECK(NetApiBufferFree(buffer) == NERR_Success);
}

TEST_CASE("NetapipBufferAllocate and MIDL_user_allocate use the same heap as NetApiBufferAllocate") {
  void* buffer = nullptr;
  REQUIRE(NetapipBufferAllocate(5, &buffer) == NERR_Success);
  CHECK(size_of(buffer) == 5);
  MIDL_user_free(buffer);
  CHECK(NetApiBufferFree(buffer) == ERROR_INVALID_PARAMETER);

  buffer = MIDL_user_allocate(6);
  CHECK(size_of(buffer) == 6);
  CHECK(NetApiBufferFree(buffer) == NERR_Success);
}

TEST_CASE("no function touches the last error") {
  constexpr unsigned long untouched = 1234;
  void* buffer = nullptr;
  DWORD byte_count = 0;
  const auto keeps_last_error = [](auto&& call) {
    apibuf::last_error::set(untouched);
    call();
    return apibuf::last_error::get() == untouched;
  };
  CHECK(keeps_last_error([&] { NetApiBufferAllocate(8, nullptr); }));
  CHECK(keeps_last_error([&] { NetApiBufferAllocate(8, &buffer); }));
  CHECK(keeps_last_error([&] { NetApiBufferSize(buffer, &byte_count); }));
  CHECK(keeps_last_error([&] { NetApiBufferSize(nullptr, &byte_count); }));
  CHECK(keeps_last_error([&] { NetApiBufferReallocate(buffer, 100000, &buffer); }));
  CHECK(keeps_last_error([&] { NetApiBufferReallocate(buffer, 0, &buffer); }));
  CHECK(keeps_last_error([&] { NetApiBufferFree(buffer); }));
  CHECK(keeps_last_error([&] { NetApiBufferFree(&buffer); }));
  CHECK(keeps_last_error([&] { MIDL_user_free(MIDL_user_allocate(8)); }));
}
