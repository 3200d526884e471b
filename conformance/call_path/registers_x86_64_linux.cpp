#include "call_path/record.hpp"

namespace conformance {

const char* const callee_saved_names[8] = {"rbp", "rbx", "r12", "r13", "r14", "r15"};
const std::size_t callee_saved_count = 6;
const std::size_t callee_saved_vector_count = 0;

}  // namespace conformance
