"""PyTorch's public names that are missing here, and the nearest way. tests/node/support.test.ts
compares them with the list of names in web/docs/pytorch-names.json."""

_COMPLEX = "Gradbox has no complex numbers; keep real and imaginary parts in two tensors"
_SPARSE = "Gradbox has no sparse tensors; use dense ones"
_NAMED = "Gradbox has no named dimensions; address them by number"
_QUANTISED = "Gradbox has no quantised tensors; use float32"
_OTHER_BACKEND = "Gradbox computes on the CPU only"
_BESSEL = "of this family Gradbox has torch.special.i0, i0e, i1 and i1e"
_POLYNOMIAL = "compute the polynomial from its recurrence"
_TRANSFORMS = "Gradbox has no transformed distributions; transform the samples and correct log_prob yourself"
_PIPES = "use Dataset or IterableDataset with DataLoader"
_LU = "use torch.linalg.solve, or torch.linalg.qr for a factorisation"
_REMOVED = "PyTorch removed it; use "

_TABLE = {
    "torch": (
        (_COMPLEX, "complex polar imag view_as_complex view_as_real cdouble cfloat chalf complex32 eig"),
        (_SPARSE, "sparse_coo_tensor"),
        (_QUANTISED, "quantize_per_channel quantize_per_tensor quantize_per_tensor_dynamic"),
        ("Gradbox has no Fourier transforms", "stft istft kaiser_window"),
        (_LU, "geqrf orgqr ormqr"),
        (_REMOVED + "torch.linalg.solve", "solve"),
        (_REMOVED + "torch.linalg.lstsq", "lstsq"),
        (_REMOVED + "torch.linalg.matrix_rank", "matrix_rank"),
        ("use torch.linalg.svd", "pca_lowrank svd_lowrank"),
        (
            "use the function of that name in torch.nn.functional",
            "alpha_dropout batch_norm binary_cross_entropy_with_logits cosine_embedding_loss ctc_loss "
            "embedding embedding_bag feature_alpha_dropout hinge_embedding_loss instance_norm kl_div "
            "margin_ranking_loss poisson_nll_loss triplet_margin_loss",
        ),
        ("use torch.nn.LSTM", "lstm"),
        ("use torch.nn.GRU", "gru"),
        ("use torch.empty(size).as_strided(size, stride)", "empty_strided"),
        ("use the method of Tensor", "addmv_ as_strided_ detach_ resize_as_"),
        ("use torch.poisson or torch.bernoulli", "binomial"),
        ("use torch.autograd.set_detect_anomaly", "is_anomaly_check_nan_enabled set_anomaly_enabled"),
        ("use torch.autograd.functional", "functional"),
        ("memory isn't shared with other libraries; use tolist() and torch.tensor()", "from_dlpack to_dlpack"),
        ("use torch.load", "from_file"),
        ("use hooks and grad_fn to look into a model", "fx profiler"),
        ("use torch.nn.Module and Tensor.dtype", "Type StorageBase storage"),
    ),
    "torch.Tensor": (
        (_COMPLEX, "imag cdouble cfloat chalf eig"),
        (
            _SPARSE,
            "coalesce dense_dim indices values is_sparse_csr to_sparse to_sparse_bsc to_sparse_bsr "
            "to_sparse_coo to_sparse_csc to_sparse_csr",
        ),
        (_NAMED, "align_as align_to has_names refine_names rename rename_"),
        ("Gradbox has no Fourier transforms", "stft istft"),
        (_LU, "lu lu_solve geqrf orgqr ormqr"),
        (_REMOVED + "torch.linalg.solve", "solve triangular_solve"),
        (_REMOVED + "torch.linalg.lstsq", "lstsq"),
        (_REMOVED + "torch.linalg.eigh", "symeig"),
        ("use resize_, or reshape", "resize resize_as"),
        ("use Tensor.detach, or a class that holds a tensor", "as_subclass"),
        ("use map_", "map2_"),
        ("Gradbox has no nested tensors", "is_nested"),
    ),
    "torch.nn": (
        ("use nn.LocalResponseNorm", "CrossMapLRN2d"),
        ("use nn.MaxPool2d or nn.MaxPool3d", "FractionalMaxPool2d FractionalMaxPool3d"),
        ("derive from nn.RNNCell, nn.LSTMCell or nn.GRUCell", "RNNCellBase"),
        ("use nn.BatchNorm2d: there is one process", "SyncBatchNorm"),
        ("use nn.LazyLinear and its kin", "UninitializedBuffer"),
    ),
    "torch.nn.functional": (
        ("use max_pool2d or max_pool3d", "fractional_max_pool2d fractional_max_pool3d"),
    ),
    "torch.nn.utils": (
        ("use clip_grad_norm_", "clip_grad_norm"),
        ("nothing is gained here by another memory format", "convert_conv2d_weight_memory_format"),
        ("call the two layers one after the other", "fuse_conv_bn_eval fuse_conv_bn_weights"),
        ("make the layer as usual", "skip_init"),
    ),
    "torch.optim": (("use optim.Adam", "SparseAdam"),),
    "torch.utils.data": (
        (_PIPES, "DFIterDataPipe DataChunk DataLoader2 IterDataPipe MapDataPipe"),
        ("there is one process; use RandomSampler", "DistributedSampler"),
    ),
    "torch.linalg": (
        (_COMPLEX + "; for symmetric matrices use eigh", "eig eigvals"),
        ("use torch.linalg.solve", "solve_ex ldl_factor ldl_factor_ex ldl_solve tensorsolve"),
        ("use torch.linalg.qr", "householder_product"),
        ("use torch.linalg.inv on a matrix", "tensorinv"),
    ),
    "torch.special": (
        (
            _BESSEL,
            "airy_ai bessel_j0 bessel_j1 bessel_y0 bessel_y1 modified_bessel_i0 modified_bessel_i1 "
            "modified_bessel_k0 modified_bessel_k1 scaled_modified_bessel_k0 "
            "scaled_modified_bessel_k1 spherical_bessel_j0",
        ),
        (
            _POLYNOMIAL,
            "chebyshev_polynomial_t chebyshev_polynomial_u chebyshev_polynomial_v "
            "chebyshev_polynomial_w hermite_polynomial_h hermite_polynomial_he laguerre_polynomial_l "
            "legendre_polynomial_p shifted_chebyshev_polynomial_t shifted_chebyshev_polynomial_u "
            "shifted_chebyshev_polynomial_v shifted_chebyshev_polynomial_w",
        ),
    ),
    "torch.distributions": (
        (
            _TRANSFORMS,
            "AbsTransform AffineTransform CatTransform ComposeTransform CorrCholeskyTransform "
            "CumulativeDistributionTransform ExpTransform IndependentTransform LowerCholeskyTransform "
            "PowerTransform ReshapeTransform SigmoidTransform SoftmaxTransform SoftplusTransform "
            "StackTransform StickBreakingTransform TanhTransform Transform TransformedDistribution "
            "biject_to identity_transform transform_to",
        ),
        ("use Bernoulli or Categorical", "Binomial NegativeBinomial ContinuousBernoulli"),
        (
            "use Categorical, or torch.nn.functional.gumbel_softmax",
            "OneHotCategoricalStraightThrough RelaxedBernoulli RelaxedOneHotCategorical",
        ),
        ("use MultivariateNormal", "LowRankMultivariateNormal LKJCholesky LogisticNormal Wishart"),
        ("derive from Distribution", "ExponentialFamily"),
        (
            "use a distribution that is there, such as Normal, Gamma or Laplace",
            "FisherSnedecor Gumbel HalfCauchy Kumaraswamy Pareto StudentT VonMises Weibull",
        ),
    ),
}

# What works, and how it differs from PyTorch.
PARTLY = {
    "torch.set_default_device": "of PyTorch 2; accepts the CPU",
    "torch.compile": "gives the model back; nothing is compiled",
    "torch.set_num_threads": "accepted; there is one thread",
    "torch.distributions.Gamma": "samples carry no gradient",
    "torch.distributions.Beta": "samples carry no gradient",
    "torch.distributions.Dirichlet": "samples carry no gradient",
    "torch.nn.functional.grid_sample": "images only (4 dimensions); bilinear and nearest",
    "torch.Tensor.cuda": "raises PyTorch's error for a build without CUDA",
    "torch.Tensor.resize_": "new elements are zero",
    "torch.Tensor.share_memory_": "nothing to do: there is one process",
    "torch.Tensor.pin_memory": "nothing to do",
    "torch.nn.DataParallel": "runs its module on the CPU",
    "torch.utils.data.DataLoader": "one process; num_workers is accepted",
    "torch.nn.LazyLinear": "on CPython",
    "torch.jit": "script and trace give the module back",
}


def listed():
    """Names that are missing, by namespace: {"torch": {name: nearest way}}."""
    found = {}
    for space in _TABLE:
        found[space] = {}
        for hint, names in _TABLE[space]:
            for name in names.split():
                found[space][name] = hint
    return found


def text(space, name):
    """Why the name is missing and what to use instead, or None for a name that PyTorch hasn't either."""
    for hint, names in _TABLE.get(space, ()):
        if name in names.split():
            return "%s.%s is not supported in Gradbox: %s." % (space, name, hint)
    return None
