#include <new>

#include "message.hpp"
#include "transport.hpp"

namespace apibuf::remote {
namespace {

template <typename MakeRequest>
Answer answer_to(const MakeRequest& make_request) noexcept {
  try {
    return answer_of(serve(make_request()));
  } catch (const std::bad_alloc&) {
    return {ERROR_NOT_ENOUGH_MEMORY};
  }
}

}  // namespace

Answer call_get_info(const Character* name, std::uint32_t level) noexcept {
  return answer_to([&] { return get_info_request(name, level); });
}

Answer call_enumerate(std::uint32_t level, std::uint32_t filter, std::uint32_t preferred_length,
                      std::uint32_t resume_handle) noexcept {
  return answer_to([&] { return enumerate_request(level, filter, preferred_length, resume_handle); });
}

}  // namespace apibuf::remote
