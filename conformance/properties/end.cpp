// What an implementation does when it is unloaded, and when its process ends. Nothing prescribes it, but programs have
// crashed there.
#include <chrono>
#include <cstdlib>
#include <thread>

#include "worker/property.hpp"
#include "worker/stream.hpp"

namespace conformance {
namespace {

void use(Api& api) {
  api.run().step("allocate 64 bytes and free them");
  const PointerResult allocated = api.allocate(64);
  if (allocated.status == success) api.free(allocated.buffer);
  api.run().done();
}

const Property unloads({.id = "abi/unloads-after-use",
                        .title = "What happens when the library is unloaded after it was used?",
                        .requirements = {"abi/unloads"},
                        .functions = {Function::allocate, Function::free},
                        .needs = Needs::end_of_process,
                        .alone = true},
                       [](Api& api) {
                         using namespace std::chrono_literals;
                         use(api);
                         api.run().step("unload the library, and wait a moment where it left threads behind");
                         const bool is_gone = platform::unload(api.library().handle());
                         if (platform::has_threads_of_others()) std::this_thread::sleep_for(100ms);
                         api.run().done();
                         api.run().observe("library", is_gone ? "unloaded" : "stays loaded");
                       });

const Property ends_with_its_process(
    {.id = "abi/ends-with-its-process-after-use",
     .title = "What happens when the process ends by its exit handlers, with the library loaded and used?",
     .requirements = {"abi/ends-with-its-process"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::end_of_process,
     .alone = true},
    [](Api& api) {
      if (!stream::is_open()) api.run().not_run("only a host sees how the process ends");
      use(api);
      api.run().step("end the process by its exit handlers");
      api.run().exiting();
      std::exit(0);
    });

}  // namespace
}  // namespace conformance
