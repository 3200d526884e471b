#include "worker/connector_process.hpp"

namespace conformance {

struct ConnectorProcess::State {};

ConnectorProcess::ConnectorProcess(const std::string&) {
  throw ConnectorFailed("cannot be started: a worker for Windows starts no connectors, one for Linux does");
}

ConnectorProcess::~ConnectorProcess() = default;

bool ConnectorProcess::write(std::string_view) { return false; }
bool ConnectorProcess::read(std::string&, std::size_t) { return false; }
std::string ConnectorProcess::ending() { return "was not started"; }

}  // namespace conformance
