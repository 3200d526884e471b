// What a case asks of a connector: calls, and bytes of buffers. Pointers are the connector's numbers (Connector::number_of).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "worker/call.hpp"
#include "worker/case_run.hpp"
#include "worker/connector.hpp"
#include "worker/function.hpp"

namespace conformance {

class ConnectorCalls {
 public:
  static constexpr std::size_t most_bytes = 1 << 20;  // of one read or write

  // Both outlive it. Everything here throws ConnectorFailed, and leaves the case where the connector lacks something.
  ConnectorCalls(CaseRun& run, Connector& connector) : run_(run), connector_(connector) {}

  const ConnectorIdentity& identity() const { return connector_.identity(); }

  // Makes the call with these arguments. Those for out-parameters are addresses of a variable in this process that holds
  // a number, or the sentinel of OutPointer or OutDword, or they are 0 for NULL.
  CallResult call(Function function, std::span<const std::uintptr_t> arguments);

  // Exactly so many bytes of the buffer at a pointer, from `start` on; `count` and the data's size are at most `most_bytes`.
  std::string read(std::uintptr_t pointer, std::size_t start, std::size_t count);
  void write(std::uintptr_t pointer, std::size_t start, const std::string& data);

  // The address of a pointer, if the connector reports addresses.
  std::uintptr_t address(std::uintptr_t pointer);

 private:
  using Json = Connector::Json;

  Json ask(const char* request, Json members);
  const Json& handle(std::uintptr_t pointer);
  Json handle_or_null(std::uintptr_t pointer) { return pointer == 0 ? Json(nullptr) : handle(pointer); }
  Json arguments_of(Function function, std::span<const std::uintptr_t> arguments);
  Json argument_of(Parameter::Kind kind, std::uintptr_t value);
  void store(Function function, std::span<const std::uintptr_t> arguments, const Json& answer);

  CaseRun& run_;
  Connector& connector_;
};

}  // namespace conformance
