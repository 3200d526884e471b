// The vector files as the build found them; the definitions are generated (conformance/CMakeLists.txt).
#pragma once

#include <cstddef>

namespace conformance {

extern const char* const suite_version;
extern const char* const vectors_sha256;
extern const char* const requirements_text;
extern const char* const vector_texts[];
extern const std::size_t vector_text_count;

}  // namespace conformance
