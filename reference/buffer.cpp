// The exported functions: check, act, map to a status. apibuffer.h says what each promises; the comments here name the
// requirement that asks for a line or, where none does, the decision in DECISIONS.md (D1, D2, ...).
#include <cstdint>
#include <optional>
#include <utility>

#include "apibuffer.h"
#include "heap.hpp"

namespace heap = apibuf::heap;

extern "C" NET_API_STATUS NET_API_FUNCTION NetApiBufferAllocate(DWORD ByteCount, LPVOID* Buffer) {
  if (Buffer == nullptr) return ERROR_INVALID_PARAMETER;  // allocate/null-out
  // allocate/zero-bytes: 0 is a size like any other. D1: a failure stores NULL.
  *Buffer = heap::allocate(ByteCount);
  return *Buffer != nullptr ? NERR_Success : ERROR_NOT_ENOUGH_MEMORY;  // allocate/out-of-memory-code
}

extern "C" NET_API_STATUS NET_API_FUNCTION NetApiBufferFree(LPVOID Buffer) {
  if (Buffer == nullptr) return NERR_Success;  // free/null
  // D2: nothing is read or written through a pointer that is not a live buffer.
  return heap::release(Buffer) ? NERR_Success : ERROR_INVALID_PARAMETER;
}

extern "C" NET_API_STATUS NET_API_FUNCTION NetApiBufferReallocate(LPVOID OldBuffer, DWORD NewByteCount,
                                                                  LPVOID* NewBuffer) {
  if (NewBuffer == nullptr) return ERROR_INVALID_PARAMETER;  // D3

  if (NewByteCount == 0) {  // reallocate/zero-bytes; D4: NULL stays NULL
    const NET_API_STATUS status = NetApiBufferFree(OldBuffer);
    if (status == NERR_Success) *NewBuffer = nullptr;
    return status;
  }

  const std::optional<void*> buffer = OldBuffer == nullptr ? heap::allocate(NewByteCount)  // reallocate/null-old
                                                           : heap::resize(OldBuffer, NewByteCount);
  // D2: nothing is read or written through a pointer that is not a live buffer.
  if (!buffer.has_value()) return ERROR_INVALID_PARAMETER;
  if (*buffer == nullptr) return ERROR_NOT_ENOUGH_MEMORY;  // reallocate/failure-keeps-old, D5
  *NewBuffer = *buffer;                                    // last, and only now: reallocate/aliased
  return NERR_Success;
}

extern "C" NET_API_STATUS NET_API_FUNCTION NetApiBufferSize(LPVOID Buffer, LPDWORD ByteCount) {
  if (ByteCount == nullptr) return ERROR_INVALID_PARAMETER;  // D6
  const std::optional<std::uint32_t> byte_count = heap::size(Buffer);
  // size/null-buffer; D2
  if (!byte_count.has_value()) return ERROR_INVALID_PARAMETER;
  *ByteCount = *byte_count;  // size/at-least-requested; D7: exactly what was asked for
  return NERR_Success;
}

// abi/netapip-alias
extern "C" NET_API_STATUS NET_API_FUNCTION NetapipBufferAllocate(DWORD ByteCount, LPVOID* Buffer) {
  return NetApiBufferAllocate(ByteCount, Buffer);
}

// D11: the same heap, so that NetApiBufferFree frees what the RPC run-time allocated.
extern "C" void* __RPC_USER MIDL_user_allocate(size_t size) {
  if (!std::in_range<DWORD>(size)) return nullptr;  // NetApiBufferSize could not report such a size
  return heap::allocate(static_cast<DWORD>(size));
}

extern "C" void __RPC_USER MIDL_user_free(void* buffer) { heap::release(buffer); }
