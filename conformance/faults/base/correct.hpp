// A small correct implementation in pieces. A fault derives from it and gets one piece wrong; the others call that
// piece (Self), as they would call the right one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

#include "platform.hpp"

using Status = std::uint32_t;
using Dword = std::uint32_t;

inline constexpr Status NERR_Success = 0;
inline constexpr Status ERROR_NOT_ENOUGH_MEMORY = 8;
inline constexpr Status ERROR_OUTOFMEMORY = 14;
inline constexpr Status ERROR_INVALID_PARAMETER = 87;
inline constexpr Status ERROR_INSUFFICIENT_BUFFER = 122;

inline constexpr std::size_t natural_alignment = 2 * sizeof(void*);

// For faults that show in one class of sizes only.
constexpr bool is_of_the_class_of_64_kib(std::size_t bytes) { return 32 << 10 < bytes && bytes <= 64 << 10; }

template <class Self>
struct Correct {
  // ---- the memory behind buffers: blocks, aligned naturally ----

  static void* take(std::size_t bytes) { return std::malloc(bytes); }
  static void give_back(void* block) { std::free(block); }

  // ---- buffers: a header and what belongs to the caller ----

  struct alignas(natural_alignment) Header {
    Dword byte_count;
    Dword note;  // for whatever a fault has to remember of a buffer
  };

  static Header& header(void* buffer) { return static_cast<Header*>(buffer)[-1]; }

  // How many bytes lie behind the header.
  static std::size_t room(Dword byte_count) { return byte_count; }

  // A new buffer, or nullptr where the memory cannot be had.
  static void* make(Dword byte_count) {
    const std::size_t room = Self::room(byte_count);
    if (room > SIZE_MAX - sizeof(Header)) return nullptr;
    void* const block = Self::take(sizeof(Header) + room);
    return block != nullptr ? new (block) Header{byte_count, 0} + 1 : nullptr;
  }

  static void drop(void* buffer) { Self::give_back(&header(buffer)); }

  static void copy(void* to, const void* from, Dword bytes) { std::memcpy(to, from, bytes); }

  // A new buffer with the contents of the old one, which stays; or nullptr.
  static void* copied(void* old_buffer, Dword byte_count) {
    void* const buffer = Self::make(byte_count);
    if (buffer == nullptr) return nullptr;
    const Dword old_byte_count = header(old_buffer).byte_count;
    Self::copy(buffer, old_buffer, old_byte_count < byte_count ? old_byte_count : byte_count);
    return buffer;
  }

  // A new buffer in place of the old one, which is dropped; or nullptr, and the old one stays.
  static void* resize(void* old_buffer, Dword byte_count) {
    void* const buffer = Self::copied(old_buffer, byte_count);
    if (buffer != nullptr) Self::drop(old_buffer);
    return buffer;
  }

  // ---- the four functions ----

  static Status allocate(Dword byte_count, void** buffer) {
    if (buffer == nullptr) return ERROR_INVALID_PARAMETER;
    *buffer = Self::make(byte_count);
    return *buffer != nullptr ? NERR_Success : ERROR_NOT_ENOUGH_MEMORY;
  }

  static Status free(void* buffer) {
    if (buffer != nullptr) Self::drop(buffer);
    return NERR_Success;
  }

  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    if (byte_count == 0) {
      *new_buffer = nullptr;
      return Self::free(old_buffer);
    }
    void* const buffer = old_buffer == nullptr ? Self::make(byte_count) : Self::resize(old_buffer, byte_count);
    if (buffer == nullptr) return ERROR_NOT_ENOUGH_MEMORY;
    *new_buffer = buffer;
    return NERR_Success;
  }

  static Status size(void* buffer, Dword* byte_count) {
    if (buffer == nullptr) return ERROR_INVALID_PARAMETER;
    *byte_count = header(buffer).byte_count;
    return NERR_Success;
  }
};

// ---- exports --------------------------------------------------------------------------------------------------------

#define EXPORT_ALLOCATE_AS(Name, Implementation) \
  EXPORTED Status STDCALL Name(Dword byte_count, void** buffer) { return Implementation::allocate(byte_count, buffer); }

#define EXPORT_ALLOCATE(Implementation)                    \
  EXPORT_ALLOCATE_AS(NetApiBufferAllocate, Implementation) \
  EXPORT_ALLOCATE_AS(NetapipBufferAllocate, Implementation)

#define EXPORT_FREE(Implementation) \
  EXPORTED Status STDCALL NetApiBufferFree(void* buffer) { return Implementation::free(buffer); }

#define EXPORT_REALLOCATE(Implementation)                                                                 \
  EXPORTED Status STDCALL NetApiBufferReallocate(void* old_buffer, Dword byte_count, void** new_buffer) { \
    return Implementation::reallocate(old_buffer, byte_count, new_buffer);                                \
  }

#define EXPORT_SIZE(Implementation)                                           \
  EXPORTED Status STDCALL NetApiBufferSize(void* buffer, Dword* byte_count) { \
    return Implementation::size(buffer, byte_count);                          \
  }

#define EXPORT_ALL(Implementation)  \
  EXPORT_ALLOCATE(Implementation)   \
  EXPORT_FREE(Implementation)       \
  EXPORT_REALLOCATE(Implementation) \
  EXPORT_SIZE(Implementation)
