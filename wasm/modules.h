#pragma once

#include "handles.h"
#include "nn/module.h"

namespace gradbox::wasm {

// Modules that a front end holds; a module's front_end_id is its handle here.
HandleTable<Ref<Module>>& modules();

}  // namespace gradbox::wasm
