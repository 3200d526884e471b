#include "worker/status.hpp"

#include <stdexcept>

namespace conformance {
namespace {

struct NamedStatus {
  const char* name;
  Status status;
};

constexpr NamedStatus named_statuses[] = {
    {"NERR_Success", success},
    {"ERROR_ACCESS_DENIED", 5},
    {"ERROR_NOT_ENOUGH_MEMORY", not_enough_memory},
    {"ERROR_OUTOFMEMORY", out_of_memory},
    {"ERROR_NOT_SUPPORTED", not_supported},
    {"ERROR_BAD_NETPATH", 53},
    {"ERROR_INVALID_PARAMETER", invalid_parameter},
    {"ERROR_CALL_NOT_IMPLEMENTED", call_not_implemented},
    {"ERROR_INSUFFICIENT_BUFFER", 122},
    {"ERROR_INVALID_LEVEL", 124},
    {"ERROR_MORE_DATA", more_data},
    {"RPC_S_SERVER_UNAVAILABLE", 1722},
    {"NERR_BufTooSmall", 2123},
    {"NERR_UserNotFound", 2221},
};

}  // namespace

std::string status_text(Status status) {
  for (const NamedStatus& named : named_statuses) {
    if (named.status == status) return std::string(named.name) + " (" + std::to_string(status) + ")";
  }
  return std::to_string(status);
}

Status status_named(const std::string& name) {
  for (const NamedStatus& named : named_statuses) {
    if (named.name == name) return named.status;
  }
  throw std::invalid_argument("no status is called " + name);
}

}  // namespace conformance
