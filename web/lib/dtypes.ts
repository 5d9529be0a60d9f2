/** Dtype codes, as in src/core/dtype.h. */
export const Code = {
  uint8: 0,
  int32: 1,
  int64: 2,
  float32: 3,
  float64: 4,
  bool: 5,
  int8: 6,
  int16: 7,
  float16: 8,
  bfloat16: 9,
  uint16: 10,
  uint32: 11,
  uint64: 12,
} as const;

/** The typed array that holds a dtype's elements; of 16-bit floats, their bits. */
export const typedArrays = {
  uint8: Uint8Array,
  int32: Int32Array,
  int64: BigInt64Array,
  float32: Float32Array,
  float64: Float64Array,
  bool: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
} as const satisfies Record<keyof typeof Code, unknown>;

export const itemSize = [1, 4, 8, 4, 8, 1, 1, 2, 2, 2, 2, 4, 8] as const;

/** Whether elements are of 16 bits that JavaScript has no numbers for. */
export const isHalfCode = (code: number): boolean =>
  code === Code.float16 || code === Code.bfloat16;

export const isFloatingCode = (code: number): boolean =>
  code === Code.float32 || code === Code.float64 || isHalfCode(code);

export type DTypeName = keyof typeof Code;

/** torch.dtype: `torch.float32` and its kin. */
export class DType {
  constructor(
    readonly name: DTypeName,
    readonly code: number,
  ) {
    Object.freeze(this);
  }

  get is_floating_point(): boolean {
    return isFloatingCode(this.code);
  }

  /** Bytes of one element. */
  get itemsize(): number {
    return itemSize[this.code]!;
  }

  toString(): string {
    return `torch.${this.name}`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

const make = (name: DTypeName) => new DType(name, Code[name]);

export const uint8 = make('uint8');
export const int32 = make('int32');
export const int64 = make('int64');
export const float32 = make('float32');
export const float64 = make('float64');
export const bool = make('bool');
export const int8 = make('int8');
export const int16 = make('int16');
export const float16 = make('float16');
export const bfloat16 = make('bfloat16');
export const uint16 = make('uint16');
export const uint32 = make('uint32');
export const uint64 = make('uint64');

/** By code. */
export const dtypes: readonly DType[] = [
  uint8,
  int32,
  int64,
  float32,
  float64,
  bool,
  int8,
  int16,
  float16,
  bfloat16,
  uint16,
  uint32,
  uint64,
];

/** PyTorch's names and their aliases. */
export const dtypeNames = {
  uint8,
  int32,
  int: int32,
  int64,
  long: int64,
  float32,
  float: float32,
  float64,
  double: float64,
  bool,
  int8,
  int16,
  short: int16,
  float16,
  half: float16,
  bfloat16,
  uint16,
  uint32,
  uint64,
} as const;
