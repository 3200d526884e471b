#include "worker/connector_calls.hpp"

#include <optional>

#include "worker/base64.hpp"
#include "worker/case_thread.hpp"
#include "worker/out_parameter.hpp"

namespace conformance {
namespace {

using Json = Connector::Json;

std::optional<std::uint32_t> dword_of(const Json& answer, const char* member) {
  const auto found = answer.find(member);
  if (found == answer.end()) return std::nullopt;
  if (!found->is_number_unsigned() || found->get<std::uint64_t>() > 0xFFFFFFFF) {
    throw ConnectorFailed(std::string("answered with no 32-bit number for ") + member);
  }
  return found->get<std::uint32_t>();
}

std::uint32_t required_dword(const Json& answer, const char* member) {
  const auto value = dword_of(answer, member);
  if (!value) throw ConnectorFailed(std::string("answered without ") + member);
  return *value;
}

}  // namespace

CallResult ConnectorCalls::call(Function function, std::span<const std::uintptr_t> arguments) {
  Json members = arguments_of(function, arguments);
  if (identity().has_last_error) members["last_error"] = last_error_sentinel;
  CaseThread::current().begins(name_of(function));
  const Json answer = ask(id_of(function), std::move(members));
  CaseThread::current().returned();
  const Status status = required_dword(answer, "status");
  const Dword last_error = identity().has_last_error ? required_dword(answer, "last_error") : last_error_sentinel;
  store(function, arguments, answer);
  return {status, last_error, last_error == last_error_sentinel};
}

std::uintptr_t ConnectorCalls::address(std::uintptr_t pointer) {
  const Json answer = ask("address", {{"buffer", handle(pointer)}});
  const auto found = answer.find("address");
  const std::string text = found != answer.end() && found->is_string() ? found->get<std::string>() : "";
  const bool is_number = text.size() > 2 && text.size() <= 2 + 2 * sizeof(std::uintptr_t) && text.rfind("0x", 0) == 0 &&
                         text.find_first_not_of("0123456789abcdef", 2) == std::string::npos;
  if (!is_number) throw ConnectorFailed("answered without an address such as \"0x7f00\"");
  return static_cast<std::uintptr_t>(std::stoull(text, nullptr, 16));
}

std::string ConnectorCalls::read(std::uintptr_t pointer, std::size_t start, std::size_t count) {
  const Json answer = ask("read", {{"buffer", handle(pointer)}, {"offset", start}, {"bytes", count}});
  const auto found = answer.find("data");
  const auto data =
      found != answer.end() && found->is_string() ? base64_data(found->get_ref<const std::string&>()) : std::nullopt;
  if (!data) throw ConnectorFailed("answered without data in base64");
  if (data->size() != count) {
    throw ConnectorFailed("gave " + std::to_string(data->size()) + " bytes where " + std::to_string(count) +
                          " were to be read");
  }
  return *data;
}

void ConnectorCalls::write(std::uintptr_t pointer, std::size_t start, const std::string& data) {
  ask("write", {{"buffer", handle(pointer)}, {"offset", start}, {"data", base64_text(data)}});
}

// A request, each answer to which is a sign of life.
ConnectorCalls::Json ConnectorCalls::ask(const char* request, Json members) {
  try {
    Json answer = connector_.ask(request, std::move(members));
    run_.still_running();
    return answer;
  } catch (const ConnectorLacks& lack) {
    CaseThread::current().returned();
    run_.unsupported(lack.what());
  }
}

const ConnectorCalls::Json& ConnectorCalls::handle(std::uintptr_t pointer) {
  try {
    return connector_.handle_of(pointer);
  } catch (const ConnectorLacks& lack) {
    run_.unsupported(lack.what());
  }
}

// The arguments by the parameters' names.
ConnectorCalls::Json ConnectorCalls::arguments_of(Function function, std::span<const std::uintptr_t> arguments) {
  Json members = Json::object();
  std::size_t i = 0;
  for (const Parameter& parameter : parameters_of(function)) {
    members[parameter.name] = argument_of(parameter.kind, arguments[i++]);
  }
  return members;
}

ConnectorCalls::Json ConnectorCalls::argument_of(Parameter::Kind kind, std::uintptr_t value) {
  if (kind == Parameter::in_dword) return static_cast<Dword>(value);
  if (kind == Parameter::in_pointer) return handle_or_null(value);
  if (value == 0) return nullptr;
  Json variable = Json::object();  // one that holds nothing in particular
  if (kind == Parameter::out_dword) {
    const Dword held = *reinterpret_cast<const Dword*>(value);
    if (held != OutDword::sentinel) variable["holds"] = held;
  } else {
    const std::uintptr_t held = *reinterpret_cast<const std::uintptr_t*>(value);
    if (held != OutPointer::sentinel) variable["holds"] = handle_or_null(held);
  }
  return variable;
}

// Stores what the function has stored to the variable among the arguments.
void ConnectorCalls::store(Function function, std::span<const std::uintptr_t> arguments, const Json& answer) {
  const Parameter* const out = out_parameter_of(function);
  if (out == nullptr || !answer.contains(out->name)) return;
  const std::uintptr_t variable = arguments[static_cast<std::size_t>(out - parameters_of(function).data())];
  if (variable == 0) throw ConnectorFailed(std::string("stored something to ") + out->name + ", which is NULL");
  if (out->kind == Parameter::out_dword) {
    *reinterpret_cast<Dword*>(variable) = required_dword(answer, out->name);
    return;
  }
  const Json& stored = answer[out->name];
  *reinterpret_cast<std::uintptr_t*>(variable) = stored.is_null() ? 0 : connector_.number_of(stored);
}

}  // namespace conformance
