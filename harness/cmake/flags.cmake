# Every compiler flag of the project lives in this target; presets choose compilers and sanitizers.
add_library(apibuf_flags INTERFACE)
add_library(apibuf::flags ALIAS apibuf_flags)

set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_CXX_EXTENSIONS OFF)
target_compile_features(apibuf_flags INTERFACE c_std_11 cxx_std_20)
target_compile_options(apibuf_flags INTERFACE
  $<$<COMPILE_LANGUAGE:C,CXX>:-Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -fvisibility=hidden>)

set(APIBUF_SANITIZERS "" CACHE STRING "Sanitizers to build with, as -fsanitize= takes them")
if(APIBUF_SANITIZERS)
  target_compile_options(apibuf_flags INTERFACE
    -fsanitize=${APIBUF_SANITIZERS} -fno-sanitize-recover=all -fno-omit-frame-pointer -g)
  target_link_options(apibuf_flags INTERFACE -fsanitize=${APIBUF_SANITIZERS})
endif()

# A worker or a DLL is one file to carry to another machine: it brings its run-time libraries along.
if(WIN32)
  target_compile_definitions(apibuf_flags INTERFACE WIN32_LEAN_AND_MEAN NOMINMAX _WIN32_WINNT=0x0601)
  target_link_options(apibuf_flags INTERFACE -static)
elseif(NOT APIBUF_SANITIZERS)
  target_link_options(apibuf_flags INTERFACE -static-libgcc -static-libstdc++)
endif()

# doctest and nlohmann-json are header-only and come from the build machine's packages. A cross compiler must not see
# the rest of that machine's headers, so they are reached through a folder of their own.
find_path(APIBUF_HEADER_ONLY_ROOT NAMES doctest/doctest.h PATHS /usr/include /usr/local/include
  NO_CMAKE_FIND_ROOT_PATH REQUIRED)
set(APIBUF_HEADER_ONLY "${CMAKE_BINARY_DIR}/header-only")
file(MAKE_DIRECTORY "${APIBUF_HEADER_ONLY}")
foreach(library doctest nlohmann)
  if(NOT EXISTS "${APIBUF_HEADER_ONLY_ROOT}/${library}")
    message(FATAL_ERROR "No headers of ${library} in ${APIBUF_HEADER_ONLY_ROOT}: install doctest-dev and nlohmann-json3-dev")
  endif()
  file(CREATE_LINK "${APIBUF_HEADER_ONLY_ROOT}/${library}" "${APIBUF_HEADER_ONLY}/${library}" SYMBOLIC)
endforeach()
add_library(apibuf_header_only INTERFACE)
add_library(apibuf::header_only ALIAS apibuf_header_only)
target_include_directories(apibuf_header_only SYSTEM INTERFACE "${APIBUF_HEADER_ONLY}")

# doctest itself takes long to compile, so all programs share this one. It is no matter how fast it is, and a sanitizer
# has nothing to find in it.
add_library(apibuf_doctest OBJECT "${CMAKE_CURRENT_LIST_DIR}/doctest.cpp")
add_library(apibuf::doctest ALIAS apibuf_doctest)
target_link_libraries(apibuf_doctest PUBLIC apibuf::header_only)
target_compile_features(apibuf_doctest PRIVATE cxx_std_20)
target_compile_options(apibuf_doctest PRIVATE -O0 -g0)
