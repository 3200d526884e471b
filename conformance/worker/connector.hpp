// An implementation behind a connector: a command that offers the functions over its standard input and output
// (CONNECTORS.md).
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "worker/connector_process.hpp"

namespace conformance {

// What a connector says of itself and of the implementation when it starts.
struct ConnectorIdentity {
  std::string name, version;  // of the implementation
  std::string platform;
  std::uint64_t pointer_bytes = 0;
  std::vector<std::string> functions;  // those of vectors/functions.json that it has
  bool has_last_error = false;
  bool has_addresses = false;
};

// The connector cannot do what a case needs; the message is its sentence.
struct ConnectorLacks : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Connector {
 public:
  using Json = nlohmann::ordered_json;

  // Starts the command, and the implementation with it. Throws ConnectorFailed.
  explicit Connector(const std::string& command);
  // Has it stop, if it is sound.
  ~Connector();
  Connector(const Connector&) = delete;
  Connector& operator=(const Connector&) = delete;

  const ConnectorIdentity& identity() const { return identity_; }

  // Makes a request, and returns the answer to it. Throws ConnectorFailed, ConnectorLacks.
  Json ask(const char* request, Json members = Json::object());

  // A pointer of the implementation is a handle on the wire, and here a number that stands for it, never 0. Throws
  // ConnectorFailed where the value is no handle, and ConnectorLacks for a number that stands for none.
  std::uintptr_t number_of(const Json& handle);
  const Json& handle_of(std::uintptr_t number) const;

 private:
  void send(const char* request, Json members);
  std::string read_line();
  Json read_answer();

  ConnectorProcess process_;
  std::string unread_;
  std::uint64_t last_id_ = 0;
  bool is_sound_ = true;
  std::vector<Json> handles_;
  std::map<std::string, std::uintptr_t> numbers_;  // by the handle's JSON text
  ConnectorIdentity identity_;
};

}  // namespace conformance
