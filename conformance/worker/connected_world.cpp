#include "worker/connected_world.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

#include "worker/base64.hpp"
#include "worker/out_parameter.hpp"
#include "worker/pattern.hpp"

namespace conformance {
namespace {

using Json = Connector::Json;

constexpr std::size_t block_bytes = 1 << 20;  // of one read or write

// What these are about lies beside what a connector passes on.
constexpr const char* needs_the_process[] = {"abi/exports", "abi/calling-convention", "abi/full-pointers",
                                             "size/writes-32-bits"};

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

class ConnectedWorld : public World {
 public:
  ConnectedWorld(CaseRun& run, Connector& connector) : run_(run), connector_(connector) {}

  std::string why_not(const Step& step) override {
    if (std::holds_alternative<Exported>(step.action)) return "a connector shows no exports";
    if (std::holds_alternative<Aligned>(step.action) || std::holds_alternative<Disjoint>(step.action)) {
      return connector_.identity().has_addresses ? "" : "the connector reports no addresses";
    }
    const Call* const call = std::get_if<Call>(&step.action);
    if (call == nullptr) return "";
    if (call->is_of_netutils) return "a connector reaches no second library";
    if (std::holds_alternative<Foreign>(call->pointer)) return "a connector passes no memory of the caller's";
    if (std::holds_alternative<Inside>(call->pointer)) return "a connector passes no address within a buffer";
    const std::vector<std::string>& offered = connector_.identity().functions;
    const bool is_offered = std::find(offered.begin(), offered.end(), name_of(call->function)) != offered.end();
    return is_offered ? "" : std::string("the connector does not have ") + name_of(call->function);
  }

  bool exports_exactly(Function) const override { return false; }
  bool has_last_error() const override { return connector_.identity().has_last_error; }
  bool shows_neighbours() const override { return false; }
  std::size_t pointer_bytes() const override { return static_cast<std::size_t>(connector_.identity().pointer_bytes); }

  CallResult call(CaseRun&, const Call& call, std::span<const std::uintptr_t> arguments) override {
    constexpr Dword last_error_before = 0x5EA15EA1;
    Json members = arguments_of(call.function, arguments);
    if (has_last_error()) members["last_error"] = last_error_before;
    set_function_in_call(name_of(call.function));
    const Json answer = ask(id_of(call.function), std::move(members));
    set_function_in_call("");
    const Status status = required_dword(answer, "status");
    const Dword last_error = has_last_error() ? required_dword(answer, "last_error") : last_error_before;
    store(call.function, arguments, answer);
    return {status, last_error == last_error_before, last_error};
  }

  std::uintptr_t address(std::uintptr_t pointer) override {
    const Json answer = ask("address", {{"buffer", handle(pointer)}});
    const auto found = answer.find("address");
    const std::string text = found != answer.end() && found->is_string() ? found->get<std::string>() : "";
    const bool is_number = text.size() > 2 && text.size() <= 2 + 2 * sizeof(std::uintptr_t) &&
                           text.rfind("0x", 0) == 0 &&
                           text.find_first_not_of("0123456789abcdef", 2) == std::string::npos;
    if (!is_number) throw ConnectorFailed("answered without an address such as \"0x7f00\"");
    return static_cast<std::uintptr_t>(std::stoull(text, nullptr, 16));
  }

  void fill(std::uintptr_t pointer, std::size_t from, std::size_t bytes, unsigned pattern) override {
    for_each_block(from, bytes, [&](std::size_t start, std::size_t count) {
      const std::string data = pattern_of(pattern, start, count);
      ask("write", {{"buffer", handle(pointer)}, {"offset", start}, {"data", base64_text(data)}});
      return true;
    });
  }

  std::optional<Difference> first_difference(std::uintptr_t pointer, std::size_t from, std::size_t bytes,
                                             unsigned pattern) override {
    std::optional<Difference> difference;
    for_each_block(from, bytes, [&](std::size_t start, std::size_t count) {
      const std::string data = read(pointer, start, count), wanted = pattern_of(pattern, start, count);
      const auto at = std::mismatch(data.begin(), data.end(), wanted.begin()).first;
      if (at == data.end()) return true;
      difference = {start + static_cast<std::size_t>(at - data.begin()), static_cast<unsigned char>(*at)};
      return false;
    });
    return difference;
  }

  std::optional<unsigned char> common_byte(std::uintptr_t pointer, std::size_t from, std::size_t bytes) override {
    std::optional<char> common;
    bool all_equal = true;
    for_each_block(from, bytes, [&](std::size_t start, std::size_t count) {
      const std::string data = read(pointer, start, count);
      common = common.value_or(data[0]);
      return all_equal = data.find_first_not_of(*common) == std::string::npos;
    });
    return all_equal ? std::optional(static_cast<unsigned char>(common.value_or(0))) : std::nullopt;
  }

 private:
  // A request, each answer to which is a sign of life.
  Json ask(const char* request, Json members) {
    try {
      Json answer = connector_.ask(request, std::move(members));
      run_.still_running();
      return answer;
    } catch (const ConnectorLacks& lack) {
      set_function_in_call("");
      run_.unsupported(lack.what());
    }
  }

  const Json& handle(std::uintptr_t pointer) {
    try {
      return connector_.handle_of(pointer);
    } catch (const ConnectorLacks& lack) {
      run_.unsupported(lack.what());
    }
  }

  Json handle_or_null(std::uintptr_t pointer) { return pointer == 0 ? Json(nullptr) : handle(pointer); }

  // Calls visit(start, count) for each block, until it returns false.
  template <class Visit>
  static void for_each_block(std::size_t from, std::size_t bytes, Visit visit) {
    const std::size_t end = from + bytes;
    for (std::size_t start = from; start < end; start += block_bytes) {
      if (!visit(start, std::min(block_bytes, end - start))) return;
    }
  }

  static std::string pattern_of(unsigned pattern, std::size_t start, std::size_t count) {
    std::string data(count, '\0');
    for (std::size_t i = 0; i < count; ++i) data[i] = static_cast<char>(pattern_byte(pattern, start + i));
    return data;
  }

  std::string read(std::uintptr_t pointer, std::size_t start, std::size_t count) {
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

  // The arguments by the parameters' names.
  Json arguments_of(Function function, std::span<const std::uintptr_t> arguments) {
    Json members = Json::object();
    std::size_t i = 0;
    for (const Parameter& parameter : parameters_of(function)) {
      members[parameter.name] = argument_of(parameter.kind, arguments[i++]);
    }
    return members;
  }

  Json argument_of(Parameter::Kind kind, std::uintptr_t value) {
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
  void store(Function function, std::span<const std::uintptr_t> arguments, const Json& answer) {
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

  CaseRun& run_;
  Connector& connector_;
};

}  // namespace

std::unique_ptr<World> connected_world(CaseRun& run, Connector& connector) {
  return std::make_unique<ConnectedWorld>(run, connector);
}

std::string why_not_through_a_connector(const Case& tested) {
  if (!tested.vector)
    return "a property works in the implementation's own process, and a connector only passes calls on";
  for (const std::string& requirement : tested.requirements) {
    const auto is_this = [&requirement](const char* other) { return requirement == other; };
    if (std::any_of(std::begin(needs_the_process), std::end(needs_the_process), is_this)) {
      return requirement + " is about the caller's own process, and a connector only passes calls on";
    }
  }
  return "";
}

}  // namespace conformance
