// The exported functions: check, call, accept what came back. apibuffer_users.h says what each promises.
#include "client.hpp"

#include <new>
#include <utility>

#include "image.hpp"
#include "last_error.hpp"
#include "server.hpp"

namespace remote = apibuf::remote;

namespace apibuf::remote {
namespace {

bool is_this_computer(NET_API_STRING server_name) { return server_name == nullptr || *server_name == 0; }

// A status that is no success comes without a buffer, one with a buffer comes with whole entries, and only
// ERROR_MORE_DATA leaves some out.
bool makes_sense(const Reply& reply, std::uint32_t level) noexcept {
  if (!has_buffer(reply.status)) return reply.image == nullptr && reply.entries_read == 0;
  if (reply.image == nullptr) return false;
  const bool is_all = reply.entries_read == reply.total_entries;
  const bool is_some = reply.entries_read > 0 && reply.entries_read < reply.total_entries;
  if (reply.status == ERROR_MORE_DATA ? !is_some : !is_all) return false;
  const Layout* const layout = layout_of(level);
  return layout != nullptr && relocate(*layout, reply.entries_read, {reply.image.get(), reply.image_size});
}

// No exception may leave a C function, and none of these functions may touch the last error.
template <typename Call>
NET_API_STATUS guarded(const Call& call) noexcept {
  const last_error::Keeper keeper;
  try {
    return call();
  } catch (const std::bad_alloc&) {
    return ERROR_NOT_ENOUGH_MEMORY;
  }
}

LPBYTE bytes_of(Reply& reply) { return reinterpret_cast<LPBYTE>(reply.image.release()); }

}  // namespace

std::uint32_t accept(Reply& reply, std::uint32_t level) noexcept {
  if (makes_sense(reply, level)) return reply.status;
  reply = Reply{RPC_X_BAD_STUB_DATA};
  return reply.status;
}

}  // namespace apibuf::remote

extern "C" NET_API_STATUS NET_API_FUNCTION NetUserGetInfo(NET_API_STRING servername, NET_API_STRING username,
                                                          DWORD level, LPBYTE* bufptr) {
  if (bufptr == nullptr) return ERROR_INVALID_PARAMETER;
  *bufptr = nullptr;  // what a failure leaves there is nothing that could be taken for a buffer
  if (username == nullptr) return ERROR_INVALID_PARAMETER;
  if (!remote::is_this_computer(servername)) return NERR_InvalidComputer;

  return remote::guarded([&]() -> NET_API_STATUS {
    remote::Reply reply = remote::call_get_info(username, level);
    const NET_API_STATUS status = remote::accept(reply, level);
    if (status == ERROR_MORE_DATA || (status == NERR_Success && reply.entries_read != 1)) return RPC_X_BAD_STUB_DATA;
    *bufptr = remote::bytes_of(reply);
    return status;
  });
}

extern "C" NET_API_STATUS NET_API_FUNCTION NetUserEnum(NET_API_STRING servername, DWORD level, DWORD filter,
                                                       LPBYTE* bufptr, DWORD prefmaxlen, LPDWORD entriesread,
                                                       LPDWORD totalentries, LPDWORD resume_handle) {
  if (bufptr == nullptr || entriesread == nullptr || totalentries == nullptr) return ERROR_INVALID_PARAMETER;
  *bufptr = nullptr;
  *entriesread = 0;
  *totalentries = 0;
  if (!remote::is_this_computer(servername)) return NERR_InvalidComputer;

  return remote::guarded([&]() -> NET_API_STATUS {
    const DWORD start = resume_handle != nullptr ? *resume_handle : 0;
    remote::Reply reply = remote::call_enumerate(level, filter, prefmaxlen, start);
    const NET_API_STATUS status = remote::accept(reply, level);
    *entriesread = reply.entries_read;
    *totalentries = reply.total_entries;
    if (resume_handle != nullptr && remote::has_buffer(status)) *resume_handle = reply.resume_handle;
    *bufptr = remote::bytes_of(reply);
    return status;
  });
}
