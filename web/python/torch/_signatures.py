"""The overloads that PyTorch lists where none fits. Made by tests/golden/signatures.py from PyTorch 1.13."""
# f: function, m: method; ? may be left out, [] takes a number, too, ~ is what factories take.
TEXT = """
fadd:Tensor input, Tensor other, *, ?Number alpha, ?Tensor out
madd:Tensor other, *, ?Number alpha
madd_:Tensor other, *, ?Number alpha
faddbmm:Tensor input, Tensor batch1, Tensor batch2, *, ?Number beta, ?Number alpha, ?Tensor out
maddbmm:Tensor batch1, Tensor batch2, *, ?Number beta, ?Number alpha
maddbmm_:Tensor batch1, Tensor batch2, *, ?Number beta, ?Number alpha
faddcdiv:Tensor input, Tensor tensor1, Tensor tensor2, *, ?Number value, ?Tensor out
maddcdiv:Tensor tensor1, Tensor tensor2, *, ?Number value
maddcdiv_:Tensor tensor1, Tensor tensor2, *, ?Number value
faddcmul:Tensor input, Tensor tensor1, Tensor tensor2, *, ?Number value, ?Tensor out
maddcmul:Tensor tensor1, Tensor tensor2, *, ?Number value
maddcmul_:Tensor tensor1, Tensor tensor2, *, ?Number value
faddmm:Tensor input, Tensor mat1, Tensor mat2, *, ?Number beta, ?Number alpha, ?Tensor out
maddmm:Tensor mat1, Tensor mat2, *, ?Number beta, ?Number alpha
maddmm_:Tensor mat1, Tensor mat2, *, ?Number beta, ?Number alpha
faddmv:Tensor input, Tensor mat, Tensor vec, *, ?Number beta, ?Number alpha, ?Tensor out
maddmv:Tensor mat, Tensor vec, *, ?Number beta, ?Number alpha
faddr:Tensor input, Tensor vec1, Tensor vec2, *, ?Number beta, ?Number alpha, ?Tensor out
maddr:Tensor vec1, Tensor vec2, *, ?Number beta, ?Number alpha
maddr_:Tensor vec1, Tensor vec2, *, ?Number beta, ?Number alpha
fall:Tensor input, *, ?Tensor out|Tensor input, int dim, ?bool keepdim, *, ?Tensor out|Tensor input, name dim, ?bool keepdim, *, ?Tensor out
mall:|int dim, ?bool keepdim|name dim, ?bool keepdim
fany:Tensor input, *, ?Tensor out|Tensor input, int dim, ?bool keepdim, *, ?Tensor out|Tensor input, name dim, ?bool keepdim, *, ?Tensor out
many:|int dim, ?bool keepdim|name dim, ?bool keepdim
farange:Number end, *, ?Tensor out, ~|Number start, Number end, *, ~|Number start, Number end, ?Number step, *, ?Tensor out, ~
fargsort:Tensor input, *, bool stable, ?int dim, ?bool descending|Tensor input, ?int dim, ?bool descending|Tensor input, name dim, ?bool descending
margsort:*, bool stable, ?int dim, ?bool descending|?int dim, ?bool descending|name dim, ?bool descending
fbaddbmm:Tensor input, Tensor batch1, Tensor batch2, *, ?Number beta, ?Number alpha, ?Tensor out
mbaddbmm:Tensor batch1, Tensor batch2, *, ?Number beta, ?Number alpha
fbartlett_window:int window_length, *, ~|int window_length, bool periodic, *, ~
fbernoulli:Tensor input, *, ?torch.Generator generator, ?Tensor out|Tensor input, float p, *, ?torch.Generator generator
mbernoulli:*, ?torch.Generator generator|float p, *, ?torch.Generator generator
mbernoulli_:Tensor p, *, ?torch.Generator generator|?float p, *, ?torch.Generator generator
fbitwise_and:Tensor input, Tensor other, *, ?Tensor out|Number self, Tensor other|Tensor input, Number other, *, ?Tensor out
mbitwise_and:Tensor other|Number other
mbitwise_and_:Tensor other|Number other
fbitwise_left_shift:Tensor input, Tensor other, *, ?Tensor out|Number self, Tensor other|Tensor input, Number other, *, ?Tensor out
mbitwise_left_shift:Tensor other|Number other
mbitwise_left_shift_:Tensor other|Number other
fbitwise_or:Tensor input, Tensor other, *, ?Tensor out|Number self, Tensor other|Tensor input, Number other, *, ?Tensor out
mbitwise_or:Tensor other|Number other
mbitwise_or_:Tensor other|Number other
fbitwise_right_shift:Tensor input, Tensor other, *, ?Tensor out|Number self, Tensor other|Tensor input, Number other, *, ?Tensor out
mbitwise_right_shift:Tensor other|Number other
mbitwise_right_shift_:Tensor other|Number other
fbitwise_xor:Tensor input, Tensor other, *, ?Tensor out|Number self, Tensor other|Tensor input, Number other, *, ?Tensor out
mbitwise_xor:Tensor other|Number other
mbitwise_xor_:Tensor other|Number other
fblackman_window:int window_length, *, ~|int window_length, bool periodic, *, ~
fbucketize:Tensor input, Tensor boundaries, *, ?bool out_int32, ?bool right, ?Tensor out|Number self, Tensor boundaries, *, ?bool out_int32, ?bool right
fcat:tuple of Tensors tensors, ?int dim, *, ?Tensor out|tuple of Tensors tensors, name dim, *, ?Tensor out
fclamp:Tensor input, ?Tensor min, ?Tensor max, *, ?Tensor out|Tensor input, ?Number min, ?Number max, *, ?Tensor out
mclamp:?Tensor min, ?Tensor max|?Number min, ?Number max
mclamp_:?Tensor min, ?Tensor max|?Number min, ?Number max
fclamp_max:Tensor input, Tensor max, *, ?Tensor out|Tensor input, Number max, *, ?Tensor out
mclamp_max:Tensor max|Number max
mclamp_max_:Tensor max|Number max
fclamp_min:Tensor input, Tensor min, *, ?Tensor out|Tensor input, Number min, *, ?Tensor out
mclamp_min:Tensor min|Number min
mclamp_min_:Tensor min|Number min
fclip:Tensor input, ?Tensor min, ?Tensor max, *, ?Tensor out|Tensor input, ?Number min, ?Number max, *, ?Tensor out
mclip:?Tensor min, ?Tensor max|?Number min, ?Number max
mclip_:?Tensor min, ?Tensor max|?Number min, ?Number max
fconcat:tuple of Tensors tensors, ?int dim, *, ?Tensor out|tuple of Tensors tensors, name dim, *, ?Tensor out
fconcatenate:tuple of Tensors tensors, ?int dim, *, ?Tensor out|tuple of Tensors tensors, name dim, *, ?Tensor out
fconv1d:Tensor input, Tensor weight, ?Tensor bias, ?tuple of ints[] stride, ?tuple of ints[] padding, ?tuple of ints[] dilation, ?int groups|Tensor input, Tensor weight, ?Tensor bias, ?tuple of ints[] stride, ?str padding, ?tuple of ints[] dilation, ?int groups
fconv2d:Tensor input, Tensor weight, ?Tensor bias, ?tuple of ints[] stride, ?tuple of ints[] padding, ?tuple of ints[] dilation, ?int groups|Tensor input, Tensor weight, ?Tensor bias, ?tuple of ints[] stride, ?str padding, ?tuple of ints[] dilation, ?int groups
fconv3d:Tensor input, Tensor weight, ?Tensor bias, ?tuple of ints[] stride, ?tuple of ints[] padding, ?tuple of ints[] dilation, ?int groups|Tensor input, Tensor weight, ?Tensor bias, ?tuple of ints[] stride, ?str padding, ?tuple of ints[] dilation, ?int groups
mcopy_:Tensor other, bool non_blocking
fcopysign:Tensor input, Tensor other, *, ?Tensor out|Tensor input, Number other, *, ?Tensor out
mcopysign:Tensor other|Number other
mcopysign_:Tensor other|Number other
fcount_nonzero:Tensor input, ?int dim|Tensor input, tuple of ints dim
mcount_nonzero:?int dim|tuple of ints dim
fctc_loss:Tensor log_probs, Tensor targets, tuple of ints input_lengths, tuple of ints target_lengths, ?int blank, ?int reduction, ?bool zero_infinity|Tensor log_probs, Tensor targets, Tensor input_lengths, Tensor target_lengths, ?int blank, ?int reduction, ?bool zero_infinity
fcummax:Tensor input, int dim, *, ?tuple of Tensors out|Tensor input, name dim, *, ?tuple of Tensors out
mcummax:int dim|name dim
fcummin:Tensor input, int dim, *, ?tuple of Tensors out|Tensor input, name dim, *, ?tuple of Tensors out
mcummin:int dim|name dim
fcumprod:Tensor input, int dim, *, ?torch.dtype dtype, ?Tensor out|Tensor input, name dim, *, ?torch.dtype dtype, ?Tensor out
mcumprod:int dim, *, ?torch.dtype dtype|name dim, *, ?torch.dtype dtype
mcumprod_:int dim, *, ?torch.dtype dtype|name dim, *, ?torch.dtype dtype
fcumsum:Tensor input, int dim, *, ?torch.dtype dtype, ?Tensor out|Tensor input, name dim, *, ?torch.dtype dtype, ?Tensor out
mcumsum:int dim, *, ?torch.dtype dtype|name dim, *, ?torch.dtype dtype
mcumsum_:int dim, *, ?torch.dtype dtype|name dim, *, ?torch.dtype dtype
fcumulative_trapezoid:Tensor y, Tensor x, *, ?int dim|Tensor y, *, ?Number dx, ?int dim
fdiagonal:Tensor input, *, name outdim, name dim1, name dim2, ?int offset|Tensor input, ?int offset, ?int dim1, ?int dim2
mdiagonal:*, name outdim, name dim1, name dim2, ?int offset|?int offset, ?int dim1, ?int dim2
fdiv:Tensor input, Tensor other, *, ?Tensor out|Tensor input, Tensor other, *, str rounding_mode, ?Tensor out|Tensor input, Number other, *, str rounding_mode
mdiv:Tensor other|Tensor other, *, str rounding_mode|Number other, *, str rounding_mode
mdiv_:Tensor other|Tensor other, *, str rounding_mode|Number other, *, str rounding_mode
fdivide:Tensor input, Tensor other, *, ?Tensor out|Tensor input, Tensor other, *, str rounding_mode, ?Tensor out|Tensor input, Number other|Tensor input, Number other, *, str rounding_mode
mdivide:Tensor other|Tensor other, *, str rounding_mode|Number other|Number other, *, str rounding_mode
mdivide_:Tensor other|Tensor other, *, str rounding_mode|Number other|Number other, *, str rounding_mode
fdsplit:Tensor input, int sections|Tensor input, tuple of ints indices
mdsplit:int sections|tuple of ints indices
fembedding_bag:Tensor weight, Tensor indices, Tensor offsets, bool scale_grad_by_freq, int mode, bool sparse, Tensor per_sample_weights, bool include_last_offset, int padding_idx|Tensor weight, Tensor indices, Tensor offsets, ?bool scale_grad_by_freq, ?int mode, ?bool sparse, ?Tensor per_sample_weights, ?bool include_last_offset
fempty:tuple of ints size, *, tuple of names names, ?torch.memory_format memory_format, ~|tuple of SymInts size, *, ?torch.memory_format memory_format, ?Tensor out, ~
feq:Tensor input, Tensor other, *, ?Tensor out|Tensor input, Number other, *, ?Tensor out
meq:Tensor other|Number other
feye:int n, *, ?Tensor out, ~|int n, int m, *, ?Tensor out, ~
ffill:Tensor input, Tensor value|Tensor input, Number value
mfill_:Tensor value|Number value
fflatten:Tensor input, int start_dim, int end_dim, name out_dim|Tensor input, ?int start_dim, ?int end_dim|Tensor input, name start_dim, name end_dim, name out_dim|Tensor input, tuple of names dims, name out_dim
mflatten:int start_dim, int end_dim, name out_dim|?int start_dim, ?int end_dim|name start_dim, name end_dim, name out_dim|tuple of names dims, name out_dim
ffloat_power:Tensor input, Tensor exponent, *, ?Tensor out|Number self, Tensor exponent, *, ?Tensor out|Tensor input, Number exponent, *, ?Tensor out
mfloat_power:Tensor exponent|Number exponent
ffloor_divide:Tensor input, Tensor other, *, ?Tensor out|Tensor input, Number other
mfloor_divide:Tensor other|Number other
mfloor_divide_:Tensor other|Number other
ffmod:Tensor input, Tensor other, *, ?Tensor out|Tensor input, Number other, *, ?Tensor out
mfmod:Tensor other|Number other
mfmod_:Tensor other|Number other
ffull:tuple of ints size, Number fill_value, *, tuple of names names, ~|tuple of SymInts size, Number fill_value, *, ?Tensor out, ~
fgather:Tensor input, int dim, Tensor index, *, ?bool sparse_grad, ?Tensor out|Tensor input, name dim, Tensor index, *, ?bool sparse_grad, ?Tensor out
mgather:int dim, Tensor index, *, ?bool sparse_grad|name dim, Tensor index, *, ?bool sparse_grad
fge:Tensor input, Tensor other, *, ?Tensor out|Tensor input, Number other, *, ?Tensor out
mge:Tensor other|Number other
fgradient:Tensor input, *, tuple of ints dim, ?int edge_order|Tensor input, *, ?Number spacing, ?tuple of ints dim, ?int edge_order|Tensor input, *, ?Number spacing, ?int dim, ?int edge_order|Tensor input, *, ?tuple of Scalars spacing, ?int dim, ?int edge_order|Tensor input, *, ?tuple of Scalars spacing, ?tuple of ints dim, ?int edge_order|Tensor input, *, ?tuple of Tensors spacing, ?int dim, ?int edge_order|Tensor input, *, ?tuple of Tensors spacing, ?tuple of ints dim, ?int edge_order
fgreater:Tensor input, Tensor other, *, ?Tensor out|Tensor input, Number other, *, ?Tensor out
mgreater:Tensor other|Number other
fgreater_equal:Tensor input, Tensor other, *, ?Tensor out|Tensor input, Number other, *, ?Tensor out
mgreater_equal:Tensor other|Number other
fgt:Tensor input, Tensor other, *, ?Tensor out|Tensor input, Number other, *, ?Tensor out
mgt:Tensor other|Number other
fhamming_window:int window_length, *, ~|int window_length, bool periodic, *, ~|int window_length, bool periodic, float alpha, *, ~|int window_length, bool periodic, float alpha, float beta, *, ~
fhann_window:int window_length, *, ~|int window_length, bool periodic, *, ~
fhistogram:Tensor input, Tensor bins, *, ?Tensor weight, ?bool density, ?tuple of Tensors out|Tensor input, ?int bins, *, ?tuple of floats range, ?Tensor weight, ?bool density, ?tuple of Tensors out
mhistogram:Tensor bins, *, ?Tensor weight, ?bool density|?int bins, *, ?tuple of floats range, ?Tensor weight, ?bool density
fhsplit:Tensor input, int sections|Tensor input, tuple of ints indices
mhsplit:int sections|tuple of ints indices
findex_add:Tensor input, int dim, Tensor index, Tensor source, *, ?Number alpha, ?Tensor out|Tensor input, name dim, Tensor index, Tensor source, *, ?Number alpha
mindex_add:int dim, Tensor index, Tensor source, *, ?Number alpha|name dim, Tensor index, Tensor source, *, ?Number alpha
findex_copy:Tensor input, int dim, Tensor index, Tensor source, *, ?Tensor out|Tensor input, name dim, Tensor index, Tensor source
mindex_copy:int dim, Tensor index, Tensor source|name dim, Tensor index, Tensor source
mindex_copy_:int dim, Tensor index, Tensor source|name dim, Tensor index, Tensor source
findex_fill:Tensor input, int dim, Tensor index, Tensor value|Tensor input, name dim, Tensor index, Tensor value|Tensor input, int dim, Tensor index, Number value|Tensor input, name dim, Tensor index, Number value
mindex_fill:int dim, Tensor index, Tensor value|name dim, Tensor index, Tensor value|int dim, Tensor index, Number value|name dim, Tensor index, Number value
mindex_fill_:int dim, Tensor index, Tensor value|name dim, Tensor index, Tensor value|int dim, Tensor index, Number value|name dim, Tensor index, Number value
findex_select:Tensor input, int dim, Tensor index, *, ?Tensor out|Tensor input, name dim, Tensor index, *, ?Tensor out
mindex_select:int dim, Tensor index|name dim, Tensor index
fisin:Tensor elements, Tensor test_elements, *, ?bool assume_unique, ?bool invert, ?Tensor out|Number element, Tensor test_elements, *, ?bool assume_unique, ?bool invert, ?Tensor out|Tensor elements, Number test_element, *, ?bool assume_unique, ?bool invert, ?Tensor out
fkthvalue:Tensor input, int k, ?int dim, ?bool keepdim, *, ?tuple of Tensors out|Tensor input, int k, name dim, ?bool keepdim, *, ?tuple of Tensors out
mkthvalue:int k, ?int dim, ?bool keepdim|int k, name dim, ?bool keepdim
fle:Tensor input, Tensor other, *, ?Tensor out|Tensor input, Number other, *, ?Tensor out
mle:Tensor other|Number other
flerp:Tensor input, Tensor end, Tensor weight, *, ?Tensor out|Tensor input, Tensor end, Number weight, *, ?Tensor out
mlerp:Tensor end, Tensor weight|Tensor end, Number weight
mlerp_:Tensor end, Tensor weight|Tensor end, Number weight
fless:Tensor input, Tensor other, *, ?Tensor out|Tensor input, Number other, *, ?Tensor out
mless:Tensor other|Number other
fless_equal:Tensor input, Tensor other, *, ?Tensor out|Tensor input, Number other, *, ?Tensor out
mless_equal:Tensor other|Number other
flog_softmax:Tensor input, int dim, ?torch.dtype dtype, *, ?Tensor out|Tensor input, name dim, *, ?torch.dtype dtype
mlog_softmax:int dim, ?torch.dtype dtype|name dim, *, ?torch.dtype dtype
flogcumsumexp:Tensor input, int dim, *, ?Tensor out|Tensor input, name dim, *, ?Tensor out
mlogcumsumexp:int dim|name dim
flogsumexp:Tensor input, tuple of ints[] dim, ?bool keepdim, *, ?Tensor out|Tensor input, tuple of names dim, ?bool keepdim, *, ?Tensor out
mlogsumexp:tuple of ints[] dim, ?bool keepdim|tuple of names dim, ?bool keepdim
flt:Tensor input, Tensor other, *, ?Tensor out|Tensor input, Number other, *, ?Tensor out
mlt:Tensor other|Number other
fmasked_fill:Tensor input, Tensor mask, Tensor value|Tensor input, Tensor mask, Number value
mmasked_fill:Tensor mask, Tensor value|Tensor mask, Number value
mmasked_fill_:Tensor mask, Tensor value|Tensor mask, Number value
fmax:Tensor input|Tensor input, Tensor other, *, ?Tensor out|Tensor input, int dim, ?bool keepdim, *, ?tuple of Tensors out|Tensor input, name dim, ?bool keepdim, *, ?tuple of Tensors out
mmax:|Tensor other|int dim, ?bool keepdim|name dim, ?bool keepdim
fmean:Tensor input, *, ?torch.dtype dtype|Tensor input, tuple of ints[] dim, ?bool keepdim, *, ?torch.dtype dtype, ?Tensor out|Tensor input, tuple of names dim, ?bool keepdim, *, ?torch.dtype dtype, ?Tensor out
mmean:*, ?torch.dtype dtype|tuple of ints[] dim, ?bool keepdim, *, ?torch.dtype dtype|tuple of names dim, ?bool keepdim, *, ?torch.dtype dtype
fmedian:Tensor input|Tensor input, int dim, ?bool keepdim, *, ?tuple of Tensors out|Tensor input, name dim, ?bool keepdim, *, ?tuple of Tensors out
mmedian:|int dim, ?bool keepdim|name dim, ?bool keepdim
fmin:Tensor input|Tensor input, Tensor other, *, ?Tensor out|Tensor input, int dim, ?bool keepdim, *, ?tuple of Tensors out|Tensor input, name dim, ?bool keepdim, *, ?tuple of Tensors out
mmin:|Tensor other|int dim, ?bool keepdim|name dim, ?bool keepdim
fmode:Tensor input, ?int dim, ?bool keepdim, *, ?tuple of Tensors out|Tensor input, name dim, ?bool keepdim, *, ?tuple of Tensors out
mmode:?int dim, ?bool keepdim|name dim, ?bool keepdim
fmoveaxis:Tensor input, int source, int destination|Tensor input, tuple of ints source, tuple of ints destination
mmoveaxis:int source, int destination|tuple of ints source, tuple of ints destination
fmovedim:Tensor input, int source, int destination|Tensor input, tuple of ints source, tuple of ints destination
mmovedim:int source, int destination|tuple of ints source, tuple of ints destination
fmultiply:Tensor input, Tensor other, *, ?Tensor out|Tensor input, Number other
mmultiply:Tensor other|Number other
mmultiply_:Tensor other|Number other
fnanmedian:Tensor input|Tensor input, int dim, ?bool keepdim, *, ?tuple of Tensors out|Tensor input, name dim, ?bool keepdim, *, ?tuple of Tensors out
mnanmedian:|int dim, ?bool keepdim|name dim, ?bool keepdim
fnanquantile:Tensor input, Tensor q, ?int dim, ?bool keepdim, *, ?str interpolation, ?Tensor out|Tensor input, float q, ?int dim, ?bool keepdim, *, ?str interpolation, ?Tensor out
mnanquantile:Tensor q, ?int dim, ?bool keepdim, *, ?str interpolation|float q, ?int dim, ?bool keepdim, *, ?str interpolation
fnarrow:Tensor input, int dim, Tensor start, int length|Tensor input, int dim, int start, int length
mnarrow:int dim, Tensor start, int length|int dim, int start, int length
fne:Tensor input, Tensor other, *, ?Tensor out|Tensor input, Number other, *, ?Tensor out
mne:Tensor other|Number other
mnonzero:|*, bool as_tuple
fnormal:Tensor mean, Tensor std, *, ?torch.Generator generator, ?Tensor out|Tensor mean, ?float std, *, ?torch.Generator generator, ?Tensor out|float mean, Tensor std, *, ?torch.Generator generator, ?Tensor out|float mean, float std, tuple of ints size, *, ?torch.Generator generator, ?Tensor out, ~
fnot_equal:Tensor input, Tensor other, *, ?Tensor out|Tensor input, Number other, *, ?Tensor out
mnot_equal:Tensor other|Number other
fones:tuple of ints size, *, tuple of names names, ~|tuple of SymInts size, *, ?Tensor out, ~
fpow:Tensor input, Tensor exponent, *, ?Tensor out|Number self, Tensor exponent, *, ?Tensor out|Tensor input, Number exponent, *, ?Tensor out
mpow:Tensor exponent|Number exponent
mpow_:Tensor exponent|Number exponent
fprod:Tensor input, *, ?torch.dtype dtype|Tensor input, int dim, ?bool keepdim, *, ?torch.dtype dtype, ?Tensor out|Tensor input, name dim, ?bool keepdim, *, ?torch.dtype dtype, ?Tensor out
mprod:*, ?torch.dtype dtype|int dim, ?bool keepdim, *, ?torch.dtype dtype|name dim, ?bool keepdim, *, ?torch.dtype dtype
fquantile:Tensor input, Tensor q, ?int dim, ?bool keepdim, *, ?str interpolation, ?Tensor out|Tensor input, float q, ?int dim, ?bool keepdim, *, ?str interpolation, ?Tensor out
mquantile:Tensor q, ?int dim, ?bool keepdim, *, ?str interpolation|float q, ?int dim, ?bool keepdim, *, ?str interpolation
frand:tuple of ints size, *, torch.Generator generator, tuple of names names, ~|tuple of ints size, *, torch.Generator generator, ?Tensor out, ~|tuple of ints size, *, ?Tensor out, ~|tuple of ints size, *, tuple of names names, ~
frandint:int high, tuple of ints size, *, torch.Generator generator, ?Tensor out, ~|int high, tuple of ints size, *, ?Tensor out, ~|int low, int high, tuple of ints size, *, torch.Generator generator, ?Tensor out, ~|int low, int high, tuple of ints size, *, ?Tensor out, ~
frandint_like:Tensor input, int high, *, ?torch.memory_format memory_format, ~|Tensor input, int low, int high, *, ?torch.memory_format memory_format, ~
frandn:tuple of ints size, *, torch.Generator generator, tuple of names names, ~|tuple of ints size, *, torch.Generator generator, ?Tensor out, ~|tuple of ints size, *, ?Tensor out, ~|tuple of ints size, *, tuple of names names, ~
mrandom_:*, ?torch.Generator generator|int from, int to, *, ?torch.Generator generator|int to, *, ?torch.Generator generator
frandperm:int n, *, torch.Generator generator, ?Tensor out, ~|int n, *, ?Tensor out, ~
fremainder:Tensor input, Tensor other, *, ?Tensor out|Number self, Tensor other|Tensor input, Number other, *, ?Tensor out
mremainder:Tensor other|Number other
mremainder_:Tensor other|Number other
frepeat_interleave:Tensor input, Tensor repeats, ?int dim, *, ?int output_size|Tensor input, int repeats, ?int dim, *, ?int output_size|Tensor repeats, *, ?int output_size
mrepeat_interleave:Tensor repeats, ?int dim, *, ?int output_size|int repeats, ?int dim, *, ?int output_size
fround:Tensor input, *, ?Tensor out|Tensor input, *, int decimals, ?Tensor out
mround:|*, int decimals
mround_:|*, int decimals
frsub:Tensor input, Tensor other, *, ?Number alpha|Tensor input, Number other, ?Number alpha
fscatter:Tensor input, int dim, Tensor index, Tensor src, *, ?Tensor out|Tensor input, int dim, Tensor index, Tensor src, *, str reduce, ?Tensor out|Tensor input, name dim, Tensor index, Tensor src|Tensor input, int dim, Tensor index, Number value, *, ?Tensor out|Tensor input, int dim, Tensor index, Number value, *, str reduce, ?Tensor out|Tensor input, name dim, Tensor index, Number value
mscatter:int dim, Tensor index, Tensor src|int dim, Tensor index, Tensor src, *, str reduce|name dim, Tensor index, Tensor src|int dim, Tensor index, Number value|int dim, Tensor index, Number value, *, str reduce|name dim, Tensor index, Number value
mscatter_:int dim, Tensor index, Tensor src|int dim, Tensor index, Tensor src, *, str reduce|int dim, Tensor index, Number value|int dim, Tensor index, Number value, *, str reduce
fscatter_add:Tensor input, int dim, Tensor index, Tensor src, *, ?Tensor out|Tensor input, name dim, Tensor index, Tensor src
mscatter_add:int dim, Tensor index, Tensor src|name dim, Tensor index, Tensor src
fsearchsorted:Tensor sorted_sequence, Tensor input, *, ?bool out_int32, ?bool right, ?str side, ?Tensor sorter, ?Tensor out|Tensor sorted_sequence, Number self, *, ?bool out_int32, ?bool right, ?str side, ?Tensor sorter
fselect:Tensor input, int dim, int index|Tensor input, name dim, int index
mselect:int dim, int index|name dim, int index
fsoftmax:Tensor input, int dim, ?torch.dtype dtype, *, ?Tensor out|Tensor input, name dim, *, ?torch.dtype dtype
msoftmax:int dim, ?torch.dtype dtype|name dim, *, ?torch.dtype dtype
fsort:Tensor input, *, bool stable, ?int dim, ?bool descending, ?tuple of Tensors out|Tensor input, ?int dim, ?bool descending, *, ?tuple of Tensors out|Tensor input, *, bool stable, name dim, ?bool descending, ?tuple of Tensors out|Tensor input, name dim, ?bool descending, *, ?tuple of Tensors out
msort:*, bool stable, ?int dim, ?bool descending|?int dim, ?bool descending|*, bool stable, name dim, ?bool descending|name dim, ?bool descending
fsqueeze:Tensor input|Tensor input, int dim|Tensor input, name dim
msqueeze:|int dim|name dim
fstd:Tensor input, tuple of ints[] dim, *, int correction, ?bool keepdim, ?Tensor out|Tensor input, tuple of ints[] dim, ?bool unbiased, ?bool keepdim, *, ?Tensor out|Tensor input, ?bool unbiased|Tensor input, tuple of names dim, *, int correction, ?bool keepdim, ?Tensor out|Tensor input, tuple of names dim, ?bool unbiased, ?bool keepdim, *, ?Tensor out
mstd:tuple of ints[] dim, *, int correction, ?bool keepdim|tuple of ints[] dim, ?bool unbiased, ?bool keepdim|?bool unbiased|tuple of names dim, *, int correction, ?bool keepdim|tuple of names dim, ?bool unbiased, ?bool keepdim
fstd_mean:Tensor input, tuple of ints[] dim, *, int correction, ?bool keepdim|Tensor input, tuple of ints[] dim, ?bool unbiased, ?bool keepdim|Tensor input, ?bool unbiased|Tensor input, tuple of names dim, *, int correction, ?bool keepdim|Tensor input, tuple of names dim, ?bool unbiased, ?bool keepdim
fsub:Tensor input, Tensor other, *, ?Number alpha, ?Tensor out
msub:Tensor other, *, ?Number alpha
msub_:Tensor other, *, ?Number alpha
fsubtract:Tensor input, Tensor other, *, ?Number alpha, ?Tensor out|Tensor input, Number other, ?Number alpha
msubtract:Tensor other, *, ?Number alpha|Number other, ?Number alpha
msubtract_:Tensor other, *, ?Number alpha|Number other, ?Number alpha
fsum:Tensor input, *, ?torch.dtype dtype|Tensor input, tuple of ints[] dim, ?bool keepdim, *, ?torch.dtype dtype, ?Tensor out|Tensor input, tuple of names dim, ?bool keepdim, *, ?torch.dtype dtype, ?Tensor out
msum:*, ?torch.dtype dtype|tuple of ints[] dim, ?bool keepdim, *, ?torch.dtype dtype|tuple of names dim, ?bool keepdim, *, ?torch.dtype dtype
ftensor_split:Tensor input, Tensor tensor_indices_or_sections, ?int dim|Tensor input, int sections, ?int dim|Tensor input, tuple of ints indices, ?int dim
mtensor_split:Tensor tensor_indices_or_sections, ?int dim|int sections, ?int dim|tuple of ints indices, ?int dim
mto:torch.device device, torch.dtype dtype, ?bool non_blocking, ?bool copy, *, ?torch.memory_format memory_format|torch.dtype dtype, ?bool non_blocking, ?bool copy, *, ?torch.memory_format memory_format|Tensor tensor, bool non_blocking, bool copy, *, torch.memory_format memory_format
ftranspose:Tensor input, int dim0, int dim1|Tensor input, name dim0, name dim1
mtranspose:int dim0, int dim1|name dim0, name dim1
ftrapezoid:Tensor y, Tensor x, *, ?int dim|Tensor y, *, ?Number dx, ?int dim
ftrapz:Tensor y, *, ?float dx, ?int dim|Tensor y, Tensor x, *, ?int dim
ftrue_divide:Tensor input, Tensor other, *, ?Tensor out|Tensor input, Number other
mtrue_divide:Tensor other|Number other
mtrue_divide_:Tensor other|Number other
funbind:Tensor input, ?int dim|Tensor input, name dim
munbind:?int dim|name dim
funflatten:Tensor input, name dim, tuple of ints sizes, tuple of names names|Tensor input, int dim, tuple of ints sizes
fvar:Tensor input, tuple of ints[] dim, *, int correction, ?bool keepdim, ?Tensor out|Tensor input, tuple of ints[] dim, ?bool unbiased, ?bool keepdim, *, ?Tensor out|Tensor input, ?bool unbiased|Tensor input, tuple of names dim, *, int correction, ?bool keepdim, ?Tensor out|Tensor input, tuple of names dim, ?bool unbiased, ?bool keepdim, *, ?Tensor out
mvar:tuple of ints[] dim, *, int correction, ?bool keepdim|tuple of ints[] dim, ?bool unbiased, ?bool keepdim|?bool unbiased|tuple of names dim, *, int correction, ?bool keepdim|tuple of names dim, ?bool unbiased, ?bool keepdim
fvar_mean:Tensor input, tuple of ints[] dim, *, int correction, ?bool keepdim|Tensor input, tuple of ints[] dim, ?bool unbiased, ?bool keepdim|Tensor input, ?bool unbiased|Tensor input, tuple of names dim, *, int correction, ?bool keepdim|Tensor input, tuple of names dim, ?bool unbiased, ?bool keepdim
mview:torch.dtype dtype|tuple of SymInts size
fvsplit:Tensor input, int sections|Tensor input, tuple of ints indices
mvsplit:int sections|tuple of ints indices
fwhere:Tensor condition|Tensor condition, Tensor input, Tensor other, *, ?Tensor out|Tensor condition, Number self, Tensor other|Tensor condition, Tensor input, Number other|Tensor condition, Number self, Number other
fxlogy:Tensor input, Tensor other, *, ?Tensor out|Number self, Tensor other, *, ?Tensor out|Tensor input, Number other, *, ?Tensor out
mxlogy:Tensor other|Number other
mxlogy_:Tensor other|Number other
fzeros:tuple of ints size, *, tuple of names names, ~|tuple of SymInts size, *, ?Tensor out, ~
"""
