#include "call_path/record.hpp"

namespace conformance {

const char* const callee_saved_names[8] = {"ebp", "ebx", "esi", "edi"};
const std::size_t callee_saved_count = 4;
const std::size_t callee_saved_vector_count = 0;

}  // namespace conformance
