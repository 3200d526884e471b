#include "worker/status.hpp"

#include <stdexcept>

namespace conformance {

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
