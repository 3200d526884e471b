// The exported functions: check, call, accept what came back. apibuffer_users.h says what each promises.
#include "client.hpp"

#include "image.hpp"
#include "last_error.hpp"
#include "transport.hpp"

namespace apibuf::remote {
namespace {

bool is_this_computer(NET_API_STRING server_name) noexcept { return server_name == nullptr || *server_name == 0; }

// A failure comes with nothing, the others with whole entries, and only ERROR_MORE_DATA leaves some out.
bool makes_sense(const Answer& answer, std::uint32_t level) noexcept {
  if (!has_image(answer.status)) return answer.image == nullptr && answer.entries_read == 0;
  const bool is_all = answer.entries_read == answer.total_entries;
  const bool is_some = answer.entries_read > 0 && answer.entries_read < answer.total_entries;
  if (answer.status == ERROR_MORE_DATA ? !is_some : !is_all) return false;
  const Layout* const layout = layout_of(level);
  return layout != nullptr && answer.image != nullptr &&
         relocate(*layout, answer.entries_read, {answer.image.get(), answer.image_size});
}

LPBYTE buffer_of(Answer& answer) noexcept { return reinterpret_cast<LPBYTE>(answer.image.release()); }

}  // namespace

void accept(Answer& answer, std::uint32_t level) noexcept {
  if (!makes_sense(answer, level)) answer = Answer{RPC_X_BAD_STUB_DATA};
}

void accept_one(Answer& answer, std::uint32_t level) noexcept {
  accept(answer, level);
  if (has_image(answer.status) && answer.total_entries != 1) answer = Answer{RPC_X_BAD_STUB_DATA};
}

}  // namespace apibuf::remote

namespace remote = apibuf::remote;

extern "C" NET_API_STATUS NET_API_FUNCTION NetUserGetInfo(NET_API_STRING servername, NET_API_STRING username,
                                                          DWORD level, LPBYTE* bufptr) {
  if (bufptr == nullptr) return ERROR_INVALID_PARAMETER;
  *bufptr = nullptr;  // what a failure leaves there is nothing that could be taken for a buffer
  if (username == nullptr) return ERROR_INVALID_PARAMETER;
  if (!remote::is_this_computer(servername)) return NERR_InvalidComputer;

  const apibuf::last_error::Keeper keeper;
  remote::Answer answer = remote::call_get_info(username, level);
  remote::accept_one(answer, level);
  *bufptr = remote::buffer_of(answer);
  return answer.status;
}

extern "C" NET_API_STATUS NET_API_FUNCTION NetUserEnum(NET_API_STRING servername, DWORD level, DWORD filter,
                                                       LPBYTE* bufptr, DWORD prefmaxlen, LPDWORD entriesread,
                                                       LPDWORD totalentries, LPDWORD resume_handle) {
  if (bufptr == nullptr || entriesread == nullptr || totalentries == nullptr) return ERROR_INVALID_PARAMETER;
  *bufptr = nullptr;
  *entriesread = 0;
  *totalentries = 0;
  if (!remote::is_this_computer(servername)) return NERR_InvalidComputer;

  const apibuf::last_error::Keeper keeper;
  const DWORD start = resume_handle != nullptr ? *resume_handle : 0;
  remote::Answer answer = remote::call_enumerate(level, filter, prefmaxlen, start);
  remote::accept(answer, level);
  *entriesread = answer.entries_read;
  *totalentries = answer.total_entries;
  if (resume_handle != nullptr && remote::has_image(answer.status)) *resume_handle = answer.resume_handle;
  *bufptr = remote::buffer_of(answer);
  return answer.status;
}
