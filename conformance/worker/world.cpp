#include "worker/world.hpp"

#include <algorithm>

#include "worker/connected_world.hpp"
#include "worker/pattern.hpp"
#include "worker/platform.hpp"

namespace conformance {
namespace {

// This process, into which the implementation was loaded.
class OwnProcess : public World {
 public:
  explicit OwnProcess(Subject& subject) : subject_(subject) {}

  std::string why_not(const Step& step) override {
    std::string reason;
    if (const Exported* const exported = std::get_if<Exported>(&step.action)) {
      const bool is_missing = subject_.library.form(exported->function) == ExportForm::missing;
      return is_missing ? std::string(name_of(exported->function)) + " is not exported" : "";
    }
    if (const Call* const call = std::get_if<Call>(&step.action)) function_for(*call, reason);
    return reason;
  }

  bool exports_exactly(Function function) const override {
    return subject_.library.form(function) == ExportForm::undecorated;
  }

  bool has_last_error() const override { return platform::has_last_error; }
  bool shows_neighbours() const override { return true; }
  std::size_t pointer_bytes() const override { return sizeof(void*); }

  CallResult call(CaseRun& run, const Call& call, std::span<const std::uintptr_t> arguments) override {
    std::string reason;
    void* const function = function_for(call, reason);
    if (function == nullptr) run.unsupported(reason);
    return conformance::call(run, function, name_of(call.function), arguments);
  }

  std::uintptr_t address(std::uintptr_t pointer) override { return pointer; }

  void fill(std::uintptr_t pointer, std::size_t from, std::size_t bytes, unsigned pattern) override {
    fill_pattern(memory(pointer), from, bytes, pattern);
  }

  std::optional<Difference> first_difference(std::uintptr_t pointer, std::size_t from, std::size_t bytes,
                                             unsigned pattern) override {
    const auto at = conformance::first_difference(memory(pointer), from, bytes, pattern);
    return at ? std::optional(Difference{*at, memory(pointer)[*at]}) : std::nullopt;
  }

  std::optional<unsigned char> common_byte(std::uintptr_t pointer, std::size_t from, std::size_t bytes) override {
    if (bytes == 0) return 0;
    const unsigned char* const begin = memory(pointer) + from;
    const bool all_equal = std::all_of(begin, begin + bytes, [&](unsigned char byte) { return byte == *begin; });
    return all_equal ? std::optional(*begin) : std::nullopt;
  }

 private:
  static unsigned char* memory(std::uintptr_t pointer) { return reinterpret_cast<unsigned char*>(pointer); }

  // The function's address; nullptr where there is none, with the reason.
  void* function_for(const Call& call, std::string& reason) {
    const char* const name = name_of(call.function);
    if (!call.is_of_netutils) {
      void* const address = subject_.library.address(call.function);
      if (address == nullptr) reason = std::string(name) + " is not exported";
      return address;
    }
    const auto path = platform::netutils_path(subject_.path);
    std::string message;
    platform::Library* const library = path ? platform::load(*path, message) : nullptr;
    if (library == nullptr) {
      reason = "no netutils library could be loaded from beside this one";
      if (!message.empty()) reason += ": " + message;
      return nullptr;
    }
    void* const address = platform::find_export(library, name);
    if (address == nullptr) reason = std::string("netutils does not export ") + name;
    return address;
  }

  Subject& subject_;
};

}  // namespace

std::unique_ptr<World> world_of(CaseRun& run, Subject& subject) {
  if (subject.connector != nullptr) return connected_world(run, *subject.connector);
  return std::make_unique<OwnProcess>(subject);
}

}  // namespace conformance
