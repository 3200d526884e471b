// What the variable for a size holds before the call does not matter: it is an out-parameter, and none that says how much
// room there is.
#include <string>

#include "worker/property.hpp"

namespace conformance {
namespace {

// A size that depended on the variable would be wrong for one of two numbers, though no number shows which.
void expect_the_same_size(Api& api, const unsigned char* buffer, Dword requested, Dword held) {
  constexpr const char* requirement = "size/at-least-requested";
  const std::string what =
      " of a buffer of " + std::to_string(requested) + " bytes into a variable that holds " + std::to_string(held);
  const Dword reported = api.must_size(buffer);
  const SizeResult result = api.size_into(held, buffer);
  if (result.status != success) {
    api.run().fail(requirement, "status of Size" + what, "NERR_Success (0)", status_text(result.status));
  }
  if (result.bytes != reported || reported < requested) {
    api.run().fail(requirement, "size" + what, "as into another variable, at least " + std::to_string(requested),
                   std::to_string(result.bytes) + ", into another variable " + std::to_string(reported));
  }
}

const Property size_takes_any_variable(
    {.id = "size/at-least-requested-whatever-the-variable-holds",
     .title = "Size stores the same size in a variable that holds 0, the size itself, a smaller or a larger number",
     .requirements = {"size/at-least-requested"},
     .functions = {Function::allocate, Function::size, Function::free},
     .needs = Needs::only_calls},
    [](Api& api) {
      for (const Dword size : {Dword{1}, Dword{40}, Dword{100}, Dword{4096}, Dword{70000}, Dword{1} << 20}) {
        api.run().step("measure a buffer of " + std::to_string(size) + " bytes into variables that hold other numbers");
        const unsigned char* const buffer = api.allocate_if_granted(size);
        if (buffer == nullptr) {
          api.run().done("refused");
          continue;
        }
        const Dword reported = api.must_size(buffer);
        for (const Dword held :
             {Dword{0}, Dword{1}, size / 2, size - 1, size, size + 1, reported - 1, reported, reported + 1, 2 * size,
              Dword{0x7FFFFFFF}, Dword{0x80000000}, Dword{0xFFFFFFFE}, Dword{0xFFFFFFFF}}) {
          expect_the_same_size(api, buffer, size, held);
        }
        api.must_free(buffer);
        api.run().done();
      }
    });

}  // namespace
}  // namespace conformance
