# Finds whichever Emscripten is on PATH (Debian's package or an emsdk) and hands over to the CMake
# toolchain file that it brings along.
find_program(GRADBOX_EMCC NAMES emcc REQUIRED NO_CMAKE_FIND_ROOT_PATH)

if(NOT GRADBOX_EMSCRIPTEN_ROOT)
  find_program(GRADBOX_EM_CONFIG NAMES em-config NO_CMAKE_FIND_ROOT_PATH)
  if(GRADBOX_EM_CONFIG)
    execute_process(COMMAND ${GRADBOX_EM_CONFIG} EMSCRIPTEN_ROOT
                    OUTPUT_VARIABLE root OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  endif()
  set(platform cmake/Modules/Platform/Emscripten.cmake)
  if(NOT root OR NOT EXISTS ${root}/${platform})
    get_filename_component(root ${GRADBOX_EMCC} REALPATH)
    get_filename_component(root ${root} DIRECTORY)
  endif()
  if(NOT EXISTS ${root}/${platform})
    message(FATAL_ERROR "Emscripten's ${platform} was not found beside ${GRADBOX_EMCC}")
  endif()
  set(GRADBOX_EMSCRIPTEN_ROOT ${root} CACHE PATH "Folder of Emscripten's tools")
endif()

include(${GRADBOX_EMSCRIPTEN_ROOT}/cmake/Modules/Platform/Emscripten.cmake)

# em++'s optimizer for the JavaScript glue needs acorn. An emsdk carries its own; Debian keeps it in
# the module folder of its own Node, which a Node from elsewhere doesn't search.
if(NOT EXISTS ${GRADBOX_EMSCRIPTEN_ROOT}/node_modules/acorn)
  find_path(GRADBOX_NODE_MODULES acorn/package.json
            PATHS /usr/share/nodejs /usr/lib/nodejs /usr/local/share/nodejs
            NO_CMAKE_FIND_ROOT_PATH)
endif()
