// A step in words.
#pragma once

#include <string>

#include "worker/step.hpp"

namespace conformance {

// As a reader would write it: "NetApiBufferSize(Buffer=a, ByteCount=&n)".
std::string step_text(const Step& step);

}  // namespace conformance
