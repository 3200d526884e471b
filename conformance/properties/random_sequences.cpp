// Long random sequences of calls against a model: what only shows after a while, or in a certain order.
#include <string>
#include <vector>

#include "properties/budget.hpp"
#include "properties/sizes.hpp"
#include "worker/pattern.hpp"
#include "worker/property.hpp"

namespace conformance {
namespace {

struct Modelled {
  unsigned char* buffer = nullptr;
  Dword size = 0;
  unsigned pattern = 0;
};

void expect_model(Api& api, const char* requirement, const Modelled& modelled, Dword bytes) {
  static const std::string which = "of a buffer, in the random sequence of seed " + std::to_string(seed);
  api.expect_contents(requirement, which.c_str(), modelled.buffer, 0, bytes, modelled.pattern);
}

// `resize` is called for a live buffer now and then; what it does is up to the property.
template <class Resize>
void call_random_sequence(Api& api, unsigned steps, Resize resize) {
  api.run().observe("seed", std::to_string(seed));
  api.run().step(std::to_string(steps) + " random calls on up to 500 live buffers");
  Random random;
  std::vector<Modelled> live(500);
  Budget budget;
  for (unsigned i = 0; i < steps && budget.allows_another(); ++i) {
    Modelled& modelled = live[random.below(500)];
    if (modelled.buffer == nullptr) {
      modelled = {nullptr, 1 + random.size(16384), i % 250 + 1};
      modelled.buffer = api.allocate_if_granted(modelled.size);
      if (modelled.buffer != nullptr) fill_pattern(modelled.buffer, 0, modelled.size, modelled.pattern);
    } else if (random.below(2) == 0) {
      resize(random, modelled);
    } else {
      expect_model(api, "allocate/usable", modelled, modelled.size);
      api.must_free(modelled.buffer);
      modelled = {};
    }
  }
  for (const Modelled& modelled : live) {
    if (modelled.buffer == nullptr) continue;
    expect_model(api, "allocate/usable", modelled, modelled.size);
    api.must_free(modelled.buffer);
  }
  api.run().done();
}

const Property random_allocate_and_free(
    {.id = "allocate/usable-random-sequence",
     .title = "30,000 random calls of Allocate and Free on hundreds of live buffers all succeed and keep all contents",
     .requirements = {"allocate/usable", "allocate/succeeds", "free/allocated"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::only_calls},
    [](Api& api) { call_random_sequence(api, 30000, [](Random&, const Modelled&) {}); });

const Property random_reallocate(
    {.id = "reallocate/keeps-contents-random-sequence",
     .title = "40,000 random calls of all functions on hundreds of live buffers all succeed and keep all contents",
     .requirements = {"reallocate/keeps-contents", "reallocate/changes-size", "size/after-reallocate"},
     .functions = {Function::allocate, Function::reallocate, Function::size, Function::free},
     .needs = Needs::only_calls},
    [](Api& api) {
      call_random_sequence(api, 40000, [&api](Random& random, Modelled& modelled) {
        const Dword new_size = 1 + random.size(16384);
        modelled.buffer = api.must_reallocate(modelled.buffer, new_size);
        expect_model(api, "reallocate/keeps-contents", modelled, std::min(modelled.size, new_size));
        modelled.size = new_size;
        fill_pattern(modelled.buffer, 0, new_size, modelled.pattern);
        api.expect_size("size/after-reallocate", "size after Reallocate", modelled.buffer, new_size);
      });
    });

}  // namespace
}  // namespace conformance
