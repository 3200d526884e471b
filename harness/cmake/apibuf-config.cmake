# find_package(apibuf CONFIG): apibuf_add_conformance_test, and apibuf::reference where it was installed with a compiler.

find_program(APIBUF_COMMAND apibuf HINTS "${CMAKE_CURRENT_LIST_DIR}/../../../bin" "${CMAKE_CURRENT_LIST_DIR}/../../../Scripts"
  DOC "The command line of the suite")
include("${CMAKE_CURRENT_LIST_DIR}/apibuf-conformance.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/apibuf-targets.cmake" OPTIONAL)
