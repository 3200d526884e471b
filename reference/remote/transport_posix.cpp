#include "message.hpp"
#include "transport.hpp"

namespace apibuf::remote {

Reply call_get_info(const Character* name, std::uint32_t level) { return reply_of(serve(get_info_request(name, level))); }

Reply call_enumerate(std::uint32_t level, std::uint32_t filter, std::uint32_t preferred_length,
                     std::uint32_t resume_handle) {
  return reply_of(serve(enumerate_request(level, filter, preferred_length, resume_handle)));
}

}  // namespace apibuf::remote
