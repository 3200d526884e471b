#include "worker/connected_world.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

#include "worker/connector_calls.hpp"
#include "worker/pattern.hpp"

namespace conformance {
namespace {

// What these are about lies beside what a connector passes on.
constexpr const char* needs_the_process[] = {"abi/exports", "abi/calling-convention", "abi/full-pointers",
                                             "size/writes-32-bits"};

class ConnectedWorld : public World {
 public:
  ConnectedWorld(CaseRun& run, Connector& connector) : connector_(run, connector) {}

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
    return connector_.call(call.function, arguments);
  }

  std::uintptr_t address(std::uintptr_t pointer) override { return connector_.address(pointer); }

  void fill(std::uintptr_t pointer, std::size_t from, std::size_t bytes, unsigned pattern) override {
    for_each_block(from, bytes, [&](std::size_t start, std::size_t count) {
      connector_.write(pointer, start, pattern_of(pattern, start, count));
      return true;
    });
  }

  std::optional<Difference> first_difference(std::uintptr_t pointer, std::size_t from, std::size_t bytes,
                                             unsigned pattern) override {
    std::optional<Difference> difference;
    for_each_block(from, bytes, [&](std::size_t start, std::size_t count) {
      const std::string data = connector_.read(pointer, start, count), wanted = pattern_of(pattern, start, count);
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
      const std::string data = connector_.read(pointer, start, count);
      common = common.value_or(data[0]);
      return all_equal = data.find_first_not_of(*common) == std::string::npos;
    });
    return all_equal ? std::optional(static_cast<unsigned char>(common.value_or(0))) : std::nullopt;
  }

 private:
  // Calls visit(start, count) for each block, until it returns false.
  template <class Visit>
  static void for_each_block(std::size_t from, std::size_t bytes, Visit visit) {
    const std::size_t end = from + bytes;
    for (std::size_t start = from; start < end; start += ConnectorCalls::most_bytes) {
      if (!visit(start, std::min(ConnectorCalls::most_bytes, end - start))) return;
    }
  }

  static std::string pattern_of(unsigned pattern, std::size_t start, std::size_t count) {
    std::string data(count, '\0');
    for (std::size_t i = 0; i < count; ++i) data[i] = static_cast<char>(pattern_byte(pattern, start + i));
    return data;
  }

  ConnectorCalls connector_;
};

}  // namespace

std::unique_ptr<World> connected_world(CaseRun& run, Connector& connector) {
  return std::make_unique<ConnectedWorld>(run, connector);
}

std::string why_not_through_a_connector(const Case& tested) {
  if (!tested.vector && tested.needs != Needs::only_calls) return reason_of(tested.needs);
  for (const std::string& requirement : tested.requirements) {
    const auto is_this = [&requirement](const char* other) { return requirement == other; };
    if (std::any_of(std::begin(needs_the_process), std::end(needs_the_process), is_this)) {
      return requirement + " is about the caller's own process, and a connector only passes calls on";
    }
  }
  return "";
}

}  // namespace conformance
