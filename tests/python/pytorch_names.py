"""Prints the public names of PyTorch's namespaces as JSON, from the PyTorch that runs this:
/usr/bin/python3 tests/python/pytorch_names.py > web/docs/pytorch-names.json"""
import inspect
import json
import re
import sys
import types

import torch
import torch.autograd.functional
import torch.distributions
import torch.nn.utils.rnn
import torch.optim.lr_scheduler
import torch.utils.data

SPACES = {
    "torch": torch,
    "torch.Tensor": torch.Tensor,
    "torch.nn": torch.nn,
    "torch.nn.functional": torch.nn.functional,
    "torch.nn.init": torch.nn.init,
    "torch.nn.utils": torch.nn.utils,
    "torch.nn.utils.rnn": torch.nn.utils.rnn,
    "torch.optim": torch.optim,
    "torch.optim.lr_scheduler": torch.optim.lr_scheduler,
    "torch.utils.data": torch.utils.data,
    "torch.autograd": torch.autograd,
    "torch.autograd.functional": torch.autograd.functional,
    "torch.linalg": torch.linalg,
    "torch.special": torch.special,
    "torch.distributions": torch.distributions,
}

# What dir() shows of the compiler, the dispatcher, other back ends and quantised kernels: no page of
# PyTorch's documentation is about it.
INTERNAL = re.compile(
    r"^(\w+Type|Script\w*|\w*Storage|\w*Storage\w*Context|\w+State|\w+Node|Lite\w+|Concrete\w+|"
    r"Py(Object|Torch)\w+|Benchmark\w+|Dispatch\w+|Logger\w*|\w+Logger|Argument\w*|Complete\w+|"
    r"(cudnn|mkldnn|miopen|fbgemm|fake_quantize|quantized|native|batch_norm|q|sparse)_\w+|q?u?u?int\d+x?\d*|"
    r"\w+_(copy|cell|indices|notes|args)|\w*(vitals?|autocast)\w*|boolean_dispatch|assert_int_or_pair|"
    r"(handle|has)_torch_function\w*|is_tensor_like|BroadcastingList\d|common_\w+|\w+_common|\w+_nondeterministic|"
    r"Alias\w+|Block|BufferDict|CallStack|Capsule|Code|CompilationUnit|DeepCopyMemoTable|Disable\w+|"
    r"Error\w+|Exclude\w+|Execution\w+|FatalError|FileCheck|Function\w+|Future|Gradient|Graph|IO\w+|"
    r"JITException|ModuleDict|Node|OperatorInfo|ParameterDict|Static\w+|Stream|Tag|ThroughputBenchmark|Use|Value|"
    r"ao|candidate|classes|classproperty|cpp|cpu|obj|ops|overrides|package|library|torch_version|types|"
    r"wait|fork|import_ir\w*|parse_\w+|merge_type\w+|unify_\w+|read_\w+|get_file_path|init_num_threads|"
    r"compiled_with\w+|prepare_multi\w+|quasirandom|serialization|return_types|convolution|conv_tbc|"
    r"functional_datapipe|\w+_validation\w*|guaranteed_\w+|non_deterministic|EPOCH\w+|\w+_MODES|"
    r"factory_kwargs|bind|TYPE_CHECKING|invert_permutation|PackedSequence_|\w+_with_indices|int_repr|dequantize|"
    r"choose_qparams\w+|empty_quantized|fused_\w+|histogramdd|hsmm|hspmm|dsmm|smm|spmm|saddmm|sspaddmm|"
    r"segment_reduce|is_vulkan\w*|is_(ipu|ort|xpu|mkldnn|vulkan|distributed)|ipu|xpu|to_mkldnn|record_stream|"
    r"kineto\w+|Profiler\w+|DeviceType|NestedIO\w+|variable|Variable_|SavedTensor|argument_validation|"
    r"Container|NLLLoss2d|reinforce|storage_type|qscheme|to_padded_tensor|is_deterministic\w+|"
    r"(get|set)_deterministic_debug_mode|dsplit_|is_storage|lobpcg|narrow_copy|norm_except_dim|nuclear_norm|"
    r"frobenius_norm|rnn_(relu|tanh)|adaptive_max_pool1d|affine_grid_generator|grid_sampler\w*|"
    r"feature_dropout_?|\w*alpha_dropout_|dropout_|embedding_renorm_|unsafe_\w+|align_tensors|"
    r"resize_as_sparse_|legacy_contiguous_format|conj_physical_|layout|memory_format|version|futures|nested|masked)$"
)
# Names that a rule above catches and that are for users.
FOR_USERS = {"torch.nn": ("ModuleDict", "ParameterDict"), "torch": ("layout", "sparse_coo_tensor")}
NOT_THERE = {"torch.optim.lr_scheduler": ("Optimizer", "inf")}
FOR_USERS["torch.Tensor"] = ("scatter_", "retains_grad")


def names(space, owner):
    for name in dir(owner):
        value = getattr(owner, name, None)
        if name[0] == "_" or name in NOT_THERE.get(space, ()):
            continue
        if name not in FOR_USERS.get(space, ()) and INTERNAL.match(name):
            continue
        if isinstance(value, types.ModuleType):
            if space != "torch" or not value.__name__.startswith("torch."):
                continue
        elif inspect.isclass(value) or callable(value):
            home = getattr(value, "__module__", None) or ""
            if home and not home.startswith("torch"):
                continue
            if space != "torch" and value in (torch.Tensor, torch.optim.Optimizer) and name != "Optimizer":
                continue
        elif space == "torch" and not isinstance(value, (torch.dtype, float)):
            continue
        yield name


if __name__ == "__main__":
    found = {space: sorted(names(space, owner)) for space, owner in SPACES.items()}
    lines = [f'  "{space}": "{" ".join(list_)}"' for space, list_ in found.items()]
    sys.stdout.write("{\n" + ",\n".join(lines) + "\n}\n")
