// Sizes near the end of the DWORD, and memory that cannot be had.
#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <limits>
#include <vector>

#include "apibuffer.h"
#include "c_library.hpp"
#include "last_error.hpp"
#include "live_map.hpp"

namespace {

constexpr DWORD largest = 0xFFFFFFFF;

void* reused_address = nullptr;

NET_API_STATUS allocate_without_memory(DWORD byte_count, void** buffer) {
  const c_library::NoMalloc no_malloc;
  return NetApiBufferAllocate(byte_count, buffer);
}

}  // namespace

TEST_CASE("Allocate without memory gives ERROR_NOT_ENOUGH_MEMORY, stores NULL and keeps the last error") {
  void* buffer = &buffer;
  apibuf::last_error::set(1234);
  const NET_API_STATUS status = allocate_without_memory(64, &buffer);
  CHECK(apibuf::last_error::get() == 1234);
  CHECK(status == ERROR_NOT_ENOUGH_MEMORY);
  CHECK(buffer == nullptr);
}

TEST_CASE("Reallocate without memory gives ERROR_NOT_ENOUGH_MEMORY and leaves the variable and the old buffer alone") {
  void* buffer = nullptr;
  REQUIRE(NetApiBufferAllocate(5, &buffer) == NERR_Success);
  std::memcpy(buffer, "kept", 5);
  void* const old_buffer = buffer;
  for (const DWORD byte_count : {DWORD{1}, DWORD{64}, largest}) {
    CAPTURE(byte_count);
    apibuf::last_error::set(1234);
    NET_API_STATUS status;
    {
      const c_library::NoMalloc no_malloc;
      status = NetApiBufferReallocate(buffer, byte_count, &buffer);
    }
    CHECK(apibuf::last_error::get() == 1234);
    CHECK(status == ERROR_NOT_ENOUGH_MEMORY);
    REQUIRE(buffer == old_buffer);
    DWORD size = 0;
    CHECK(NetApiBufferSize(buffer, &size) == NERR_Success);
    CHECK(size == 5);
    CHECK(std::memcmp(buffer, "kept", 5) == 0);
  }
  CHECK(NetApiBufferFree(buffer) == NERR_Success);
}

TEST_CASE("Reallocate of NULL without memory leaves the variable as it was") {
  void* buffer = &buffer;
  NET_API_STATUS status;
  {
    const c_library::NoMalloc no_malloc;
    status = NetApiBufferReallocate(nullptr, 64, &buffer);
  }
  CHECK(status == ERROR_NOT_ENOUGH_MEMORY);
  CHECK(buffer == &buffer);
}

TEST_CASE("MIDL_user_allocate gives NULL without memory, and for a size that no DWORD holds") {
  void* buffer = &buffer;
  {
    const c_library::NoMalloc no_malloc;
    buffer = MIDL_user_allocate(64);
  }
  CHECK(buffer == nullptr);
  // In a 32-bit process every size fits a DWORD, and this is the largest one: malloc refuses it there.
  CHECK(MIDL_user_allocate(std::numeric_limits<std::size_t>::max()) == nullptr);
  const std::uint64_t beyond_a_dword = std::uint64_t{1} << 32;
  if (beyond_a_dword <= std::numeric_limits<std::size_t>::max()) {
    CHECK(MIDL_user_allocate(static_cast<std::size_t>(beyond_a_dword)) == nullptr);
  }
}

TEST_CASE("a zero-byte buffer takes memory of its own behind the header") {
  void* buffer = nullptr;
  CHECK(allocate_without_memory(0, &buffer) == ERROR_NOT_ENOUGH_MEMORY);
  CHECK(c_library::refused_bytes() > 2 * sizeof(void*));
}

TEST_CASE("Allocate fails where the map has no memory for the buffer's address, and succeeds once it has") {
  // Large enough that a few of them reach addresses for which the map has no leaf yet.
  constexpr DWORD byte_count = 64 << 20;
  constexpr std::size_t most = 100;
  std::vector<void*> buffers;
  buffers.reserve(most);
  static bool is_block_freed = false;
  c_library::after_next_free([] { is_block_freed = true; });
  NET_API_STATUS status = NERR_Success;
  while (status == NERR_Success && buffers.size() < most) {
    const c_library::NoCalloc no_calloc;
    status = NetApiBufferAllocate(byte_count, &buffers.emplace_back());
  }
  CHECK(status == ERROR_NOT_ENOUGH_MEMORY);
  CHECK(buffers.back() == nullptr);
  CHECK(is_block_freed);
  CHECK(NetApiBufferAllocate(byte_count, &buffers.back()) == NERR_Success);
  for (void* const buffer : buffers) CHECK(NetApiBufferFree(buffer) == NERR_Success);
}

TEST_CASE("an address that another thread gets from malloc while Free gives it back stays in the map") {
  REQUIRE(NetApiBufferAllocate(8, &reused_address) == NERR_Success);
  c_library::after_next_free([] { apibuf::live_map::insert(reused_address); });
  CHECK(NetApiBufferFree(reused_address) == NERR_Success);
  REQUIRE(apibuf::live_map::claim(reused_address));
  apibuf::live_map::erase(reused_address);
}

TEST_CASE("an address that another thread gets from malloc while Reallocate moves the buffer away stays in the map") {
  REQUIRE(NetApiBufferAllocate(8, &reused_address) == NERR_Success);
  // Far beyond what malloc could give it at its place.
  c_library::after_next_realloc([] { apibuf::live_map::insert(reused_address); });
  void* buffer = nullptr;
  REQUIRE(NetApiBufferReallocate(reused_address, 64 << 20, &buffer) == NERR_Success);
  REQUIRE(buffer != reused_address);
  CHECK(NetApiBufferFree(buffer) == NERR_Success);
  REQUIRE(apibuf::live_map::claim(reused_address));
  apibuf::live_map::erase(reused_address);
}

TEST_CASE("Reallocate fails where the map could not take another address, and leaves the old buffer alone") {
  void* buffer = nullptr;
  REQUIRE(NetApiBufferAllocate(5, &buffer) == NERR_Success);
  void* const old_buffer = buffer;
  {
    const apibuf::live_map::Reservation reservation;  // so that none is to spare
    const c_library::NoCalloc no_calloc;
    apibuf::last_error::set(1234);
    CHECK(NetApiBufferReallocate(buffer, 8, &buffer) == ERROR_NOT_ENOUGH_MEMORY);
    CHECK(apibuf::last_error::get() == 1234);
  }
  CHECK(buffer == old_buffer);
  DWORD size = 0;
  CHECK(NetApiBufferSize(buffer, &size) == NERR_Success);
  CHECK(size == 5);
  CHECK(NetApiBufferFree(buffer) == NERR_Success);
}

TEST_CASE("no size wraps on its way to malloc") {
  for (DWORD byte_count = largest; byte_count > largest - 32; --byte_count) {
    CAPTURE(byte_count);
    void* buffer = nullptr;
    CHECK(allocate_without_memory(byte_count, &buffer) == ERROR_NOT_ENOUGH_MEMORY);
    CHECK(c_library::refused_bytes() >= byte_count);
  }
}

TEST_CASE("0xFFFFFFFF bytes are a real buffer or an honest failure") {
  void* buffer = &buffer;
  const NET_API_STATUS status = NetApiBufferAllocate(largest, &buffer);
  if (status == NERR_Success) {
    CHECK(sizeof(void*) == 8);
    DWORD size = 0;
    CHECK(NetApiBufferSize(buffer, &size) == NERR_Success);
    CHECK(size == largest);
    static_cast<char*>(buffer)[0] = 1;
    static_cast<char*>(buffer)[largest - 1] = 1;
    CHECK(NetApiBufferFree(buffer) == NERR_Success);
  } else {
    CHECK(status == ERROR_NOT_ENOUGH_MEMORY);
    CHECK(buffer == nullptr);
  }
}
