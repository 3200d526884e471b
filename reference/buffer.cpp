// The exported functions: check, act, map to a status. apibuffer.h says what each promises; the comments here say which
// requirement asks for a line, or that SPEC is silent and the line is the choice that a caller cannot be hurt by.
#include <cstdint>
#include <optional>
#include <utility>

#include "apibuffer.h"
#include "heap.hpp"

namespace heap = apibuf::heap;

extern "C" NET_API_STATUS NET_API_FUNCTION NetApiBufferAllocate(DWORD ByteCount, LPVOID* Buffer) {
  if (Buffer == nullptr) return ERROR_INVALID_PARAMETER;  // allocate/null-out
  // allocate/zero-bytes: 0 is a size like any other. SPEC is silent on what a failure stores: NULL, which Free accepts.
  *Buffer = heap::allocate(ByteCount);
  return *Buffer != nullptr ? NERR_Success : ERROR_NOT_ENOUGH_MEMORY;  // allocate/out-of-memory-code
}

extern "C" NET_API_STATUS NET_API_FUNCTION NetApiBufferFree(LPVOID Buffer) {
  if (Buffer == nullptr) return NERR_Success;  // free/null
  // SPEC is silent on freed, foreign and interior pointers: an error, and nothing is read or written through them.
  return heap::release(Buffer) ? NERR_Success : ERROR_INVALID_PARAMETER;
}

extern "C" NET_API_STATUS NET_API_FUNCTION NetApiBufferReallocate(LPVOID OldBuffer, DWORD NewByteCount,
                                                                  LPVOID* NewBuffer) {
  // SPEC is silent on NULL: an error, and OldBuffer is not freed, since the caller could not know whether it was.
  if (NewBuffer == nullptr) return ERROR_INVALID_PARAMETER;

  if (NewByteCount == 0) {  // reallocate/zero-bytes; SPEC is silent on NULL with 0 bytes: NULL stays NULL
    const NET_API_STATUS status = NetApiBufferFree(OldBuffer);
    if (status == NERR_Success) *NewBuffer = nullptr;
    return status;
  }

  const std::optional<void*> buffer = OldBuffer == nullptr ? heap::allocate(NewByteCount)  // reallocate/null-old
                                                           : heap::resize(OldBuffer, NewByteCount);
  // SPEC is silent on freed, foreign and interior pointers: an error, and nothing is read or written through them.
  if (!buffer.has_value()) return ERROR_INVALID_PARAMETER;
  if (*buffer == nullptr) return ERROR_NOT_ENOUGH_MEMORY;  // reallocate/failure-keeps-old
  *NewBuffer = *buffer;                                    // last, and only now: reallocate/aliased
  return NERR_Success;
}

extern "C" NET_API_STATUS NET_API_FUNCTION NetApiBufferSize(LPVOID Buffer, LPDWORD ByteCount) {
  if (ByteCount == nullptr) return ERROR_INVALID_PARAMETER;  // SPEC is silent on NULL: an error
  const std::optional<std::uint32_t> byte_count = heap::size(Buffer);
  // size/null-buffer; SPEC is silent on freed, foreign and interior pointers: the same.
  if (!byte_count.has_value()) return ERROR_INVALID_PARAMETER;
  *ByteCount = *byte_count;  // size/at-least-requested; SPEC leaves rounding free: exactly what was asked for
  return NERR_Success;
}

// abi/netapip-alias
extern "C" NET_API_STATUS NET_API_FUNCTION NetapipBufferAllocate(DWORD ByteCount, LPVOID* Buffer) {
  return NetApiBufferAllocate(ByteCount, Buffer);
}

// SPEC is silent on RPC: the same heap, so that NetApiBufferFree frees what the RPC run-time allocated.
extern "C" void* __RPC_USER MIDL_user_allocate(size_t size) {
  if (!std::in_range<DWORD>(size)) return nullptr;  // NetApiBufferSize could not tell such a size
  return heap::allocate(static_cast<DWORD>(size));
}

extern "C" void __RPC_USER MIDL_user_free(void* buffer) { heap::release(buffer); }
