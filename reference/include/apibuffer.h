/* The buffers of the Windows network management functions, for C11 and C++20.
 *
 * The reference does what the specification prescribes. Where that is silent, it does what cannot harm a caller.
 * Every function may be called at any time from any thread, also on the same buffer. No function changes the thread's
 * last error (errno on systems without GetLastError). No function dereferences a pointer that is not a live buffer,
 * be it freed, foreign or interior. */
#ifndef APIBUFFER_H
#define APIBUFFER_H

#ifdef _WIN32

#include <lmcons.h>
#include <lmerr.h>
#include <rpc.h>
#include <windows.h>

#else

#include <stddef.h>
#include <stdint.h>

#define NET_API_FUNCTION
#define __RPC_USER

typedef uint32_t DWORD;
typedef DWORD* LPDWORD;
typedef void* LPVOID;
typedef DWORD NET_API_STATUS;

#define NERR_Success 0
#define ERROR_NOT_ENOUGH_MEMORY 8
#define ERROR_INVALID_PARAMETER 87

#endif

/* None of them throws, but noexcept would contradict the published declarations, which C++ does not allow. */
#ifdef __cplusplus
extern "C" {
#endif

/* Allocates a buffer.
 *
 * ByteCount  in, bytes       0 gives a buffer too, of size 0
 * Buffer     out, not NULL   receives the buffer
 *
 * NERR_Success             *Buffer is the buffer, aligned to 16 bytes in a 64-bit process and to 8 in a 32-bit one; its
 *                          contents are undefined
 * ERROR_INVALID_PARAMETER  Buffer is NULL; nothing was allocated
 * ERROR_NOT_ENOUGH_MEMORY  memory is exhausted; *Buffer is NULL
 *
 * The caller owns the buffer until NetApiBufferFree or NetApiBufferReallocate takes it.
 *
 * Requirements: all of allocate/. Source: nf-lmapibuf-netapibufferallocate; what a failure stores: the reference's
 * choice. */
NET_API_STATUS NET_API_FUNCTION NetApiBufferAllocate(DWORD ByteCount, LPVOID* Buffer);

/* Frees a buffer.
 *
 * Buffer  in, may be NULL   a buffer of these functions; NULL frees nothing
 *
 * NERR_Success             the buffer is gone, or Buffer is NULL
 * ERROR_INVALID_PARAMETER  Buffer is not a live buffer; nothing was read, written or freed
 *
 * The caller no longer owns the memory. If several calls free one buffer at once, exactly one succeeds.
 *
 * Requirements: all of free/. Source: nf-lmapibuf-netapibufferfree; other pointers: the reference's choice. */
NET_API_STATUS NET_API_FUNCTION NetApiBufferFree(LPVOID Buffer);

/* Resizes a buffer and keeps its contents up to the smaller of the two sizes.
 *
 * OldBuffer     in, may be NULL   a buffer of these functions; NULL allocates
 * NewByteCount  in, bytes         0 frees OldBuffer
 * NewBuffer     out, not NULL     receives the buffer; may be the variable that holds OldBuffer
 *
 * NERR_Success             *NewBuffer is the buffer, or NULL where NewByteCount is 0; OldBuffer is gone
 * ERROR_INVALID_PARAMETER  NewBuffer is NULL or OldBuffer is not a live buffer; nothing was read, written or freed
 * ERROR_NOT_ENOUGH_MEMORY  memory is exhausted; OldBuffer and *NewBuffer are unchanged
 *
 * After success the caller owns *NewBuffer and no longer OldBuffer. After a failure ownership is unchanged.
 *
 * Requirements: all of reallocate/. Source: nf-lmapibuf-netapibufferreallocate; NULL NewBuffer, NULL with 0 bytes, and
 * what a failure leaves in *NewBuffer: the reference's choice. */
NET_API_STATUS NET_API_FUNCTION NetApiBufferReallocate(LPVOID OldBuffer, DWORD NewByteCount, LPVOID* NewBuffer);

/* Returns the size of a buffer.
 *
 * Buffer     in, not NULL    a buffer of these functions
 * ByteCount  out, not NULL   receives the size in bytes, exactly as it was asked for
 *
 * NERR_Success             *ByteCount is the size
 * ERROR_INVALID_PARAMETER  ByteCount is NULL or Buffer is not a live buffer; nothing was read or written
 *
 * The caller still owns the buffer.
 *
 * Requirements: all of size/. Source: nf-lmapibuf-netapibuffersize; NULL ByteCount, the exact size: the reference's
 * choice. */
NET_API_STATUS NET_API_FUNCTION NetApiBufferSize(LPVOID Buffer, LPDWORD ByteCount);

/* Allocates a buffer: NetApiBufferAllocate under its second name.
 *
 * ByteCount  in, bytes       0 gives a buffer too, of size 0
 * Buffer     out, not NULL   receives the buffer
 *
 * NERR_Success             *Buffer is the buffer
 * ERROR_INVALID_PARAMETER  Buffer is NULL; nothing was allocated
 * ERROR_NOT_ENOUGH_MEMORY  memory is exhausted; *Buffer is NULL
 *
 * The caller owns the buffer until NetApiBufferFree or NetApiBufferReallocate takes it.
 *
 * Requirements: abi/netapip-alias. Source: the published header lmapibuf.h. */
NET_API_STATUS NET_API_FUNCTION NetapipBufferAllocate(DWORD ByteCount, LPVOID* Buffer);

/* Allocates a buffer for the RPC run-time, so that what it returns to callers is a buffer of these functions.
 *
 * size  in, bytes   0 gives a buffer too, of size 0
 *
 * Returns the buffer, or NULL if memory is exhausted or the size does not fit a DWORD.
 *
 * The caller owns the buffer until MIDL_user_free, NetApiBufferFree or NetApiBufferReallocate takes it.
 *
 * Requirements: remote/system-allocates, free/net-buffers. Source: nf-lmapibuf-netapibufferfree; the one heap: the
 * reference's choice. */
void* __RPC_USER MIDL_user_allocate(size_t size);

/* Frees a buffer for the RPC run-time.
 *
 * buffer  in, may be NULL   a buffer of these functions
 *
 * Returns nothing. If buffer is NULL or not a live buffer, nothing was read, written or freed.
 *
 * The caller no longer owns the memory.
 *
 * Requirements: none; decision D11 in reference/DECISIONS.md. */
void __RPC_USER MIDL_user_free(void* buffer);

#ifdef __cplusplus
}
#endif

#endif
