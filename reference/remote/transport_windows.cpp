// The RPC run-time carries the calls: over ncalrpc, to a server in this process that the first call starts. (An endpoint
// on loopback would also work, but would open a port that other machines could try.)
#include "rpc_exception_windows.hpp"
#include "server.hpp"
#include "transport.hpp"
#include "users.h"

namespace apibuf::remote {
namespace {

wchar_t local_rpc[] = L"ncalrpc";

auto* text_for_rpc(wchar_t* text) { return reinterpret_cast<RPC_WSTR>(text); }

// A string that the RPC run-time made.
struct RpcString {
  RpcString() = default;
  RpcString(const RpcString&) = delete;
  RpcString& operator=(const RpcString&) = delete;
  ~RpcString() { RpcStringFreeW(&text); }

  RPC_WSTR text = nullptr;
};

// A unique endpoint name that cannot be guessed.
RPC_STATUS make_name(RpcString& name) {
  UUID uuid;
  const RPC_STATUS status = UuidCreate(&uuid);
  return status == RPC_S_OK || status == RPC_S_UUID_LOCAL_ONLY ? UuidToStringW(&uuid, &name.text) : status;
}

RPC_STATUS bind(const RpcString& endpoint, handle_t& binding) {
  RpcString whole;
  const RPC_STATUS status =
      RpcStringBindingComposeW(nullptr, text_for_rpc(local_rpc), nullptr, endpoint.text, nullptr, &whole.text);
  return status == RPC_S_OK ? RpcBindingFromStringBindingW(whole.text, &binding) : status;
}

// Has the run-time listen for calls. Registered for itself, so that a server that the program has is not in its way.
RPC_STATUS start_server(handle_t& binding) {
  RpcString endpoint;
  RPC_STATUS status = make_name(endpoint);
  if (status != RPC_S_OK) return status;
  status = RpcServerUseProtseqEpW(text_for_rpc(local_rpc), RPC_C_PROTSEQ_MAX_REQS_DEFAULT, endpoint.text, nullptr);
  if (status != RPC_S_OK) return status;
  status = bind(endpoint, binding);
  if (status != RPC_S_OK) return status;
  // From now on the run-time's threads may be in this library: it must never be unloaded.
  HMODULE library;
  GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
                     reinterpret_cast<LPCWSTR>(&server_get_info), &library);
  status =
      RpcServerRegisterIf2(server_users_v1_0_s_ifspec, nullptr, nullptr, RPC_IF_AUTOLISTEN | RPC_IF_ALLOW_LOCAL_ONLY,
                           RPC_C_LISTEN_MAX_CALLS_DEFAULT, static_cast<unsigned>(-1), nullptr);
  if (status != RPC_S_OK) RpcBindingFree(&binding);  // which makes it NULL
  return status;
}

// The binding to the server, which is started if need be. It stays for as long as the process lives.
RPC_STATUS server_binding(handle_t& binding) {
  static SRWLOCK lock = SRWLOCK_INIT;  // std::mutex needs memory
  static handle_t shared = nullptr;
  AcquireSRWLockExclusive(&lock);
  const RPC_STATUS status = shared != nullptr ? RPC_S_OK : start_server(shared);
  binding = shared;
  ReleaseSRWLockExclusive(&lock);
  return status;
}

// The answer to a call of a client stub, which is given the binding and where the answer goes.
template <typename Stub>
Answer answer_to(const Stub& stub) noexcept {
  struct Call {
    const Stub& stub;
    handle_t binding = nullptr;
    WIRE_ANSWER answer{};
  } call{stub};
  auto status = static_cast<std::uint32_t>(server_binding(call.binding));
  if (status == RPC_S_OK) {
    status = apibuf_call_and_catch(
        [](void* argument) {
          auto& made = *static_cast<Call*>(argument);
          made.stub(made.binding, &made.answer);
        },
        &call);
  }
  if (status == RPC_S_OUT_OF_MEMORY) return {ERROR_NOT_ENOUGH_MEMORY};  // one status, whichever side is out of memory
  if (status != RPC_S_OK) return {status};                              // the run-time has freed what had arrived

  Answer answer{call.answer.status, call.answer.entries_read, call.answer.total_entries, call.answer.resume_handle,
                call.answer.image_size};
  answer.image.reset(reinterpret_cast<std::byte*>(call.answer.image));
  return answer;
}

// Puts an answer where the server stub takes it from; afterwards the stub frees the image by MIDL_user_free.
void send(Answer answer, WIRE_ANSWER& sent) noexcept {
  sent = {answer.status,        answer.entries_read, answer.total_entries,
          answer.resume_handle, answer.image_size,   reinterpret_cast<byte*>(answer.image.release())};
}

}  // namespace

Answer call_get_info(const Character* name, std::uint32_t level) noexcept {
  return answer_to([&](handle_t binding, WIRE_ANSWER* answer) { client_get_info(binding, name, level, answer); });
}

Answer call_enumerate(std::uint32_t level, std::uint32_t filter, std::uint32_t preferred_length,
                      std::uint32_t resume_handle) noexcept {
  return answer_to([&](handle_t binding, WIRE_ANSWER* answer) {
    client_enumerate(binding, level, filter, preferred_length, resume_handle, answer);
  });
}

}  // namespace apibuf::remote

// What the server stub calls.
extern "C" void server_get_info(handle_t, const wchar_t* name, ULONG level, WIRE_ANSWER* answer) {
  apibuf::remote::send(apibuf::remote::get_info(name, level), *answer);
}

extern "C" void server_enumerate(handle_t, ULONG level, ULONG filter, ULONG preferred_length, ULONG resume_handle,
                                 WIRE_ANSWER* answer) {
  apibuf::remote::send(apibuf::remote::enumerate(level, filter, preferred_length, resume_handle), *answer);
}
