// The world behind a connector (CONNECTORS.md).
#pragma once

#include <memory>
#include <string>

#include "worker/catalogue.hpp"
#include "worker/connector.hpp"
#include "worker/world.hpp"

namespace conformance {

// The connector outlives it, and `run` is the case that is run there.
std::unique_ptr<World> connected_world(CaseRun& run, Connector& connector);

// Why a case cannot be run through a connector, whatever the connector offers; empty where it can.
std::string why_not_through_a_connector(const Case& tested);

}  // namespace conformance
